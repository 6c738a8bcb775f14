"""Event logs of the standard XES: an entity is a trace, with its events in the order of their versions.

Source: https://www.xes-standard.org/ and IEEE 1849. A number or a time that XES has no type for is a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final
from xml.sax.saxutils import quoteattr

from es_desktop.app.transfer.record_source import RecordSource
from es_desktop.system.counts import count_text

from .flat_values import Flat, flat_text, flat_values, type_of
from .ocel import moment_of

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8" ?>
<log xes.version="1.0" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/></global>
<classifier name="EventType" keys="concept:name"/>
"""
_ELEMENTS: Final = {"string": "string", "integer": "int", "float": "float", "boolean": "boolean", "time": "date"}
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OURS: Final = frozenset({"concept:name", "time:timestamp", "version", "entity:type"})


def xes_lines(source: RecordSource) -> Iterator[bytes]:
    """Yield a log with a trace for each entity, one event on a line."""
    yield _HEAD.encode()
    untimed = 0
    events = source.typed_events(source.read_event)
    for entity, found in groupby(events, lambda each: each[0].item.sequence_id):
        for number, (record, entity_type, event) in enumerate(found):
            if not number:
                yield _line("<trace>", {"concept:name": str(entity), "entity:type": entity_type})
            time = moment_of(event.timestamp)
            untimed += time is None
            own: dict[str, Flat] = {"concept:name": event.type, "version": record.item.position}
            if time is not None:
                own["time:timestamp"] = time
            attributes = {name: each for name, each in flat_values(event.data).items() if name not in _OURS}
            yield _line("<event>", {**own, **attributes}, "</event>")
        yield b"</trace>\n"
    yield b"</log>\n"
    if untimed:
        source.notes.append(f"{count_text(untimed, 'event')} without a time")


def _line(start: str, values: Mapping[str, Flat], end: str = "") -> bytes:
    return f"{start}{''.join(_attribute(*each) for each in values.items())}{end}\n".encode()


def _attribute(key: str, value: Flat) -> str:
    return f"<{_ELEMENTS[type_of(value)]} key={_quoted(key)} value={_quoted(flat_text(value))}/>"


def _quoted(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
