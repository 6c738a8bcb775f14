"""The state at the chosen version: what it is, what the step changed, which event set each value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.entity_view import StateView
from es_desktop.app.errors import UserError
from es_desktop.models.roles import FIELD_ROLE, RAW_ROLE
from es_desktop.models.state_model import NAME, SET_AT, VALUE
from es_desktop.models.workspace import Workspace
from es_desktop.replay import Exactness

from .dock_frame import Dock
from .editors import FieldEditor, value_or_error
from .rows import Column, RowDelegate, dress
from .theme import Theme

_TONES: Final = {Exactness.EXACT: "green", Exactness.INFERRED: "amber", Exactness.BROKEN: "red"}
_MEANINGS: Final = {
    Exactness.EXACT: "Rebuilt by the model's own code, or from kinds of event that are known.",
    Exactness.INFERRED: "The model's code is not here: this is the last value seen of each field.",
    Exactness.BROKEN: "A step failed, so this state and later ones lack what it did.",
}
_PATIENCE_MILLISECONDS: Final = 120
_COLUMNS: Final = {VALUE: Column(mono=True, arrow=True), SET_AT: Column(pill=True)}
_Index = QModelIndex | QPersistentModelIndex


class _ValueDelegate(RowDelegate):
    """Edits a value in place, with an editor for its type."""

    refused = Signal(object)
    """``UserError``: what was typed is no such value."""

    def __init__(self, view: QAbstractItemView, columns: Mapping[int, Column]) -> None:
        super().__init__(view, columns)
        # Connected before the view connects: the view takes the focus away before it puts the editor away.
        self.closeEditor.connect(self._on_close)

    def _on_close(self, editor: QWidget) -> None:
        if isinstance(editor, FieldEditor):
            editor.finish()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        editor = FieldEditor(index.data(FIELD_ROLE), index.data(RAW_ROLE), parent, in_place=True)
        editor.setAutoFillBackground(True)
        editor.left.connect(lambda: self._finish(editor))
        return editor

    def _finish(self, editor: QWidget) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        if isinstance(editor, FieldEditor):
            editor.select_all()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        if isinstance(editor, FieldEditor):
            value, error = value_or_error(editor)
            if error is None:
                model.setData(index, value)
            else:
                self.refused.emit(error)


class StateDock(Dock):
    """A tree of values."""

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        body = QWidget()
        super().__init__("state", "State", body)
        self._workspace = workspace
        self._inspector = workspace.inspector
        self.tree = QTreeView(body)
        self._hint = QLabel(body)
        self._hint.setProperty("role", "hint")
        self._hint.setWordWrap(True)
        self._hint.setContentsMargins(13, 8, 13, 10)
        self._working = QTimer(self)
        self._working.setSingleShot(True)
        self._working.setInterval(_PATIENCE_MILLISECONDS)
        self._working.timeout.connect(lambda: self.title_bar.set_badge("working…", "neutral"))
        self._set_up_tree(theme)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(1, 0, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self._hint)
        theme.follow(self)
        self._inspector.state_wanted.connect(self._working.start)
        self._inspector.state_changed.connect(self._on_state)
        self._inspector.state_failed.connect(self._on_failed)
        self._on_state(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tree.header().resizeSection(NAME, max(84, min(140, event.size().width() * 36 // 100)))

    def _set_up_tree(self, theme: Theme) -> None:
        tree, model = self.tree, self._inspector.state
        tree.setModel(model)
        dress(tree)
        delegate = _ValueDelegate(tree, _COLUMNS)
        delegate.refused.connect(self._workspace.refused)
        theme.follow(delegate)
        tree.setItemDelegate(delegate)
        tree.setAccessibleName("State")
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        header = tree.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(VALUE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(SET_AT, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(SET_AT, 56)
        tree.clicked.connect(self._on_clicked)
        # A row's ground reaches to the left of its first cell, where a tree does not repaint by itself.
        model.dataChanged.connect(lambda: tree.viewport().update())

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == SET_AT:
            self._workspace.selection.go_to(self._inspector.state.writer_at(index))

    def _on_state(self, shown: StateView | None) -> None:
        self._working.stop()
        if shown is None:
            self._show("State", "", "", "")
            self._hint.setText("Choose an entity to see its state.")
            return
        self._show(f"State at {shown.version}", shown.exactness.value, _TONES[shown.exactness], "")
        self.title_bar.badge.setToolTip(_MEANINGS[shown.exactness])
        if shown.state is None:
            self._hint.setText("Discarded: there is no state after this event. Step back to see the last one.")
        else:
            self._hint.setText(self._editing_hint() + "Click “set at” to go to the event that set a value.")

    def _editing_hint(self) -> str:
        view = self._inspector.view
        if not self._inspector.can_edit or view is None or not view.fields or view.facts.discarded:
            return ""
        at_last = self._workspace.selection.is_at_last
        return "Double-click a value to change it. " if at_last else "Go to the last event to change values. "

    def _on_failed(self, error: UserError) -> None:
        self._working.stop()
        self._show("State", "failed", "red", "")
        self._hint.setText(str(error))

    def _show(self, title: str, badge: str, tone: str, summary: str) -> None:
        self.title_bar.set_title(title)
        self.title_bar.set_badge(badge, tone or "neutral")
        self.title_bar.set_summary(summary)
