"""The nodes of a state's tree: the members of each value, with pinned ones first and without hidden ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, Final

from es_desktop.replay import ABSENT, join_path, members, parse_path
from es_desktop.replay.paths import Part, value_of

_MOST_MEMBERS: Final = 1000
"""Members of one value that are shown; of the others the number is shown."""


@dataclass(slots=True, eq=False)
class Node:
    """One row: a value, or a note in place of one."""

    name: str
    path: str
    value: Any
    parent: Node | None = None
    row: int = 0
    note: str = ""
    is_pinned: bool = False
    is_hidden: bool = False
    """It is a hidden value, or inside one, and is shown in a faint colour."""
    is_rest: bool = False
    """It is the row for all members that are not shown; its path leads to no value."""
    children: list[Node] | None = field(default=None)

    @property
    def key(self) -> tuple[str, str]:
        """Unique among its siblings; a path alone is not, because a pinned inner value has a second row at the top."""
        return self.name, self.path

    def update_from(self, other: Node) -> None:
        """Take the value and the marks of a node with the same key; the children stay."""
        self.value, self.note = other.value, other.note
        self.is_pinned, self.is_hidden = other.is_pinned, other.is_hidden


@dataclass(frozen=True)
class Arrangement:
    """The paths whose values are pinned, and those whose values are hidden."""

    pinned: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    shows_hidden: bool = False

    def nodes_inside(self, node: Node) -> list[Node]:
        """Return the nodes of the members of a node that are shown; for the root the pinned ones first."""
        if node.parent is not None:
            return _numbered(self._member_nodes(node))
        members = list(self._member_nodes(node))
        named = {each.path: each for each in members}
        for each in members:
            each.is_pinned = each.path in self.pinned
        pinned = (named.get(path) or self._pinned_inner(node, path) for path in self.pinned)
        return _numbered([*filter(None, pinned), *(each for each in members if not each.is_pinned)])

    def has_inside(self, node: Node) -> bool:
        """Return whether a node has members that are shown."""
        return next(self._shown_members(node), None) is not None

    def hidden_in(self, state: Any) -> int:
        """Return how many values of a state are hidden; those inside hidden ones do not count."""
        present = [parts for parts in map(parse_path, self.hidden) if value_of(state, parts) is not ABSENT]
        return sum(not any(parts[:count] in present for count in range(1, len(parts))) for parts in present)

    @cached_property
    def _hidden_inside(self) -> Mapping[tuple[Part, ...], frozenset[Part]]:
        found: dict[tuple[Part, ...], set[Part]] = {}
        for path in self.hidden:
            *outer, name = parse_path(path)
            found.setdefault(tuple(outer), set()).add(name)
        return {outer: frozenset(names) for outer, names in found.items()}

    def _hidden_of(self, node: Node) -> frozenset[Part]:
        """Return the names or indexes of the hidden members of a node."""
        if not self.hidden or node.is_rest:
            return frozenset()
        return self._hidden_inside.get(parse_path(node.path), frozenset())

    def _shown_members(self, node: Node) -> Iterator[tuple[object, Any]]:
        left_out = frozenset() if self.shows_hidden else self._hidden_of(node)
        return (each for each in members(node.value) if each[0] not in left_out)

    def _member_nodes(self, node: Node) -> Iterator[Node]:
        hidden = self._hidden_of(node)
        shown = [*islice(self._shown_members(node), _MOST_MEMBERS)]
        for key, value in shown:
            name = f"[{key}]" if isinstance(key, int) else str(key)
            is_hidden = node.is_hidden or key in hidden
            yield Node(name, join_path(node.path, key), value, node, is_hidden=is_hidden)
        if len(shown) == _MOST_MEMBERS:
            present = sum(value_of(node.value, (key,)) is not ABSENT for key in hidden)
            rest = len(node.value) - len(shown) - (0 if self.shows_hidden else present)
            if rest:
                note, is_hidden = f"{rest:,} more", node.is_hidden
                yield Node("…", f"{node.path} …", ABSENT, node, note=note, is_hidden=is_hidden, is_rest=True)

    def _pinned_inner(self, root: Node, path: str) -> Node | None:
        """Return the node of a pinned value that is inside another one; ``None`` for a top-level name."""
        parts = parse_path(path)
        if len(parts) < 2 or not root.value:
            return None
        value = value_of(root.value, parts)
        return Node(path, path, value, root, note="not there" if value is ABSENT else "", is_pinned=True)


def _numbered(nodes: Iterable[Node]) -> list[Node]:
    numbered = list(nodes)
    for row, node in enumerate(numbered):
        node.row = row
    return numbered
