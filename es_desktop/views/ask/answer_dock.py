"""The answer to the question: how many over time, and which entities or versions, each leading to its version."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QTableView, QVBoxLayout, QWidget

from es_desktop.app.ask.answers import FoundVersion
from es_desktop.app.ask.buckets import Bucket
from es_desktop.app.text.plain import plain_label
from es_desktop.app.text.times import calendar_time
from es_desktop.core import EntityId
from es_desktop.models.ask.found_model import AT, FIXED, ID, MOST, NAME, NOW, TYPE, WHEN, FoundModel, Row
from es_desktop.models.presence import Absence
from es_desktop.models.window_view import EXPLORE
from es_desktop.replay import ABSENT, Exactness
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.entity.value_menu import Value, offer_values
from es_desktop.views.search.kept_row import KeptRow
from es_desktop.views.style.builders import fill
from es_desktop.views.style.dialogs import open_menu
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import ElidedLabel, Hint
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table, width_for
from es_desktop.views.style.view_menu import arrange_column, menu_of
from es_desktop.views.table.rows import rows_of

from .over_time import OverTime

_WIDTHS: Final = {TYPE: 90, ID: 88, NAME: 150, AT: 72, WHEN: 118}
_COLUMNS: Final = {ID: Column(mono=True, dim=True), AT: Column(pill=True), WHEN: Column(dim=True)}
_ROOM_FOR_NAMES: Final = 420
_LEAST_NAMES: Final = 90
_BESIDE: Final = 14
"""Pixels of the dock beside the columns."""
_ENTITIES, _VERSIONS = range(2)
_EMPTY: Final = "Ask a question: the answers are listed here, and each leads to the version that makes it true."
_MOST_PATHS: Final = 40
"""Values that the menu of columns offers."""


class AnswerDock(WorkspaceDock):
    """Lists what answers the question."""

    name, title = "answer", "Answer"

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._questioner = workspace.questioner
        self._wanted: dict[QTableView, list[int]] = {}
        """The widths of the columns of each table, in pixels, where there is room."""
        self.choice = self.title_bar.add_choice(["Entities", "Versions"])
        self.chart = OverTime(body)
        self.trouble, self.hint = (Hint(parent=body, top=10, bottom=8) for _ in range(2))
        self.table = self._table(self._questioner.answers, "Entities that answer the question", body)
        self.versions = self._table(self._questioner.versions, "Versions that answer the question", body)
        self._rows_wanted_from: QWidget | None = None
        """What has the focus until there are rows, which get it."""
        self._actions["ask-again"] = QAction("Ask again", self)
        self._actions["ask-again"].triggered.connect(lambda: self._questioner.ask(self._questioner.typed))
        self.columns_button = QPushButton("Columns…", body)
        self.columns_button.setProperty("role", "link")
        self.foot = ElidedLabel(parent=body, drops_facts=True)
        self.foot.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        below = fill(QHBoxLayout(), self.columns_button, (self.foot, 1), margins=(9, 4, 12, 4), spacing=8)
        parts = self.trouble, self.chart, self.hint, (self.table, 1), (self.versions, 1), below
        fill(QVBoxLayout(body), *parts, margins=(1, 0, 1, 1))
        self.choice.idClicked.connect(lambda number: self._show_choice())
        self.chart.chosen.connect(self._ask_as_of)
        self.chart.spanned.connect(workspace.common.compare_counted)
        self.columns_button.clicked.connect(self._open_columns)
        self._questioner.changed.connect(self._show)
        self._questioner.question_changed.connect(lambda: self.go_to_rows_from(None))
        self._questioner.counted.connect(self._show_counts)
        workspace.store_changed.connect(self._show)
        theme.follow(self.chart, self)
        self._show_counts()
        self._show_choice()

    def _table(self, model: FoundModel, name: str, body: QWidget) -> QTableView:
        table = QTableView(body)
        delegate = RowDelegate(table, _COLUMNS, theme=self._theme)
        set_up_table(table, model, delegate, name, widths=_WIDTHS)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        kept = KeptRow(
            table,
            lambda row: _key_of(model.at(row)),
            lambda key, rows: next((row for row in rows if _key_of(model.at(row)) == key), None),
            lambda: self._workspace.session,
        )
        table.selectionModel().currentRowChanged.connect(
            lambda index: None if kept.is_choosing else self._choose(table, index)
        )
        table.clicked.connect(lambda index: self._on_clicked(table, index))
        table.activated.connect(lambda index: self._go_to(table, index))
        table.verticalScrollBar().valueChanged.connect(lambda value: self._show_rows())
        table.verticalScrollBar().rangeChanged.connect(lambda least, most: self._show_rows())
        offer_values(table, self._workspace, self._theme, lambda index: _values_at(model, index))
        model.modelReset.connect(lambda: self._on_reset(table))
        model.rowsInserted.connect(lambda parent, first, last: self._fit_columns(table) if first == 0 else None)
        return table

    def go_to_rows_from(self, focused: QWidget | None) -> None:
        """Give the focus to the first rows once there are some, unless a person types or leaves ``focused`` before."""
        self._rows_wanted_from = focused

    @property
    def _shown(self) -> QTableView:
        return self.versions if self.choice.checkedId() == _VERSIONS else self.table

    # A row leads to its version

    def _choose(self, table: QTableView, index: QModelIndex) -> None:
        model = table.model()
        if index.isValid() and isinstance(model, FoundModel):
            row = model.row_at(index)
            self._workspace.choose(row.entity.id, row.version)

    def _on_clicked(self, table: QTableView, index: QModelIndex) -> None:
        self._choose(table, index)
        if index.column() == AT:
            self._go_to(table, index)

    def _go_to(self, table: QTableView, index: QModelIndex) -> None:
        """Show the version of a row in Explore."""
        self._choose(table, index)
        self._workspace.shown_view.show(EXPLORE)
        self.left.emit()

    # Columns

    def _on_reset(self, table: QTableView) -> None:
        table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for column, width in _WIDTHS.items():
            table.horizontalHeader().resizeSection(column, width)
        self._fit_columns(table)

    def _fit_columns(self, table: QTableView) -> None:
        """Give the columns of the question the width of what is read of them, and hide a type that all have."""
        model, header = table.model(), table.horizontalHeader()
        assert isinstance(model, FoundModel)
        wanted = self._wanted[table] = [header.sectionSize(column) for column in range(FIXED)]
        for column in range(FIXED, model.columnCount()):
            texts = [str(model.index(row, column).data() or "") for row in range(min(40, model.rowCount()))]
            heading = f"{model.headerData(column, Qt.Orientation.Horizontal)}   "
            wanted.append(width_for(table, [*texts, heading], least=64, most=220))
            arrange_column(table, column, True)
            header.resizeSection(column, wanted[column])
        asked = self._questioner.asked
        arrange_column(table, TYPE, asked is None or len(asked.all_types or ()) != 1)
        self._fit_to_room(table)

    def _fit_to_room(self, table: QTableView) -> None:
        """Hide the last values of the end of the history that have no room, and give the names what is left."""
        header, wanted = table.horizontalHeader(), self._wanted.get(table, [])
        room = self.width() - _BESIDE  # the table has its width only once it is shown
        shown = [each for each in range(len(wanted)) if each < FIXED or not self._is_of_end(table, each)]
        shown = [each for each in shown if each != NAME and (each >= FIXED or not header.isSectionHidden(each))]
        left = room - sum(wanted[each] for each in shown) - _LEAST_NAMES
        for column in (each for each in range(FIXED, len(wanted)) if self._is_of_end(table, each)):
            left -= wanted[column]
            arrange_column(table, column, left >= 0)
            left += wanted[column] if left < 0 else 0
        if not header.isSectionHidden(NAME):
            header.resizeSection(NAME, max(_LEAST_NAMES, min(_WIDTHS[NAME], _LEAST_NAMES + left)))

    def _is_of_end(self, table: QTableView, column: int) -> bool:
        return str(table.model().headerData(column, Qt.Orientation.Horizontal)).endswith(NOW)

    def _fit(self, width: int) -> None:
        for table in (self.table, self.versions):
            arrange_column(table, NAME, width >= _ROOM_FOR_NAMES)
            self._fit_to_room(table)

    def _open_columns(self) -> None:
        """Open the menu of the columns, and of the values of the states that can be columns."""
        table, menu = self._shown, QMenu(self.columns_button)
        menu_of(table).add_columns(menu, range(table.model().columnCount()))
        asked, known = self._questioner.asked, self._workspace.listing.states.paths
        self._workspace.listing.states.read_paths()
        if asked is not None and known:
            types = asked.all_types or known.keys()
            paths = dict.fromkeys(path for each in sorted(types) for path in known.get(each, ()))
            shown, values = asked.columns or asked.question.paths, menu.addMenu("Values")
            for path in list(dict.fromkeys((*shown, *paths)))[:_MOST_PATHS]:
                entry = values.addAction(plain_label(path))
                entry.setCheckable(True)
                entry.setChecked(path in shown)
                entry.triggered.connect(lambda checked, path=path: self._show_value(path, checked))
        open_menu(menu, self.columns_button.mapToGlobal(QPoint(0, self.columns_button.height())))

    def _show_value(self, path: str, is_shown: bool) -> None:
        asked = self._questioner.asked
        if asked is not None:
            others = tuple(each for each in asked.columns or asked.question.paths if each != path)
            columns = (*others, path) if is_shown else others
            self._questioner.ask(replace(self._questioner.typed, columns=columns))

    def _ask_as_of(self, bucket: Bucket | None) -> None:
        moment = None if bucket is None else calendar_time(bucket.end - 1)  # its last day
        as_of = "" if moment is None else moment.strftime("%Y-%m-%d")
        self._questioner.ask(replace(self._questioner.typed, as_of=as_of))

    # What is shown

    def _show_choice(self) -> None:
        is_versions = self.choice.checkedId() == _VERSIONS
        if is_versions:
            self._questioner.list_versions()
        self._show()

    def _show_counts(self) -> None:
        buckets = self._questioner.buckets or ()
        self.chart.show_buckets(buckets, None)
        self.chart.setVisible(bool(buckets))
        self._show_facts()

    def _show(self) -> None:
        questioner, shown = self._questioner, self._shown
        if shown is self.versions and not questioner.is_asking:
            questioner.list_versions()  # of another question
        count = shown.model().rowCount()
        for each in (self.table, self.versions):
            each.setVisible(each is shown and count > 0)
        if count and self._rows_wanted_from is not None:
            focused, self._rows_wanted_from = self._rows_wanted_from, None
            if focused.hasFocus():
                shown.setFocus()
        self._explain(self.hint, None if count else self._why_empty())
        self._show_trouble()
        self._show_facts()
        self._show_rows()
        self.columns_button.setVisible(count > 0)

    def _show_facts(self) -> None:
        questioner = self._questioner
        searched, found = questioner.progress, questioner.exactness
        others = [
            f"{format_number(count)} {each.value}" for each, count in found.items() if each is not Exactness.EXACT
        ]
        badge, tone = (", ".join(others), "neutral") if others else ("all exact", "green") if found else ("", "neutral")
        self.title_bar.set_badge(badge, "red" if Exactness.BROKEN in found else tone)
        facts = [] if searched is None else [self._counts()]
        if questioner.seconds:
            facts.append(f"{questioner.seconds:.2f} s")
        if self.chart.content.buckets:
            facts.append(f"count by {self.chart.period}")
        self.title_bar.set_summary(" · ".join(facts))

    def _counts(self) -> str:
        searched = self._questioner.progress
        assert searched is not None, "called only during or after asking"
        found = f"{format_number(searched.hits)} of {count_text(searched.entities, 'entity')}"
        if self._questioner.is_asking:
            return f"{found} so far"
        return found if searched.is_done else f"{found}, stopped"

    def _show_trouble(self) -> None:
        searched = self._questioner.progress
        notes = [] if searched is None else [searched.trouble, searched.without.text]
        if searched is not None and searched.hits > MOST:
            notes.append(f"the first {format_number(MOST)} are listed")
        text = ". ".join(filter(None, notes))
        self.trouble.explain(f"{text[:1].upper()}{text[1:]}." if text else "")

    def _why_empty(self) -> Absence:
        questioner = self._questioner
        if questioner.problem is not None:
            can_be_asked = questioner.asked is not None
            return Absence.of(questioner.problem, "ask-again" if can_be_asked else "", "")
        if questioner.is_asking or (self._shown is self.versions and questioner.is_listing_versions):
            return Absence("Asking…")
        if questioner.progress is None:
            return Absence(_EMPTY, "ask-question")
        if self._shown is self.versions:
            return Absence("No version is listed: the question has no condition that one version makes true.")
        return Absence("The question holds for no entity.")

    def _show_rows(self) -> None:
        """Say which rows are in view."""
        table = self._shown
        rows = rows_of(table)
        count = rows.count
        if not count or not table.isVisible():
            self.foot.set_whole_text("")
            return
        first, last = rows.row_in_view(0), rows.row_in_view(table.viewport().height() - 1)
        last = count - 1 if last < 0 else last
        text = f"Rows {format_number(max(0, first) + 1)}–{format_number(last + 1)} of {format_number(count)}"
        self.foot.set_whole_text(f"{text}. A number leads to its version.")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "foot"):
            self._show_rows()


def _key_of(row: Row) -> tuple[EntityId, int | None]:
    """Return what a row is chosen by again: the entity of an answer, whichever version it leads to."""
    return row.entity.id, row.version if isinstance(row, FoundVersion) else None


def _values_at(model: FoundModel, index: QModelIndex) -> list[Value]:
    """Return the values of a row at its version."""
    return [(path, value) for path, value in model.row_at(index).values.items() if path and value is not ABSENT]
