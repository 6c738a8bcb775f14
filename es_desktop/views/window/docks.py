"""The docks of the window and their default layout."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QWidget

from es_desktop.models.workspace import Workspace
from es_desktop.views.branch.what_if_dock import WhatIfDock
from es_desktop.views.compare.compare_dock import CompareDock
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
from es_desktop.views.style.dock_frame import GAP, Dock, DockArea
from es_desktop.views.style.theme import Theme
from es_desktop.views.watch.watch_dock import WatchDock

_REBUILD_HEIGHT: Final = 204
_GAPS: Final = 4 * GAP
"""Pixels around the three columns and between them."""


class Docks:
    """Every dock, standing as they do at first, and the ``area`` inside ``parent`` that holds them."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget) -> None:
        # A widget that gets its parent later is styled again, with all its children.
        self.area = DockArea(parent)
        self.area.resize(parent.window().size())  # which is there before anything is laid out
        made_of = workspace, theme, self.area
        self.entities = EntitiesDock(*made_of)
        self.notes = NotesDock(*made_of)
        self.timeline = TimelineDock(*made_of)
        self.log = LogDock(*made_of)
        self.states = StatesDock(*made_of)
        self.activity = ActivityDock(*made_of)
        self.state = StateDock(*made_of)
        self.event = EventDock(*made_of)
        self.rebuild = RebuildDock(*made_of)
        self.watch = WatchDock(*made_of)
        self.what_if = WhatIfDock(*made_of)
        self.snapshots = SnapshotsDock(*made_of)
        self.compare = CompareDock(*made_of)
        self.all: tuple[Dock, ...] = tuple(each for each in vars(self).values() if isinstance(each, Dock))
        self.entities.table.activated.connect(lambda: self.timeline.bring_forward(self.timeline.table))
        self.activity.log_requested.connect(self.log.raise_)
        self.log.timeline_requested.connect(self.timeline.raise_)
        self._apply_default_layout()

    @property
    def history_views(self) -> tuple[QWidget, ...]:
        """The views of the history and the state of the chosen entity, in which plain keys are shortcuts."""
        timeline, state, rebuild = self.timeline, self.state, self.rebuild
        others = self.what_if.table, self.compare, self.compare.table
        return timeline.strip, timeline.lanes, timeline.table, state.tree, rebuild.cards, *others

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
        for tabs in (
            (self.entities, self.notes),
            (self.timeline, self.log, self.states, self.activity),
            (self.state, self.event, self.snapshots, self.compare),
            (self.rebuild, self.watch, self.what_if),
        ):
            for first, second in pairwise(tabs):
                area.tabifyDockWidget(first, second)
        for dock in self.all:
            dock.show()
        for dock in (self.entities, self.timeline, self.state, self.rebuild):
            dock.raise_()
        self.share_room()

    def share_room(self) -> None:
        """Give each dock its default size; the area must have its final size."""
        width, height = self.area.width(), self.area.height()
        left, right = max(292, min(372, width * 27 // 100)), max(284, min(380, width // 4))
        columns: list[QDockWidget] = [self.entities, self.timeline, self.state]
        self.area.resizeDocks(columns, [left, width - left - right - _GAPS, right], Qt.Orientation.Horizontal)
        rows: list[QDockWidget] = [self.timeline, self.rebuild]
        self.area.resizeDocks(rows, [height - _REBUILD_HEIGHT, _REBUILD_HEIGHT], Qt.Orientation.Vertical)
