"""The rules of an entity type: found and listed, starred to be kept, each with what breaks it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.rules.rule import Rule
from es_desktop.models.presence import Absence
from es_desktop.models.rules.rules_model import EXCEPTIONS, HOLDS, KEPT, RULE, RulesModel
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.style.builders import ProgressBar, fill, foot_frame, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import ElidedLabel, Hint, set_tip
from es_desktop.views.style.rows import Column
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.view_menu import arrange_column

from .rule_rows import ROW_HEIGHT, RuleDelegate, RuleTable

_WIDTHS: Final = {KEPT: 30, HOLDS: 92, EXCEPTIONS: 104}
_COLUMNS: Final = {HOLDS: Column(dim=True)}
_ROOM_FOR_HOLDS: Final = 400
"""Pixels below which it is only in the tip in how many entities a rule holds."""
_ABOUT: Final = "Starred rules are watched."
_EMPTY: Final = (
    "No rule holds of these entities. A rule must hold in five entities or more, and in more than chance would make."
)


class RulesDock(WorkspaceDock):
    """Lists the rules of the entity type that is chosen in the view; a star keeps one, exceptions lead to the rows."""

    name, title = "rules", "Rules"

    exceptions_wanted = Signal()
    """A person wants to see what breaks the chosen rule."""
    test_wanted = Signal(object)
    """The ``Rule`` whose first exception is to be exported as a pytest."""

    def _fill(self, body: QWidget) -> None:
        self._finder = self._workspace.rules
        self._model = RulesModel(self._finder, self)
        self.button = push_button("Find again", body, "link")
        self.bar = ProgressBar("Progress of finding rules", body, width=90)
        self.table = RuleTable(body)
        self.hint = Hint(parent=body, top=10, bottom=8)
        delegate = RuleDelegate(self.table, _COLUMNS, theme=self._theme)
        set_up_table(self.table, self._model, delegate, "Rules", widths=_WIDTHS, stretch=[RULE])
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.about = ElidedLabel(_ABOUT, body, role="dim")
        self.export = push_button("Export as pytest…", body, "link")
        set_tip(self.export, "Write a test that fails where the first exception of the chosen rule breaks it")
        foot = foot_frame(body)
        parts = (self.about, 1), self.bar, self.button, self.export
        fill(QHBoxLayout(foot), *parts, margins=(12, 4, 8, 4), spacing=8)
        fill(QVBoxLayout(body), self.hint, (self.table, 1), foot, margins=(1, 0, 1, 0))
        self._connect()
        self._theme.follow(self)
        self._show()

    def _connect(self) -> None:
        self.button.clicked.connect(lambda: self._finder.stop() if self._finder.is_finding else self._find_again())
        self.table.clicked.connect(self._on_clicked)
        self.table.selectionModel().currentRowChanged.connect(lambda index, _: self._choose(index))
        self.table.starred.connect(self._toggle)
        self.table.opened.connect(self.exceptions_wanted)
        self.export.clicked.connect(lambda: self.test_wanted.emit(self._rule_with_exceptions()))
        self._finder.changed.connect(self._show)
        self._finder.chosen_changed.connect(self._show)
        self._workspace.process.changed.connect(self._find)
        self._workspace.shown_view.changed.connect(lambda name: self._find())
        self._workspace.notes.changed.connect(self._show)

    def _fit(self, width: int) -> None:
        arrange_column(self.table, HOLDS, width >= _ROOM_FOR_HOLDS)

    def _find(self) -> None:
        """Find the rules of the type of the view, once this is seen: nothing is read before."""
        name = self._workspace.process.query.entity_type
        if name and self.isVisible():
            self._finder.show(name)

    def _find_again(self) -> None:
        name = self._workspace.process.query.entity_type
        if name:
            self._finder.find(name)

    def _choose(self, index: QModelIndex) -> None:
        self._finder.choose(self._model.row_at(index).rule if index.isValid() else None)

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == KEPT:
            self._toggle(index)
        elif index.column() == EXCEPTIONS and self._model.row_at(index).support.exception_count:
            self._choose(index)
            self.exceptions_wanted.emit()

    def _toggle(self, index: QModelIndex) -> None:
        if index.isValid() and self._workspace.notes.is_kept:
            shown = self._model.row_at(index)
            self._finder.keep(shown.rule, not shown.is_kept)

    def _rule_with_exceptions(self) -> Rule | None:
        """Return the chosen rule, or the first one that something breaks, if a test can be made of it."""
        shown = [each for each in self._finder.rules if each.support.exceptions and not each.rule.path]
        chosen = [each for each in shown if each.rule == self._finder.chosen]
        return next((each.rule for each in chosen or shown), None)

    def _show(self) -> None:
        finder, count = self._finder, self._model.count()
        self.button.setText("Stop" if finder.is_finding else "Find again")
        self.button.setEnabled(self._workspace.session is not None)
        self.bar.setVisible(finder.is_finding)
        progress = finder.progress
        done, total = (0, 0) if progress is None else (progress.done, progress.total)
        self.bar.show_done(done, total)
        self.table.setVisible(count > 0)
        self.export.setEnabled(self._rule_with_exceptions() is not None)
        self._explain(self.hint, None if count else self._why_empty())
        self._show_counts()
        if finder.entity_type is None:
            self._find()

    def _show_counts(self) -> None:
        rules = self._finder.rules
        kept = sum(each.is_kept for each in rules)
        words = f"{count_text(len(rules), 'rule')}, {format_number(kept)} kept" if rules else ""
        self.title_bar.set_summary(words)
        broken = sum(each.support.exception_count for each in rules if each.is_kept)
        self.title_bar.set_badge(count_text(broken, "exception") if broken else "", "red")

    def _why_empty(self) -> Absence:
        if self._finder.problem is not None:
            return Absence.of(self._finder.problem, "", "")
        if self._finder.is_finding:
            return Absence("Rules are being found…")
        return Absence(_EMPTY if self._finder.is_whole else "Find lists the rules that hold of an entity type.")
