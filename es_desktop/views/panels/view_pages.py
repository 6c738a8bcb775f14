"""What the window has between toolbar and status bar: the start page, or the docks of a view, as they stood last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from es_desktop.views.window.settings import Settings

    from .docks import Docks
    from .view_docks import ViewDocks


class ViewPages(QStackedWidget):
    """The start page and the areas of the views, one of which is shown. The layout of each view is kept by itself."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pages")
        self._settings = settings
        self._docks: Docks | None = None
        self._shown: ViewDocks | None = None
        """The view that was shown last; ``None`` until one is."""
        self._restored: dict[str, bool] = {}
        """Of each view that was shown: whether its docks stand in a layout that was kept."""

    def follow(self, docks: Docks) -> None:
        """Show these docks from now on."""
        self._docks = docks
        for each in docks.of_views:
            self._add(each)
        docks.made.connect(self._add)

    def _add(self, docks: ViewDocks) -> None:
        self.addWidget(docks.area)

    def show_view(self) -> None:
        """Show the docks of the view that is chosen, for the first time in the layout that was kept of it."""
        assert self._docks is not None, "called once there are docks"
        docks, before = self._docks.shown, self._shown
        if docks is not before and before is not None:
            self._keep(before)
            before.leave()
        self._shown = docks
        self.setCurrentWidget(docks.area)
        if docks.view.name not in self._restored:
            self._lay_out(docks)
        if docks is not before and before is not None:
            docks.come_back()

    def _lay_out(self, docks: ViewDocks) -> None:
        """Restore the saved layout of the docks, or the default one: also if the saved one is of other docks.

        The area has the size now that it will have: in another one the docks share the room out in another way, which
        would be saved at the end.
        """
        window, kept = self.window(), self._settings.layout_of(docks.view.name)
        is_active = window.isActiveWindow()
        docks.area.resize(self.size())
        is_kept = kept is not None and docks.area.restoreState(kept, docks.layout_version)
        self._restored[docks.view.name] = is_kept
        self.share_room()
        if is_active:
            window.activateWindow()  # a floating dock is a window, and was activated after this one

    def keep_layout(self) -> None:
        """Save how the docks of the view in front stand; those of the others were saved when they were left."""
        if self._shown is not None:
            self._keep(self._shown)

    def _keep(self, docks: ViewDocks) -> None:
        self._settings.set_layout_of(docks.view.name, docks.area.saveState(docks.layout_version))

    def share_room(self) -> None:
        """Apply the default sizes of the docks in front, or see that those of the saved layout are enough."""
        docks = self._docks.shown if self._shown is None and self._docks is not None else self._shown
        if docks is None:
            return
        docks.area.resize(self.size())
        if self._restored.get(docks.view.name):
            docks.fold()
            QTimer.singleShot(0, docks.area, docks.fit_kept)  # they have their sizes then
        else:
            docks.share_room()
