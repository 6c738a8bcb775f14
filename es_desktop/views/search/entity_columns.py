"""The columns of the list of entities: which are shown in the room there is, how wide they are, and their menu."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView

from es_desktop.app.entity.ids import short_id
from es_desktop.app.text.plain import plain_label
from es_desktop.models.search.entity_list import (
    CHANGED,
    CREATED,
    EVENTS,
    ID,
    MARKED,
    NAME,
    SNAPSHOTS,
    TYPE,
    VERSION,
)
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.dialogs import open_menu
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table, width_for
from es_desktop.views.style.theme import Theme

_WIDTHS: Final = {TYPE: 62, ID: 86, NAME: 110, VERSION: 46, EVENTS: 56, SNAPSHOTS: 34, CREATED: 94, CHANGED: 94}
_LOOKS: Final = {
    ID: Column(mono=True, dim=True),
    SNAPSHOTS: Column(tint="amber"),
    CREATED: Column(dim=True),
    CHANGED: Column(dim=True),
}
_ROOM: Final = {VERSION: 332, SNAPSHOTS: 400, CHANGED: 500, EVENTS: None, CREATED: None}
"""The width of the dock, in pixels, from which on a column is shown; ``None`` for one that a person must ask for."""
_ROOM_WITHOUT_NAMES: Final = {**_ROOM, SNAPSHOTS: 332, CHANGED: 0}
_ROOM_BESIDE_IDS: Final = 264
"""Pixels that the other columns need beside the id."""
_ROOM_FOR_OTHERS: Final = 222
"""Pixels that id, version and time need beside the type."""
_MOST_TYPES: Final = 12
_MOST_PATHS: Final = 30


class EntityColumns(QObject):
    """Arranges the columns of a table of entities."""

    def __init__(self, table: QTableView, workspace: Workspace, theme: Theme) -> None:
        super().__init__(table)
        self._table = table
        self._workspace = workspace
        self._entities = workspace.entities
        self._states = workspace.listing.states
        self._width = 0
        self._asked: dict[int, bool] = {}
        """The columns that a person showed or hid."""
        delegate = RowDelegate(table, _LOOKS, theme=theme)
        set_up_table(table, self._entities, delegate, "Entities", widths=_WIDTHS, several=True)
        header = table.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_menu)
        header.setSortIndicator(CHANGED, Qt.SortOrder.DescendingOrder)
        table.setSortingEnabled(True)
        self._states.changed.connect(self._arrange)
        workspace.store_changed.connect(self._arrange)
        self._arrange()

    def fit(self, width: int) -> None:
        """Show the columns that the dock has room for, at its ``width`` in pixels."""
        self._width = width
        self._arrange()

    def fit_types(self, types: Iterable[str]) -> None:
        """Give the column of types the width of the longest."""
        most = max(62, min(130, self._width - _ROOM_FOR_OTHERS))
        names = [f"{MARKED} {each}" for each in types]
        self._table.horizontalHeader().resizeSection(TYPE, width_for(self._table, names, least=62, most=most))

    def fit_counts(self) -> None:
        """Give the columns of ids and numbers the width of the longest that is read; of ids as far as there is room."""
        header, read = self._table.horizontalHeader(), list(self._entities.loaded_entities())
        ids, most = (short_id(each.id) for each in read), self._width - _ROOM_BESIDE_IDS
        least = _WIDTHS[ID]
        header.resizeSection(ID, width_for(self._table, ids, mono=True, least=least, most=max(least, most)))
        counts = {VERSION: "version", EVENTS: "events", SNAPSHOTS: "snapshots"}
        for column, name in counts.items():
            largest = f"{max((getattr(each, name) for each in read), default=0):,}"
            header.resizeSection(column, width_for(self._table, [largest], least=_WIDTHS[column]))

    def _arrange(self) -> None:
        """Show or hide each column; the names take the free room, or the times if there are no names."""
        paths = self._states.name_paths
        has_names = self._states.is_possible and (not paths or any(paths.values()))
        rooms = _ROOM if has_names else _ROOM_WITHOUT_NAMES
        self._table.setColumnHidden(NAME, not self._asked.get(NAME, has_names))
        for column, room in rooms.items():
            is_shown = self._asked.get(column, room is not None and self._width >= room)
            self._table.setColumnHidden(column, not is_shown)
        header = self._table.horizontalHeader()
        modes = QHeaderView.ResizeMode
        for column, stretches in ((NAME, has_names), (CHANGED, not has_names)):
            header.setSectionResizeMode(column, modes.Stretch if stretches else modes.Interactive)

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self._table)
        for column in range(len(_WIDTHS)):
            title = self._entities.headerData(column, Qt.Orientation.Horizontal)
            action = menu.addAction("Snapshots" if title == "◆" else plain_label(str(title)))
            action.setCheckable(True)
            action.setChecked(not self._table.isColumnHidden(column))
            action.toggled.connect(partial(self._show_column, column))
        self._add_names(menu)
        open_menu(menu, self._table.horizontalHeader().mapToGlobal(at))

    def _show_column(self, column: int, is_shown: bool) -> None:
        self._asked[column] = is_shown
        self._arrange()

    def _add_names(self, menu: QMenu) -> None:
        """Add the menus in which a person chooses the value that names the entities of a type."""
        read = list(self._entities.loaded_entities())
        types = list(dict.fromkeys(each.type for each in read))[:_MOST_TYPES]
        choices = {each: self._states.paths_of(each, read)[:_MOST_PATHS] for each in types}
        if any(choices.values()):
            menu.addSeparator()
        for entity_type, paths in choices.items():
            if paths:
                named = menu.addMenu(f"Name of every {plain_label(entity_type, 40)}")
                for path in paths:
                    action = named.addAction(plain_label(path, 60))
                    action.setCheckable(True)
                    action.setChecked(path == self._states.name_paths.get(entity_type))
                    action.triggered.connect(partial(self._name_by, entity_type, path))

    def _name_by(self, entity_type: str, path: str) -> None:
        self._workspace.notes.update(lambda notebook: notebook.with_paths(entity_type, name=path))
