"""What is told to a person, and not reported as a bug."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from es_desktop.core import RecordedEvent, StoreRefusedError


class UserError(Exception):
    """Something asked for cannot be done: ``text`` says what, ``hint`` what to do. Each is one line."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(f"{text}. {hint}" if hint else text)
        self.text = text
        self.hint = hint


class ConflictError(UserError):
    """Somebody appended to the entity first. Nothing was written; ``arrived`` is what came in between."""

    def __init__(self, arrived: list[RecordedEvent]) -> None:
        count = "an event" if len(arrived) == 1 else f"{len(arrived)} events"
        super().__init__(f"{count} arrived in between, so nothing was written", "Reload, and try again.")
        self.arrived = arrived


class StoreRefused(UserError):
    """A store cannot be opened, or not without more than what was given."""

    def __init__(self, error: StoreRefusedError, store: str = "") -> None:
        super().__init__(str(error), error.hint)
        self.store = store
        """Where it is, without a password."""
        self.wants = error.wants
        """What would open it: a ``password``, or a ``table map``; an empty text for neither."""
        self.tables = error.tables
        """The first rows of its tables, where it wants a map of them."""


@contextmanager
def refusals(store: str = "") -> Iterator[None]:
    """Turn the refusals of a store into errors for a person, who may mend some. ``store`` is where it is."""
    from es_desktop.core import StoreRefusedError  # here, because the empty window knows this file and not the core

    try:
        yield
    except StoreRefusedError as error:
        # What a driver raised may hold a password, so it is not carried along.
        raise StoreRefused(error, store) from (None if error.wants == "password" else error)


class Cancelled(Exception):
    """The work is not wanted any more."""
