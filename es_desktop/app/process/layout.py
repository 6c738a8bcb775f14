"""A layered layout of a directly-follows map: nodes in layers from the start to the ends, edges between them.

The method is that of Sugiyama, Tagawa and Toda (1981): some edges are turned round so that no cycle is left, nodes get
layers, an edge through several layers gets a place in each of them, the order in each layer is improved by barycentres,
and positions are those of least squares that keep all distances. Between any two layers there is one for the words of
the edges, so that no word covers another one. docs/decisions has the reasons for a layout of our own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from .counting import Checkpoint
from .process_map import ProcessEdge, ShownMap

NODE_WIDTH: Final = 192.0
NODE_HEIGHT: Final = 44.0
START_SIZE: Final = 14.0
LAYER_GAP: Final = 56.0
"""Pixels between two layers of nodes, in which there are the words of edges."""
MARGIN: Final = 24.0
LOOP_WIDTH: Final = 46.0
"""Pixels that a loop takes beside its node, without its words."""
MOST_NODES: Final = 120
MOST_EDGES: Final = 400
"""Maps with more are not laid out: nobody could read them."""
_GAP: Final = 22.0
"""Least distance between two nodes, or words, of a layer."""
_LINE_GAP: Final = 14.0
"""Least distance between two lines that pass a layer."""
_ORDER_ROUNDS: Final = 12
_PLACE_ROUNDS: Final = 48
_STRAIGHT: Final = 8.0
"""How much more than that of other parts the straightness of the middle of a long edge counts."""
START: Final = ""
"""Stands for the start, which has an edge to each event type that an entity begins with."""


class Position(NamedTuple):
    """A position in pixels."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class LaidNode:
    """A node in its place."""

    type: str
    """Empty for the start."""
    centre: Position
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class LaidEdge:
    """An edge in its place."""

    before: str
    """Empty for the start."""
    after: str
    points: tuple[Position, ...]
    """From one node to the other; of a loop the place where it begins."""
    words: Position
    """The middle of its words; of a loop their left end."""

    @property
    def is_loop(self) -> bool:
        return self.before == self.after

    @property
    def curves(self) -> list[tuple[Position, Position, Position]]:
        """Its line as cubic curves, upright at both ends: of each two control points and the end."""
        points = self.points
        slopes = [0.0, *(_slope(before, after) for before, after in zip(points, points[2:], strict=False)), 0.0]
        found = []
        for (start, end), (leaving, arriving) in zip(pairwise(points), pairwise(slopes), strict=False):
            third = (end.y - start.y) / 3
            first = Position(start.x + leaving * third, start.y + third)
            found.append((first, Position(end.x - arriving * third, end.y - third), end))
        return found


@dataclass(frozen=True, slots=True)
class Layout:
    """A map with everything in its place; in pixels, from the top left corner."""

    width: float
    height: float
    nodes: tuple[LaidNode, ...]
    """From the top to the bottom, and from the left to the right."""
    edges: tuple[LaidEdge, ...]


@dataclass(slots=True)
class _Item:
    """A node, or the place of an edge in a layer."""

    width: float
    edge: int | None = None
    above: list[tuple[int, float]] = field(default_factory=list)
    """Items of the layer above that it is connected with, and how much that counts."""
    below: list[tuple[int, float]] = field(default_factory=list)
    x: float = 0.0


def lay_out(shown: ShownMap, words_width: Callable[[ProcessEdge], float], checkpoint: Checkpoint) -> Layout | None:
    """Return a map in its place; ``None`` if it has too many nodes or edges. Runs in any thread.

    ``words_width`` returns the width of the words of an edge in pixels; ``checkpoint`` may raise to stop.
    """
    if len(shown.nodes) > MOST_NODES or len(shown.edges) > MOST_EDGES:
        return None
    return _Layouter(shown, words_width, checkpoint).layout()


class _Layouter:
    def __init__(self, shown: ShownMap, words_width: Callable[[ProcessEdge], float], checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        starts = [each for each in shown.nodes if each.starts]
        most = max((each.times for each in shown.edges), default=1)
        self._types = [START, *(each.type for each in shown.nodes)]
        numbers = {name: number for number, name in enumerate(self._types)}
        self._links = [(0, numbers[each.type], each.starts / most, 0.0) for each in starts]
        """Edges without loops: both nodes, the weight, and the width of the words."""
        self._loops = {numbers[each.before]: words_width(each) for each in shown.edges if each.is_loop}
        for each in shown.edges:
            if not each.is_loop:
                weight = each.times / most
                self._links.append((numbers[each.before], numbers[each.after], weight, words_width(each)))
        self._items: list[_Item] = []
        self._layers: list[list[int]] = []
        self._ways: list[list[int]] = []
        """The items of each edge, from the top to the bottom."""

    def layout(self) -> Layout:
        layer_of = self._layer_of(self._order())
        self._make_items(layer_of)
        self._improve_order()
        self._place()
        return self._result(layer_of)

    def _order(self) -> list[int]:
        """Return the nodes in an order in which few edges go back: those of Eades, Lin and Smyth, with weights."""
        left, first, last = set(range(len(self._types))), [0], list[int]()
        left.discard(0)
        weights: defaultdict[tuple[int, int], float] = defaultdict(float)
        for before, after, weight, _ in self._links:
            weights[before, after] += weight
        while left:
            self._checkpoint()
            out = {each: sum(w for (a, b), w in weights.items() if a == each and b in left) for each in left}
            into = {each: sum(w for (a, b), w in weights.items() if b == each and a in left) for each in left}
            sinks = sorted(each for each in left if not out[each] and into[each])
            if sinks:
                last.append(sinks[-1])
                left.discard(sinks[-1])
                continue
            best = max(left, key=lambda each: (not into[each], out[each] - into[each], -each))
            first.append(best)
            left.discard(best)
        return first + last[::-1]

    def _layer_of(self, order: Sequence[int]) -> list[int]:
        """Return the layer of each node: behind all nodes from which an edge goes forward to it."""
        rank = {node: at for at, node in enumerate(order)}
        layers = [0] * len(order)
        forward = defaultdict(list)
        for before, after, _, _ in self._links:
            low, high = sorted((before, after), key=rank.__getitem__)
            forward[high].append(low)
        for node in order[1:]:
            layers[node] = max((layers[each] + 1 for each in forward[node]), default=1)
        return layers

    def _make_items(self, layer_of: Sequence[int]) -> None:
        """Make the items of all layers: those of nodes have even numbers, those of words odd ones."""
        self._layers = [[] for _ in range(2 * max(layer_of) + 1)]
        for node, layer in enumerate(layer_of):
            # The words of a loop stand at the right; as much room at the left keeps the node in the middle.
            side = LOOP_WIDTH + self._loops[node] if node in self._loops else 0.0
            self._add(2 * layer, _Item((NODE_WIDTH if node else START_SIZE) + 2 * side))
        for number, (before, after, weight, width) in enumerate(self._links):
            top, bottom = sorted((before, after), key=layer_of.__getitem__)
            first, last = 2 * layer_of[top], 2 * layer_of[bottom]
            words_at = first + 1 if last - first == 2 else first + 1 + 2 * ((last - first) // 4)
            way = [top]
            for layer in range(first + 1, last):
                way.append(self._add(layer, _Item(width if layer == words_at else 0.0, number)))
            way.append(bottom)
            for at, (upper, lower) in enumerate(pairwise(way)):
                is_inside = 0 < at < len(way) - 2
                counts = (0.05 + weight) * (_STRAIGHT if is_inside else 1.0)
                self._items[upper].below.append((lower, counts))
                self._items[lower].above.append((upper, counts))
            self._ways.append(way)

    def _add(self, layer: int, item: _Item) -> int:
        self._items.append(item)
        self._layers[layer].append(len(self._items) - 1)
        return len(self._items) - 1

    def _improve_order(self) -> None:
        """Sort the items of each layer by the mean place of their neighbours; keep the order that crosses least."""
        best, least = [list(each) for each in self._layers], self._crossings()
        for number in range(_ORDER_ROUNDS):
            self._checkpoint()
            is_down = number % 2 == 0
            layers = self._layers[1:] if is_down else self._layers[-2::-1]
            for layer in layers:
                place = {item: at for each in self._layers for at, item in enumerate(each)}
                layer.sort(key=lambda item: self._barycentre(item, place, is_down=is_down))
            found = self._crossings()
            if found < least:
                best, least = [list(each) for each in self._layers], found
        self._layers = best

    def _barycentre(self, item: int, place: dict[int, int], *, is_down: bool) -> float:
        found = self._items[item]
        neighbours = found.above if is_down else found.below
        if not neighbours:
            return float(place[item])
        total = sum(weight for _, weight in neighbours)
        return sum(place[each] * weight for each, weight in neighbours) / total

    def _crossings(self) -> float:
        """Return how many edges cross between neighbouring layers."""
        count = 0
        for upper, lower in pairwise(self._layers):
            place = {item: at for at, item in enumerate(lower)}
            ends: list[int] = []
            for item in upper:
                below = sorted(place[each] for each, _ in self._items[item].below)
                count += sum(len(ends) - bisect_left(ends, end + 1) for end in below)
                for end in below:
                    ends.insert(bisect_left(ends, end), end)
        return float(count)

    def _place(self) -> None:
        """Give each item its x: near its neighbours, in the order of its layer, and with the distances kept."""
        for layer in self._layers:
            self._spread(layer, [0.0] * len(layer), [1.0] * len(layer))
        for number in range(_PLACE_ROUNDS):
            self._checkpoint()
            layers = self._layers if number % 2 == 0 else self._layers[::-1]
            for layer in layers:
                wanted, weights = [], []
                for item in layer:
                    found = self._items[item]
                    neighbours = found.above + found.below
                    total = sum(weight for _, weight in neighbours) or 1.0
                    near = sum(self._items[each].x * weight for each, weight in neighbours)
                    wanted.append(near / total if neighbours else found.x)
                    weights.append(total)
                self._spread(layer, wanted, weights)

    def _spread(self, layer: Sequence[int], wanted: Sequence[float], weights: Sequence[float]) -> None:
        """Place the items of a layer as near to where they are wanted as their distances allow, by least squares."""
        offsets = [0.0]
        for one, other in pairwise(layer):
            widths = self._items[one].width, self._items[other].width
            gap = _LINE_GAP if not min(widths) else _GAP
            offsets.append(offsets[-1] + sum(widths) / 2 + gap)
        # Blocks of items that stand as close as they may: mean, weight, and number of items.
        blocks: list[tuple[float, float, int]] = []
        for at, offset in enumerate(offsets[: len(layer)]):
            mean, weight, count = wanted[at] - offset, weights[at], 1
            while blocks and blocks[-1][0] > mean:
                other_mean, other_weight, other_count = blocks.pop()
                mean = (mean * weight + other_mean * other_weight) / (weight + other_weight)
                weight, count = weight + other_weight, count + other_count
            blocks.append((mean, weight, count))
        means = [mean for mean, _, count in blocks for _ in range(count)]
        for item, mean, offset in zip(layer, means, offsets, strict=False):
            self._items[item].x = mean + offset

    def _result(self, layer_of: Sequence[int]) -> Layout:
        left = min((each.x - each.width / 2 for each in self._items), default=0.0)
        right = max((each.x + each.width / 2 for each in self._items), default=0.0)
        for each in self._items:
            each.x += MARGIN - left
        pitch = NODE_HEIGHT + LAYER_GAP
        top = MARGIN + START_SIZE / 2
        # The start is small, so that the first layer of nodes is nearer to it.
        middles = [top + (each and each * pitch - (NODE_HEIGHT - START_SIZE) / 2) for each in layer_of]
        nodes = [
            LaidNode(
                name,
                Position(self._items[number].x, middles[number]),
                NODE_WIDTH if number else START_SIZE,
                NODE_HEIGHT if number else START_SIZE,
            )
            for number, name in enumerate(self._types)
        ]
        ports = self._ports(nodes)
        edges = [self._edge(number, nodes, ports, layer_of) for number in range(len(self._links))]
        for number in self._loops:
            node = nodes[number]
            corner = Position(node.centre.x + NODE_WIDTH / 2, node.centre.y)
            edges.append(LaidEdge(node.type, node.type, (corner,), Position(corner.x + LOOP_WIDTH, corner.y)))
        bottom = max(each.centre.y + each.height / 2 for each in nodes)
        nodes.sort(key=lambda each: (each.centre.y, each.centre.x))
        return Layout(right - left + 2 * MARGIN, bottom + MARGIN, tuple(nodes), tuple(edges))

    def _ports(self, nodes: Sequence[LaidNode]) -> dict[tuple[int, int], float]:
        """Return the x at which each edge meets each of its nodes: side by side, in the order of where they go."""
        found: dict[tuple[int, int], float] = {}
        for is_below in (True, False):
            meeting: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
            for number, way in enumerate(self._ways):
                node, neighbour = (way[0], way[1]) if is_below else (way[-1], way[-2])
                meeting[node].append((self._items[neighbour].x, number))
            for node, edges in meeting.items():
                room = nodes[node].width * 0.7 if node else 0.0
                edges.sort()
                for at, (x, number) in enumerate(edges):
                    spread = nodes[node].centre.x + room * ((at + 0.5) / len(edges) - 0.5)
                    found[number, node] = spread if len(edges) > 1 or not node else _nearest(x, nodes[node], room)
        return found

    def _edge(
        self, number: int, nodes: Sequence[LaidNode], ports: dict[tuple[int, int], float], layer_of: Sequence[int]
    ) -> LaidEdge:
        before, after, _, _ = self._links[number]
        way, top, bottom = self._ways[number], nodes[self._ways[number][0]], nodes[self._ways[number][-1]]
        pitch = NODE_HEIGHT + LAYER_GAP
        start, end = top.centre.y + top.height / 2, bottom.centre.y - bottom.height / 2
        points = [Position(ports[number, way[0]], start)]
        first = layer_of[way[0]]
        words = None
        for at, item in enumerate(way[1:-1], 1):
            layer = 2 * first + at
            # Layers of words are in the middle between two layers of nodes.
            y = MARGIN + START_SIZE / 2 + layer / 2 * pitch - (NODE_HEIGHT - START_SIZE) / 2
            if layer == 1:
                y = (start + MARGIN + START_SIZE / 2 + pitch - (NODE_HEIGHT - START_SIZE) / 2 - NODE_HEIGHT / 2) / 2
            points.append(Position(self._items[item].x, y))
            if self._items[item].width or words is None:
                words = points[-1]
        points.append(Position(ports[number, way[-1]], end))
        if before == way[-1]:
            points.reverse()
        return LaidEdge(self._types[before], self._types[after], tuple(points), words or points[0])


def _slope(before: Position, after: Position) -> float:
    return (after.x - before.x) / (after.y - before.y) if after.y != before.y else 0.0


def _nearest(x: float, node: LaidNode, room: float) -> float:
    return min(max(x, node.centre.x - room / 2), node.centre.x + room / 2)
