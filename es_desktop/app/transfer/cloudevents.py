"""CloudEvents: records are written as events of version 1.0 of that format, one on each line, and read from them.

Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md and formats/json-format.md. Extensions that
begin with ``esdb`` hold what the format has no attribute for, so that a record comes back without loss. An event of
another program, which has none of them, becomes the next event of its subject, counted from 0 in each file.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, Literal
from urllib.parse import quote, unquote
from uuid import UUID

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from es_desktop.app.text.json_view import embeds, iso_time
from es_desktop.core import SequencedItem, Topic

from .jsonl import MAX_VERSION, join_origin, read_id, split_origin
from .record_source import RecordSource
from .records import LineError, Record, sent_event

_FORMAT: Final = "CloudEvents 1.0"
_JSON: Final = "application/json"
_TEXT: Final = "text/plain"
_BYTES: Final = "application/octet-stream"
_NONCHARACTERS: Final = "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_UNFIT: Final = re.compile(f"[%\x00-\x1f\x7f-\x9f\ufdd0-\ufdef{_NONCHARACTERS}]")
"""Characters that no attribute may hold, and the percent sign that replaces them."""
_INTEGER: Final = re.compile(r"-?[0-9]{1,19}")


class _CloudEvent(Struct, kw_only=True, omit_defaults=True):
    specversion: str
    id: str
    source: str
    type: str
    subject: str | None = None
    time: str | None = None
    datacontenttype: str | None = None
    esdbkind: Literal["event", "snapshot"] | None = None
    esdbidtype: Literal["uuid", "text"] | None = None
    esdbid: str | None = None
    esdbversion: str | None = None
    """As text: the integers of CloudEvents have 32 bits."""
    esdbtopic: str | None = None
    esdborigin: str | None = None
    """The origin, as JSON text, of a record that came from another program."""
    data: Raw | UnsetType = UNSET
    data_base64: bytes | UnsetType = UNSET


_EXTENSIONS: Final = ("esdbkind", "esdbidtype", "esdbid", "esdbversion", "esdbtopic")
"""The extensions that every record has."""
_decode: Final = msgspec.json.Decoder(_CloudEvent).decode


def cloudevents_lines(source: RecordSource) -> Iterator[bytes]:
    """Yield an event for each record, with its line end."""
    origin = f"esdb:{quote(source.store_name, errors='surrogateescape')}"
    for record in source.records():
        yield msgspec.json.encode(_cloud_event(record, origin, source.time_of(record))) + b"\n"


class CloudEventsReader:
    """Reads records from CloudEvents. Numbers the events of each subject that have no version of their own."""

    def __init__(self) -> None:
        self._next_versions: Counter[str] = Counter()

    def record(self, line: str) -> Record:
        """Return the record of a line. Raises ``LineError``, and ``msgspec.DecodeError`` if it is not JSON."""
        event = _decode(line)
        if event.specversion != "1.0":
            raise LineError(f"it is of version {event.specversion!a} of CloudEvents; this program knows '1.0'")
        if event.data is not UNSET and event.data_base64 is not UNSET:
            raise LineError("it has both `data` and `data_base64`")
        missing = [name for name in _EXTENSIONS if getattr(event, name) is None]
        if not missing:
            return _own_record(event)
        if len(missing) < len(_EXTENSIONS):
            raise LineError(f"it lacks the extension `{missing[0]}`")
        sequence_id = event.subject or event.source
        version = self._next_versions[sequence_id]
        self._next_versions[sequence_id] += 1
        item = SequencedItem(sequence_id, version, event.type, _foreign_payload(event))
        return Record("event", sent_event(item, _FORMAT))


def _cloud_event(record: Record, origin: str, time: float | None) -> _CloudEvent:
    sequence_id, version, topic, _ = record.item
    origin_text, payload = split_origin(record.item.data)
    id_type: Literal["uuid", "text"] = "uuid" if isinstance(sequence_id, UUID) else "text"
    name = _encoded_text(str(sequence_id))
    event = _CloudEvent(
        specversion="1.0",
        id=f"{id_type}/{name}/{version}" + ("/snapshot" if record.record_type == "snapshot" else ""),
        source=origin,
        type=_type(topic) or record.record_type,
        subject=name or None,
        time=iso_time(time),
        esdbkind=record.record_type,
        esdbidtype=id_type,
        esdbid=name,
        esdbversion=str(version),
        esdbtopic=_encoded_text(topic),
        esdborigin=None if origin_text is None else _encoded_text(origin_text),
    )
    if isinstance(payload, bytes):
        event.datacontenttype, event.data_base64 = _BYTES, payload
    elif embeds(payload):
        event.datacontenttype, event.data = _JSON, Raw(payload)
    else:
        event.datacontenttype, event.data = _TEXT, Raw(msgspec.json.encode(payload))
    return event


def _type(topic: str) -> str:
    """Return the entity type and the event type, as ``Order.Paid``."""
    read = Topic(topic)
    return _encoded_text(read.type if read.entity == read.type else f"{read.entity}.{read.type}")


def _encoded_text(text: str) -> str:
    return _UNFIT.sub(lambda found: quote(found[0], safe=""), text)


def _own_record(event: _CloudEvent) -> Record:
    assert event.esdbkind and event.esdbidtype
    sequence_id = read_id(_decoded_text(event.esdbid), event.esdbidtype)
    version = str(event.esdbversion)
    if not _INTEGER.fullmatch(version) or not -MAX_VERSION - 1 <= int(version) <= MAX_VERSION:
        raise LineError(f"`esdbversion` is {version!a}, where an integer of 64 bits is expected")
    origin = None if event.esdborigin is None else _decoded_text(event.esdborigin)
    payload: Any = join_origin(origin, _own_payload(event))
    return Record(event.esdbkind, SequencedItem(sequence_id, int(version), _decoded_text(event.esdbtopic), payload))


def _own_payload(event: _CloudEvent) -> str | bytes:
    if not isinstance(event.data_base64, UnsetType):
        return event.data_base64
    if isinstance(event.data, UnsetType):
        raise LineError("it lacks `data`")
    if (event.datacontenttype or _JSON).startswith(_TEXT):
        return msgspec.json.decode(event.data, type=str)
    return bytes(event.data).decode()


def _decoded_text(text: str | None) -> str:
    try:
        return unquote(text or "", errors="strict")
    except UnicodeDecodeError:
        raise LineError(f"{text!a} has a percent sign without a valid character code") from None


def _foreign_payload(event: _CloudEvent) -> str:
    """Return the data as a JSON object, with the time of the event if the data has none."""
    if not isinstance(event.data_base64, UnsetType):
        data = msgspec.json.encode({"data_base64": event.data_base64}).decode()
    elif isinstance(event.data, UnsetType) or bytes(event.data) == b"null":
        data = "{}"
    else:
        data = bytes(event.data).decode()
    if not data.startswith("{"):
        data = f'{{"data":{data}}}'
    if event.time is None or "timestamp" in msgspec.json.decode(data, type=dict[str, Raw]):
        return data
    # Put before the text, rather than into its values, which stay as they were written.
    rest = data[1:].lstrip()
    return f'{{"timestamp":{_seconds(event.time)!r}{"" if rest == "}" else ","}{rest}'


def _seconds(time: str) -> float:
    """Return a time in the form of https://www.rfc-editor.org/rfc/rfc3339 as seconds since the epoch."""
    try:
        read = dt.datetime.fromisoformat(time.upper())
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise LineError(f"`time` is {time!a}, where a time such as 2025-01-31T12:00:00Z is expected")
    return read.timestamp()
