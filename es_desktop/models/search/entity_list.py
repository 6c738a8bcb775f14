"""Lists a store's entities: read from its index, and read again when the index has more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.commands import Changes
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.notes.notebook import Notebook
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.lists import PAGE, Listing, facts_of, find_entities, ids_of
from es_desktop.app.search.store_index import StoreIndex, indexed_facts
from es_desktop.app.search.whole_states import all_name_paths, entities_with_states
from es_desktop.app.store.session import Session
from es_desktop.app.text.cells import Table
from es_desktop.app.text.plain import elide
from es_desktop.app.transfer.seen import SeenRows
from es_desktop.core import EntityId
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.table.paging import BlockReader

from .entities_model import CHANGED, EntitiesModel
from .indexer import Indexer
from .listed_states import UNREAD, ListedStates

_MORE: Final = 1.5
"""How many times more states there are when the entities are listed again by them."""
_LONGEST_NAME: Final = 40


class EntityList(QObject):
    """Lists the entities of one store from its index; before there is one, the first entities of the store."""

    listed = Signal()
    """The rows are the result of the query, from what is indexed so far."""
    failed = Signal()
    """The entities cannot be listed, see ``problem``."""
    facts_changed = Signal(object)
    """``StoreFacts``, counted again."""

    def __init__(
        self, runner: TaskRunner, folder: Path, chosen: Callable[[], EntityId | None], parent: QObject | None = None
    ) -> None:
        """``folder`` holds the indexes; ``chosen`` returns the entity whose row is wanted with each listing."""
        super().__init__(parent)
        self._requests = [LatestRequest(runner) for _ in range(4)]
        self._list_request, self._first_request, self._count_request, self._copy_request = self._requests
        self._chosen = chosen
        self._session: Session | None = None
        self._listed_states = 0
        """How many states the index had at the last listing that needed them."""
        self._listed_events: int | None = None
        """How many events the index had at the last listing; ``None`` before the first."""
        self.states = ListedStates(runner, self)
        self.model = EntitiesModel(self, self.states)
        self.indexer = Indexer(runner, folder, self)
        self._pages = BlockReader(runner, "Reading entities", self.model.set_page, self.model.forget_page)
        self.model.page_wanted.connect(self._read_page)
        self.model.table_wanted.connect(self._read_table)
        self.model.query_changed.connect(lambda query: self._list())
        self.indexer.opened.connect(self._on_opened)
        self.indexer.grown.connect(self._on_grown)
        self.indexer.completed.connect(self._on_completed)
        self.indexer.paused_changed.connect(self.failed)
        self.states.changed.connect(self.model.show_states)
        self.states.counted.connect(self._on_states_counted)

    @property
    def problem(self) -> UserError | None:
        """Why the entities could not be listed."""
        return self.indexer.problem or self._list_request.problem or self._count_request.problem

    def name_of(self, entity: EntityFacts) -> str:
        """Return the name of an entity in one short line; empty if it has none, or until ``states.changed``."""
        name = self.states.name(entity)
        return "" if name == UNREAD else elide(name, _LONGEST_NAME)

    def set_session(self, session: Session | None) -> None:
        for request in self._requests:
            request.cancel()
        self._pages.forget()
        self._listed_events = None
        self._listed_states = 0
        self._session = session
        self.states.set_index(None)
        self.model.set_listing(Listing())
        self.indexer.set_session(session)

    def on_changes(self, changes: Changes) -> None:
        if changes.alters_folding:
            self.states.forget()
            self.model.show_states()
        if changes.alters_records:
            self.indexer.update()

    def use_choices(self, notebook: Notebook) -> None:
        """Show the columns and the names that a person chose for the store."""
        self.model.set_value_paths(notebook.entity_columns)
        names = {each: found.name for each, found in notebook.display_preferences.items() if found.name}
        self.states.set_chosen_names(names)

    def ids_at(self, rows: Sequence[int]) -> tuple[EntityId, ...]:
        """Return the ids of some rows. May read the index in the GUI thread: only for few rows."""
        index = self.indexer.index
        known = [self.model.at(row) for row in rows]
        if None not in known or index is None:
            return tuple(each.id for each in known if each is not None)
        return tuple(ids_of(index.database, [self.model.numbers[row] for row in rows]))

    def rows_of(self, numbers: Sequence[int], columns: Sequence[int]) -> SeenRows | None:
        """Return the whole values of rows, by the numbers of their entities; ``None`` until there is an index."""
        index, model = self.indexer.index, self.model
        if index is None:
            return None
        cells, known = model.whole_cells(columns), self.states.name_paths

        def read(checkpoint: Callable[[], None]) -> Iterator[Sequence[Any]]:
            names = all_name_paths(index, known)
            for found in entities_with_states(index, numbers, model.paths_in(columns, names), checkpoint):
                yield cells(found, names)

        return SeenRows(len(numbers), model.headings(columns), read)

    def all_rows(self, columns: Sequence[int] | None) -> SeenRows | None:
        """Return the rows of the whole list: in these columns, or with every attribute of the states for ``None``."""
        index, numbers, model = self.indexer.index, self.model.numbers[:], self.model
        if columns is not None or index is None:
            return self.rows_of(numbers, columns or ())
        fixed = [*range(CHANGED + 1)]
        cells, known = model.whole_cells(fixed), self.states.name_paths

        def read(checkpoint: Callable[[], None]) -> Iterator[Sequence[Any]]:
            names = all_name_paths(index, known)
            for found in entities_with_states(index, numbers, None, checkpoint):
                notes = found.entity.mark, found.exactness, found.problem
                yield [*cells(found, names), *(each or None for each in notes), dict(found.values)]

        headings = [*model.headings(fixed), "Mark", "Exactness", "Problem", "Values"]
        return SeenRows(len(numbers), headings, read, len(headings) - 1)

    def _read_table(self, numbers: Sequence[int], columns: Sequence[int], done: Callable[[Table], None]) -> None:
        rows = self.rows_of(numbers, columns)
        if rows is not None:
            self._copy_request.start("Reading rows to copy", lambda job: rows.table(job.check), done)

    def _on_opened(self, index: StoreIndex) -> None:
        session = self._session
        self.states.set_index(index)
        if index.path is not None and session is not None:
            self._first_request.start(
                "Reading the first entities", lambda job: session.first_entities(PAGE), self._show_first
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
        index, progress = self.indexer.index, self.indexer.progress
        is_new = self._listed_events is None or (self._listed_events == 0 and progress is not None and progress.done)
        is_wanted = is_new and not self._list_request.is_running
        if index is not None and index.path is not None and is_wanted:
            self._list()

    def _on_states_counted(self, is_all: bool) -> None:
        """List the entities again when there are all states, or many more than at the last listing."""
        count = self.states.count
        is_time = count is not None and count.known > _MORE * self._listed_states and not self._list_request.is_running
        if self.model.query.needs_states and count is not None and (is_all or is_time):
            self._listed_states = count.known
            self._list(reads_states=False)

    def _on_completed(self) -> None:
        self.states.outdate()
        self._list()
        self._count()

    def _count(self) -> None:
        index = self.indexer.index
        if index is not None:
            self._count_request.start(
                "Counting the entities",
                lambda job: indexed_facts(index),
                self.facts_changed.emit,
                stopped=self.failed.emit,
                queue=Queue.SCAN,
            )

    def _list(self, *, reads_states: bool = True) -> None:
        index, query = self.indexer.index, self.model.query
        if index is None:
            return
        if query.needs_states and reads_states:
            self.states.read_all()
        chosen = self._chosen()

        def work(job: Job) -> tuple[int, Listing]:
            events = index.state.events
            return events, find_entities(index.session, index.database, query, chosen, job.check)

        def done(result: tuple[int, Listing]) -> None:
            events, found = result
            if found.numbers or not self.indexer.is_indexing:
                self._listed_events = events
                self.states.ask_again()
                self._pages.forget()
                self.model.set_listing(found, chosen)
                self.listed.emit()
                if self.indexer.is_indexing:
                    self._count()

        self._list_request.start("Listing the entities", work, done, stopped=self.failed.emit, queue=Queue.SCAN)

    def _read_page(self, page: int, numbers: Sequence[int]) -> None:
        index = self.indexer.index
        if index is not None:
            self._pages.read(page, lambda: facts_of(index.session, index.database, numbers))
