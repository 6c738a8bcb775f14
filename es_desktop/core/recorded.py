"""Records as a reader sees them: decoded as far as possible, with the reason if not, and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

ENVELOPE = frozenset({"timestamp", "originator_topic"})
"""Attributes that say when an event happened and to which entity, rather than what happened."""

NO_PAYLOAD = "it has no payload"
"""The note of an event whose payload is NULL or empty."""
INFERRED = "is_inferred"
"""The attribute that marks a snapshot of an inferred state."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The parts of a topic ``module#Entity.Event`` (or ``module:Entity.Event``)."""

    text: str

    @property
    def type(self) -> str:
        """The name of the event class, or of the entity class: ``Event``."""
        return self._qualified.rpartition(".")[2]

    @property
    def entity(self) -> str:
        """The name of the entity class around the event class; of the event class itself if there is none."""
        outer = self._qualified.rpartition(".")[0]
        return (outer or self._qualified).rpartition(".")[2]

    @property
    def entity_topic(self) -> str | None:
        """The topic of the entity class around the event class; ``None`` if there is none."""
        outer, dot, _ = self.text.rpartition(".")
        return outer if dot and ("#" in outer or ":" in outer) else None

    @property
    def _qualified(self) -> str:
        for mark in "#:":
            if mark in self.text:
                return self.text.partition(mark)[2]
        return self.text


@lru_cache(1024)
def _type_in(topic: str) -> str:
    return Topic(topic).type


@dataclass(frozen=True, slots=True)
class RecordOrigin:
    """The record of another program, or of an edited event, that a record of ours was made from."""

    format: str
    """The table format of its first store."""
    topic: str
    """The topic of the event, or of the entity of a snapshot, as that program writes it."""
    has_core_types: bool = False
    """Whether ``Created``, ``AttributeChanged`` and ``Discarded`` mean the same there as in the core."""
    stored_topic: str | None = None
    """The topic column of the first record; for an edited event, that of the event before the edit."""
    data: Any = None
    """The payload of the first record as stored; ``None`` if it is not known."""
    text: str | None = None
    """The payload as JSON text, decrypted and decompressed, if ``data`` is not that text itself."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The columns of the first record that our records do not have."""

    @property
    def payload_text(self) -> str | None:
        """The payload as JSON text; ``None`` if it is not known, or is not text."""
        if self.text is not None or isinstance(self.data, str):
            return self.data if self.text is None else self.text
        try:
            return self.data.decode() if isinstance(self.data, bytes) else None
        except UnicodeDecodeError:
            return None


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One event of an entity as the store has it."""

    version: int
    topic: str
    timestamp: float | None
    """Seconds since the epoch, UTC; ``None`` if the record has no time."""
    data: Mapping[str, Any]
    """The attributes of the payload, without those in ``ENVELOPE``."""
    domain_event: Any = None
    """The event as an object of its class; ``None`` if that class is not known."""
    error: str | None = None
    """Why the record cannot be decoded."""
    type_override: str = ""
    """The event type, if it is not the one that ``Topic`` reads from the topic."""
    entity_type_override: str = ""
    """The same for the entity type."""
    is_encrypted: bool = False
    """Whether it cannot be decoded because it is encrypted; ``False`` if that cannot be detected."""
    raw: Any = field(default=None, compare=False, repr=False)
    """The row of the table; for a synthetic event, a row with its entity id and its time."""
    is_edited: bool = field(default=False, compare=False)
    """Whether a person edited ``data``, so that it is not what the record has."""
    origin: RecordOrigin | None = field(default=None, compare=False, repr=False)
    """The record that this one was made from; ``None`` if it is the first one."""
    passed_over: str = ""
    """Why its own program does not apply it, if it is so."""
    is_whole_state: bool = False
    """Whether ``data`` is the whole state after it, which replaces all of the state before."""
    note: str = ""
    """What is odd about a record that can be decoded, such as a time that cannot be read; ``""`` if nothing is."""

    @property
    def type(self) -> str:
        return self.type_override or _type_in(self.topic)

    @property
    def entity_type(self) -> str:
        return self.entity_type_override or Topic(self.topic).entity


@dataclass(frozen=True, slots=True)
class RecordedSnapshot:
    """One snapshot of an entity as the store has it."""

    version: int
    topic: str
    """The topic of the entity class."""
    timestamp: float | None
    state: Mapping[str, Any] | None
    """The attributes of the entity, such as ``_foo``; ``None`` if it was discarded."""
    error: str | None = None
    is_inferred: bool = False
    """Whether it was taken of an inferred state."""
    is_whole: bool = False
    """Whether its program wrote every attribute of the entity, so that the state is known without the class."""
    raw: Any = field(default=None, compare=False, repr=False)
    """The row of the table."""
    origin: RecordOrigin | None = field(default=None, compare=False, repr=False)
    """The record that this one was made from; ``None`` if it is the first one."""

    @property
    def type(self) -> str:
        return Topic(self.topic).type


class RecordedMapper:
    """The mapper of an event store that hands out records as a reader sees them.

    With it the core's own event store and player read any table: a record that cannot be decoded comes with its reason,
    where the mapper that the models use would raise.
    """

    position_attr_name = "version"

    def __init__(self, read: Callable[[Any], Any]) -> None:
        """``read`` is ``to_recorded_event`` or ``to_recorded_snapshot`` of a table's own mapper."""
        self.from_sequenced_item = read

    def to_sequenced_item(self, event: Any) -> Any:
        """Raise ``TypeError``: what is read with it is never written."""
        raise TypeError("a record as a reader sees it is not written")
