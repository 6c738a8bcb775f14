"""Find: entities by their state, events by the words in them, or entities by both."""

from __future__ import annotations

import gc
import math
import os
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from heapq import merge
from itertools import chain, groupby, islice
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from es_desktop.app.runtime.errors import Progress, UserError
from es_desktop.app.runtime.processes import Send, run_in_processes
from es_desktop.core import DatastoreError, DomainEntity, EntityId, RecordedEvent
from es_desktop.index import EntityOrder, EntitySearch, EventSearch, IndexDatabase
from es_desktop.index.entities import count_entities, entity_rows, find_entities
from es_desktop.index.events import entities_of, event_rows, find_events, match_expression
from es_desktop.index.source import id_of_raw, raw_id
from es_desktop.index.totals import totals
from es_desktop.stores import OpenOptions

from .known_names import require_known, require_paths
from .state_scan import (
    MOST_EVENTS,
    Batch,
    Candidate,
    ScanRequest,
    SearchProgress,
    StateHit,
    StateSearch,
)
from .store_index import StoreIndex

if TYPE_CHECKING:
    from es_desktop.app.store.reader import Reading
    from es_desktop.app.store.session import Session

R = TypeVar("R")
FEW_EVENTS: Final = 10_000
"""After this many events, processes are started; small stores are read before that."""
_NEW_OBJECTS: Final = 20_000
"""The threshold of the garbage collector, higher than usual, because reading makes few reference cycles."""
_LISTED: Final = 20_000
"""Entities that are listed at once."""
_MOST_ENTITIES: Final = 250
_READ: Final = 200
"""Events that are read at once: few, so that the first of them are yielded early."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is searched for: a condition, words, or both. Raises ``UserError`` if one of them cannot be parsed."""

    condition: str | None = None
    """On the state of an entity."""
    text: str | None = None
    """Words that must occur in the payload of an event."""
    as_of: float | None = None
    """Seconds since the epoch; what came later does not count."""
    types: frozenset[str] | None = None
    """Entity types; of entities or of events if there is no condition."""
    search: StateSearch | None = field(init=False, compare=False, repr=False)
    """What is searched for by its state; ``None`` if there is no condition."""

    def __post_init__(self) -> None:
        search = None if self.condition is None else StateSearch(self.condition, self.as_of, self.types)
        object.__setattr__(self, "search", search)
        if self.text is not None and not match_expression(self.text):
            raise UserError(f"there is no word in {self.text!r} to look for", "Give one, or several.")


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event that holds the words."""

    entity_id: EntityId
    entity_type: str
    event: RecordedEvent


def find(
    session: Session, folder: Path, request: Request, progress: Progress
) -> Generator[StateHit | SearchProgress | FoundEvent, None, None]:
    """Yield what is found, as it is found; where states are examined, also how far that is.

    Without a condition and words that is each event. ``folder`` holds the indexes of large stores. ``progress`` is
    called while the index is made, which events need; it may raise to stop. Raises ``UserError`` at the end if nothing
    is found because there is no such type, or no entity has what the condition names.
    """
    needs_index = request.text is not None or request.search is None
    with opened_index(session, folder, progress, is_needed=needs_index, has_words=request.text is not None) as index:
        if request.search is None:
            assert index is not None, "it is needed"
            not_seen = set(request.types or ())
            for event in _events(index, request):
                not_seen -= {event.entity_type, event.event.type}
                yield event
            if not_seen:
                found_types = totals(index.database)
                require_known(sorted(not_seen), {**found_types.entity_types, **found_types.event_types}, "type")
            return
        among: frozenset[int] | None = None
        if index is not None and request.text is not None:
            among = entities_with_words(index, request.text, request.as_of)
        for each in search_states(session, request.search, index, among=among):
            yield each
        if isinstance(each, SearchProgress) and not each.hits:
            if request.types is not None:
                require_known(request.types, (facts.type for facts in session.entities()), "entity type")
            require_paths(session, each.without)


@contextmanager
def opened_index(
    session: Session, folder: Path, progress: Progress, *, is_needed: bool, has_words: bool
) -> Iterator[StoreIndex | None]:
    """Open the index of a store for a search: brought up to date if it ``is_needed``, otherwise as far as it is kept.

    Raises ``UserError`` if the search ``has_words``, and the words are not in the index.
    """
    index = StoreIndex(session, folder) if is_needed else StoreIndex.kept(session, folder)
    with ExitStack() as stack:
        if index is not None:
            stack.callback(index.close)
        if index is not None and is_needed:
            if has_words and not index.keeps_text:
                raise UserError(
                    "the words of encrypted records are not kept, and this store is too large to look through without",
                    "Look for a state, or leave the key out.",
                )
            index.update(progress)
        yield index


def entities_with_words(index: StoreIndex, text: str, as_of: float | None = None) -> frozenset[int]:
    """Return what an index calls the entities that have an event with some words, until a time."""
    found = find_events(index.database, _words(Request(text=text, as_of=as_of)))
    return frozenset(number for chunk in found for number in entities_of(index.database, chunk))


def _events(index: StoreIndex, request: Request) -> Iterator[FoundEvent]:
    """Yield the events that hold the words, in the order of their numbers."""
    searches = [_words(request)]
    if request.types is not None:
        searches = [_words(request, event_types=request.types), _words(request, entity_types=request.types)]
    found = merge(*(chain.from_iterable(find_events(index.database, each)) for each in searches))
    numbers = (number for number, _ in groupby(found))
    while page := list(islice(numbers, _READ)):
        rows = event_rows(index.database, page)
        keys = [(id_of_raw(row.id), row.position) for row in rows]
        for (entity_id, _), row, event in zip(keys, rows, index.session.events_at(keys), strict=True):
            if event is not None:
                yield FoundEvent(entity_id, row.entity_type or event.entity_type, event)


def _words(
    request: Request, event_types: frozenset[str] | None = None, entity_types: frozenset[str] | None = None
) -> EventSearch:
    until = None if request.as_of is None else math.nextafter(request.as_of, math.inf)
    return EventSearch(request.text or "", event_types, entity_types, until=until)


# Entities by their state --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidates:
    """The entities that are examined, in batches that take a moment each."""

    batches: Iterator[Batch]
    events: int
    """How many events they have together."""
    types: frozenset[str] | None = None
    """The types that each of them must still be tested for; ``None`` where an index has done that."""


def search_states(
    session: Session,
    search: StateSearch,
    index: StoreIndex | None = None,
    *,
    among: Collection[int] | None = None,
    processes: int | None = None,
) -> Generator[StateHit | SearchProgress, None, None]:
    """Yield the entities whose state meets the condition, as they are found, and after each part how far it is.

    The last value says that it is done. With an ``index`` that is whole, entities that cannot be found are not read;
    ``among`` is what it calls those to choose from. Where there is much to read, it is read in ``processes``, as many
    as the machine has unless given, or in none where that is 0; they end when the iterator is closed. Trusted code runs
    in its own process only. Raises ``UserError`` if a process ends before it is done.
    """
    asked = candidates(session, search.types, search.as_of, index, among)
    count = (os.cpu_count() or 1) if processes is None else processes
    searched = SearchProgress(asked.events)
    with closing(scan_batches(session, search, asked, count)) as results:
        for result in results:
            if result is not None:
                yield from result.hits
                searched = searched.after(result)
            yield searched
    yield replace(searched, is_done=True)


def candidates(
    session: Reading,
    types: frozenset[str] | None,
    as_of: float | None = None,
    index: StoreIndex | None = None,
    among: Collection[int] | None = None,
) -> Candidates:
    """Return the entities of some types that began until a time; ``index`` and ``among`` as of ``search_states``."""
    events = session.store.reader.event_count()
    if index is None or (among is None and not (index.state.is_whole and index.state.events == events)):
        return Candidates(batched(_in_store(session)), events, types)
    asked = EntitySearch(entity_types=types, created_until=as_of)
    _, events = count_entities(index.database, asked)
    return Candidates(batched(_in_index(index.database, asked, among)), events)


def _in_store(session: Reading) -> Iterator[Candidate]:
    for spans in session.store.batches.all_spans(_LISTED):
        yield from (Candidate(raw_id(each.sequence_id), each.events, each.first, each.last) for each in spans)


def _in_index(database: IndexDatabase, asked: EntitySearch, among: Collection[int] | None) -> Iterator[Candidate]:
    found = find_entities(database, asked, EntityOrder("id", descending=False))
    # In memory there is one connection, which everybody waits for until all of an answer is taken.
    for chunk in list(found) if database.path is None else found:
        numbers = chunk if among is None else [number for number in chunk if number in among]
        for start in range(0, len(numbers), _MOST_ENTITIES):
            some = numbers[start : start + _MOST_ENTITIES]
            rows = entity_rows(database, some)
            if len(rows) < len(some):
                raise UserError("the index of the store was made anew meanwhile", "Search once more.")
            yield from (Candidate(each.id, each.events, each.first, each.last) for each in rows)


def batched(found: Iterable[Candidate]) -> Iterator[Batch]:
    """Yield candidates in batches that take a moment each."""
    batch: list[Candidate] = []
    events = 0
    for each in found:
        if batch and (events + each.events > MOST_EVENTS or len(batch) == _MOST_ENTITIES):
            yield batch
            batch, events = [], 0
        batch.append(each)
        events += each.events
    if batch:
        yield batch


def scan_batches(
    session: Session, search: ScanRequest[R], asked: Candidates, processes: int
) -> Generator[R | None, None, None]:
    """Yield the results of all batches, in any order; ``None`` if there are none for 0.1 seconds.

    They are read here, or in as many ``processes`` if there is much to read and no trusted code.
    """
    scanner = search.scanner(session, asked.types)
    has_processes = bool(processes) and session.trusted is None
    events = 0
    for batch in asked.batches:
        events += sum(each.events for each in batch)
        if has_processes and events > FEW_EVENTS:
            rest = chain([batch], asked.batches)
            yield from _scan_in_processes(session, search, replace(asked, batches=rest), processes)
            return
        yield from scanner.scan(batch)


def _scan_in_processes(session: Session, search: ScanRequest[R], asked: Candidates, count: int) -> Iterator[R | None]:
    """Yield the results of batches from ``count`` processes, and ``None`` if there are none for 0.1 seconds."""
    pipes = [Pipe(duplex=False) for _ in range(count)]
    store = (session.absolute_name, session.options, session.models)
    arguments = [(*store, search, asked.types, number, theirs) for number, (theirs, _) in enumerate(pipes)]
    try:
        with closing(run_in_processes(_scan_in_process, arguments)) as messages:
            for message in messages:
                if isinstance(message, int):
                    # A process that asks for more reads what comes next, so neither waits for the other to read.
                    pipes[message][1].send(next(asked.batches, ()))
                else:
                    yield message
    finally:
        for end in chain.from_iterable(pipes):
            end.close()


def _scan_in_process(
    send: Send,
    store: str,
    options: OpenOptions,
    models: Sequence[type[DomainEntity]],
    search: ScanRequest[Any],
    types: frozenset[str] | None,
    number: int,
    batches: Connection,
) -> None:
    """Scan the batches that come, in a separate process."""
    from es_desktop.app.store.session import open_session

    with closing(open_session(store, writable=False, models=models, options=options)) as session:
        scanner = search.scanner(session, types)
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS)
        send(number)
        try:
            while batch := batches.recv():
                for result in scanner.scan(batch):
                    send(result)
                send(number)
        except DatastoreError as error:
            raise UserError(str(error), error.hint or "Try a copy of it.") from error
