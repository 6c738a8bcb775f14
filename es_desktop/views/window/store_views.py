"""What is shown of each store: reset when another one opens, and brought back when it opens again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from es_desktop.app.store.view import StoreView
from es_desktop.models.window_view import EXPLORE
from es_desktop.views.notes import NotesDock
from es_desktop.views.style.builders import delay

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace
    from es_desktop.views.panels.docks import Docks
    from es_desktop.views.panels.view_docks import ViewDocks

    from .settings import Settings

_MILLISECONDS: Final = 500
"""How long a view is shown before it is saved: also after a crash the next start has it."""


class StoreViews(QObject):
    """Saves the view of the open store, and shows that of the one that opens."""

    def __init__(self, workspace: Workspace, docks: Docks, settings: Settings, parent: QObject) -> None:
        """Create it after all that listens to ``workspace.store_changed``."""
        super().__init__(parent)
        self._workspace, self._docks, self._settings = workspace, docks, settings
        self._saved: StoreView | None = None
        soon = delay(_MILLISECONDS, self._save, self)
        workspace.about_to_close.connect(lambda session: self._save())
        workspace.store_changed.connect(self._show)
        for changed in (
            workspace.entities.query_changed,
            workspace.log.changed,
            workspace.questioner.question_changed,
            workspace.questioner.recent_changed,
            workspace.shown_view.changed,
            docks.entities.columns.changed,
        ):
            changed.connect(lambda *_: soon.start())

        def watch(docks: ViewDocks) -> None:
            for dock in docks.all:
                dock.visibilityChanged.connect(lambda visible: soon.start())

        for each in docks.of_views:
            watch(each)
        docks.made.connect(watch)

    def _save(self) -> None:
        session = self._workspace.session
        if session is None or session.absolute_name not in self._settings.recent:
            return
        view = self._view()
        if view != self._saved:
            self._saved = view
            self._settings.set_view_of(session.absolute_name, view)

    def _view(self) -> StoreView:
        workspace, docks = self._workspace, self._docks
        entities, layout = workspace.entities.filter, docks.entities.columns.layout
        in_front = tuple(name for each in docks.of_views for name in self._in_front(each))
        shown = workspace.shown_view.name
        name = "" if shown == EXPLORE else shown
        return StoreView(
            entities,
            workspace.log.search,
            columns=layout,
            in_front=in_front,
            asked=workspace.questioner.typed,
            recent=workspace.questioner.recent,
            view=name,
        )

    def _in_front(self, docks: ViewDocks) -> tuple[str, ...]:
        """Return the names of the docks in front of their tabs; of a view that is not shown those from before."""
        if docks is self._docks.shown:
            return tuple(each.objectName() for each in docks.area.in_front)
        before = () if self._saved is None else self._saved.in_front
        return tuple(each.name for each in docks.all if each.name in before)

    def _show(self) -> None:
        session, workspace = self._workspace.session, self._workspace
        if session is None:
            return
        view = self._saved = self._settings.view_of(session.absolute_name)
        case, in_front = session.case, view.in_front
        if case is not None and case.notebook.bookmarks and view == StoreView():
            in_front = (NotesDock.name,)
        workspace.entities.use_filter(view.entities)
        workspace.log.set_search(view.log)
        workspace.questioner.set_typed(view.asked)
        workspace.questioner.set_recent(view.recent)
        self._docks.entities.columns.use_layout(view.columns)
        self._docks.bring_to_front(in_front)
        workspace.shown_view.show_for_store(view.view)
