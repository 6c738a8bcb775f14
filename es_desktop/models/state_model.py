"""A state as a tree: names, values with what the step changed, and which event set each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, Signal

from es_desktop.app.fields import Field
from es_desktop.app.values import format_value
from es_desktop.replay import ABSENT, Change, join_path, members

from .roles import FIELD_ROLE, LEFT, PATH_ROLE, RAW_ROLE, RIGHT, TONE_ROLE, Index, header_text

_ROOT: Final = QModelIndex()
_TITLES: Final = ("Name", "Value", "Set at")
_ALIGNMENTS: Final = (LEFT, LEFT, RIGHT)
NAME, VALUE, SET_AT = range(3)
_MOST_MEMBERS: Final = 1000
"""Members of one container that are shown; the rest is told by its number."""

WriterOf = Callable[[str], int | None]
"""The version of the event that last set a path, where it is known."""


@dataclass(slots=True, eq=False)
class _Node:
    name: str
    path: str
    value: Any
    parent: _Node | None
    row: int
    note: str = ""
    children: list[_Node] | None = field(default=None)


class StateModel(QAbstractItemModel):
    """The tree of one state. A node's members are made when they are first asked for."""

    edited = Signal(object, object)
    """``Field`` and the new value that a person gave in place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = _Node("", "", {}, None, 0)
        self._changes: dict[str, Change] = {}
        self._touched: set[str] = set()
        self._writer_of: WriterOf = lambda path: None
        self._fields: Mapping[str, Field] = {}

    def set_state(self, state: Any, changes: tuple[Change, ...], fields: Mapping[str, Field]) -> None:
        """Show a state and what its last step changed; ``fields`` are the attributes that may be changed now.

        What was removed by the step is shown once more, as the change from its value to nothing.
        """
        removed = {change.path: ABSENT for change in changes if change.is_removal and _is_top_level(change.path)}
        tree = {**(state or {}), **removed} if state is not None or removed else {}
        self._changes = {change.path: change for change in changes}
        self._touched = {inside for change in changes for inside in _ancestors(change.path)}
        self._fields = fields
        if self._same_shape(tree):
            self._replace(tree)
            return
        self.beginResetModel()
        self._root = _Node("", "", tree, None, 0)
        self.endResetModel()

    def set_writers(self, writer_of: WriterOf) -> None:
        """Tell which event set each path."""
        self._writer_of = writer_of
        self._repaint(_ROOT)

    def writer_at(self, index: Index) -> int | None:
        """Return the version of the event that last set the value of a row."""
        return self._writer_of(self._node(index).path) if index.isValid() else None

    def _same_shape(self, tree: dict[str, Any]) -> bool:
        """Whether the new state has the same names at the top, so that what is unfolded can stay so."""
        return bool(tree) and [node.name for node in self._children(self._root)] == list(map(str, tree))

    def _replace(self, tree: dict[str, Any]) -> None:
        self._root.value = tree
        for node, value in zip(self._children(self._root), tree.values(), strict=True):
            self._replace_value(node, value)
        self._repaint(_ROOT)

    def _replace_value(self, node: _Node, value: Any) -> None:
        old_children, node.value = node.children, value
        if old_children is None:
            return
        fresh = _member_nodes(node)
        index = self.createIndex(node.row, 0, node)
        if [each.name for each in fresh] == [each.name for each in old_children]:
            for child, new in zip(old_children, fresh, strict=True):
                child.note = new.note
                self._replace_value(child, new.value)
            self._repaint(index)
            return
        if old_children:
            self.beginRemoveRows(index, 0, len(old_children) - 1)
            node.children = []
            self.endRemoveRows()
        if fresh:
            self.beginInsertRows(index, 0, len(fresh) - 1)
            node.children = fresh
            self.endInsertRows()

    def _repaint(self, parent: Index) -> None:
        count = self.rowCount(parent)
        if count:
            self.dataChanged.emit(self.index(0, 0, parent), self.index(count - 1, SET_AT, parent))

    def _node(self, index: Index) -> _Node:
        node = index.internalPointer() if index.isValid() else self._root
        assert isinstance(node, _Node)
        return node

    def _children(self, node: _Node) -> list[_Node]:
        if node.children is None:
            node.children = _member_nodes(node)
        return node.children

    def _value_text(self, node: _Node) -> str:
        if node.note:
            return node.note
        change = self._changes.get(node.path)
        if change is None:
            return format_value(node.value)
        before = "–" if change.before is ABSENT else format_value(change.before, 40)
        return f"{before} → {'removed' if change.after is ABSENT else format_value(change.after, 40)}"

    # Qt's own

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._children(self._node(parent))[row])

    def parent(self, index: Index = _ROOT) -> Any:
        node = self._node(index).parent if index.isValid() else None
        return QModelIndex() if node is None or node is self._root else self.createIndex(node.row, 0, node)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.column() > 0 else len(self._children(self._node(parent)))

    def columnCount(self, parent: Index = _ROOT) -> int:
        return len(_TITLES)

    def hasChildren(self, parent: Index = _ROOT) -> bool:
        if parent.column() > 0:
            return False
        return next(members(self._node(parent).value), None) is not None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node, column = self._node(index), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == SET_AT:
                writer = self._writer_of(node.path)
                return "" if writer is None or node.note else str(writer)
            return node.name if column == NAME else self._value_text(node)
        if role == TONE_ROLE:
            return "changed" if node.path in self._changes or node.path in self._touched else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[column]
        if role == FIELD_ROLE:
            return self._fields.get(node.path)
        if role == RAW_ROLE:
            return node.value
        if role == PATH_ROLE:
            return node.path
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(node, column)
        return None

    def _tip(self, node: _Node, column: int) -> str:
        if column == SET_AT:
            return "Go to the event that set this value"
        text = f"{node.path}\n{format_value(node.value, 600)}"
        return f"{text}\nDouble-click to change it" if node.path in self._fields else text

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        target = self._fields.get(self._node(index).path) if index.isValid() else None
        if role != Qt.ItemDataRole.EditRole or target is None or index.column() != VALUE:
            return False
        if value != self._node(index).value or type(value) is not type(self._node(index).value):
            self.edited.emit(target, value)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and index.column() == VALUE and self._node(index).path in self._fields:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)


def _member_nodes(parent: _Node) -> list[_Node]:
    found = list(islice(members(parent.value), _MOST_MEMBERS))
    nodes = [
        _Node(f"[{key}]" if isinstance(key, int) else str(key), join_path(parent.path, key), value, parent, row)
        for row, (key, value) in enumerate(found)
    ]
    rest = len(parent.value) - len(nodes) if nodes else 0
    if rest > 0:
        nodes.append(_Node("…", f"{parent.path} …", ABSENT, parent, len(nodes), note=f"{rest:,} more"))
    return nodes


def _ancestors(path: str) -> list[str]:
    return [path[:at] for at, mark in enumerate(path) if mark in ".[" and at]


def _is_top_level(path: str) -> bool:
    return "." not in path and "[" not in path
