"""The entities of the store: filter, sort, choose one, and select several."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPoint
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QTableView, QVBoxLayout, QWidget

from es_desktop.app.entity.facts import StoreFacts
from es_desktop.app.search.lists import EntityQuery
from es_desktop.app.text.plain import plain_label
from es_desktop.core import EntityId
from es_desktop.models.search.entity_list import EntityList
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.fields import ChoiceBox, line_edit
from es_desktop.views.style.icons import icon
from es_desktop.views.style.painted import focus_quietly
from es_desktop.views.style.plain_text import Hint, set_tip
from es_desktop.views.style.tokens import Tokens
from es_desktop.views.table.rows import choose_row, current_row, rows_of, selected_ranges

from .entity_columns import EntityColumns
from .saved_button import SavedButton

_MOST: Final = 5_000
QWIDGETSIZE_MAX: Final = 16_777_215

_NO_BOOKMARK: Final = (
    "No entity is bookmarked. Press {bookmark-entity} to bookmark the chosen entity, {bookmark-event} the chosen event."
)


class RowSelection(QObject):
    """Keeps the selected entities of a table when the list is reloaded, sorted or filtered.

    With more than ``_MOST`` selected rows, ``entities`` is empty. When only what is listed changed, because others
    write to the store, the table stays where it is scrolled to.
    """

    def __init__(self, table: QTableView, listing: EntityList) -> None:
        super().__init__(table)
        self._table = table
        self._listing = listing
        self._entities = listing.model
        self._before: tuple[EntityId, ...] = ()
        self._query = self._entities.query
        self._chosen: EntityId | None = None
        self._scrolled = 0
        self._has_other_rows = False
        self.scrolls_next = False
        """Whether the table scrolls to the chosen row at the next listing, because a person changed it."""
        self._entities.modelAboutToBeReset.connect(self._on_about_to_reset)

    @property
    def entities(self) -> tuple[EntityId, ...]:
        """The ids of the selected rows, from top to bottom."""
        ranges = selected_ranges(self._table)
        is_too_many = sum(map(len, ranges)) > _MOST
        return () if is_too_many else self._listing.ids_at(sorted(row for each in ranges for row in each))

    def go_to(self, entity_id: EntityId | None) -> None:
        """Make the row of an entity current, and restore the selection from before the last reset."""
        row = self._entities.row_of(entity_id)
        if row is None:
            self._table.selectionModel().clear()
            if self._has_other_rows and self._query != self._entities.query:
                rows_of(self._table).set_offset(0)
        elif row != current_row(self._table):
            stays = entity_id == self._chosen and self._query == self._entities.query and not self.scrolls_next
            choose_row(self._table, row, scrolls=not stays)
            self._select_again()
            if stays:
                rows_of(self._table).set_offset(self._scrolled)
        # An entity that was chosen before it was listed has not been scrolled to yet.
        self._chosen, self.scrolls_next = None if row is None else entity_id, False
        if self._has_other_rows:
            self._query, self._has_other_rows = self._entities.query, False

    def _select_again(self) -> None:
        rows_of(self._table).selection.add(row for row in map(self._entities.row_of, self._before) if row is not None)
        self._before = ()

    def _on_about_to_reset(self) -> None:
        self._before = self.entities
        self._scrolled = rows_of(self._table).offset
        self._has_other_rows = True


class EntitiesDock(WorkspaceDock):
    """Lists every entity, discarded ones too."""

    name, title = "entities", "Entities"

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._waits_for: int | None = None
        self.filter = line_edit("Filter the entities", "id, name or value", body, can_clear=True)
        self.filter.setObjectName("entities-filter")
        self.filter.textChanged.connect(workspace.entities.set_filter)
        self.filter.returnPressed.connect(self._on_return)
        self._search = self.filter.addAction(icon("search", theme.tokens), QLineEdit.ActionPosition.LeadingPosition)
        self.only_marked = self.filter.addAction(QIcon(), QLineEdit.ActionPosition.TrailingPosition)
        self._search.setText("Filter")
        self.only_marked.setText("List only bookmarked entities")
        self.only_marked.setCheckable(True)
        self.only_marked.toggled.connect(workspace.entities.set_only_marked)
        self.scopes: ChoiceBox[str | None] = ChoiceBox(parent=self, name="Scope", letters=14)
        self.scopes.setMinimumWidth(
            72
        )  # it gives room to the buttons that appear on hover, so the docks keep their sizes
        self.scopes.activated.connect(lambda: workspace.show_scope(self.scopes.chosen))
        self.title_bar.add_widget(self.scopes)
        self.only_types = push_button("", self, "filter")
        self.only_types.setProperty("state", "on")
        self.only_types.clicked.connect(lambda: workspace.entities.set_types(None))
        self.title_bar.add_widget(self.only_types)
        self.table = QTableView(body)
        self._rows = RowSelection(self.table, workspace.listing)
        self.empty = Hint(parent=body, top=10)
        self.columns = EntityColumns(self.table, workspace, theme)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        self.columns_button = push_button("Columns…", body, "link")
        self.columns_button.clicked.connect(self._open_columns)
        self.clear_button = push_button("Clear filters", body, "link")
        self._clear = QAction("Clear filters", self)
        self._clear.triggered.connect(workspace.entities.clear_filters)
        self.clear_button.clicked.connect(self._clear.trigger)
        saved = SavedButton("entities", workspace, body)
        left = (self.columns_button, saved)
        below = fill(QHBoxLayout(), *left, (0, 1), self.clear_button, margins=(9, 2, 9, 4), spacing=10)
        row = fill(QVBoxLayout(), self.filter, margins=(9, 0, 9, 0))
        fill(QVBoxLayout(body), row, (self.table, 1), self.empty, below, margins=(1, 9, 1, 1), spacing=8)
        workspace.entities.dataChanged.connect(self._on_filled)
        workspace.listing.states.counted.connect(self._show_emptiness)
        workspace.store_changed.connect(self._show_scopes)
        self._presence.changed.connect(self._show_emptiness)
        workspace.entities.query_changed.connect(self._on_query)
        workspace.facts_changed.connect(self._on_facts)
        workspace.commander.written.connect(self._on_written)
        workspace.entities_changed.connect(self._on_listed)
        workspace.selection.entity_changed.connect(self._on_listed)
        self._show_scopes()
        self._show_only_types()
        self.clear_button.setVisible(False)
        theme.follow(self)

    @property
    def selected(self) -> tuple[EntityId, ...]:
        """The entities of the selected rows."""
        return self._rows.entities

    def begin(self) -> None:
        """Give the focus to the list of a store that was just opened."""
        focus_quietly(self.table)

    def focus_filter(self) -> None:
        """Show the dock with the focus in its search line."""
        self.bring_forward(self.filter)
        self.filter.selectAll()

    def set_tokens(self, tokens: Tokens) -> None:
        super().set_tokens(tokens)
        self._search.setIcon(icon("search", tokens, tokens.dim))
        self._show_only_marked()

    def _fit(self, width: int) -> None:
        self.columns.fit(width)

    def _on_row_chosen(self, current: QModelIndex) -> None:
        if current.isValid():
            row = self._workspace.entities.row_number(current)
            self._waits_for = None if self._workspace.entities.at(row) is not None else row
            self._workspace.choose_row(row)

    def _on_filled(self, first: QModelIndex, last: QModelIndex) -> None:
        """Choose the entity of the current row, if it was not loaded when the row was chosen."""
        if not first.column():  # otherwise there are only more states
            self.columns.fit_counts()
        row, number = self._waits_for, self._workspace.entities.row_number
        if row is not None and number(first) <= row <= number(last) and row == current_row(self.table):
            self._waits_for = None
            self._workspace.choose_row(row)

    def _on_written(self) -> None:
        self._rows.scrolls_next = True

    def _on_return(self) -> None:
        if self._workspace.entities.rowCount():
            choose_row(self.table, 0)
            self.table.setFocus()

    def _on_query(self, query: EntityQuery) -> None:
        self._show_only_marked()
        self._show_only_types()
        self.clear_button.setVisible(query.is_filter)
        if query.text != self.filter.text():
            self.filter.setText(query.text)

    def _show_only_types(self) -> None:
        """Show the button that names the listed entity types and removes this filter."""
        types = self._workspace.entities.query.types
        named = ", ".join(sorted(types or ()))
        self.only_types.setText(f"{plain_label(named, 16)}  ×")
        set_tip(self.only_types, f"Only these types are listed: {named}\nClick to list all entities.")
        self.only_types.setVisible(types is not None)

    def _open_columns(self) -> None:
        self.columns.open_menu(self.columns_button.mapToGlobal(QPoint(0, 0)))

    def _show_scopes(self) -> None:
        session = self._workspace.session
        choices = () if session is None else session.scope_choices
        self.scopes.set_options(choices)
        self.scopes.setVisible(bool(choices))
        if session is not None:
            self.scopes.choose(session.scope)

    def _show_only_marked(self) -> None:
        tokens, is_on = self._tokens, self._workspace.entities.is_only_marked
        self.only_marked.setChecked(is_on)
        self.only_marked.setIcon(icon("bookmark", tokens, tokens.accent if is_on else tokens.dim))

    def _on_facts(self, facts: StoreFacts) -> None:
        self.columns.fit_types(facts.types)
        self._show_summary()
        self._show_emptiness()

    def _show_summary(self) -> None:
        """Say how many entities there are; how many of them are listed, if these are others."""
        facts, listed = self._workspace.facts, self._workspace.entities.count()
        if facts is None:
            self.title_bar.set_summary("")
            return
        so_far = "" if facts.is_whole else " so far"
        is_filtered = listed != facts.entities and self._workspace.entities.query.is_filter
        entities = format_number(facts.entities)
        events = f"{entities}{so_far} · {count_text(facts.events, 'event')}"
        self.title_bar.set_summary(f"{format_number(listed)} of {entities}{so_far}" if is_filtered else events)

    def _on_listed(self) -> None:
        """Make the row of the chosen entity current."""
        self.columns.fit_counts()
        self._rows.go_to(self._workspace.selection.entity_id)
        self._show_summary()
        self._show_emptiness()

    def _show_emptiness(self) -> None:
        """Say why no entity is listed, or that not all are yet."""
        entities, reading = self._workspace.entities, self._reading_text()
        is_empty, absence = entities.rowCount() == 0, self._presence.of_entities()
        # Without a row only the lines of its headings are seen, and right below them why.
        self.table.setMaximumHeight(self.table.horizontalHeader().height() + 2 if is_empty else QWIDGETSIZE_MAX)
        if absence is not None and (is_empty or absence.action):
            self._explain(self.empty, absence)
        elif reading or not is_empty or self._workspace.facts is None:
            self.empty.explain(reading)
        elif entities.query.only == frozenset():
            self.empty.explain(with_keys(_NO_BOOKMARK))
        else:
            self.empty.explain("No entity matches the filter.", self._clear)

    def _reading_text(self) -> str:
        """Return how many states are read, while they are read for the filter or the order; empty at other times."""
        states, query = self._workspace.listing.states, self._workspace.entities.query
        if not (query.needs_states and states.is_reading_all) or states.count is None:
            return ""
        known, entities = map(format_number, (states.count.known, states.count.entities))
        return f"Names and values of {known} of {entities} entities are read so far."
