"""Everything that the core refuses, each as an exception of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal


class EventHandlersNotEmptyError(Exception):
    """Handlers are still subscribed where none should be left."""


class SequencedItemError(Exception):
    """A sequenced item cannot be appended: its position in the sequence is taken, or the item is not whole."""


class ConcurrencyError(Exception):
    """Somebody else appended at the same position first; nothing was written."""


class RepositoryKeyError(KeyError):
    """There is no such entity in the repository, or it was discarded."""

    def __str__(self) -> str:
        return f"no entity with id {self.args[0]!r}: there is no event of it, or it was discarded"


class EntityIsDiscarded(AssertionError):
    """A discarded entity was asked to change."""


class MismatchedOriginatorIDError(Exception):
    """An event of one entity was applied to another."""


class MismatchedOriginatorVersionError(Exception):
    """An event was applied to an entity that is not at the event's version."""


class MutatorRequiresTypeNotInstance(Exception):
    """A ``Created`` event was applied to an entity that exists already."""


class TopicResolutionError(Exception):
    """A topic names no class that is known here. Reading a store never imports one."""


class ValueEncodingError(TypeError):
    """A value cannot be stored so that it would come back the same."""


class ValueDecodingError(ValueError):
    """A stored payload is not what it should be."""


class DatastoreError(Exception):
    """A database cannot be used. ``hint`` says what to do; it is empty where that is not known."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.hint = hint


class StoreRefusedError(DatastoreError):
    """A file or database cannot be opened as a store, or is not the one that was opened."""

    def __init__(
        self,
        text: str,
        hint: str = "",
        *,
        wants: Literal["", "password", "table map"] = "",
        tables: Sequence[Any] = (),
    ) -> None:
        super().__init__(text, hint)
        self.wants = wants
        """What would open it: a password, or another one; a map, where no layout of its tables is known."""
        self.tables = tables
        """The first rows of its tables, where it wants a map of them."""
