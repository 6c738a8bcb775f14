"""The events of a hypothetical branch, and how its states differ from those of the history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QLineF, QModelIndex, Qt, QTimer
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.branch.view import Difference
from es_desktop.app.entity.ids import short_id
from es_desktop.models.branch.current_branch import CurrentBranch
from es_desktop.models.branch.what_if_model import CHANGES, DIFFERS, EVENT, MARK, ORIGINAL, VERSION
from es_desktop.models.compare.compare_model import (
    LEFT_COLUMN,
    PATH_COLUMN,
    RIGHT_COLUMN,
    SET_AT,
    CompareModel,
    CompareRows,
)
from es_desktop.models.guard import Guarded
from es_desktop.replay import EventRef
from es_desktop.replay.compare import ComparedValue
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.builders import fill, on_key
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table, width_for
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.tokens import LIGHT, Tokens
from es_desktop.views.table.rows import choose_row, current_row, rows_of, selected_ranges

_HYPOTHETICAL: Final = "HYPOTHETICAL – never written"
_TEACHING: Final = (
    "Press {what-if} to start a branch at the chosen version. Skip, edit, move or insert events, and see how the "
    "states would differ. A branch is kept in memory and never written to the store."
)
_BUTTONS: Final = (
    ("what-if-skip", "what-if-edit", "what-if-insert", "what-if-up", "what-if-down"),
    ("what-if-undo", "what-if-redo"),
    ("what-if-save", "what-if-end"),
)
_KEYS: Final = (("Del", "what-if-skip"), ("F2", "what-if-edit"), ("Return", "what-if-edit"), ("Enter", "what-if-edit"))
_ROOM: Final = 340
"""Height in pixels that the dock gets when a branch starts, but at most the part ``_SHARE`` of the window."""
_SHARE: Final = 0.46
_COLUMNS: Final = {
    VERSION: Column(strong=True),
    ORIGINAL: Column(dim=True),
    EVENT: Column(strong=True),
    MARK: Column(tint="amber"),
    CHANGES: Column(),
    DIFFERS: Column(tint="amber"),
}
_WIDTHS: Final = {VERSION: 60, ORIGINAL: 60, EVENT: 142, MARK: 76}
_DIFFERENCE_COLUMNS: Final = {LEFT_COLUMN: Column(mono=True, dim=True), RIGHT_COLUMN: Column(mono=True)}
_EDGE: Final = 9
_PITCH: Final = 7


class DifferencePane(QWidget):
    """A table of the differences, or a text if there are none."""

    def __init__(self, shown: CurrentBranch, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self._model = CompareModel(self)
        self.table = QTableView(self)
        self.note = Hint(parent=self, top=9)
        self.setMinimumWidth(300)
        name, delegate = "Differences from the history", RowDelegate(self.table, _DIFFERENCE_COLUMNS, theme=theme)
        sides = (LEFT_COLUMN, RIGHT_COLUMN)
        set_up_table(self.table, self._model, delegate, name, widths={PATH_COLUMN: 124}, stretch=sides)
        self.table.setColumnHidden(SET_AT, True)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.note)
        self._pages.addWidget(self.table)
        shown.difference_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        difference = self._shown.difference
        self._pages.setCurrentIndex(int(bool(difference)))
        self.note.setText(_note(difference, self._shown.shows_end))
        changes = () if difference is None else difference.changes
        values = (ComparedValue(each.path, each.before, each.after, True) for each in changes)
        self._model.show(CompareRows.of(values), "History", "Branch")


def _note(difference: Difference | None, is_end: bool) -> str:
    if difference is None:
        return "Calculating the difference…"
    if not difference.is_there:
        return "The entity does not exist, neither in the history nor in the branch."
    return f"The state {'at the end' if is_end else 'after this event'} is the same as in the history."


class HatchedEdge(Guarded, QWidget):
    """A strip of slanted amber lines that marks a branch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = LIGHT
        self.setFixedWidth(_EDGE)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._tokens.amber_soft))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._tokens.amber), 1.4))
        painter.drawLines([QLineF(0, y, _EDGE, y - _EDGE) for y in range(0, self.height() + _EDGE, _PITCH)])


class WhatIfDock(WorkspaceDock):
    """Shows the branch of the chosen entity; the other panels show the recorded history."""

    name, title, shows = "what-if", "What if", "what it would be with other events"

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._what_if = workspace.what_if
        self._shown = workspace.what_if.current
        self._wants_focus = False
        self.table = QTableView(body)
        self.history_views = self.own_lists = (self.table,)
        self.differences = DifferencePane(self._shown, theme, body)
        self.hint = Hint(parent=body)
        self._buttons = QHBoxLayout()
        self._set_up_table(theme)
        self._add_actions(self._actions)
        self._pages = self._lay_out(body, theme)
        self.choice = self.title_bar.add_choice(["after this event", "at the end"])
        self.choice.idClicked.connect(lambda number: self._shown.show_end(number == 1))
        theme.follow(self)
        self._what_if.changed.connect(self._refresh)
        self._shown.outcome_changed.connect(self._show_summary)
        self._shown.row_changed.connect(self._on_row_changed)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        self._refresh()
        if self._shown.branch is not None:
            self._on_row_changed(self._shown.row)

    def _add_actions(self, actions: Mapping[str, QAction]) -> None:
        """Show actions of the window as buttons, and connect the table's keys to them."""
        for group in _BUTTONS:
            for name in group:
                button = QToolButton(self)
                button.setDefaultAction(actions[name])
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
                button.pressed.connect(self._on_pressed)
                self._buttons.addWidget(button)
            self._buttons.addSpacing(10)
        self._buttons.addStretch(1)
        for keys, name in _KEYS:
            on_key(self.table, keys, actions[name].trigger)
        self.table.doubleClicked.connect(actions["what-if-edit"].trigger)

    def show_in_front(self, *, takes_focus: bool) -> None:
        """Show the dock in front of its tabs, with the focus if ``takes_focus``."""
        self.show()
        self.raise_()
        self._wants_focus = takes_focus
        self._take_focus()
        # Its height is known only after the tabs have changed.
        QTimer.singleShot(0, self, self._take_room)

    @property
    def has_focus(self) -> bool:
        """Whether this panel has the focus."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def selected_events(self) -> list[EventRef]:
        """Return the events that are selected in the table."""
        rows = {row for each in selected_ranges(self.table) for row in each}
        return [self._shown.table.entry_at(row).name for row in sorted(rows)]

    def _set_up_table(self, theme: Theme) -> None:
        table, delegate = self.table, RowDelegate(self.table, _COLUMNS, theme=theme)
        name, stretch = "Events of the hypothetical branch", (CHANGES, DIFFERS)
        set_up_table(table, self._shown.table, delegate, name, widths=_WIDTHS, stretch=stretch)

    def _lay_out(self, body: QWidget, theme: Theme) -> QStackedLayout:
        split = QSplitter(body)
        split.addWidget(self.table)
        split.addWidget(self.differences)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 2)
        self._buttons.setContentsMargins(10, 4, 10, 4)
        self._buttons.setSpacing(6)
        edge = HatchedEdge(body)
        theme.follow(edge)
        page = QWidget(body)
        fill(QHBoxLayout(page), edge, (fill(QVBoxLayout(), self._buttons, (split, 1)), 1))
        pages = QStackedLayout(body)
        pages.setContentsMargins(1, 0, 1, 1)
        pages.addWidget(self.hint)
        pages.addWidget(page)
        return pages

    def _refresh(self) -> None:
        """Show the branch, or how to start one."""
        is_there = self._shown.branch is not None
        self._pages.setCurrentIndex(int(is_there))
        frame = self.choice.parent()
        if isinstance(frame, QWidget):
            frame.setVisible(is_there)
        self.title_bar.set_badge(_HYPOTHETICAL if self._what_if.is_on else "", "accent")
        self.hint.setText(self._hint_text())
        if self._shown.branch is not None:
            width = width_for(self.table, self._shown.types, swatch=True, least=90, most=190)
            self.table.horizontalHeader().resizeSection(EVENT, width)
        self._show_summary()
        self._take_focus()

    def _hint_text(self) -> str:
        if self._what_if.is_reading:
            return "The events are being read…"
        if self._what_if.is_on:
            return with_keys("Reading the events was stopped. Press {what-if} to read them.")
        kept = self._what_if.kept
        if kept:
            others = "Another entity has a branch" if kept == 1 else f"{kept} other entities have branches"
            return f"{with_keys(_TEACHING)}\n\n{others}. Choose it to continue."
        return with_keys(_TEACHING)

    def _show_summary(self) -> None:
        entity, branch = self._what_if.entity, self._shown.branch
        if entity is None or branch is None:
            self.title_bar.set_summary("")
            return
        parts = [f"{entity.type} {short_id(entity.id)}", self._shown.description or "no edit yet"]
        if branch.branches_at is not None:
            parts += self._outcome_texts()
        self.title_bar.set_summary(" · ".join(parts))

    def _outcome_texts(self) -> list[str]:
        outcome = self._shown.outcome
        if outcome is None:
            return [with_keys("stopped; press {what-if} to continue") if self._shown.is_stopped else "calculating…"]
        if outcome.first is None:
            texts = ["the same states as in the history"]
        else:
            entry = self._shown.table.entry_at(outcome.first)
            version = entry.original if entry.version is None else entry.version
            count = count_text(outcome.at_end.count, "difference") if outcome.at_end else "no difference"
            texts = [f"differs from {format_number(version or 0)} on", f"{count} at the end"]
        return [*texts, f"{count_text(len(outcome.failed), 'event')} cannot be applied"] if outcome.failed else texts

    def _on_pressed(self) -> None:
        """Take the focus, so that the action applies to the event that is chosen here."""
        if not self.has_focus:
            self.table.setFocus()

    def _on_row_changed(self, row: int) -> None:
        if row != current_row(self.table) or not self.table.selectionModel().hasSelection():
            choose_row(self.table, row)
        rows_of(self.table).scroll_to(row)

    def _on_row_chosen(self, current: QModelIndex) -> None:
        if current.isValid():
            self._shown.choose_row(self._shown.table.row_number(current))

    def _take_room(self) -> None:
        area = self.parentWidget()
        if isinstance(area, QMainWindow) and not self.isFloating():
            room = min(_ROOM, int(area.height() * _SHARE))
            if self.height() < room:
                area.resizeDocks([self], [room], Qt.Orientation.Vertical)

    def _take_focus(self) -> None:
        if self._wants_focus and self._shown.branch is not None:
            self._wants_focus = False
            self.table.setFocus()
