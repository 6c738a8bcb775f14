"""The bookmarks of the open store: their table, their flags in other tables, and going to the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Final

from PySide6.QtCore import QObject

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.notes.notebook import Bookmark, BookmarkRow, bookmark_rows, next_bookmark
from es_desktop.app.search.lists import facts_by_id_text
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.text.times import format_time
from es_desktop.core import EntityId
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.runtime.tasks import LatestRequest, TaskRunner
from es_desktop.models.search.entities_model import EntitiesModel
from es_desktop.models.selection import Selection
from es_desktop.models.table.model import (
    FLAG_ROLE,
    TIP_ROLE,
    TONE_ROLE,
    Answers,
    Column,
    RowsModel,
    struck_if,
    time_column,
    version_column,
)
from es_desktop.system.counts import format_number

from .notes import Notes

TYPE, ID, VERSION, NOTE, WRITTEN = range(5)
GONE: Final = "no longer in the store"


class Bookmarks:
    """Shows the bookmarks of the notebook in all tables, and finds the next one."""

    def __init__(
        self, runner: TaskRunner, notes: Notes, selection: Selection, entities: EntitiesModel, inspector: Inspector
    ) -> None:
        self._request = LatestRequest(runner)
        self._notes = notes
        self._selection = selection
        self._entities = entities
        self._inspector = inspector
        self._known: Mapping[EntityId, EntityFacts] | None = None
        self.table = BookmarksModel(notes)
        notes.changed.connect(self._on_changed)
        inspector.outline_changed.connect(self._mark_events)

    def find(self, index: StoreIndex | None) -> None:
        """Find the bookmarked entities in a task."""
        texts = frozenset(self._notes.marks)
        if index is None:
            return
        if not texts:
            self._request.cancel()
            self.set_entities({})
            return
        self._request.start(
            "Finding the bookmarks",
            lambda job: facts_by_id_text(index.session, index.database, texts),
            self.set_entities,
        )

    def set_entities(self, entities: Mapping[EntityId, EntityFacts] | None) -> None:
        self._known = entities
        self.table.set_entities(entities)

    def adjacent(self, direction: int) -> BookmarkRow | None:
        """Return the next bookmark after the chosen version, or the one before it if ``direction`` is negative."""
        view, version = self._inspector.view, self._selection.version
        if view is None or version is None:
            return None
        return next_bookmark(self.table.rows, view.facts, view.outline.versions, version, direction)

    def _on_changed(self) -> None:
        view = self._inspector.view
        if self._known is not None and view is not None:
            # The entity in view is known already.
            self.set_entities({**self._known, view.facts.id: view.facts})
        self.table.set_bookmarks(self._notes.notebook.bookmarks)
        self._entities.set_marks(self._notes.marks)
        self._mark_events()

    def _mark_events(self) -> None:
        self._inspector.timeline.set_marks(self._notes.marks_of(self._selection.entity_id))


class BookmarksModel(RowsModel[BookmarkRow]):
    """One row for each bookmark, by entity and version; one whose event is no longer in the store says so."""

    def __init__(self, parent: QObject | None = None) -> None:
        font: Answers[BookmarkRow] = struck_if(lambda row: row.entity is not None and row.entity.discarded)
        super().__init__(
            (
                Column("Type", lambda row: "" if row.entity is None else row.entity.type, roles=font),
                Column(
                    "Id", lambda row: short_id(row.bookmark.entity), roles=font, value=attrgetter("bookmark.entity")
                ),
                version_column(
                    attrgetter("bookmark.version"), "entity", roles={FLAG_ROLE: lambda row: not row.is_gone}
                ),
                Column("Note", _headline, value=attrgetter("bookmark.note")),
                time_column("Written", lambda row: row.bookmark.written, tip=None),
            ),
            row_roles={TONE_ROLE: lambda row: "faint" if row.is_gone else None, TIP_ROLE: _tip},
            parent=parent,
        )
        self._bookmarks: tuple[Bookmark, ...] = ()
        self._entities: Mapping[EntityId, EntityFacts] | None = None

    def set_bookmarks(self, bookmarks: Iterable[Bookmark]) -> None:
        self._bookmarks = tuple(bookmarks)
        self._show()

    def set_entities(self, entities: Mapping[EntityId, EntityFacts] | None) -> None:
        """Set the bookmarked entities that the store has, by id; ``None`` until they are known."""
        self._entities = entities
        self._show()

    def row_of(self, key: tuple[str, int | None] | None) -> int | None:
        """Return the row of a bookmark by its ``Bookmark.key``; ``None`` if there is none."""
        return next((row for row, each in enumerate(self.rows) if each.bookmark.key == key), None)

    def _show(self) -> None:
        self.set_rows(bookmark_rows(self._bookmarks, self._entities), lambda row: row.bookmark.key)


def _version(row: BookmarkRow) -> str:
    return "entity" if row.bookmark.version is None else format_number(row.bookmark.version)


def _headline(row: BookmarkRow) -> str:
    return " · ".join(filter(None, [GONE if row.is_gone else "", row.bookmark.headline]))


def _tip(row: BookmarkRow) -> str:
    written = f"Written {format_time(row.bookmark.written, 0.0)}"
    return "\n".join(filter(None, [row.title, GONE if row.is_gone else "", written, row.bookmark.note]))
