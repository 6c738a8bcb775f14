"""All docks of the window, by their classes. Those of a view are made when it is shown, or one of them is asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from es_desktop.models.presence import Presence
from es_desktop.models.window_view import EXPLORE
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.dock_area import DockArea
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.theme import Theme

from .explore import ExploreDocks, ExploreNames
from .view_docks import ColumnDocks, D, ViewDocks
from .window_views import VIEWS, view_named


class _Maker(QObject):
    made = Signal(object)


class Docks(ExploreNames):
    """Every dock, in the areas of the views; those of Explore have names. ``area`` is that of the view in front."""

    def __init__(self, workspace: Workspace, theme: Theme, actions: Mapping[str, QAction], parent: QWidget) -> None:
        self._parent = parent
        self._maker = _Maker(parent)
        self.made = self._maker.made
        """Emits the ``ViewDocks`` of a view whose docks are there from now on."""
        self._shown = workspace.shown_view
        self._of_all = Presence(workspace), actions, workspace, theme
        self._made: dict[str, ViewDocks] = {}
        self.explore = ExploreDocks(view_named(EXPLORE), self._of_all, parent)
        self._made[EXPLORE] = self.explore
        workspace.searches.applied.connect(self._show_view_of)

    def _show_view_of(self, kind: str) -> None:
        """Show the view Ask for a saved search that is asked there."""
        if kind in ("asked", "sql"):
            self._shown.show("ask")
        if kind == "sql":
            from es_desktop.views.ask.sql_dock import SqlDock

            dock = self.built(SqlDock)
            dock.bring_forward(dock.editor)

    @property
    def of_views(self) -> tuple[ViewDocks, ...]:
        """The docks of the views that were made so far."""
        return tuple(self._made.values())

    @property
    def all(self) -> tuple[WorkspaceDock, ...]:
        """The docks that were made so far."""
        return tuple(dock for view in self._made.values() for dock in view.all)

    @property
    def shown(self) -> ViewDocks:
        """The docks of the view in front."""
        return self.of_view(self._shown.name)

    @property
    def area(self) -> DockArea:
        """The area of the view in front."""
        return self.shown.area

    def of_view(self, name: str) -> ViewDocks:
        """Return the docks of a view; they are made if need be. Raises ``UserError`` if there is no such view."""
        if name not in self._made:
            self._made[name] = made = ColumnDocks(view_named(name), self._of_all, self._parent)
            for dock in made.all:
                dock.left.connect(lambda: self.timeline.bring_forward(self.timeline.table))
            self.made.emit(made)
        return self._made[name]

    def unbuilt(self, dock_class: type[D]) -> D:
        """Return a dock as it is; it may be without content. ``built`` or its name return it built."""
        for view in VIEWS:
            of_view = self._made.get(view.name)
            if of_view is None and any(dock_class in row for column in view.columns() for row in column.rows):
                of_view = self.of_view(view.name)
            found = (each for each in (() if of_view is None else of_view.all) if isinstance(each, dock_class))
            if (dock := next(found, None)) is not None:
                return dock
        raise LookupError(f"no view has a dock {dock_class.__name__}")

    def built(self, dock_class: type[D]) -> D:
        """Return a dock with its content."""
        dock = self.unbuilt(dock_class)
        dock.build()
        return dock

    def bring_to_front(self, names: Collection[str]) -> None:
        """Bring docks in front of their tabs, as ``ViewDocks`` does, in every view."""
        for each in self._made.values():
            each.bring_to_front(names)

    def restore_default(self) -> None:
        """Restore the default layout of the view in front."""
        self.shown.restore_default()

    def share_room(self) -> None:
        """Give each dock of the view in front its default place and size."""
        self.shown.share_room()
