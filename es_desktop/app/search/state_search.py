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
from es_desktop.app.runtime.processes import Send, run_in_processes
from es_desktop.core import DatastoreError, DomainEntity
from es_desktop.stores import OpenOptions

from .query import ScanResult, SearchProgress, StateHit, StateSearch
from .state_scan import Candidates, StateScanner, candidates

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

    from .store_index import StoreIndex


__all__ = ["SearchProgress", "StateHit", "StateSearch", "search_states"]

FEW_EVENTS: Final = 10_000
"""After this many events, processes are started; small stores are read before that."""
_NEW_OBJECTS: Final = 20_000
"""The threshold of the garbage collector, higher than usual, because reading makes few reference cycles."""


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
    as the machine has unless given, or in none where that is 0; they end when the iterator is closed. Trusted code is
    asked here. Raises ``UserError`` if a process ends before it is done.
    """
    asked = candidates(session, search, index, among)
    count = (os.cpu_count() or 1) if processes is None else processes
    searched = SearchProgress(asked.events)
    with closing(_scanned(session, search, asked, count)) as results:
        for result in results:
            if result is not None:
                yield from result.hits
                searched = searched.after(result)
            yield searched
    yield replace(searched, is_done=True)


def _scanned(
    session: Session, search: StateSearch, asked: Candidates, processes: int
) -> Generator[ScanResult | None, None, None]:
    scanner = StateScanner(session, search, asked.types)
    has_processes = bool(processes) and session.trusted is None
    events = 0
    for batch in asked.batches:
        events += sum(each.events for each in batch)
        if has_processes and events > FEW_EVENTS:
            rest = chain([batch], asked.batches)
            yield from scanned_in_processes(session, search, replace(asked, batches=rest), processes)
            return
        yield from scanner.scan(batch)


def scanned_in_processes(
    session: Session, search: StateSearch, asked: Candidates, count: int
) -> Iterator[ScanResult | None]:
    """Yield the results of batches from ``count`` processes, and ``None`` if there are none for 0.1 seconds.

    Each opens the store itself, and is handed one batch after another. They end when the iterator is closed.
    """
    pipes = [Pipe(duplex=False) for _ in range(count)]
    store = (session.absolute_name, session.options, session.models)
    arguments = [(*store, search, asked.types, number, theirs) for number, (theirs, _) in enumerate(pipes)]
    try:
        with closing(run_in_processes(_scan_what_comes, arguments)) as messages:
            for message in messages:
                if message is None or isinstance(message, ScanResult):
                    yield message
                else:
                    # Whoever asks for more reads what comes next, so neither waits for the other to read.
                    pipes[message][1].send(next(asked.batches, ()))
    finally:
        for pipe in pipes:
            for end in pipe:
                end.close()


def _scan_what_comes(
    send: Send,
    store: str,
    options: OpenOptions,
    models: Sequence[type[DomainEntity]],
    search: StateSearch,
    types: frozenset[str] | None,
    number: int,
    batches: Connection,
) -> None:
    """Scan what is handed over, in a separate process."""
    from es_desktop.app.store.session import open_session

    with closing(open_session(store, writable=False, models=models, options=options)) as session:
        scanner = StateScanner(session, search, types)
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS)
        send(number)
        try:
            while batch := batches.recv():
                for result in scanner.scan(batch):
                    send(result)
                send(number)
        except DatastoreError as error:
            raise UserError(str(error), error.hint or "It may be damaged; try a copy of it.") from error
