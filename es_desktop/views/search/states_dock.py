"""Finds entities by a condition on their state, at the end or as of a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QTableView, QVBoxLayout, QWidget

from es_desktop.app.search.examples import CONDITION
from es_desktop.app.search.questions import StateQuestion
from es_desktop.app.search.state_scan import parse_condition
from es_desktop.core import EntityId
from es_desktop.models.presence import Absence
from es_desktop.models.search.state_finder import AT, CHANGED, ID, MOST, NAME, TYPE, VALUES
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.entity.value_menu import Value, offer_values
from es_desktop.views.style.builders import ProgressBar, fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.fields import PickButton, line_edit
from es_desktop.views.style.plain_text import Hint
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table, width_for
from es_desktop.views.style.view_menu import arrange_column
from es_desktop.views.watch.expression_line import ExpressionLine

from .kept_row import KeptRow
from .saved_button import SavedButton

_WIDTHS: Final = {TYPE: 78, ID: 88, NAME: 130, AT: 60, CHANGED: 118}
_COLUMNS: Final = {
    ID: Column(mono=True, dim=True),
    AT: Column(dim=True),
    VALUES: Column(mono=True),
    CHANGED: Column(dim=True),
}
_ROOM_FOR_CHANGED: Final = 690
_ROOM_FOR_NAMES: Final = 440
_ROOM_FOR_TYPES: Final = 520
_EMPTY: Final = (
    "Type a condition on the state and press Enter to list every entity whose state meets it, at its last version or "
    "as of a time. Use the names of the state, such as total, lines[0].price or status."
)


class StatesDock(WorkspaceDock):
    """Lists the entities whose state meets a condition; a click goes to that state."""

    name, title = "states", "Find by state"

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._finder = workspace.states
        self.line = ExpressionLine(parse_condition, workspace, body)
        self.line.setPlaceholderText(CONDITION)
        self.line.setAccessibleName("Condition on the state")
        about = "The time as of which the states are, such as 2025-05-02"
        self.as_of = line_edit(about, "as of… (at the end)", body, can_clear=True)
        self.as_of.setFixedWidth(168)
        self.types = PickButton("entity type", self._names_of_types, body)
        self._is_showing = self._goes_to_rows = False
        self.button = QPushButton("Find", body)
        self.bar = ProgressBar("Progress of the search", body, width=90)
        self._actions["search"] = QAction("Search again", self)
        self._actions["search"].triggered.connect(self._find)
        self._trouble, self.hint = (Hint(parent=body, top=10, bottom=8) for _ in range(2))
        self.table = QTableView(body)
        # Without a table, the free space is below the last text.
        for label in (self.line.error, self._trouble):
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        name, delegate = "Entities found by their state", RowDelegate(self.table, _COLUMNS, theme=theme)
        set_up_table(self.table, self._finder.model, delegate, name, widths=_WIDTHS, stretch=[VALUES])
        self._rows = KeptRow[EntityId](self.table, self._entity_at, self._row_of_entity, lambda: workspace.session)
        self._lay_out(body)
        self._connect()
        theme.follow(self.line, self)
        self._show_widths()
        self._show_question()
        self._show()

    def focus_line(self) -> None:
        """Show the dock with the focus in the line of the condition."""
        self.bring_forward(self.line)
        self.line.selectAll()

    def list_matches(self, condition: str) -> None:
        """Show the dock, and list the entities whose last state meets a condition; the focus goes to the first ones."""
        self._finder.set_question(StateQuestion(condition))
        self.bring_forward(self.line)
        self._goes_to_rows = True
        self._find()

    def _fit(self, width: int) -> None:
        arrange_column(self.table, CHANGED, width >= _ROOM_FOR_CHANGED)
        arrange_column(self.table, TYPE, width >= _ROOM_FOR_TYPES)
        arrange_column(self.table, NAME, width >= _ROOM_FOR_NAMES)

    def _lay_out(self, body: QWidget) -> None:
        self.line.error.setContentsMargins(13, 5, 13, 3)
        below = (self.as_of, self.types, (0, 1), self.bar, SavedButton("states", self._workspace, body))
        fill(
            QVBoxLayout(body),
            fill(QHBoxLayout(), (self.line, 1), self.button, margins=(9, 9, 9, 0), spacing=8),
            self.line.error,
            fill(QHBoxLayout(), *below, margins=(9, 6, 12, 6), spacing=8),
            self._trouble,
            self.hint,
            (self.table, 1),
            margins=(1, 0, 1, 1),
        )

    def _connect(self) -> None:
        self.line.entered.connect(lambda expression: self._find())
        self.line.left.connect(lambda: self.table.setFocus() if self.table.isVisible() else self.left.emit())
        self.as_of.returnPressed.connect(self._find)
        self.button.clicked.connect(lambda: self._finder.stop() if self._finder.is_searching else self._find())
        for line in (self.line, self.as_of):
            line.textChanged.connect(lambda: self._keep())
        self.types.picked.connect(lambda names: self._keep(types=names))
        self._finder.question_changed.connect(self._show_question)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        offer_values(self.table, self._workspace, self._theme, self._values_at)
        self.table.clicked.connect(self._on_row_chosen)  # a click on the current row chooses it again
        self._finder.changed.connect(self._show)
        self._workspace.store_changed.connect(self._show)
        self._workspace.overview.changed.connect(self._show_widths)

    def _values_at(self, index: QModelIndex) -> list[Value]:
        """Return the values of an entity that the condition names."""
        return [(path, value) for path, value in self._finder.model.at(index.row()).values.items() if path]

    def _names_of_types(self) -> dict[str, int]:
        activity = self._workspace.overview.activity
        return {} if activity is None else activity.totals.entity_types

    def _keep(self, **changes: Any) -> None:
        """Have the finder keep what is typed."""
        if not self._is_showing:
            self._goes_to_rows = False
            typed = replace(self._finder.question, condition=self.line.text(), as_of=self.as_of.text())
            self._finder.set_question(replace(typed, **changes))

    def _show_question(self) -> None:
        question, self._is_showing = self._finder.question, True
        if self.line.text() != question.condition:
            self.line.offer(question.condition)
        if self.as_of.text() != question.as_of:
            self.as_of.setText(question.as_of)
        self.types.show_picked(question.types)
        self._is_showing = False

    def _find(self) -> None:
        expression = self.line.usable()
        if expression is not None:
            self._finder.ask(replace(self._finder.question, condition=expression))

    def _entity_at(self, row: int) -> EntityId:
        return self._finder.model.at(row).entity.id

    def _row_of_entity(self, entity_id: EntityId, rows: range) -> int | None:
        return next((row for row in rows if self._entity_at(row) == entity_id), None)

    def _on_row_chosen(self, current: QModelIndex) -> None:
        if current.isValid() and not self._rows.is_choosing:
            hit = self._finder.model.at(current.row())
            self._workspace.choose(hit.entity.id, hit.version)

    def _show_widths(self) -> None:
        types = self._names_of_types()
        self.table.horizontalHeader().resizeSection(TYPE, width_for(self.table, types, least=60, most=130))

    def _show(self) -> None:
        finder, count = self._finder, self._finder.model.rowCount()
        is_searching, searched = finder.is_searching, finder.progress
        self.button.setText("Stop" if is_searching else "Find")
        self.button.setEnabled(self._workspace.session is not None)
        self.bar.setVisible(is_searching)
        done, total = (0, 0) if searched is None else (searched.events, searched.total)
        self.bar.show_done(done, total)
        self._show_trouble()
        self.table.setVisible(count > 0)
        self._go_to_rows()
        self._explain(self.hint, None if count else self._why_empty())
        self.title_bar.set_summary("" if searched is None else self._summary())

    def _go_to_rows(self) -> None:
        """Focus the first results when there are some, unless a person typed or went elsewhere meanwhile."""
        if self._goes_to_rows and self.table.isVisible():
            self._goes_to_rows = False
            if self.line.hasFocus():
                self.table.setFocus()

    def _summary(self) -> str:
        searched = self._finder.progress
        assert searched is not None, "called only during or after a search"
        found = f"{format_number(searched.hits)} of {count_text(searched.entities, 'entity')}"
        if self._finder.is_searching:
            return f"{found} so far"
        return found if searched.is_done else f"{found}, stopped"

    def _show_trouble(self) -> None:
        searched = self._finder.progress
        notes = [] if searched is None else [searched.trouble, searched.without.text]
        if searched is not None and searched.hits > MOST:
            notes.append(f"the first {format_number(MOST)} are listed")
        text = ". ".join(filter(None, notes))
        self._trouble.explain(f"{text[:1].upper()}{text[1:]}." if text else "")

    def _why_empty(self) -> Absence:
        finder = self._finder
        if finder.problem is not None:
            return Absence.of(finder.problem, "search", "")
        if finder.is_searching:
            return Absence("Searching…")
        return Absence(_EMPTY if finder.progress is None else "No entity's state matches.")
