"""The list of a store's entities: read from its index, and read again when the index has more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.commands import Changes
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.search.entity_list import PAGE, Listing, facts_of, find_entities, ids_of
from es_desktop.app.search.store_index import StoreIndex, indexed_facts
from es_desktop.app.store.session import Session
from es_desktop.core import EntityId
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner
from es_desktop.models.table.paging import BlockReader

from .entities_model import EntitiesModel
from .indexer import Indexer


class EntityList(QObject):
    """Lists the entities of one store from its index; before there is one, the first entities of the store."""

    listed = Signal()
    """The rows are the result of the query, from what is indexed so far."""
    facts_changed = Signal(object)
    """``StoreFacts``, counted again."""

    def __init__(
        self,
        runner: TaskRunner,
        folder: Path,
        chosen: Callable[[], EntityId | None],
        parent: QObject | None = None,
    ) -> None:
        """``folder`` holds the indexes; ``chosen`` returns the entity whose row is wanted with each listing."""
        super().__init__(parent)
        self._list_request = LatestRequest(runner)
        self._first_request = LatestRequest(runner)
        self._count_request = LatestRequest(runner)
        self._chosen = chosen
        self._session: Session | None = None
        self._listed_events: int | None = None
        """How many events the index had at the last listing; ``None`` before the first."""
        self.model = EntitiesModel(self)
        self.indexer = Indexer(runner, folder, self)
        self._pages = BlockReader(runner, "Reading entities", self.model.set_page, self.model.forget_page)
        self.model.page_wanted.connect(self._read_page)
        self.model.query_changed.connect(lambda query: self._list())
        self.indexer.opened.connect(self._on_opened)
        self.indexer.grown.connect(self._on_grown)
        self.indexer.completed.connect(self._on_completed)

    @property
    def index(self) -> StoreIndex | None:
        """The index of the store; ``None`` until it is open."""
        return self.indexer.index

    def set_session(self, session: Session | None) -> None:
        """List the entities of another store, or of none."""
        self._list_request.cancel()
        self._first_request.cancel()
        self._count_request.cancel()
        self._pages.forget()
        self._listed_events = None
        self._session = session
        self.model.set_listing(Listing())
        self.indexer.set_session(session)

    def on_changes(self, changes: Changes) -> None:
        """Update the index and then the list, if records changed."""
        if changes.alters_records:
            self.indexer.update()

    def ids_at(self, rows: Sequence[int]) -> tuple[EntityId, ...]:
        """Return the ids of some rows. May read the index in the GUI thread: only for few rows."""
        index = self.index
        known = [self.model.at(row) for row in rows]
        if None not in known or index is None:
            return tuple(each.id for each in known if each is not None)
        return tuple(ids_of(index.database, self.model.numbers_at(rows)))

    def _on_opened(self, index: StoreIndex) -> None:
        session = self._session
        if index.path is not None and session is not None:
            self._first_request.start(
                "Reading the first entities",
                lambda job: session.first_entities(PAGE),
                self._show_first,
            )
        if index.knows_entities:
            self._list()

    def _show_first(self, found: list[EntityFacts]) -> None:
        """Show the first entities of a large store until its index can list all."""
        if self._listed_events is None:
            self.model.set_listing(Listing(range(len(found)), found))
            self.listed.emit()

    def _on_grown(self) -> None:
        """List the entities when the index has the first ones, and again when it has all, before their events."""
        index, progress = self.index, self.indexer.progress
        is_new = self._listed_events is None or (self._listed_events == 0 and progress is not None and progress.done)
        is_wanted = is_new and not self._list_request.is_running
        if index is not None and index.path is not None and is_wanted:
            self._list()

    def _on_completed(self) -> None:
        self._list()
        self._count()

    def _count(self) -> None:
        index = self.index
        if index is not None:
            self._count_request.start(
                "Counting the entities",
                lambda job: indexed_facts(index),
                self.facts_changed.emit,
                queue=Queue.SCAN,
            )

    def _list(self) -> None:
        index, query = self.index, self.model.query
        if index is None:
            return
        chosen = self._chosen()

        def work(job: Job) -> tuple[int, Listing]:
            events = index.state.events
            return events, find_entities(index.session, index.database, query, chosen, job.check)

        def done(result: tuple[int, Listing]) -> None:
            events, found = result
            if found.numbers or not self.indexer.is_indexing:
                self._listed_events = events
                self._pages.forget()
                self.model.set_listing(found, chosen)
                self.listed.emit()
                if self.indexer.is_indexing:
                    self._count()

        self._list_request.start("Listing the entities", work, done, queue=Queue.SCAN)

    def _read_page(self, page: int, numbers: Sequence[int]) -> None:
        index = self.index
        if index is not None:
            self._pages.read(page, lambda: facts_of(index.session, index.database, numbers))
