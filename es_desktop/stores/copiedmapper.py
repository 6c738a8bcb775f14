"""The records of a working copy: those of another program as our own tables hold them, with nothing lost.

The topic of a copied event says its name and that of its entity's type: as it stands where ``Topic`` reads just these
in it, so that the classes that it names can be found; otherwise as ``format#Entity.Event``, with the marks inside the
names percent-encoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

from es_desktop.core import RecordedEvent, RecordedSnapshot, SequencedItemMapper, Snapshot, Topic, topic_of
from es_desktop.core.values import dumps

_WHOLE: Final = "copied payload"
_TAKEN: Final = frozenset({"timestamp", "originator_topic", "originator_id", "originator_version", _WHOLE})
"""Names that an attribute of a payload cannot have beside ours; such a payload stands whole inside."""
_ENCODED: Final = {ord(mark): f"%{ord(mark):02X}" for mark in "%.#:"}


class CopiedMapper(SequencedItemMapper):
    """Reads the records of a copy, and those that were written to it since."""

    def event_type(self, topic: Any) -> str:
        """Return what events of a topic are called."""
        return unquote(super().event_type(topic))

    def to_recorded_event(self, item: Any) -> RecordedEvent:
        """Return what can be read of an item. Never raises."""
        found = super().to_recorded_event(item)
        whole = found.data.get(_WHOLE)
        if isinstance(whole, Mapping):
            found = replace(found, data=whole)
        if "%" not in found.topic:
            return found
        read = Topic(found.topic)
        return replace(found, kind=unquote(read.type), entity=unquote(read.entity))


def topic_part(name: str) -> str:
    """Return a name as a part of a topic, which ``CopiedMapper`` reads again."""
    return name.translate(_ENCODED)


def copied_topic(event: RecordedEvent, format_name: str) -> str:
    """Return the topic that an event of another program has in a copy."""
    read = Topic(event.topic)
    is_told = (read.type, read.entity) == (event.type, event.entity_type)
    if is_told and read.entity_topic is not None and "%" not in event.topic:
        return event.topic
    return f"{topic_part(format_name)}#{topic_part(event.entity_type)}.{topic_part(event.type)}"


def copied_event(event: RecordedEvent) -> str:
    """Return the payload that an event has in a copy. Raises ``ValueEncodingError``."""
    attributes: dict[str, Any] = dict(event.data)
    return _payload(event.timestamp, {_WHOLE: attributes} if attributes.keys() & _TAKEN else attributes)


def copied_snapshot(snapshot: RecordedSnapshot) -> tuple[str, str]:
    """Return the topic and the payload that a snapshot has in a copy. Raises ``ValueEncodingError``."""
    state = None if snapshot.state is None else dict(snapshot.state)
    return topic_of(Snapshot), _payload(snapshot.timestamp, {"topic": snapshot.topic, "state": state})


def _payload(timestamp: float | None, attributes: dict[str, Any]) -> str:
    return dumps(attributes if timestamp is None else {**attributes, "timestamp": timestamp})
