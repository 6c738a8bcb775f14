"""The table of a store's entities: read from its index, and read again when the index has more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from es_desktop.app.entity.commands import Changes
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.search.lists import PAGE, EntityQuery, Listing, facts_of, find_entities, ids_of
from es_desktop.app.search.store_index import StoreIndex, indexed_facts
from es_desktop.app.store.session import Session
from es_desktop.app.text.times import format_day
from es_desktop.core import EntityId
from es_desktop.core.counts import count_text
from es_desktop.models.notes.notes import Marks
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.table.model import FLAG_ROLE, RIGHT, SPOKEN_ROLE, TIP_ROLE, TONE_ROLE, Answers, Column, struck_if
from es_desktop.models.table.paging import BlockReader, PagedModel
from es_desktop.models.table.short_ids import ShortIds

from .indexer import Indexer
from .listed_states import ListedStates

_SORT_KEYS: Final = ("type", "id", "name", "version", "events", "snapshots", "created", "modified")
"""The name of each column in an ``EntityQuery``."""
MARKED: Final = "\N{CIRCLED DIVISION SLASH}"
"""Before the type of an entity that is discarded, or that the store marks as deleted or archived."""
_MORE: Final = 1.5
"""How many times more states there are when the entities are listed again by them."""
TYPE, ID, NAME, VERSION, EVENTS, SNAPSHOTS, CREATED, CHANGED = range(len(_SORT_KEYS))


class EntitiesModel(PagedModel[EntityFacts]):
    """One row for each entity. It only emits what to filter and sort by; pages of rows are read when they are shown."""

    query_changed = Signal(object)
    """The new ``EntityQuery``; its result should be given to ``set_listing``."""

    def __init__(self, parent: QObject | None = None, states: ListedStates | None = None) -> None:
        """``states`` give the names of the entities; without them they have none."""
        self._states = states
        font: Answers[EntityFacts] = struck_if(lambda row: row.discarded)
        type_roles: Answers[EntityFacts] = {**font, SPOKEN_ROLE: _spoken_type}
        flag = {**font, FLAG_ROLE: lambda row: str(row.id) in self._marks}
        super().__init__(
            (
                Column("Type", _type_text, roles=type_roles, header_tip="The type of entity", unread="reading…"),
                Column("Id", lambda row: self._ids.text(row.id), roles=flag, header_tip="The entity's id"),
                Column("Name", self.name, roles=font, header_tip="The value of its state that names it"),
                Column("Ver", lambda row: str(row.version), RIGHT, header_tip="The version of its last event"),
                Column("Events", lambda row: f"{row.events:,}", RIGHT, header_tip="How many events it has"),
                Column("◆", lambda row: str(row.snapshots or ""), RIGHT, header_tip="How many snapshots it has"),
                Column("Created", lambda row: format_day(row.created), header_tip="When it was made"),
                Column("Changed", lambda row: format_day(row.modified), header_tip="When it last changed"),
            ),
            PAGE,
            row_roles={TONE_ROLE: lambda row: "faint" if row.mark else None, TIP_ROLE: self._tip},
            parent=parent,
        )
        self._ids = ShortIds(self, lambda: (each.id for each in self.loaded_entities()))
        self._chosen: tuple[EntityId | None, int | None] = (None, None)
        self._marks: Mapping[str, Marks] = {}
        self.query = EntityQuery()

    def show_states(self) -> None:
        """Show what the states of the entities are now; sort by their names anew if these are others."""
        self.repaint()
        self._show_title()
        if self.query.sort_by == "name":
            self._ask(replace(self.query, names=self._names()))

    def _show_title(self) -> None:
        """Title the names by the attribute that they come from, if it is one for all that is read."""
        paths = {} if self._states is None else self._states.name_paths
        named = {paths.get(each.type) for each in self.loaded_entities()}
        path = (named.pop() if len(named) == 1 else None) or ""
        words = path.rpartition(".")[2].replace("_", " ")
        title = f"{words[:1].upper()}{words[1:]}" or "Name"
        if title != self.columns[NAME].title:
            self.set_titles({NAME: title})

    def _names(self) -> tuple[tuple[str | None, str], ...]:
        return () if self._states is None else tuple(sorted(self._states.name_paths.items()))

    def name(self, entity: EntityFacts) -> str:
        """Return the name of an entity; empty if it has none, or without states."""
        return "" if self._states is None else self._states.name(entity)

    def set_listing(self, listing: Listing, chosen: EntityId | None = None) -> None:
        """Show a listing; ``chosen`` is the entity of its chosen row. The same rows are not reset, but repainted."""
        self._chosen = chosen, listing.chosen
        if listing.numbers == self.numbers and self.numbers:
            before, after = self._pages.block(0) or (), listing.first
            self._pages.forget()
            self._pages.put(0, after)
            changed = [row for row, pair in enumerate(zip_longest(before, after)) if pair[0] != pair[1]]
            if changed:
                self.repaint(changed[0], changed[-1])
            self.repaint(len(after))
        else:
            self.reset(listing.numbers, listing.first)
        self._show_title()

    def set_filter(self, text: str) -> None:
        """Ask for the entities that have every word of a text in their type, id or state."""
        self._ask(replace(self.query, text=text))

    def set_types(self, types: frozenset[str] | None) -> None:
        """Ask for the entities of some types only; ``None`` for all types."""
        self._ask(replace(self.query, types=types))

    def set_marks(self, marks: Mapping[str, Marks]) -> None:
        """Flag the entities that have a bookmark, or an event with one."""
        if marks == self._marks:
            return
        self._marks = marks
        self.repaint()
        self.set_only_marked(self.is_only_marked)

    @property
    def is_only_marked(self) -> bool:
        return self.query.only is not None

    def set_only_marked(self, only_marked: bool) -> None:
        self._ask(replace(self.query, only=frozenset(self._marks) if only_marked else None))

    def loaded_entities(self) -> Iterator[EntityFacts]:
        """Yield the entities of the rows that are read."""
        return (entity for _, entity in self._pages.loaded_rows())

    def row_of(self, entity_id: EntityId | None) -> int | None:
        """Return the row of an entity; ``None`` if it is neither the chosen one nor on a page that is read."""
        if entity_id is None:
            return None
        if entity_id == self._chosen[0]:
            return self._chosen[1]
        return next((row for row, each in self._pages.loaded_rows() if each.id == entity_id), None)

    def _ask(self, query: EntityQuery) -> None:
        if query != self.query:
            self.query = query
            self.query_changed.emit(query)

    def _tip(self, entity: EntityFacts) -> str:
        events, snapshots = count_text(entity.events, "event"), count_text(entity.snapshots, "snapshot")
        lines = [f"{entity.type} {entity.id}", self.name(entity), f"{events}, {snapshots}"]
        state = None if self._states is None else self._states.state(entity)
        if state is not None and state.failure:
            lines.append(f"Its state {state.failure}")
        if entity.discarded:
            lines.append("Discarded: its history is still here.")
        elif entity.mark:
            lines.append(f"Marked in the store: {entity.mark}.")
        marks = self._marks.get(str(entity.id), {})
        marked_events = len(marks) - (None in marks)
        if marked_events:
            lines.append(f"{count_text(marked_events, 'event')} bookmarked.")
        if None in marks:
            lines.append(f"Bookmarked. {marks[None].note}".rstrip())
        return "\n".join(filter(None, lines))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(_SORT_KEYS):
            descending = order == Qt.SortOrder.DescendingOrder
            names = self._names() if column == NAME else ()
            self._ask(replace(self.query, sort_by=_SORT_KEYS[column], descending=descending, names=names))


def _type_text(entity: EntityFacts) -> str:
    return f"{MARKED} {entity.type}" if entity.mark else entity.type


def _spoken_type(entity: EntityFacts) -> str:
    return ", ".join(filter(None, (entity.type, entity.mark)))


class EntityList(QObject):
    """Lists the entities of one store from its index; before there is one, the first entities of the store."""

    listed = Signal()
    """The rows are the result of the query, from what is indexed so far."""
    facts_changed = Signal(object)
    """``StoreFacts``, counted again."""

    def __init__(
        self, runner: TaskRunner, folder: Path, chosen: Callable[[], EntityId | None], parent: QObject | None = None
    ) -> None:
        """``folder`` holds the indexes; ``chosen`` returns the entity whose row is wanted with each listing."""
        super().__init__(parent)
        self._requests = [LatestRequest(runner) for _ in range(3)]
        self._list_request, self._first_request, self._count_request = self._requests
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
        self.model.query_changed.connect(lambda query: self._list())
        self.indexer.opened.connect(self._on_opened)
        self.indexer.grown.connect(self._on_grown)
        self.indexer.completed.connect(self._on_completed)
        self.states.changed.connect(self.model.show_states)
        self.states.counted.connect(self._on_states_counted)

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

    def ids_at(self, rows: Sequence[int]) -> tuple[EntityId, ...]:
        """Return the ids of some rows. May read the index in the GUI thread: only for few rows."""
        index = self.indexer.index
        known = [self.model.at(row) for row in rows]
        if None not in known or index is None:
            return tuple(each.id for each in known if each is not None)
        return tuple(ids_of(index.database, [self.model.numbers[row] for row in rows]))

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
                "Counting the entities", lambda job: indexed_facts(index), self.facts_changed.emit, queue=Queue.SCAN
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

        self._list_request.start("Listing the entities", work, done, queue=Queue.SCAN)

    def _read_page(self, page: int, numbers: Sequence[int]) -> None:
        index = self.indexer.index
        if index is not None:
            self._pages.read(page, lambda: facts_of(index.session, index.database, numbers))
