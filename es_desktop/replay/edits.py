"""The edits of a branch. They refer to events by their version in the history, or by an ``InsertedRef``."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Final

from es_desktop.core import KnownClasses, RecordedEvent, TopicResolutionError
from es_desktop.core.recorded import ENVELOPE
from es_desktop.core.topics import new_object


@dataclass(frozen=True, slots=True)
class InsertedRef:
    """An inserted event: that of the first ``Insert`` is ``InsertedRef(0)``."""

    number: int

    def __str__(self) -> str:
        return f"insertion {self.number}"


EventRef = int | InsertedRef
"""Refers to an event: its version in the history, or its insertion."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave out an event."""

    version: EventRef


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the payload of an event; ``data`` is the complete payload without the envelope."""

    version: EventRef
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """Move an event before another one; ``None`` moves it after all others."""

    version: EventRef
    before: EventRef | None


@dataclass(frozen=True, slots=True)
class Insert:
    """Insert an event after another one; ``None`` inserts it before all others.

    ``topic`` is the topic of its class, or an event type such as ``Paid``. Its time is that of the event before it.
    Several inserts after the same event keep their order.
    """

    after: EventRef | None
    topic: str
    data: Mapping[str, Any]


BranchEdit = Skip | Edit | Move | Insert


_VERSION: Final = "originator_version"
FRAME: Final = ENVELOPE | {"originator_id", _VERSION}
"""Attributes for the entity, the version and the time of an event."""


def with_version(event: RecordedEvent, version: int, data: Mapping[str, Any] | None = None) -> RecordedEvent:
    """Return a copy of an event with a version, and with another payload if one is given."""
    payload = deepcopy(dict(event.data if data is None else data))
    domain_event = event.domain_event
    if domain_event is not None:
        frame = {name: value for name, value in vars(domain_event).items() if name not in event.data}
        domain_event = new_object(type(domain_event), {**deepcopy(frame), **payload, _VERSION: version})
    is_edited = event.is_edited or data is not None
    return replace(event, version=version, data=payload, domain_event=domain_event, is_edited=is_edited)


def synthetic_event(
    topic: str, version: int, data: Mapping[str, Any], neighbour: RecordedEvent | None, classes: KnownClasses
) -> RecordedEvent:
    """Return an event that no record holds, with the entity and the time of its ``neighbour``.

    It has an object of its class if the class and the entity are known.
    """
    payload = deepcopy(dict(data))
    bare = RecordedEvent(version, topic, None, payload, is_edited=True)
    if neighbour is not None:
        bare = replace(
            bare,
            timestamp=neighbour.timestamp,
            entity_type_override=neighbour.entity_type_override,
            raw=neighbour.raw,
            origin=neighbour.origin,
        )
    event_class = classes.find(topic)
    if event_class is None or neighbour is None or neighbour.domain_event is None:
        return bare
    known = vars(neighbour.domain_event)
    frame = {name: deepcopy(known[name]) for name in FRAME if name in known}
    try:
        domain_event = new_object(event_class, {**frame, **payload, _VERSION: version})
    except TopicResolutionError as error:
        return replace(bare, error=str(error))
    return replace(bare, domain_event=domain_event)
