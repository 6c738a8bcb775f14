"""Mappers for Python eventsourcing, all releases: time and state are in the payload."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .foreign import ForeignItem, ForeignMapper, dotted_names
from .payloads import Payload, as_payload, unpack


def mappers(
    restore_values: Callable[[Any], Any], repeated: frozenset[str], bookkeeping: frozenset[str]
) -> tuple[ForeignMapper, ForeignMapper]:
    """Return the mappers of events and of snapshots.

    ``restore_values`` replaces the value wrappers of a release in a tree. ``repeated`` are attributes that repeat
    columns; ``bookkeeping`` are attributes that an entity holds but that are not part of its state.
    """

    def payload(item: ForeignItem) -> Payload:
        return as_payload(restore_values(unpack(item.data)))

    def state(item: ForeignItem, attributes: Mapping[str, Any]) -> Any:
        found = attributes["state"]
        if not isinstance(found, Mapping):
            return found
        return {name: value for name, value in found.items() if name not in bookkeeping}

    events = ForeignMapper(payload, dotted_names, repeated, _time)
    return events, ForeignMapper(payload, dotted_names, repeated, _time, state=state, state_type=_state_type)


def _time(item: ForeignItem, attributes: Mapping[str, Any]) -> Any:
    return attributes.get("timestamp")


def _state_type(item: ForeignItem, attributes: Mapping[str, Any]) -> str:
    return str(attributes.get("topic", item.topic))
