"""What is odd, missing or false in the store: the findings, and the events that show the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTableView, QVBoxLayout, QWidget

from es_desktop.app.text.times import format_time
from es_desktop.models.presence import Absence
from es_desktop.models.quality.findings_model import SHORT, VERSION, WHOLE, FindingRowsModel, FindingsModel
from es_desktop.models.window_view import EXPLORE
from es_desktop.system.counts import format_number
from es_desktop.views.style.builders import ProgressBar, fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint, set_tip
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.table.rows import choose_row

from .painting import FINDING_HEIGHT, FindingDelegate


class FindingsDock(WorkspaceDock):
    """Lists the findings; the chosen one has its rows in another panel."""

    name, title = "findings", "Findings"

    def _fill(self, body: QWidget) -> None:
        self._surveyor = surveyor = self._workspace.surveyor
        self._model = FindingsModel(surveyor)
        self.table = QTableView(body)
        set_up_table(self.table, self._model, FindingDelegate(self.table, theme=self._theme), "Findings",
                     stretch=[0])  # fmt: skip
        self.table.verticalHeader().setDefaultSectionSize(FINDING_HEIGHT)
        self.table.horizontalHeader().hide()
        self.button = QPushButton("Make the report", body)
        self.bar = ProgressBar("Progress of the report", body)
        self.hint = Hint(parent=body, top=10, bottom=8)
        line = fill(QHBoxLayout(), self.button, (self.bar, 1), (0, 1), margins=(9, 9, 9, 6), spacing=8)
        fill(QVBoxLayout(body), line, self.hint, (self.table, 1))
        self.button.clicked.connect(lambda: surveyor.stop() if surveyor.is_running else surveyor.start())
        self.table.selectionModel().currentRowChanged.connect(lambda current, _: self._choose(current))
        surveyor.changed.connect(self._show)
        for changed in (self._workspace.shown_view.changed, self._workspace.facts_changed):
            changed.connect(lambda *_: self._start_if_few())
        self._theme.follow(self)
        self._show()
        self._start_if_few()

    def _start_if_few(self) -> None:
        facts = self._workspace.facts
        if facts is not None and self._workspace.shown_view.name == "quality":
            self._surveyor.start_if_few(facts.events)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self._surveyor.choose(self._model.row_at(index))

    def _show(self) -> None:
        surveyor, report = self._surveyor, self._surveyor.report
        is_running, progress, count = surveyor.is_running, surveyor.progress, self._model.count()
        self.button.setText("Stop" if is_running else "Make the report" if report is None else "Make it again")
        self.bar.setVisible(is_running)
        done, total = (0, 0) if progress is None else (progress.done, progress.total)
        self.bar.show_done(done, total)
        self.table.setVisible(count > 0)
        if count and not self.table.currentIndex().isValid():
            choose_row(self.table, 0)
        self._explain(self.hint, self._why_empty() if not count else None)
        self.title_bar.set_summary("" if report is None else report.summary)
        made = "" if report is None else f"The report is of {format_time(report.made)}."
        self.title_bar.set_badge("outdated" if surveyor.is_outdated else "", "neutral")
        set_tip(self.button, made)

    def _why_empty(self) -> Absence:
        surveyor = self._surveyor
        if surveyor.is_running:
            return Absence("All records are being read…")
        if surveyor.problem is not None:
            return Absence.of(surveyor.problem, "", "")
        if surveyor.report is not None:
            return Absence("Nothing odd was found.")
        text = "The report says what is odd, missing or false in this store, and what its data look like. "
        return Absence(f"{text}Each record is read once for it.")


class FindingRowsDock(WorkspaceDock):
    """Says why the chosen finding matters and how it is found, and lists what shows it; a row leads there."""

    name, title = "finding-rows", "Where it is"

    def _fill(self, body: QWidget) -> None:
        self._surveyor = surveyor = self._workspace.surveyor
        self._model = FindingRowsModel(surveyor)
        self.table = QTableView(body)
        columns = {SHORT: Column(mono=True), WHOLE: Column(mono=True, dim=True), VERSION: Column()}
        set_up_table(self.table, self._model, RowDelegate(self.table, columns, theme=self._theme),
                     "Where the finding is", widths={SHORT: 100, VERSION: 70}, stretch=[WHOLE])  # fmt: skip
        self.why, self.rule = Hint(parent=body, top=8, bottom=0), Hint(parent=body, top=2, bottom=6)
        fill(QVBoxLayout(body), self.why, self.rule, (self.table, 1))
        self.table.clicked.connect(lambda index: self._go(index, leaves=False))
        self.table.activated.connect(lambda index: self._go(index, leaves=True))
        surveyor.chosen_changed.connect(self._show)
        self._theme.follow(self)
        self._show()

    def _go(self, index: QModelIndex, *, leaves: bool) -> None:
        """Choose the entity at the version; ``leaves``: and show it."""
        row = self._model.row_at(index)
        self._workspace.choose(row.entity_id, row.version)
        if leaves:
            self._workspace.shown_view.show(EXPLORE)

    def _show(self) -> None:
        chosen = self._surveyor.chosen
        self.why.explain("" if chosen is None else chosen.words.why)
        self.rule.explain("Choose a finding to see where it is." if chosen is None else chosen.words.rule)
        self.table.setVisible(self._model.count() > 0)
        count = self._model.count()
        some = "" if chosen is None or chosen.has_all_rows else f"the first {format_number(count)} of "
        self.title_bar.set_summary("" if chosen is None else f"{some}{chosen.counted}")
        self.title_bar.set_title(f"{self.title}: {chosen.title}" if chosen is not None else self.title)
