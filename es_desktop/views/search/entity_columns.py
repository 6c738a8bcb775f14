"""The columns of the list of entities: which are shown in the room there is, how wide they are, and their menu."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.view import ColumnLayout
from es_desktop.app.text.plain import plain_label
from es_desktop.models.search.entities_model import CHANGED, CREATED, EVENTS, ID, MARKED, NAME, SNAPSHOTS, TYPE, VERSION
from es_desktop.models.workspace import Workspace
from es_desktop.system.counts import format_number
from es_desktop.views.style.dialogs import open_menu, stay_open_for_checks
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table, time_width, width_for
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.view_menu import menu_of, on_heading, on_menu

from .filter_header import FilterHeader

_WIDTHS: Final = {TYPE: 62, ID: 78, NAME: 110, VERSION: 46, EVENTS: 56, SNAPSHOTS: 34, CREATED: 94, CHANGED: 94}
_LOOKS: Final = {
    ID: Column(mono=True, dim=True),
    SNAPSHOTS: Column(tint="amber"),
    CREATED: Column(dim=True),
    CHANGED: Column(dim=True),
}
_ROOM: Final = {VERSION: 332, SNAPSHOTS: 400, CHANGED: 500, EVENTS: None, CREATED: None}
"""The width of the dock, in pixels, from which on a column is shown; ``None`` for one that a person must ask for."""
_ROOM_WITHOUT_NAMES: Final = {**_ROOM, ID: 0, CHANGED: 264}
_ROOM_BESIDE_IDS: Final = 264
"""Pixels that the other columns need beside the id."""
_ROOM_FOR_OTHERS: Final = 184
"""Pixels that id and name need beside the type, and the scroll bar."""
_LEAST_FOR_NAMES: Final = 96
_ROOM_FOR_FILTERS: Final = 300
_MOST_TYPES: Final = 30
_MOST_PATHS: Final = 30
_READING: Final = object()


class EntityColumns(QObject):
    """Arranges the columns of a table of entities."""

    changed = Signal()
    """A person arranged them in another way."""

    def __init__(self, table: QTableView, workspace: Workspace, theme: Theme) -> None:
        super().__init__(table)
        self._table = table
        self._workspace = workspace
        self._entities = workspace.entities
        self._states = workspace.listing.states
        self._width, self._width_of_times = 0, _WIDTHS[CHANGED]
        self._by_hand: dict[str, int] = {}
        """The widths that a person gave columns."""
        self._order: tuple[str, ...] = ()
        """The keys of the columns in the order that a person gave them."""
        self._is_placing = False
        self._fitted: set[int] = set()
        self.header = FilterHeader(table)
        table.setHorizontalHeader(self.header)
        delegate = RowDelegate(table, _LOOKS, theme=theme)
        set_up_table(table, self._entities, delegate, "Entities", widths=_WIDTHS)
        header = self.header
        self._menu = menu_of(table)
        self._menu.columns_changed.connect(self._arrange)
        self._menu.columns_changed.connect(self.changed)
        on_heading(table, self._heading_menu)
        header.edited.connect(self.set_filter)
        header.resized_by_hand.connect(self._on_resized)
        header.sectionMoved.connect(self._on_moved)
        on_menu(table, self._cell_menu)
        header.setSortIndicator(CHANGED, Qt.SortOrder.DescendingOrder)
        table.setSortingEnabled(True)
        self._value_menus: tuple[QMenu, QMenu] | None = None
        self._states.changed.connect(self._arrange)
        self._states.paths_read.connect(lambda: None if self._entities.query.is_filter else self._fill_values())
        self._entities.columnsInserted.connect(self._on_inserted)
        self._entities.columnsRemoved.connect(self._arrange)
        self._entities.query_changed.connect(self._show_filters)
        workspace.store_changed.connect(self._arrange)
        self._arrange()

    @property
    def layout(self) -> ColumnLayout:
        """How a person arranged the columns."""
        there = {column: shown for column, shown in self._menu.asked.items() if column < self._entities.columnCount()}
        shown = {self._entities.column_key(column): is_shown for column, is_shown in there.items()}
        return ColumnLayout(dict(self._by_hand), self._order, shown)

    def use_layout(self, layout: ColumnLayout) -> None:
        """Arrange the columns as a person did."""
        self._by_hand, self._order = dict(layout.widths), layout.order
        keys = {self._entities.column_key(column): column for column in range(self._entities.columnCount())}
        self._menu.asked.clear()
        self._menu.asked.update({keys[key]: is_shown for key, is_shown in layout.shown.items() if key in keys})
        self._fitted.clear()
        for column, width in _WIDTHS.items():
            self._resize(column, width)
        self._place()
        self._arrange()

    def _resize(self, column: int, width: int) -> None:
        """Make a column so wide, unless a person gave it another width."""
        self.header.resizeSection(column, self._by_hand.get(self._entities.column_key(column), width))

    def _place(self) -> None:
        """Put the columns in the order that a person gave them; columns of values are beside the names at first."""
        keys = {self._entities.column_key(column): column for column in range(self._entities.columnCount())}
        fixed = list(keys)[: len(_WIDTHS)]
        order = [each for each in self._order if each in keys]
        order = order if set(fixed) <= set(order) else fixed
        beside = order.index(fixed[NAME]) + 1
        order[beside:beside] = [each for each in keys if each not in order]
        self._is_placing = True
        for place, key in enumerate(order):
            self.header.moveSection(self.header.visualIndex(keys[key]), place)
        self._is_placing = False

    def _on_resized(self, column: int) -> None:
        self._by_hand[self._entities.column_key(column)] = self.header.sectionSize(column)
        self.changed.emit()

    def _on_moved(self) -> None:
        if not self._is_placing:
            columns = map(self.header.logicalIndex, range(self.header.count()))
            self._order = tuple(map(self._entities.column_key, columns))
            self.changed.emit()

    def fit(self, width: int) -> None:
        """Show the columns that the dock has room for, at its ``width`` in pixels."""
        self._width = width
        self._arrange()

    def fit_types(self, types: Iterable[str]) -> None:
        """Give the column of types the width of the longest."""
        most = max(62, min(130, self._width - _ROOM_FOR_OTHERS))
        names = [f"{MARKED} {each}" for each in types]
        self._resize(TYPE, width_for(self._table, names, least=62, most=most))

    def fit_counts(self) -> None:
        """Give the columns of ids, numbers and times the width of the longest that is read; of ids as there is room."""
        read = list(self._entities.loaded_entities())
        ids, most = map(self._entities.id_text, read), self._width - _ROOM_BESIDE_IDS
        least = _WIDTHS[ID]
        self._resize(ID, width_for(self._table, ids, mono=True, least=least, most=max(least, most)))
        counts = {VERSION: "version", EVENTS: "events", SNAPSHOTS: "snapshots"}
        for column, name in counts.items():
            numbers = (getattr(each, name) for each in read)  # in a damaged store a version may be none
            largest = f"{format_number(max((each for each in numbers if isinstance(each, int)), default=0))}"
            heading = f"{self._entities.headerData(column, Qt.Orientation.Horizontal)}   "
            self._resize(column, width_for(self._table, [largest, heading], least=_WIDTHS[column]))
        times = sorted(each.modified for each in read if each.modified is not None)
        self._width_of_times = max(_WIDTHS[CHANGED], time_width(self._table, CHANGED, *times[:1], *times[-1:]))
        for column in (CREATED, CHANGED):
            self._resize(column, self._width_of_times)
        self._arrange()

    def set_filter(self, column: int, typed: str) -> None:
        """Filter by what is typed for a column; show why that is not valid."""
        problem = ""
        try:
            self._entities.set_column_filter(column, typed)
        except UserError as error:
            problem = str(error)
        self.header.show_filter(column, typed, problem)

    def open_menu(self, at: QPoint) -> None:
        """Open the menu of the columns at a point of the screen."""
        menu = QMenu(self._table)
        self._menu.add_columns(menu, range(len(_WIDTHS)))
        self._add_values(menu)
        open_menu(menu, at)

    def _heading_menu(self, column: int) -> QMenu:
        menu = QMenu(self._table)
        line = self.header.line(column)
        menu.addAction("Filter by it", line.setFocus).setEnabled(line.isVisible())
        self._add_values(menu)
        return menu

    def _add_values(self, menu: QMenu) -> None:
        """Add the values of states that can be columns or names, now and when those of all types are read."""
        menu.addSeparator()
        self._value_menus = menu.addMenu("Values"), menu.addMenu("Names")
        menu.destroyed.connect(self._forget_menus)
        if not self._entities.query.is_filter:
            self._states.read_paths()
        self._fill_values()

    def _forget_menus(self) -> None:
        self._value_menus = None

    def _fill_values(self) -> None:
        """Add what is not in the menus yet: of the types that are listed; without a filter of all types."""
        if self._value_menus is None:
            return
        read, is_filtered = list(self._entities.loaded_entities()), self._entities.query.is_filter
        types = list(dict.fromkeys(each.type for each in read) | ({} if is_filtered else self._states.paths or {}))
        paths = {each: self._states.paths_of(each, read)[:_MOST_PATHS] for each in types[:_MOST_TYPES]}
        is_reading = self._states.paths is None and self._states.is_possible and not is_filtered
        values = dict.fromkeys(types, self._entities.value_paths)
        names = {each: (path,) for each, path in self._states.name_paths.items()}
        of_values, of_names = self._value_menus
        _add_paths(of_values, "Values of", paths, values, self._toggle_value, is_reading=is_reading)
        _add_paths(of_names, "Name of every", paths, names, self._name_by, is_one=True, is_reading=is_reading)

    def _arrange(self, *_: object) -> None:
        """Show or hide each column; the names take the free room, or the times if there are no names, or the ids."""
        table, values = self._table, range(len(_WIDTHS), self._entities.columnCount())
        self._fit_values(values)
        paths = self._states.name_paths
        has_names = self._states.is_possible and (not paths or any(paths.values()))
        room_of_values = sum(map(self.header.sectionSize, values))
        table.setColumnHidden(NAME, not self._menu.asked.get(NAME, has_names))
        is_one_type = len(self._entities.query.types or ()) == 1  # which stands beside the title
        table.setColumnHidden(TYPE, not self._menu.asked.get(TYPE, not (is_one_type and has_names)))
        for column, room in (_ROOM if has_names else _ROOM_WITHOUT_NAMES).items():
            is_shown = self._menu.asked.get(column, room is not None and self._width >= room + room_of_values)
            table.setColumnHidden(column, not is_shown)
        free, least = (NAME, _LEAST_FOR_NAMES) if has_names else (CHANGED, self._width_of_times)
        if table.isColumnHidden(free):
            free, least = ID, _WIDTHS[ID]
        others = sum(map(self.header.sectionSize, {*range(self.header.count())} - {free}))
        for column in (ID, NAME, CHANGED):
            is_free = column == free and self._width - others >= least
            mode = QHeaderView.ResizeMode.Stretch if is_free else QHeaderView.ResizeMode.Interactive
            if self.header.sectionResizeMode(column) != mode:
                self.header.setSectionResizeMode(column, mode)
                self._resize(column, least if column == free else _WIDTHS[column])
        self.header.show_lines(self._width >= _ROOM_FOR_FILTERS or bool(self._entities.query.tests))

    def _fit_values(self, columns: Iterable[int]) -> None:
        """Make the columns of values as wide as what is read of them; not narrower again, or they would jump."""
        for column, path in zip(columns, self._entities.value_paths, strict=True):
            title = str(self._entities.headerData(column, Qt.Orientation.Horizontal))
            width = width_for(self._table, [f"{title}   ", *self._states.texts(path)], least=56, most=120)
            if width > self.header.sectionSize(column) or column not in self._fitted:
                self._fitted.add(column)
                self._resize(column, width)

    def _on_inserted(self) -> None:
        self._fitted.clear()
        self._place()
        self._show_filters()

    def _show_filters(self, _: object = None) -> None:
        for column in range(self._entities.columnCount()):
            self.header.show_filter(column, self._entities.column_filter(column))
        descending = self._entities.query.descending
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.header.setSortIndicator(self._entities.sorted_column, order)
        self._arrange()

    def _cell_menu(self, cell: QModelIndex) -> QMenu | None:
        value = self._entities.exact_filter(self._entities.row_number(cell), cell.column()) if cell.isValid() else None
        if value is None:
            return None
        title = self._entities.headerData(cell.column(), Qt.Orientation.Horizontal)
        menu = QMenu(self._table)
        menu.addAction(
            f"Use as filter: {plain_label(f'{title} {value}', 48)}", partial(self.set_filter, cell.column(), value)
        )
        if value.startswith("="):
            others = f"<>{value[1:]}"
            menu.addAction(
                f"Leave out: {plain_label(f'{title} {value[1:]}', 48)}", partial(self.set_filter, cell.column(), others)
            )
        clear = menu.addAction("Clear filters", self._entities.clear_filters)
        clear.setEnabled(self._entities.query.is_filter)
        return menu

    def _toggle_value(self, _: str, path: str) -> None:
        chosen = self._entities.value_paths
        kept = tuple(each for each in chosen if each != path)
        paths = (*chosen, path) if kept == chosen else kept
        self._workspace.notes.update(lambda notebook: notebook.with_entity_columns(paths))
        if path in self._entities.value_paths:
            self.header.bring_into_view(self._entities.columnCount() - 1)

    def _name_by(self, entity_type: str, path: str) -> None:
        self._workspace.notes.update(lambda notebook: notebook.with_paths(entity_type, name=path))


def _add_paths(
    menu: QMenu,
    title: str,
    paths: Mapping[str, Sequence[str]],
    chosen: Mapping[str, Container[str]],
    choose: Callable[[str, str], None],
    *,
    is_one: bool = False,
    is_reading: bool,
) -> None:
    """Add the paths of the states of each entity type, in a menu for each if there are several types.

    Those that are ``chosen`` are checked, one of each type if there ``is_one``. Types that are there stay: a person may
    be in their menus. ``is_reading``: those of other types follow.
    """
    there = {each.data(): each for each in menu.actions()}
    waiting = there.pop(_READING, None)
    if waiting is not None:
        menu.removeAction(waiting)
    types = [each for each, found in paths.items() if found and each not in there]
    has_menus = is_reading or len(types) > 1 or bool(there)
    menu.setEnabled(bool(types or there) or is_reading)
    for entity_type in types:
        inner = menu.addMenu("") if has_menus else menu
        inner.setTitle(plain_label(f"{title} {entity_type}", 60))
        inner.menuAction().setData(entity_type)
        stay_open_for_checks(inner)
        group = QActionGroup(inner)
        group.setExclusive(is_one)
        for path in paths[entity_type]:
            action = inner.addAction(plain_label(path, 60))
            action.setCheckable(True)
            action.setActionGroup(group)
            action.setChecked(path in chosen.get(entity_type, ()))
            action.triggered.connect(partial(choose, entity_type, path))
    if is_reading:
        waiting = menu.addAction("Reading…")
        waiting.setData(_READING)
        waiting.setEnabled(False)
