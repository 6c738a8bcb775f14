"""States looked for in processes of their own: each opens the store itself, and is handed one batch after another."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import closing
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.processes import Tell, told_by_processes
from es_desktop.app.store.options import StoreOptions
from es_desktop.core import DatastoreError, DomainEntity

from .query import Looked, StateSearch
from .state_candidates import Batch
from .state_scan import StateLooker

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

_NEW_OBJECTS: Final = 20_000
"""Of so many the garbage collector makes a round, which is less often than usual: few things here hold each other."""


def looked_in_processes(
    session: Session, search: StateSearch, batches: Iterator[Batch], count: int
) -> Iterator[Looked | None]:
    """Yield what comes of batches in ``count`` processes, and ``None`` where nothing does for a moment.

    The processes end when the iterator is closed.
    """
    pipes = [Pipe(duplex=False) for _ in range(count)]
    store = (session.place, session.options, session.models)
    arguments = [(*store, search, number, theirs) for number, (theirs, _) in enumerate(pipes)]
    try:
        with closing(told_by_processes(_look, arguments)) as messages:
            for message in messages:
                if message is None or isinstance(message, Looked):
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
    options: StoreOptions,
    models: Sequence[type[DomainEntity]],
    search: StateSearch,
    number: int,
    batches: Connection,
) -> None:
    """Look at what is handed over, in a process of its own."""
    from es_desktop.app.store.session import open_session

    with closing(open_session(place, writable=False, models=models, options=options)) as session:
        looker = StateLooker(session, search)
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
