"""Errors that are shown to a person, and not reported as a bug."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from es_desktop.core import DatastoreError, RecordedEvent, StoreRefusedError


class UserError(Exception):
    """A request cannot be carried out: ``text`` says why, ``hint`` what to do. Each is one line."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(f"{text}. {hint}" if hint else text)
        self.text = text
        self.hint = hint


class StoreDamaged(UserError):
    """A part of the file is not what its database wrote; others may be readable: see ``OpenOptions.rescues``."""


class ConflictError(UserError):
    """Another process appended to the entity first. Nothing was written; ``arrived`` are the new events."""

    def __init__(self, arrived: list[RecordedEvent]) -> None:
        count = "an event" if len(arrived) == 1 else f"{len(arrived)} events"
        super().__init__(f"{count} arrived in between, so nothing was written", "Reload, and try again.")
        self.arrived = arrived


class StoreRefused(UserError):
    """A store cannot be opened, or needs a password or a table map."""

    def __init__(self, error: StoreRefusedError, store: str = "", hint: str = "") -> None:
        super().__init__(str(error), error.hint or hint)
        self.store = store
        """Its full name, without a password."""
        self.wants = error.wants
        """What it needs: see ``StoreRefusedError.wants``."""
        self.tables = error.tables
        """The first rows of its tables, if it needs a map."""
        self.stores = error.stores
        """The stores to choose from, if the database holds several."""


def of_database(error: DatastoreError, hint: str) -> UserError:
    """Return the error of a database as one for a person; ``hint`` is for an error without a hint."""
    from es_desktop.core import StoreRefusedError

    if isinstance(error, StoreRefusedError):
        return StoreRefused(error, hint=hint)
    return (StoreDamaged if error.is_damage else UserError)(str(error), error.hint or hint)


@contextmanager
def refusals(store: str = "") -> Iterator[None]:
    """Turn ``StoreRefusedError`` into ``StoreRefused``. ``store`` is the full name of the store, without a password."""
    # Imported here, because the empty window loads this file without the core.
    from es_desktop.core import StoreRefusedError

    try:
        yield
    except StoreRefusedError as error:
        # The error of a driver may contain a password, so it is not the cause.
        raise StoreRefused(error, store) from (None if error.wants == "password" else error)


Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much; may raise to stop the work."""


def no_progress(done: int, total: int) -> None:
    """Report nothing."""


class Cancelled(Exception):
    """The work was cancelled."""


class CancelToken:
    """Set by the caller; checked by the work between two parts. Any thread may use it."""

    def __init__(self) -> None:
        self._cancelled = Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next check."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise ``Cancelled`` if ``cancel`` was called."""
        if self._cancelled.is_set():
            raise Cancelled
