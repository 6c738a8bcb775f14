"""The docks of the window and their default layout."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QWidget

from es_desktop.models.presence import Presence
from es_desktop.models.workspace import Workspace
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
from es_desktop.views.search.states_dock import StatesDock
from es_desktop.views.style.dock_area import DockArea
from es_desktop.views.style.dock_frame import Dock, WorkspaceDock
from es_desktop.views.style.theme import Theme
from es_desktop.views.watch.watch_dock import WatchDock

_LEAST_WIDTH: Final = 264
_REBUILD_HEIGHT: Final = 204
_COMMANDS_HEIGHT: Final = 332


D = TypeVar("D", bound=WorkspaceDock)


class _Built(Generic[D]):
    """A dock of ``Docks`` by its class, built when it is first asked for."""

    def __init__(self, dock_class: type[D]) -> None:
        self.dock_class = dock_class

    def __get__(self, docks: Docks, owner: type[Docks]) -> D:
        dock = docks.unbuilt(self.dock_class)
        dock.build()
        return dock


_TABS: Final[tuple[tuple[type[WorkspaceDock], ...], ...]] = (
    (EntitiesDock, NotesDock, CommandsDock),
    (TimelineDock, LogDock, StatesDock, ActivityDock),
    (StateDock, EventDock, CompareDock),
    (RebuildDock, SnapshotsDock, WatchDock, WhatIfDock),
)
_LAID_OUT: Final = 8
"""So often the docks of a low window are laid out, at most."""
_ROOM_FOR_COMMANDS: Final = QSize(1200, 640)
"""Size of the area, in pixels, from which the commands have a place of their own in the lower row."""
_OF_STORE: Final[tuple[type[WorkspaceDock], ...]] = (EntitiesDock, LogDock, StatesDock, ActivityDock, NotesDock)


class Docks:
    """Every dock, standing as they do at first, and the ``area`` inside ``parent`` that holds them."""

    entities = _Built(EntitiesDock)
    notes = _Built(NotesDock)
    commands = _Built(CommandsDock)
    timeline = _Built(TimelineDock)
    log = _Built(LogDock)
    states = _Built(StatesDock)
    activity = _Built(ActivityDock)
    state = _Built(StateDock)
    event = _Built(EventDock)
    rebuild = _Built(RebuildDock)
    watch = _Built(WatchDock)
    what_if = _Built(WhatIfDock)
    snapshots = _Built(SnapshotsDock)
    compare = _Built(CompareDock)

    def __init__(self, workspace: Workspace, theme: Theme, actions: Mapping[str, QAction], parent: QWidget) -> None:
        # A widget that gets its parent later is styled again, with all its children.
        self.area = DockArea(parent)
        self.area.resize(parent.window().size())  # which is there before anything is laid out
        theme.follow(self.area)
        classes = (each.dock_class for each in vars(Docks).values() if isinstance(each, _Built))
        of_all = Presence(workspace), actions, workspace, theme, self.area
        self.all: tuple[WorkspaceDock, ...] = tuple(each(*of_all) for each in classes)
        self.entities.table.activated.connect(lambda: self.timeline.bring_forward(self.timeline.table))
        self.unbuilt(ActivityDock).log_requested.connect(lambda: self.log.raise_())
        self.unbuilt(SnapshotsDock).rebuild_requested.connect(self.rebuild.raise_)
        self.unbuilt(LogDock).timeline_requested.connect(self.timeline.raise_)
        of_searches = {"entities": self.entities, "log": self.unbuilt(LogDock), "states": self.unbuilt(StatesDock)}
        workspace.searches.applied.connect(lambda kind: of_searches[kind].raise_())
        for dock in self.all:
            dock.left.connect(lambda: self.timeline.bring_forward(self.timeline.table))
        self._is_low = False
        # Qt asks the panels only then for the least and the greatest heights that they have now.
        self.unbuilt(RebuildDock).folded.connect(lambda: QTimer.singleShot(0, self.area, self._share_lower))
        self._apply_default_layout()
        self.area.resized.connect(self.fold)

    def unbuilt(self, dock_class: type[D]) -> D:
        """Return a dock as it is; it may be without content. Its attribute returns it built."""
        return next(each for each in self.all if isinstance(each, dock_class))

    @property
    def panels(self) -> Mapping[str, tuple[WorkspaceDock, ...]]:
        """The docks by what they show, for menus."""
        of_store = tuple(map(self.unbuilt, _OF_STORE))
        others = tuple(each for each in self.all if each not in of_store)
        return {"Panels of the store": of_store, "Panels of the entity": others}

    def bring_to_front(self, names: Collection[str]) -> None:
        """Bring docks in front of their tabs; the default ones in groups of which no dock is named."""
        default: tuple[WorkspaceDock, ...] = (self.entities, self.timeline, self.state, self.rebuild)
        for dock in (*default, *(each for each in self.all if each.objectName() in names)):
            dock.raise_()

    def restore_default(self) -> None:
        """Restore the default layout."""
        for dock in self.all:
            dock.setFloating(False)
            self.area.removeDockWidget(dock)
        self._apply_default_layout()

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

    def _enlarge(self, missing: Mapping[WorkspaceDock, int], way: Qt.Orientation) -> None:
        """Give docks more pixels, and take them from the largest that stands beside them, or above or below."""
        is_across = way is Qt.Orientation.Horizontal
        sizes = {each: each.width() if is_across else each.height() for each in missing}
        wanted: dict[QDockWidget, int] = {}
        for dock, pixels in missing.items():
            box = dock.geometry()
            row = QRect(0, box.y(), self.area.width(), 1) if is_across else QRect(box.x(), 0, 1, self.area.height())
            others = [each for each in missing if each is not dock and each.geometry().intersects(row)]
            giver = max(others, key=sizes.__getitem__, default=None)
            if pixels > 0 and giver is not None:
                wanted[dock] = sizes[dock] + pixels
                wanted[giver] = wanted.get(giver, sizes[giver]) - pixels
        self.area.resizeDocks(list(wanted), list(wanted.values()), way)

    def fit_kept(self) -> None:
        """Give the docks of a kept layout what they need: it may be of a larger window, or of other docks.

        Where there is no room for all of them, they stand as they do at first.
        """
        if self.area.minimumSizeHint().expandedTo(self.area.size()) != self.area.size():
            self.restore_default()
        self._raise_sizes()

    def _raise_sizes(self) -> None:
        """Give each dock in front the size that it needs."""
        seen = [each for each in self.all if not each.isHidden() and not each.isFloating() and not each.is_covered]
        self._enlarge({each: _LEAST_WIDTH - each.width() for each in seen}, Qt.Orientation.Horizontal)
        self._enlarge({each: each.least_height - each.widget().height() for each in seen}, Qt.Orientation.Vertical)
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
        left, right = max(_LEAST_WIDTH, min(420, width * 27 // 100)), max(270, min(432, width * 26 // 100))
        columns: list[QDockWidget] = [self.entities, self.timeline, self.state]
        self.area.resizeDocks(columns, [left, width - left - right - 4 * area_gap, right], Qt.Orientation.Horizontal)
        self._share_height()
        if self._is_large:
            parts: list[QDockWidget] = [self.unbuilt(CommandsDock), self.rebuild]
            self.area.resizeDocks(parts, [left, width - left - 3 * area_gap], Qt.Orientation.Horizontal)


def _is_in_front(dock: QDockWidget) -> bool:
    return isinstance(dock, Dock) and not dock.is_covered
