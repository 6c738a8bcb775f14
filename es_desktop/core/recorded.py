"""A record as a reader sees it: decoded as far as it goes, with the reason where it does not go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

_TOPICS_REMEMBERED: Final = 1024

ENVELOPE = frozenset({"timestamp", "originator_topic"})
"""Attributes that say when and of whom an event tells, rather than what happened."""

INFERRED = "is_inferred"
"""The attribute by which a snapshot says that it was taken of a state that was only inferred."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The parts of a topic ``module#Entity.Event`` (or ``module:Entity.Event``)."""

    text: str

    @property
    def type(self) -> str:
        """The bare name of the event or entity: ``Event``."""
        return self._qualified.rpartition(".")[2]

    @property
    def entity(self) -> str:
        """The name of the entity that the event class stands in; of the event itself where it stands alone."""
        outer = self._qualified.rpartition(".")[0]
        return (outer or self._qualified).rpartition(".")[2]

    @property
    def entity_topic(self) -> str | None:
        """The topic of that entity's class; ``None`` where the event class stands alone."""
        outer, dot, _ = self.text.rpartition(".")
        return outer if dot and ("#" in outer or ":" in outer) else None

    @property
    def _qualified(self) -> str:
        for mark in "#:":
            if mark in self.text:
                return self.text.partition(mark)[2]
        return self.text


@lru_cache(_TOPICS_REMEMBERED)
def _type_in(topic: str) -> str:
    return Topic(topic).type


@dataclass(frozen=True, slots=True)
class RecordOrigin:
    """The record of another program, or of an edited event, that a record of ours was made of."""

    format: str
    """What the program calls the format of the store that it stood in first."""
    topic: str
    """Of the event, or of the entity that a snapshot is of, in the words of that program."""
    has_core_types: bool = False
    """Whether ``Created``, ``AttributeChanged`` and ``Discarded`` mean there what they do in the core."""
    stored_topic: str | None = None
    """The topic column of the first record; of an edited event, that of the event which it was made of."""
    data: Any = None
    """The payload of the first record as stored; ``None`` where it is not known."""
    text: str | None = None
    """The payload as JSON text, decrypted and unpacked, where ``data`` is not that very text."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The columns of the first record that have no place in ours."""

    @property
    def payload_text(self) -> str | None:
        """The payload as JSON text; ``None`` where it is not known, or cannot be written so."""
        if self.text is not None or isinstance(self.data, str):
            return self.data if self.text is None else self.text
        try:
            return self.data.decode() if isinstance(self.data, bytes) else None
        except UnicodeDecodeError:
            return None


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One event of an entity as the store holds it."""

    version: int
    topic: str
    timestamp: float | None
    """Seconds since the epoch, UTC; ``None`` where the record does not say."""
    data: Mapping[str, Any]
    """The attributes of the payload, without those of the envelope."""
    domain_event: Any = None
    """The event as an object of its class, where that class is known."""
    error: str | None = None
    """Why the record cannot be decoded."""
    kind: str = ""
    """What the event is called, where the topic does not tell it as ``Topic`` reads it."""
    entity: str = ""
    """What its entity's type is called, where the topic does not tell it."""
    is_encrypted: bool = False
    """Whether it cannot be decoded because it is encrypted, as far as that can be told."""
    raw: Any = field(default=None, compare=False, repr=False)
    """The record as it stands in the table; of a made-up event, one that tells whose it is, and when."""
    is_edited: bool = field(default=False, compare=False)
    """Whether ``data`` is what a person made of it, and not what the record says."""
    origin: RecordOrigin | None = field(default=None, compare=False, repr=False)
    """The record that this one was made of; ``None`` where it is the first one itself."""

    @property
    def type(self) -> str:
        return self.kind or _type_in(self.topic)

    @property
    def entity_type(self) -> str:
        return self.entity or Topic(self.topic).entity


@dataclass(frozen=True, slots=True)
class RecordedSnapshot:
    """One snapshot of an entity as the store holds it."""

    version: int
    topic: str
    """Of the entity's class."""
    timestamp: float | None
    state: Mapping[str, Any] | None
    """The entity's attributes by the names they are kept by; ``None`` where it was discarded."""
    error: str | None = None
    is_inferred: bool = False
    """Whether it was taken of a state that was only inferred."""
    raw: Any = field(default=None, compare=False, repr=False)
    """The record as it stands in the table."""
    origin: RecordOrigin | None = field(default=None, compare=False, repr=False)
    """The record that this one was made of; ``None`` where it is the first one itself."""

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
