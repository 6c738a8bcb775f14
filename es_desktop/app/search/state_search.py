"""Find by state: the entities whose state, at their end or as of a time, meets a condition."""

from __future__ import annotations

import gc
import os
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.processes import Tell, told_by_processes
from es_desktop.core import DatastoreError, DomainEntity
from es_desktop.stores import OpenOptions

from .query import ScanResult, SearchProgress, StateHit, StateSearch
from .state_scan import Batch, StateScanner, candidates

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

    from .store_index import StoreIndex


__all__ = ["SearchProgress", "StateHit", "StateSearch", "search_states"]

FEW_EVENTS: Final = 10_000
"""Until so many are read nobody waits for a process to start; a small store is read whole by then."""


def search_states(
    session: Session,
    search: StateSearch,
    index: StoreIndex | None = None,
    *,
    among: Collection[int] | None = None,
    processes: int | None = None,
) -> Generator[StateHit | SearchProgress, None, None]:
    """Yield the entities whose state meets the condition, as they are found, and after each part how far it is.

    The last value says that it is done. An ``index`` that is whole lets entities be left out without their being read;
    ``among`` is what it calls those to choose from. Where there is much to read, it is read in ``processes``, as many
    as the machine has unless told, or in none where that is 0; they end when the iterator is closed. Trusted code is
    asked here. Raises ``UserError`` where a process ends before it is done.
    """
    asked = candidates(session, search, index, among)
    count = (os.cpu_count() or 1) if processes is None else processes
    searched = SearchProgress(asked.events)
    with closing(_scanned(session, asked.search, asked.batches, count)) as parts:
        for looked in parts:
            if looked is not None:
                yield from looked.hits
                searched = searched.after(looked)
            yield searched
    yield replace(searched, is_done=True)


def _scanned(
    session: Session, search: StateSearch, batches: Iterator[Batch], processes: int
) -> Generator[ScanResult | None, None, None]:
    looker = StateScanner(session, search)
    has_processes = bool(processes) and session.trusted is None
    events = 0
    for batch in batches:
        events += sum(each.events for each in batch)
        if has_processes and events > FEW_EVENTS:
            yield from scanned_in_processes(session, search, chain([batch], batches), processes)
            return
        yield from looker.look(batch)


_NEW_OBJECTS: Final = 20_000
"""Of so many the garbage collector makes a round, which is less often than usual: few things here hold each other."""


def scanned_in_processes(
    session: Session, search: StateSearch, batches: Iterator[Batch], count: int
) -> Iterator[ScanResult | None]:
    """Yield what comes of batches in ``count`` processes, and ``None`` where nothing does for a moment.

    The processes end when the iterator is closed.
    """
    pipes = [Pipe(duplex=False) for _ in range(count)]
    store = (session.place, session.options, session.models)
    arguments = [(*store, search, number, theirs) for number, (theirs, _) in enumerate(pipes)]
    try:
        with closing(told_by_processes(_look, arguments)) as messages:
            for message in messages:
                if message is None or isinstance(message, ScanResult):
                    yield message
                else:
                    # Whoever asks for more reads what comes next, so neither waits for the other to read.
                    pipes[message][1].send(next(batches, ()))
    finally:
        for pipe in pipes:
            for end in pipe:
                end.close()


def _look(
    tell: Tell,
    place: str,
    options: OpenOptions,
    models: Sequence[type[DomainEntity]],
    search: StateSearch,
    number: int,
    batches: Connection,
) -> None:
    """Look at what is handed over, in a process of its own."""
    from es_desktop.app.store.session import open_session

    with closing(open_session(place, writable=False, models=models, options=options)) as session:
        looker = StateScanner(session, search)
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS)
        tell(number)
        try:
            while batch := batches.recv():
                for looked in looker.look(batch):
                    tell(looked)
                tell(number)
        except DatastoreError as error:
            raise UserError(str(error), error.hint or "It may be damaged; try a copy of it.") from error
