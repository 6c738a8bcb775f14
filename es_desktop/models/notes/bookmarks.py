"""The bookmarks of the open store, shown in every table that holds what they mark, and gone through."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.view import EntityView
from es_desktop.app.notes.bookmarks import MarkedPlace, further_place
from es_desktop.core import EntityId
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.search.entities_model import EntitiesModel
from es_desktop.models.selection import Selection

from .bookmarks_model import BookmarksModel
from .notes import Notes


class Bookmarks(QObject):
    """Keeps the tables in step with the bookmarks of the notebook, and finds the way from one to the next."""

    def __init__(
        self,
        notes: Notes,
        selection: Selection,
        entities: EntitiesModel,
        inspector: Inspector,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._notes = notes
        self._selection = selection
        self._entities = entities
        self._inspector = inspector
        self._known: Mapping[EntityId, EntityFacts] | None = None
        self.table = BookmarksModel(self)
        notes.changed.connect(self._on_changed)
        inspector.outline_changed.connect(self._on_outline)

    def set_entities(self, entities: Mapping[EntityId, EntityFacts] | None) -> None:
        """Take what the store holds of the marked entities, by id; ``None`` while that is not known."""
        self._known = entities
        self.table.set_entities(entities)

    def further(self, direction: int) -> MarkedPlace | None:
        """Return the bookmark after what is chosen, or before it where ``direction`` is negative."""
        view, version = self._inspector.view, self._selection.version
        if view is None or version is None:
            return None
        return further_place(self.table.places, view.facts, view.outline.versions, version, direction)

    def _on_changed(self) -> None:
        view = self._inspector.view
        if self._known is not None and view is not None:
            # A mark on what is in view need not be looked for.
            self.set_entities({**self._known, view.facts.id: view.facts})
        self.table.set_bookmarks(self._notes.notebook.bookmarks)
        self._entities.set_marks(self._notes.marks)
        self._mark_events()

    def _on_outline(self, view: EntityView | None) -> None:
        self._mark_events()

    def _mark_events(self) -> None:
        self._inspector.timeline.set_marks(self._notes.marks_of(self._selection.entity_id))
