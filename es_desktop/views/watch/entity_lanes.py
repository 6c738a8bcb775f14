"""The lanes of the chosen entity, connected to the workspace."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from es_desktop.models.workspace import Workspace
from es_desktop.views.entity.state_dock import StateMenu
from es_desktop.views.entity.strip import TimelineStrip
from es_desktop.views.style.theme import Theme

from .lanes import LanesView


class EntityLanes(LanesView):
    """Shows the lanes of the chosen entity, and goes to versions that are chosen in them."""

    def __init__(self, workspace: Workspace, strip: TimelineStrip, theme: Theme, parent: QWidget) -> None:
        super().__init__(strip, parent)
        self._workspace = workspace
        theme.follow(self)
        workspace.lanes.changed.connect(self._on_lanes)
        workspace.selection.version_changed.connect(self.set_position)
        self.version_chosen.connect(workspace.selection.go_to)
        self.removed.connect(workspace.lanes.remove)
        self.menu_requested.connect(self._on_menu_requested)

    def _on_lanes(self) -> None:
        lanes = self._workspace.lanes
        absent = "working…" if lanes.is_running else "cancelled (F5)"
        self.set_lanes([(path, lanes.lane(path)) for path in lanes.paths], absent)

    def _on_menu_requested(self, path: str, point: QPoint) -> None:
        StateMenu(self._workspace, path, self).popup(point)
