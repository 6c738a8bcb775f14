"""What ``find`` prints: a line for each entity, or for each event, that is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from es_desktop.app.search.find import FoundEvent
from es_desktop.app.search.state_search import StateHit
from es_desktop.app.text.json_view import JsonObject, iso_time, to_json
from es_desktop.app.text.times import local_time
from es_desktop.app.text.values import elide
from es_desktop.replay import ABSENT

Found = StateHit | FoundEvent

_WIDEST: Final = 100
_WIDEST_VALUE: Final = 40


def found_json(found: Found) -> JsonObject:
    """A line of ``find``."""
    return _entity_json(found) if isinstance(found, StateHit) else _event_json(found)


def found_lines(found: Iterable[Found]) -> Iterator[str]:
    """Tell what is found, one a line."""
    return (_entity_line(each) if isinstance(each, StateHit) else _event_line(each) for each in found)


def _entity_json(hit: StateHit) -> JsonObject:
    entity = hit.entity
    return {
        "id": str(entity.id),
        "type": entity.type,
        "version": hit.version,
        "exactness": hit.exactness.value,
        "values": dict(hit.values),
        "created": iso_time(entity.created),
        "modified": iso_time(entity.modified),
        "discarded": entity.discarded,
    }


def _event_json(found: FoundEvent) -> JsonObject:
    event = found.event
    return {
        "entity": str(found.entity_id),
        "type": found.entity_type,
        "version": event.version,
        "event": event.type,
        "timestamp": iso_time(event.timestamp),
        "data": dict(event.data) if event.error is None else None,
    }


def _entity_line(hit: StateHit) -> str:
    entity = hit.entity
    told = {path: value for path, value in hit.values.items() if value is not ABSENT}
    values = ", ".join(f"{path} = {elide(to_json(value), _WIDEST_VALUE)}" for path, value in told.items())
    gone = "  (discarded)" if entity.discarded else ""
    line = f"{entity.type:<14} {entity.id!s:<36} {hit.version:>7}  {hit.exactness:<8}  {elide(values, _WIDEST)}{gone}"
    return line.rstrip()


def _event_line(found: FoundEvent) -> str:
    event = found.event
    told = f"! {event.error}" if event.error else to_json(dict(event.data))
    return (
        f"{found.entity_type:<14} {found.entity_id!s:<36} {event.version:>7}  {local_time(event.timestamp)}"
        f"  {event.type:<20} {elide(told, _WIDEST)}"
    )
