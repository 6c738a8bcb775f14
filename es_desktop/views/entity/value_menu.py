"""The menu of a value, the same wherever a value of a state is shown; and what it does with the value."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QMenu, QTableView, QTreeView, QWidget

from es_desktop.app.entity.fields import Field
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.plain import plain_label
from es_desktop.app.watch.watchpoints import condition_for_value, expression_for_path
from es_desktop.models.entity.display_preferences import Aspect
from es_desktop.models.workspace import Workspace
from es_desktop.replay import ABSENT, Change, value_at
from es_desktop.system.counts import format_number
from es_desktop.views.preferences.keys import key_of, with_keys
from es_desktop.views.style.dialogs import open_menu
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.view_menu import on_menu

from .writers_popup import WritersPopup

_MOST_VALUES: Final = 6
_MOST_LISTED: Final = 17
"""Values that have a menu; those after the first ``_MOST_VALUES`` one level deeper."""
_MOST_LETTERS: Final = 60
Value = tuple[str, Any]
"""A path of the state of the chosen entity, and what is there."""


def offer_values(
    view: QTableView | QTreeView,
    workspace: Workspace,
    theme: Theme,
    values_at: Callable[[QModelIndex], Sequence[Value]],
    more: Callable[[QModelIndex, QMenu], object] | None = None,
) -> None:
    """Open the menu of values for each cell of a view that has some, by the right button or by key.

    ``more`` adds what else the view offers for a row.
    """

    def make(index: QModelIndex) -> QMenu | None:
        if not index.isValid():
            return None
        menu = _menu_of(workspace, theme, values_at(index), view, nests=more is not None)
        if more is not None:
            menu = menu or QMenu(view)
            menu.addSeparator()
            more(index, menu)
        return menu

    on_menu(view, make)


def open_value_menu(workspace: Workspace, theme: Theme, values: Sequence[Value], parent: QWidget, at: QPoint) -> None:
    """Open the menu of a value at a point of the screen; of several values, a menu with one for each."""
    menu = _menu_of(workspace, theme, values, parent)
    if menu is not None:
        open_menu(menu, at)


def _menu_of(
    workspace: Workspace, theme: Theme, values: Sequence[Value], parent: QWidget, *, nests: bool = False
) -> QMenu | None:
    if len(values) == 1 and not nests:
        return ValueMenu(workspace, theme, *values[0], parent)
    if not values:
        return None
    menu = QMenu(parent)
    menu.setAccessibleName("Values")
    inner = menu
    for number, (path, value) in enumerate(values[:_MOST_LISTED]):
        if number == _MOST_VALUES:
            inner = menu.addMenu(f"{format_number(len(values) - number)} more")
        each = ValueMenu(workspace, theme, path, value, parent)
        each.setParent(inner, each.windowFlags())
        each.setTitle(plain_label(path, _MOST_LETTERS))
        inner.addMenu(each)
    if len(values) > _MOST_LISTED:
        inner.addAction(f"{format_number(len(values) - _MOST_LISTED)} more").setEnabled(False)
    return menu


def values_of(changes: Sequence[Change]) -> list[Value]:
    """Return the values that changes led to."""
    return [(change.path, change.after) for change in changes if change.path]


def value_in_view(workspace: Workspace, path: str) -> Any:
    """Return the value at a path of the state in view; ``ABSENT`` for none."""
    shown = workspace.inspector.state_view
    return ABSENT if shown is None else value_at(shown.state, path)


def watch_value(workspace: Workspace, path: str) -> None:
    """Watch a path."""
    try:
        workspace.watchpoints.add(expression_for_path(path))
    except UserError as error:
        workspace.refused.emit(error)
    else:
        workspace.message.emit(f"{path} is watched. " + with_keys("Press {next-crossing} to run to its next change."))


def find_value(workspace: Workspace, path: str, value: Any) -> None:
    """Find the entities that have a value at a path."""
    condition = condition_for_value(path, value)
    if condition is None:
        workspace.message.emit(f"The value of {path} cannot be searched for.")
    else:
        workspace.search_requested.emit(condition)


def copy_value(workspace: Workspace, path: str, value: Any) -> None:
    """Copy a value as JSON."""
    _copy(workspace, to_json(value, indent=2), f"The value of {path} was copied as JSON.")


def copy_path(workspace: Workspace, path: str) -> None:
    """Copy a path."""
    _copy(workspace, path, f"The path {path} was copied.")


def _copy(workspace: Workspace, text: str, message: str) -> None:
    QGuiApplication.clipboard().setText(text)
    workspace.message.emit(message)


class ValueMenu(QMenu):
    """The menu of the value at a path of the chosen entity. It only shows the keys; they belong to the window."""

    def __init__(self, workspace: Workspace, theme: Theme, path: str, value: Any, owner: QWidget) -> None:
        """``owner`` is the view that shows the value."""
        super().__init__(owner)
        self._owner = owner
        self._workspace = workspace
        self._theme = theme
        self._path = path
        self._value = value
        self.setAccessibleName(f"Actions for {path}")
        self._add_writers()
        self.addSeparator()
        self._add_searches()
        self.addSeparator()
        self._do("Copy value as JSON", lambda: copy_value(workspace, path, value), enabled=value is not ABSENT)
        self._do("Copy path", lambda: copy_path(workspace, path))
        self.addSeparator()
        self._display = self.addMenu("Show")
        self._add_aspect("lanes", "Show as a lane under the timeline", "Remove the lane", "lane")
        self._add_aspect("pinned", "Pin to the top", "Unpin", "pin")
        self._add_aspect("hidden", "Hide", "Show again", "hide")
        self._add_restoring()

    def _do(self, text: str, run: Callable[[], object], name: str = "", *, enabled: bool = True) -> None:
        """Add an entry; ``name`` is the action that does the same, whose key is shown."""
        action = self.addAction(f"{text}\t{key_of(name)}")
        action.triggered.connect(lambda: run())
        action.setEnabled(enabled)

    def _add_writers(self) -> None:
        inspector = self._workspace.inspector
        count = len(inspector.history.blame.writers(self._path))
        writer = inspector.writer_of(self._path)
        if writer is not None:
            go = f"Set at {format_number(writer)} · {plain_label(self._type_at(writer))}"
            self._do(go, lambda: self._workspace.selection.go_to(writer), "go-to-writer")
        if count:
            self._do(f"All writers ({format_number(count)})…", self._list_writers, "why")
        else:
            none = "No event set it" if inspector.knows_history else "Finding the events that set it…"
            self._do(none, self._list_writers, enabled=False)

    def _add_searches(self) -> None:
        workspace, path, value = self._workspace, self._path, self._value
        can_find = value is not ABSENT and condition_for_value(path, value) is not None
        self._do("Run to its next change", lambda: workspace.watchpoints.run_to_change(path), "next-change")
        self._do("Watch this value", lambda: watch_value(workspace, path), "watch-value")
        self._do(
            "Find entities with this value",
            lambda: find_value(workspace, path, value),
            "find-value",
            enabled=can_find,
        )
        self._do("Compare with the previous version", workspace.comparison_requested.emit, "compare-before")

    def _list_writers(self) -> None:
        popup = WritersPopup(self._workspace.writers, self._path, self._theme.tokens, self._owner)
        popup.chosen.connect(self._workspace.selection.go_to)
        popup.open_inside(self._owner.window(), QCursor.pos())

    def _type_at(self, version: int) -> str:
        view = self._workspace.inspector.view
        assert view is not None
        return view.outline.type_at(bisect_left(view.outline.versions, version))

    def _add_aspect(self, aspect: Aspect, wanted: str, unwanted: str, name: str) -> None:
        preferences = self._workspace.preferences
        text = unwanted if preferences.has(aspect, self._path) else wanted
        self._display.addAction(f"{text}\t{key_of(name)}", lambda: preferences.toggle(aspect, self._path))

    def _add_restoring(self) -> None:
        field = self._field()
        if field is not None and not self._workspace.selection.is_at_last:
            self.addSeparator()
            state = self._workspace.inspector.state
            self._do("Restore this value…", lambda: state.edited.emit(field, self._value))

    def _field(self) -> Field | None:
        """Return the attribute at the path if it can be changed; otherwise ``None``."""
        inspector = self._workspace.inspector
        view = inspector.view
        if view is None or not inspector.can_edit or view.facts.discarded or self._value is ABSENT:
            return None
        return next((field for field in view.fields if field.name == self._path), None)
