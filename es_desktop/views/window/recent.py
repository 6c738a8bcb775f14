"""The recent stores of a window, and how one of them is opened again."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from es_desktop.app.store.preview import preview_of
from es_desktop.app.text.plain import plain_label
from es_desktop.views.store.start_page import StartPage
from es_desktop.views.style.builders import delay

from .settings import Settings

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session
    from es_desktop.models.tour.guide import TourGuide
    from es_desktop.models.workspace import Workspace

_PLACE_MILLISECONDS: Final = 500
"""How long a version is shown before it is saved as the last place."""


class RecentStores(QObject):
    """Keeps the place that is shown of the open store, and shows the recent stores on the start page and in a menu."""

    def __init__(self, settings: Settings, page: StartPage, menu: QMenu, workspace: Callable[[], Workspace]) -> None:
        super().__init__(page)
        self._settings = settings
        self._page = page
        self._menu = menu
        self._workspace = workspace
        self._guide: TourGuide | None = None
        self._soon = delay(_PLACE_MILLISECONDS, self.keep_place, self)
        page.recent_chosen.connect(self.open)

    def follow(self, workspace: Workspace, guide: TourGuide) -> None:
        """Save each place that is shown for a while, so that also after a crash the next start offers it.

        The store of the tours is none of the recent ones, but it is kept which tours were done.
        """
        self._guide = guide
        workspace.selection.version_changed.connect(lambda version: self._soon.start())
        workspace.about_to_close.connect(lambda session: self.keep_place())
        workspace.last_place = self._settings.last_place_of
        guide.changed.connect(self._keep_tour)

    def add(self, session: Session) -> None:
        """Put the store that was opened first."""
        if self._guide is None or not self._guide.owns(session.absolute_name):
            self._settings.add_recent(session.absolute_name, session.scope)

    def show(self, *, on_page: bool) -> None:
        """Show the recent stores in the menu, and on the start page if that is in view."""
        recent = self._settings.recent
        if on_page:
            found = ((store, self._settings.preview_of(store)) for store in recent)
            self._page.set_recent(recent, {store: preview for store, preview in found if preview is not None})
            self._page.show_done(self._settings.tours_done)
        self._menu.clear()
        for store in recent:
            self._menu.addAction(plain_label(store)).triggered.connect(lambda _=False, each=store: self.open(each))
        self._menu.setEnabled(bool(recent))

    def open(self, store: str) -> None:
        """Open a recent store with the part of it that was shown the last time."""
        from es_desktop.app.store.opening import OpenOptions

        options = OpenOptions(last_scope=self._settings.last_scope_of(store))
        self._workspace().open(store, options=options)

    def keep_place(self) -> None:
        """Save what is shown of the open store."""
        workspace = self._workspace()
        session, selection = workspace.session, workspace.selection
        view, facts, version = workspace.inspector.view, workspace.facts, selection.version
        is_of_tour = session is not None and self._guide is not None and self._guide.owns(session.absolute_name)
        if session is None or is_of_tour or selection.entity_id is None or version is None:
            return
        self._settings.set_last_place_of(session.absolute_name, str(selection.entity_id), version)
        if view is not None and facts is not None:
            name, lanes = workspace.listing.name_of(view.facts), map(workspace.lanes.get, workspace.lanes.paths)
            lane = next((each for each in lanes if each is not None and each.is_line), None)
            preview = preview_of(session, facts.entities, view, version, name, lane, time())
            self._settings.set_preview_of(session.absolute_name, preview)

    def _keep_tour(self) -> None:
        progress = None if self._guide is None else self._guide.progress
        if progress is not None and len(progress.done) == len(progress.tour.steps):
            self._settings.add_tour_done(progress.tour.summary.id)
