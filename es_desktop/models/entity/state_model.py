"""A state as a tree: names, values with their changes, and the last writer of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, Signal

from es_desktop.app.entity.fields import Field
from es_desktop.app.text.values import format_transition, format_value, format_wrong, is_member, member_text
from es_desktop.models.table.model import PATH_ROLE, PIN_ROLE, RIGHT, TONE_ROLE, Column, DeclaredColumns, Index
from es_desktop.models.table.row_edits import RowEdit, row_edits
from es_desktop.replay import ABSENT, Change, join_path, members, parse_path
from es_desktop.replay.diff import Part, same_tree, value_of
from es_desktop.system.counts import format_number

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
                note, is_hidden = f"{format_number(rest)} more", node.is_hidden
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


_ROOT: Final = QModelIndex()
NAME, VALUE, SET_AT = range(3)

WriterOf = Callable[[str], int | None]
"""Returns the version of the last writer of a path; ``None`` if it is not known."""


@dataclass(frozen=True)
class WrongValues:
    """The values of a state that a false snapshot made wrong."""

    snapshot: int | None = None
    """The version of the snapshot."""
    right: Mapping[str, Any] = field(default_factory=dict)
    """The value from zero of each path that differs; ``ABSENT`` for none."""

    @cached_property
    def around(self) -> Counter[str]:
        """How many of them are inside of each container."""
        return Counter(outer for path in self.right for outer in _ancestors(path))

    def is_shown_at(self, path: str) -> bool:
        """Return whether a row is marked: a wrong value, or a member of a list with one inside."""
        return path in self.right or (is_member(path) and path in self.around)


NOT_WRONG: Final = WrongValues()


class StateModel(DeclaredColumns[Node], QAbstractItemModel):
    """The tree of one state. The children of a node are made when they are first requested.

    A new state changes only the rows that differ, so that the view keeps what is expanded.
    """

    edited = Signal(object, object)
    """``Field`` and the new value that a person entered in its cell."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.declare(
            (
                Column(
                    "Name",
                    lambda node: node.name,
                    tip=self._tip,
                    roles={PIN_ROLE: lambda node: node.is_pinned},
                    value=lambda node: _path_of(node) or node.name,
                    name="Path",
                ),
                Column("Value", self._value_text, tip=self._tip, value=lambda node: node.note or node.value),
                Column(
                    "Set at",
                    self._writer_text,
                    RIGHT,
                    lambda node: "Go to the event that set this value",
                    value=self._writer,
                ),
            ),
            {TONE_ROLE: self._tone, PATH_ROLE: _path_of},
        )
        self._root = Node("", "", {})
        self._arrangement = Arrangement()
        self._changes: dict[str, Change] = {}
        self._touched: set[str] = set()
        self._is_begun = False
        """Whether the last step made the whole state: then all of it is new, and no value is another."""
        self._is_ended = False
        """Whether there is no state, because the last step ended the entity."""
        self._writer_of: WriterOf = lambda path: None
        self._way_of: Callable[[str], str] = lambda path: ""
        self._fields: Mapping[str, Field] = {}
        self._wrong: WrongValues = NOT_WRONG

    def set_wrong(self, wrong: WrongValues) -> None:
        """Show which values a false snapshot made wrong."""
        if wrong != self._wrong:
            self._wrong = wrong
            self._repaint_all(self._root)

    def set_state(self, state: Any, changes: tuple[Change, ...], fields: Mapping[str, Field]) -> None:
        """Show a state and the changes of its last step; ``fields`` are the attributes that a person may edit now.

        A value that the step removed is shown too, as a change to nothing.
        """
        removed = {change.path: ABSENT for change in changes if change.is_removal and not {".", "["} & {*change.path}}
        tree = {**(state or {}), **removed} if state is not None or removed else {}
        self._changes = {change.path: change for change in changes}
        self._is_begun = bool(changes) and {change.path for change in changes if change.is_addition} >= tree.keys()
        self._touched = {inside for change in changes for inside in _ancestors(change.path)}
        self._is_ended = state is None
        self._fields = fields
        new_root = Node("", "", tree)
        keys = {node.key for node in self._children(self._root)}
        if any(node.key in keys for node in self._arrangement.nodes_inside(new_root)):
            self._root.value = tree
            self._renew_rows(self._root)
        else:
            self.beginResetModel()
            self._root = new_root
            self.endResetModel()

    def set_arrangement(self, arrangement: Arrangement) -> None:
        if arrangement != self._arrangement:
            self._children(self._root)  # makes the rows that ``_renew_rows`` compares with
            self._arrangement = arrangement
            self._renew_rows(self._root)

    @property
    def hidden_count(self) -> int:
        """How many values of the state are hidden by the arrangement, shown in a faint colour or not."""
        return self._arrangement.hidden_in(self._root.value)

    def set_writers(self, writer_of: WriterOf) -> None:
        self._writer_of = writer_of
        self._repaint(_ROOT)

    def set_ways(self, way_of: Callable[[str], str]) -> None:
        """Use a function that returns, for the tips, what a double-click on a path does; empty if that is not known."""
        self._way_of = way_of

    def writer_at(self, index: Index) -> int | None:
        """Return the version of the last writer of a row's path; ``None`` if it is not known."""
        return self._writer(self.row_at(index))

    def path_at(self, index: Index) -> str | None:
        """Return the path of a row; ``None`` if the row is not a value."""
        return _path_of(self.row_at(index))

    def field_at(self, index: Index) -> Field | None:
        """Return the attribute of a row; ``None`` if a person may not edit it now."""
        return self._fields.get(self.row_at(index).path)

    def value_at(self, index: Index) -> Any:
        """Return the value of a row itself: Qt changes the type of some values that pass through ``data``."""
        return self.row_at(index).value

    def _renew_rows(self, node: Node) -> None:
        """Update the children of a node, if they were made, from its value and the arrangement."""
        if node.children is None:
            return
        new_rows = self._arrangement.nodes_inside(node)
        for edit in row_edits([each.key for each in node.children], [each.key for each in new_rows]):
            self._apply(edit, node, node.children, new_rows)
        for child, new in zip(node.children, new_rows, strict=True):
            if child is not new:
                child.value, child.note = new.value, new.note
                child.is_pinned, child.is_hidden = new.is_pinned, new.is_hidden
                self._renew_rows(child)
        self._repaint(self._index_of(node))

    def _apply(self, edit: RowEdit, node: Node, rows: list[Node], new_rows: list[Node]) -> None:
        index = self._index_of(node)
        if edit.action == "remove":
            self.beginRemoveRows(index, edit.first, edit.last)
            del rows[edit.first : edit.last + 1]
            end = self.endRemoveRows
        elif edit.action == "move":
            self.beginMoveRows(index, edit.first, edit.first, index, edit.last)
            rows.insert(edit.last, rows.pop(edit.first))
            end = self.endMoveRows
        else:
            self.beginInsertRows(index, edit.first, edit.last)
            rows[edit.first : edit.first] = new_rows[edit.first : edit.last + 1]
            end = self.endInsertRows
        for row, each in enumerate(rows):
            each.row = row
        end()

    def _index_of(self, node: Node) -> QModelIndex:
        return QModelIndex() if node.parent is None else self.createIndex(node.row, 0, node)

    def _repaint_all(self, node: Node) -> None:
        """Repaint all rows inside a node that were made."""
        if node.children is not None:
            self._repaint(self._index_of(node))
            for child in node.children:
                self._repaint_all(child)

    def _repaint(self, parent: Index) -> None:
        count = self.rowCount(parent)
        if count:
            self.dataChanged.emit(self.index(0, 0, parent), self.index(count - 1, SET_AT, parent))

    def row_at(self, index: Index) -> Node:
        """Return the node of an index; the root for an invalid one."""
        node = index.internalPointer() if index.isValid() else self._root
        assert isinstance(node, Node)
        return node

    def _children(self, node: Node) -> list[Node]:
        if node.children is None:
            node.children = self._arrangement.nodes_inside(node)
        return node.children

    def _value_text(self, node: Node) -> str:
        if node.path in self._wrong.right:
            return format_wrong(node.value, self._wrong.right[node.path])
        change = None if self._is_begun else self._changes.get(node.path)
        text = node.note or (member_text(node.value, 80) if is_member(node.path) else format_value(node.value))
        if change is not None:
            text = format_transition(change.before, change.after)
        wrong = 0 if node.is_rest else self._wrong.around[node.path]
        return f"{text}, {format_number(wrong)} differ{'s' * (wrong == 1)}" if wrong else text

    def _writer(self, node: Node) -> int | None:
        path = _path_of(node)
        if path is None or self._wrong.is_shown_at(path):
            return None if path is None else self._wrong.snapshot
        return self._writer_of(path)

    def _writer_text(self, node: Node) -> str:
        writer = self._writer(node)
        return "" if writer is None else f"{'◆' * self._wrong.is_shown_at(node.path)}{format_number(writer)}"

    def _tone(self, node: Node) -> str | None:
        if not node.is_rest and self._wrong.is_shown_at(node.path):
            return "failed"
        if node.is_hidden or self._is_ended:
            return "faint"
        if self._is_begun:
            return None
        return "changed" if node.path in self._changes or node.path in self._touched else None

    def _tip(self, node: Node) -> str:
        path = _path_of(node)
        return "\n".join(filter(None, (node.path, format_value(node.value, 600), path and self._way_of(path))))

    # Methods that Qt calls

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._children(self.row_at(parent))[row])

    def parent(self, index: Index = _ROOT) -> Any:
        node = self.row_at(index).parent if index.isValid() else None
        return QModelIndex() if node is None else self._index_of(node)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.column() > 0 else len(self._children(self.row_at(parent)))

    def columnCount(self, parent: Index = _ROOT) -> int:
        return len(self.columns)

    def hasChildren(self, parent: Index = _ROOT) -> bool:
        if parent.column() > 0:
            return False
        node = self.row_at(parent)
        # While rows are removed and inserted, Qt must get the present rows and not the coming ones.
        return self._arrangement.has_inside(node) if node.children is None else bool(node.children)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        target = self.field_at(index) if index.isValid() else None
        if role != Qt.ItemDataRole.EditRole or target is None or index.column() != VALUE:
            return False
        if not same_tree(value, self.value_at(index)):
            self.edited.emit(target, value)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and index.column() == VALUE and self.row_at(index).path in self._fields:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags


def _path_of(node: Node) -> str | None:
    return node.path if node.parent is not None and not node.is_rest else None


def _ancestors(path: str) -> list[str]:
    return [path[:at] for at, mark in enumerate(path) if mark in ".[" and at]
