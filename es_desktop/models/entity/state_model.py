"""A state as a tree: names, values with what the step changed, and which event set each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, Signal

from es_desktop.app.entity.fields import Field
from es_desktop.app.text.values import format_transition, format_value
from es_desktop.models.table.model import Column, DeclaredColumns
from es_desktop.models.table.roles import PATH_ROLE, PIN_ROLE, RIGHT, TONE_ROLE, Index
from es_desktop.models.table.row_edits import MoveRow, RemoveRows, RowEdit, row_edits
from es_desktop.replay import ABSENT, Change
from es_desktop.replay.compare import same_tree

from .state_nodes import Arrangement, Node

_ROOT: Final = QModelIndex()
NAME, VALUE, SET_AT = range(3)

WriterOf = Callable[[str], int | None]
"""The version of the event that last set a path, where it is known."""


class StateModel(DeclaredColumns[Node], QAbstractItemModel):
    """The tree of one state. A node's members are made when they are first asked for.

    Rows that stay keep what is unfolded, from step to step and from one arrangement to another.
    """

    edited = Signal(object, object)
    """``Field`` and the new value that a person gave in place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.declare(
            (
                Column("Name", lambda node: node.name, tip=self._tip, roles={PIN_ROLE: lambda node: node.is_pinned}),
                Column("Value", self._value_text, tip=self._tip),
                Column("Set at", self._writer_text, RIGHT, lambda node: "Go to the event that set this value"),
            ),
            {TONE_ROLE: self._tone, PATH_ROLE: _path_of},
        )
        self._root = Node("", "", {})
        self._arrangement = Arrangement()
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
        fresh = Node("", "", tree)
        if not self._is_like(fresh):
            self.beginResetModel()
            self._root = fresh
            self.endResetModel()
            return
        self._root.value = tree
        self._refresh(self._root)

    def set_arrangement(self, arrangement: Arrangement) -> None:
        """Let some values stand first, and leave others out."""
        if arrangement != self._arrangement:
            self._children(self._root)  # the rows that are there now, which the others grow out of
            self._arrangement = arrangement
            self._refresh(self._root)

    @property
    def hidden_count(self) -> int:
        """How many values of the state are hidden, whether they are shown all the same or not."""
        return self._arrangement.hidden_in(self._root.value)

    def set_writers(self, writer_of: WriterOf) -> None:
        """Show which event set each path."""
        self._writer_of = writer_of
        self._repaint(_ROOT)

    def writer_at(self, index: Index) -> int | None:
        """Return the version of the event that last set the value of a row."""
        return self._writer(self.row_at(index))

    def path_at(self, index: Index) -> str | None:
        """Return the path of a row; ``None`` of one that is no value."""
        return _path_of(self.row_at(index))

    def field_at(self, index: Index) -> Field | None:
        """Return the attribute that the value of a row is, where it may be changed now."""
        return self._fields.get(self.row_at(index).path)

    def value_at(self, index: Index) -> Any:
        """Return the value of a row itself; through ``data`` Qt would make another type of some."""
        return self.row_at(index).value

    def _is_like(self, root: Node) -> bool:
        """Whether any row at the top stays, so that what is unfolded can stay so."""
        keys = {node.key for node in self._children(self._root)}
        return any(node.key in keys for node in self._arrangement.inside(root))

    def _refresh(self, node: Node) -> None:
        """Bring what is inside a node, as far as it was asked for, up to its value and the arrangement."""
        if node.children is None:
            return
        fresh = self._arrangement.inside(node)
        for edit in row_edits([each.key for each in node.children], [each.key for each in fresh]):
            self._carry_out(edit, node, node.children, fresh)
        for child, new in zip(node.children, fresh, strict=True):
            if child is not new:
                child.take(new)
                self._refresh(child)
        self._repaint(self._index_of(node))

    def _carry_out(self, edit: RowEdit, node: Node, rows: list[Node], fresh: list[Node]) -> None:
        index = self._index_of(node)
        if isinstance(edit, RemoveRows):
            self.beginRemoveRows(index, edit.first, edit.last)
            del rows[edit.first : edit.last + 1]
            end = self.endRemoveRows
        elif isinstance(edit, MoveRow):
            self.beginMoveRows(index, edit.source, edit.source, index, edit.target)
            rows.insert(edit.target, rows.pop(edit.source))
            end = self.endMoveRows
        else:
            self.beginInsertRows(index, edit.first, edit.last)
            rows[edit.first : edit.first] = fresh[edit.first : edit.last + 1]
            end = self.endInsertRows
        for row, each in enumerate(rows):
            each.row = row
        end()

    def _index_of(self, node: Node) -> QModelIndex:
        return QModelIndex() if node.parent is None else self.createIndex(node.row, 0, node)

    def _repaint(self, parent: Index) -> None:
        count = self.rowCount(parent)
        if count:
            self.dataChanged.emit(self.index(0, 0, parent), self.index(count - 1, SET_AT, parent))

    def row_at(self, index: Index) -> Node:
        """Return the node of an index; the root of one that is not valid."""
        node = index.internalPointer() if index.isValid() else self._root
        assert isinstance(node, Node)
        return node

    def _children(self, node: Node) -> list[Node]:
        if node.children is None:
            node.children = self._arrangement.inside(node)
        return node.children

    def _value_text(self, node: Node) -> str:
        change = self._changes.get(node.path)
        if change is not None:
            return format_transition(change.before, change.after)
        return node.note or format_value(node.value)

    def _writer(self, node: Node) -> int | None:
        path = _path_of(node)
        return None if path is None else self._writer_of(path)

    def _writer_text(self, node: Node) -> str:
        writer = self._writer(node)
        return "" if writer is None else str(writer)

    def _tone(self, node: Node) -> str | None:
        if node.is_hidden:
            return "faint"
        return "changed" if node.path in self._changes or node.path in self._touched else None

    def _tip(self, node: Node) -> str:
        text = f"{node.path}\n{format_value(node.value, 600)}"
        return f"{text}\nDouble-click to change it" if node.path in self._fields else text

    # Qt's own

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
        # While rows go and come, those that are there count, and not those that will be.
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


def _is_top_level(path: str) -> bool:
    return "." not in path and "[" not in path
