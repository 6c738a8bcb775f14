"""Find by state: the entities whose state, at their end or as of a time, meets a condition."""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from .query import Looked, Searched, StateHit, StateSearch
from .state_candidates import Batch, candidates
from .state_scan import StateLooker
from .state_workers import looked_in_processes

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

    from .store_index import StoreIndex

__all__ = ["Searched", "StateHit", "StateSearch", "search_states"]

FEW_EVENTS: Final = 10_000
"""Until so many are read nobody waits for a process to start; a small store is read whole by then."""


def search_states(
    session: Session,
    search: StateSearch,
    index: StoreIndex | None = None,
    *,
    among: Collection[int] | None = None,
    processes: int | None = None,
) -> Generator[StateHit | Searched, None, None]:
    """Yield the entities whose state meets the condition, as they are found, and after each part how far it is.

    The last value says that it is done. An ``index`` that is whole lets entities be left out without their being read;
    ``among`` is what it calls those to choose from. Where there is much to read, it is read in ``processes``, as many
    as the machine has unless told, or in none where that is 0; they end when the iterator is closed. Trusted code is
    asked here. Raises ``UserError`` where a process ends before it is done.
    """
    asked = candidates(session, search, index, among)
    count = (os.cpu_count() or 1) if processes is None else processes
    searched = Searched(asked.events)
    with closing(_looked(session, asked.search, asked.batches, count)) as parts:
        for looked in parts:
            if looked is not None:
                yield from looked.hits
                searched = searched.after(looked)
            yield searched
    yield replace(searched, is_done=True)


def _looked(
    session: Session, search: StateSearch, batches: Iterator[Batch], processes: int
) -> Generator[Looked | None, None, None]:
    looker = StateLooker(session, search)
    has_processes = bool(processes) and session.trusted is None
    events = 0
    for batch in batches:
        events += sum(each.events for each in batch)
        if has_processes and events > FEW_EVENTS:
            yield from looked_in_processes(session, search, chain([batch], batches), processes)
            return
        yield from looker.look(batch)
