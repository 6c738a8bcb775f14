"""The map of a process as a picture for notebooks: SVG, in which every text of a store is only text."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from es_desktop.app.process.counting import no_checkpoint
from es_desktop.app.process.layout import LOOP_WIDTH, START, LaidEdge, LaidNode, Layout, lay_out
from es_desktop.app.process.process_map import ProcessNode, ShownMap
from es_desktop.app.process.words import edge_words, node_counts, start_words, words_width
from es_desktop.app.text.values import elide

_WIDEST: Final = 8.0
_MOST_LETTERS: Final = 24
_ARROW: Final = (
    '<defs><marker id="to" markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" refX="7" refY="4"'
    ' orient="auto"><path d="M0,0L8,4L0,8z" fill="#7ba3e8"/></marker></defs>'
)


def map_svg(shown: ShownMap) -> str:
    """Return a map as SVG; an empty text if it is too large to be drawn."""
    layout = lay_out(shown, words_width, no_checkpoint)
    if layout is None:
        return ""
    size = f'width="{layout.width:.0f}" height="{layout.height:.0f}"'
    view = f'viewBox="0 0 {layout.width:.0f} {layout.height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} font-family="sans-serif" font-size="12">'
    return f"{head}{_ARROW}{''.join(_parts(shown, layout))}</svg>"


def _parts(shown: ShownMap, layout: Layout) -> Iterator[str]:
    edges = {(each.before, each.after): each for each in shown.edges}
    nodes = {each.type: each for each in shown.nodes}
    most = max([*(each.times for each in shown.edges if not each.is_loop), 1])
    for laid in layout.edges:
        found = edges.get((laid.before, laid.after))
        times = nodes[laid.after].starts if found is None else found.times
        width = min(_WIDEST, max(1.3, _WIDEST * times / most))
        line = f'stroke="#a5c2f2" stroke-width="{width:.1f}" marker-end="url(#to)"'
        yield f'<path d="{_curve(laid)}" fill="none" {line}/>'
    for laid in layout.edges:
        found = edges.get((laid.before, laid.after))
        if found is not None:
            anchor = "start" if laid.is_loop else "middle"
            at = f'x="{laid.words.x:.1f}" y="{laid.words.y + 4:.1f}"'
            # Drawn twice: not every program that shows SVG can draw the edge of letters behind them.
            words = escape("  ".join(filter(None, edge_words(found))))
            for edge in ('fill="#fff" stroke="#fff" stroke-width="4"', 'fill="#1d2430"'):
                yield f'<text {at} text-anchor="{anchor}" {edge}>{words}</text>'
    for node in layout.nodes:
        yield from _start(node, shown) if node.type == START else _node(node, nodes[node.type], shown.map.entity_type)


def _start(node: LaidNode, shown: ShownMap) -> Iterator[str]:
    x, y = node.centre
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="#5c6776"/>'
    text = escape(elide(start_words(shown), 60))
    yield f'<text x="{x + 14:.1f}" y="{y + 4:.1f}" fill="#5c6776">{text}</text>'


def _node(laid: LaidNode, node: ProcessNode, entity_type: str) -> Iterator[str]:
    left, top = laid.centre.x - laid.width / 2, laid.centre.y - laid.height / 2
    size = f'width="{laid.width:.0f}" height="{laid.height:.0f}"'
    yield f'<rect x="{left:.1f}" y="{top:.1f}" {size} rx="6" fill="#fff" stroke="#b4bdc9"/>'
    name = elide(node.type, _MOST_LETTERS)
    yield f'<text x="{left + 10:.1f}" y="{top + 18:.1f}" font-weight="600" fill="#1d2430">{escape(name)}</text>'
    text = escape(elide(node_counts(node, entity_type), 2 * _MOST_LETTERS))
    yield f'<text x="{left + 10:.1f}" y="{top + 35:.1f}" fill="#5c6776">{text}</text>'


def _curve(edge: LaidEdge) -> str:
    x, y = edge.points[0]
    if edge.is_loop:
        far = x + LOOP_WIDTH - 4
        return f"M{x:.1f},{y - 9:.1f}C{far:.1f},{y - 20:.1f} {far:.1f},{y + 20:.1f} {x:.1f},{y + 9:.1f}"
    found = [f"M{x:.1f},{y:.1f}"]
    for first, second, end in edge.curves:
        found.append("C" + " ".join(f"{each.x:.1f},{each.y:.1f}" for each in (first, second, end)))
    return "".join(found)
