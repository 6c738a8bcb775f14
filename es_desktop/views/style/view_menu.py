"""The context menus of tables and trees: one builder for every row and every heading."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QHeaderView,
    QMenu,
    QTableView,
    QTreeView,
    QWidget,
)

from es_desktop.app.preferences.table import TIME_SWITCHES
from es_desktop.app.text.plain import plain_label
from es_desktop.models.guard import Guarded
from es_desktop.models.table.model import DeclaredColumns
from es_desktop.views.table.rows import list_rows

from .copying import View, add_copying
from .dialogs import open_menu

_MOST_LETTERS: Final = 48


class ViewMenu(Guarded, QObject):
    """Opens the context menu of a row or a heading: what the view offers there, then what every table can do."""

    columns_changed = Signal()
    """A person showed or hid a column."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._view = view
        self.asked: dict[int, bool] = {}
        """The columns that a person showed or hid."""
        self.make_row: Callable[[QModelIndex], QMenu | None] = lambda index: None
        self.make_heading: Callable[[int], QMenu | None] = lambda column: None
        header = _header_of(view)
        header.setResizeContentsPrecision(0)  # only what is in view is measured
        for widget, slot in ((view, self._open_row), (header, self._open_heading)):
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            widget.customContextMenuRequested.connect(slot)

    def show_column(self, column: int, is_shown: bool) -> None:
        """Show or hide a column because a person wants that, whatever room there is."""
        self.asked[column] = is_shown
        self._view.setColumnHidden(column, not is_shown)
        self.columns_changed.emit()

    def _open_row(self, point: QPoint) -> None:
        view = self._view
        index = view.indexAt(point)
        menu = self.make_row(index) or QMenu(view)
        menu.addActions(view.actions())
        menu.addSeparator()
        if index.isValid() and menu.isEmpty():
            menu.addAction("Copy the cell", partial(_copy, str(index.data() or "")))
        add_copying(menu, view, partial(_window_action, view))
        self._heading_menu(max(0, index.column()), menu)
        open_menu(menu, view.viewport().mapToGlobal(point))

    def _open_heading(self, point: QPoint) -> None:
        header = _header_of(self._view)
        column = header.logicalIndexAt(point)
        if column >= 0:
            open_menu(self._heading_menu(column), header.viewport().mapToGlobal(point))

    def _heading_menu(self, column: int, parent: QMenu | None = None) -> QMenu:
        """Return the menu of a heading, by itself or as a part of another: so it can be opened by keys, too."""
        view, header = self._view, _header_of(self._view)
        menu = self.make_heading(column) or QMenu(view)
        if parent is not None:
            menu.setParent(parent, menu.windowFlags())
            menu.setTitle("Column")
            parent.addMenu(menu)
        menu.addSeparator()
        if isinstance(view, QTableView) and view.isSortingEnabled():
            for text, order in (("Sort ascending", _ORDER.AscendingOrder), ("Sort descending", _ORDER.DescendingOrder)):
                menu.addAction(text, partial(view.sortByColumn, column, order))
        shown = [each for each in range(header.count()) if not header.isSectionHidden(each)]
        is_fixed = isinstance(view, QTreeView) and column == 0
        hide = menu.addAction(f"Hide {self._title(column)}", partial(self.show_column, column, False))
        hide.setEnabled(len(shown) > 1 and not is_fixed)
        self.add_columns(menu.addMenu("Columns"), range(header.count()))
        fit = menu.addAction("Fit the width", partial(view.resizeColumnToContents, column))
        fit.setEnabled(header.sectionResizeMode(column) == QHeaderView.ResizeMode.Interactive)
        model = view.model()
        if isinstance(model, DeclaredColumns) and model.columns[column].is_time:
            actions = [_window_action(view, name.replace("_", "-")) for name, _ in TIME_SWITCHES.values()]
            menu.addMenu("Times").addActions([each for each in actions if each is not None])
        return menu

    def add_columns(self, menu: QMenu, columns: Iterable[int]) -> None:
        """Add an entry for each column, checked if it is shown; another one may come or go with it."""
        view, header = self._view, _header_of(self._view)
        entries: dict[int, QAction] = {}

        def show() -> None:
            shown = [each for each in range(header.count()) if not header.isSectionHidden(each)]
            for each, entry in entries.items():
                entry.setChecked(each in shown)
                entry.setEnabled(shown != [each] and not (isinstance(view, QTreeView) and each == 0))

        def turn(column: int, is_shown: bool) -> None:
            self.show_column(column, is_shown)
            show()

        for each in columns:
            entries[each] = menu.addAction(self._title(each))
            entries[each].setCheckable(True)
            entries[each].triggered.connect(lambda checked, each=each: turn(each, checked))
        show()

    def _title(self, column: int) -> str:
        model = self._view.model()
        name = model.columns[column].name if isinstance(model, DeclaredColumns) else ""
        title = name or str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        return plain_label(title or f"Column {column + 1}", _MOST_LETTERS)


_ORDER: Final = Qt.SortOrder


def on_menu(view: View, make: Callable[[QModelIndex], QMenu | None]) -> None:
    """Have the context menu of a cell start with what ``make`` returns."""
    menu_of(view).make_row = make


def on_heading(view: View, make: Callable[[int], QMenu | None]) -> None:
    """Have the context menu of a heading start with what ``make`` returns for its column."""
    menu_of(view).make_heading = make


def arrange_column(view: View, column: int, is_shown: bool) -> None:
    """Show or hide a column by the room there is, unless a person did."""
    view.setColumnHidden(column, not menu_of(view).asked.get(column, is_shown))


def menu_of(view: View) -> ViewMenu:
    """Return the menus of a view that is set up."""
    menu = view.findChild(ViewMenu)
    assert menu is not None, "the view is set up"
    return menu


def open_menu_by_key(focus: QWidget | None) -> None:
    """Ask the widget with the focus for its context menu: by the key for it, not every platform does."""
    if focus is None:
        return
    point = focus.rect().center()
    if isinstance(focus, QAbstractScrollArea):
        rows = list_rows(focus) if isinstance(focus, QTableView) else None
        if rows is not None:
            rows.have_current()
        if isinstance(focus, QAbstractItemView):
            focus.scrollTo(focus.currentIndex())
            point = focus.visualRect(focus.currentIndex()).center()
        focus = focus.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, point, focus.mapToGlobal(point))
    QApplication.sendEvent(focus, event)


def _header_of(view: View) -> QHeaderView:
    return view.header() if isinstance(view, QTreeView) else view.horizontalHeader()


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _window_action(widget: QWidget | None, name: str) -> QAction | None:
    """Return an action of the window that a widget is in, also if its dock floats, by name."""
    while widget is not None:
        found = widget.findChild(QAction, name, Qt.FindChildOption.FindDirectChildrenOnly)
        if found is not None:
            return found
        widget = widget.parentWidget()
    return None
