"""The view Explore: its docks and their default layout."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QWidget

from es_desktop.views.branch.what_if_dock import WhatIfDock
from es_desktop.views.compare.compare_dock import CompareDock
from es_desktop.views.entity.commands_dock import CommandsDock
from es_desktop.views.entity.event_dock import EventDock
from es_desktop.views.entity.rebuild_dock import RebuildDock
from es_desktop.views.entity.snapshots_dock import SnapshotsDock
from es_desktop.views.entity.state_dock import StateDock
from es_desktop.views.entity.timeline_dock import TimelineDock
from es_desktop.views.notes import NotesDock
from es_desktop.views.search.activity_dock import ActivityDock
from es_desktop.views.search.entities_dock import EntitiesDock
from es_desktop.views.search.log_dock import LogDock
from es_desktop.views.style.dock_frame import Dock, WorkspaceDock
from es_desktop.views.watch.watch_dock import WatchDock
from es_desktop.views.window.settings import LAYOUT_VERSION

from .view_docks import LEAST_WIDTH, Built, HasDocks, ViewDocks
from .window_views import WindowView

if TYPE_CHECKING:
    from es_desktop.models.presence import Presence
    from es_desktop.models.workspace import Workspace
    from es_desktop.views.style.theme import Theme

_REBUILD_HEIGHT: Final = 204
_COMMANDS_HEIGHT: Final = 332


_TABS: Final[tuple[tuple[type[WorkspaceDock], ...], ...]] = (
    (EntitiesDock, NotesDock, CommandsDock),
    (TimelineDock, LogDock, ActivityDock),
    (StateDock, EventDock, CompareDock),
    (RebuildDock, SnapshotsDock, WatchDock, WhatIfDock),
)
_LAID_OUT: Final = 8
"""So often the docks of a low window are laid out, at most."""
_ROOM_FOR_COMMANDS: Final = QSize(1200, 640)
"""Size of the area, in pixels, from which the commands have a place of their own in the lower row."""
_OF_STORE: Final[tuple[type[WorkspaceDock], ...]] = (EntitiesDock, LogDock, ActivityDock, NotesDock)


class ExploreNames(HasDocks):
    """The docks of Explore by their names, built when they are first asked for."""

    entities = Built(EntitiesDock)
    notes = Built(NotesDock)
    commands = Built(CommandsDock)
    timeline = Built(TimelineDock)
    log = Built(LogDock)
    activity = Built(ActivityDock)
    state = Built(StateDock)
    event = Built(EventDock)
    rebuild = Built(RebuildDock)
    watch = Built(WatchDock)
    what_if = Built(WhatIfDock)
    snapshots = Built(SnapshotsDock)
    compare = Built(CompareDock)


class ExploreDocks(ViewDocks, ExploreNames):
    """The docks of Explore, standing as they do at first."""

    def __init__(
        self,
        view: WindowView,
        of_all: tuple[Presence, Mapping[str, QAction], Workspace, Theme],
        parent: QWidget,
    ) -> None:
        classes = [each.dock_class for each in vars(ExploreNames).values() if isinstance(each, Built)]
        super().__init__(view, classes, of_all, parent)
        workspace = of_all[2]
        self.entities.table.activated.connect(lambda: self.timeline.bring_forward(self.timeline.table))
        self.unbuilt(ActivityDock).log_requested.connect(lambda: self.log.raise_())
        self.unbuilt(SnapshotsDock).rebuild_requested.connect(self.rebuild.raise_)
        self.unbuilt(LogDock).timeline_requested.connect(self.timeline.raise_)
        of_searches = {"entities": self.entities, "log": self.unbuilt(LogDock)}
        workspace.searches.applied.connect(lambda kind: of_searches[kind].raise_() if kind in of_searches else None)
        for dock in self.all:
            dock.left.connect(lambda: self.timeline.bring_forward(self.timeline.table))
        self._is_low = False
        # Qt asks the panels only then for the least and the greatest heights that they have now.
        self.unbuilt(RebuildDock).folded.connect(lambda: QTimer.singleShot(0, self.area, self._share_lower))
        self._apply_default_layout()
        self.area.resized.connect(self.fold)

    @property
    def panels(self) -> Mapping[str, tuple[WorkspaceDock, ...]]:
        of_store = tuple(map(self.unbuilt, _OF_STORE))
        others = tuple(each for each in self.all if each not in of_store)
        return {"Panels of the store": of_store, "Panels of the entity": others}

    @property
    def layout_version(self) -> int:
        return LAYOUT_VERSION

    def first_docks(self) -> tuple[WorkspaceDock, ...]:
        return self.entities, self.timeline, self.state, self.rebuild

    def _apply_default_layout(self) -> None:
        area, side = self.area, Qt.DockWidgetArea
        area.setCorner(Qt.Corner.BottomLeftCorner, side.BottomDockWidgetArea)
        area.setCorner(Qt.Corner.BottomRightCorner, side.BottomDockWidgetArea)
        area.addDockWidget(side.LeftDockWidgetArea, self.entities)
        area.splitDockWidget(self.entities, self.timeline, Qt.Orientation.Horizontal)
        area.splitDockWidget(self.timeline, self.state, Qt.Orientation.Horizontal)
        area.addDockWidget(side.BottomDockWidgetArea, self.rebuild)
        commands, self._is_large = self.unbuilt(CommandsDock), self._has_room
        if self._is_large:
            area.addDockWidget(side.BottomDockWidgetArea, commands)
            area.splitDockWidget(commands, self.rebuild, Qt.Orientation.Horizontal)
        for tabs in _TABS:
            for first, second in pairwise(map(self.unbuilt, tabs)):
                if second is not commands or not self._is_large:
                    area.tabifyDockWidget(first, second)
        for dock in self.all:
            dock.show()
        commands.setVisible(self._is_large)  # in a small window they are a menu
        self.bring_to_front(())
        self.share_room()

    def fold(self) -> None:
        """Fold the rebuild into one line if the window is low."""
        is_low = self.area.height() < _ROOM_FOR_COMMANDS.height()
        if is_low != self._is_low:
            self._is_low = is_low
            self.rebuild.set_folded(is_low, can_unfold=is_low)
            if not is_low:
                self._share_height()

    def _share_height(self) -> None:
        height = self.area.height()
        rows: list[QDockWidget] = [self.timeline, self.rebuild]
        lower = max(_REBUILD_HEIGHT, min(_COMMANDS_HEIGHT, height * 40 // 100)) if self._is_large else _REBUILD_HEIGHT
        self.area.resizeDocks(rows, [height - lower, lower], Qt.Orientation.Vertical)
        self._share_lower()

    def _share_lower(self) -> None:
        """Give the rebuild the height that it needs now, or the panel in front of it, in a low window."""
        rebuild = self.unbuilt(RebuildDock)
        front = next((each for each in self.area.tabifiedDockWidgets(rebuild) if _is_in_front(each)), rebuild)
        if self._is_low and not rebuild.isFloating():
            above = next(each for each in map(self.unbuilt, _TABS[1]) if _is_in_front(each))
            rows: list[QDockWidget] = [above, front]
            height, both = rebuild.wanted_height, sum(each.height() for each in rows)
            self.area.resizeDocks(rows, [both - height, height], Qt.Orientation.Vertical)
        if self.area.isVisible():
            QTimer.singleShot(0, self.area, self._raise_sizes)  # they have their sizes then

    def _raise_sizes(self) -> None:
        super()._raise_sizes()
        if self._is_low:
            self._lay_out_to_the_end()

    def _lay_out_to_the_end(self) -> None:
        """Have Qt lay the docks out as often as it needs: each time it takes room from the row of a folded rebuild."""
        layout = self.area.layout()
        assert layout is not None, "each main window has one"
        for _ in range(_LAID_OUT):
            layout.invalidate()
            layout.activate()

    @property
    def _has_room(self) -> bool:
        return self.area.size().expandedTo(_ROOM_FOR_COMMANDS) == self.area.size()

    def share_room(self) -> None:
        """Give each dock its default place and size; the area must have its final size."""
        if self._is_large != self._has_room:
            self.restore_default()
            return
        self.fold()
        width, area_gap = self.area.width(), self.area.gap
        left, right = max(LEAST_WIDTH, min(420, width * 27 // 100)), max(270, min(432, width * 26 // 100))
        columns: list[QDockWidget] = [self.entities, self.timeline, self.state]
        self.area.resizeDocks(columns, [left, width - left - right - 4 * area_gap, right], Qt.Orientation.Horizontal)
        self._share_height()
        if self._is_large:
            parts: list[QDockWidget] = [self.unbuilt(CommandsDock), self.rebuild]
            self.area.resizeDocks(parts, [left, width - left - 3 * area_gap], Qt.Orientation.Horizontal)


def _is_in_front(dock: QDockWidget) -> bool:
    return isinstance(dock, Dock) and not dock.is_covered
