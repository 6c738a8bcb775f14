"""The exceptions of the core."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal


class EventHandlersNotEmptyError(Exception):
    """Handlers are still subscribed, and none should be."""


class SequencedItemError(Exception):
    """A sequenced item cannot be appended: its position is taken, or it lacks its sequence id or position."""


class ItemRefusedError(SequencedItemError):
    """A table cannot hold an item, though its position is free; nothing was written."""


class EventNotStoredError(Exception):
    """No store keeps an event that an entity published, or a list mixes events of different stores."""


class ConcurrencyError(Exception):
    """Another writer appended at the same position first; nothing was written."""


class RepositoryKeyError(KeyError):
    """The repository has no entity with this id, or it was discarded."""

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
    """The class of a topic is not known. Reading a store never imports one."""


class ValueEncodingError(TypeError):
    """A value cannot be stored: reading it would not return an equal value."""


class ValueDecodingError(ValueError):
    """A stored payload is malformed."""


class DatastoreError(Exception):
    """A database cannot be used. ``hint`` says what a person can do; it may be empty."""

    def __init__(self, text: str, hint: str = "", *, is_damage: bool = False) -> None:
        super().__init__(text)
        self.hint = hint
        self.is_damage = is_damage
        """Whether a part of a file is not what the database wrote, so that others may be readable."""


class StoreRefusedError(DatastoreError):
    """A file or database cannot be opened as a store, or was replaced by another since it was opened."""

    def __init__(
        self,
        text: str,
        hint: str = "",
        *,
        wants: Literal["", "password", "table map", "store", "reopening", "saving"] = "",
        tables: Sequence[Any] = (),
        stores: Sequence[Any] = (),
        is_damage: bool = False,
    ) -> None:
        super().__init__(text, hint, is_damage=is_damage)
        self.wants = wants
        """What is needed: a password, a column map because no table format fits, the choice of a store. Or that it is
        opened again, because another file has its name, or saved, because its file is gone. Else empty."""
        self.tables = tables
        """The first rows of its tables, if a column map is needed."""
        self.stores = stores
        """The stores to choose from, if it holds several."""
