"""JSON Lines of raw records: a first line that names the format, then a record on each line, without loss.

A format of our own, in the framing of https://jsonlines.org. A payload is JSON in ``data`` if exactly the same text
comes back from there, otherwise a string in ``text``; bytes are in ``base64``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from es_desktop.app.text.json_view import MOST_EMBEDDED, embeds
from es_desktop.core import EntityId, SequencedItem

from .records import LineError, Record

FORMAT: Final = "es-desktop records"
VERSION: Final = 1
MAX_VERSION: Final = 2**63 - 1
"""The largest version that a store can keep; the smallest is one beyond its negative."""


class _Line(Struct, kw_only=True, omit_defaults=True, tag_field="kind"):
    sequence: str
    sequence_type: Literal["uuid", "text"]
    version: Annotated[int, Meta(ge=-MAX_VERSION - 1, le=MAX_VERSION)]
    topic: str
    data: Raw | UnsetType = UNSET
    text: str | UnsetType = UNSET
    base64: bytes | UnsetType = UNSET
    origin: Raw | UnsetType = UNSET
    """Where the record came from. ``data`` and ``text`` are then without it."""


class _Event(_Line, tag="event"):
    pass


class _Snapshot(_Line, tag="snapshot"):
    pass


class _Format(Struct, tag_field="kind", tag="format"):
    format: str
    version: int


_ENCODER: Final = msgspec.json.Encoder()
_decode: Final = msgspec.json.Decoder(_Event | _Snapshot | _Format).decode


def jsonl_lines(records: Iterable[Record]) -> Iterator[bytes]:
    """Yield the lines of a file, including the first one, each with its line end."""
    yield _ENCODER.encode_lines([_Format(FORMAT, VERSION)])
    for record in records:
        yield _ENCODER.encode_lines([_line(record)])


def jsonl_record(line: str) -> Record | None:
    """Return the record of a line; ``None`` for the first line. Raises ``LineError``, and ``msgspec.DecodeError``."""
    found = _decode(line)
    if isinstance(found, _Format):
        if found.format != FORMAT:
            raise LineError(f"the format {found.format!a} is not known", f"Known are {FORMAT!r} and CloudEvents 1.0.")
        if found.version != VERSION:
            text = f"it is of version {found.version} of the format; this program knows {VERSION}"
            raise LineError(text, "Update it.")
        return None
    sequence_id = read_id(found.sequence, found.sequence_type)
    fields = [each for each in (found.data, found.text, found.base64) if each is not UNSET]
    if len(fields) != 1:
        raise LineError(f"it has {len(fields)} of the fields `data`, `text` and `base64`, where there has to be one")
    payload = bytes(fields[0]).decode() if isinstance(fields[0], Raw) else fields[0]
    origin = None if isinstance(found.origin, UnsetType) else bytes(found.origin).decode()
    data: Any = join_origin(origin, payload)  # bytes are kept as they are, where a store had them
    item = SequencedItem(sequence_id, found.version, found.topic, data)
    return Record("event" if isinstance(found, _Event) else "snapshot", item)


def read_id(text: str, id_type: str) -> EntityId:
    """Return the id of a sequence from its text and type. Raises ``LineError`` for a text that is not a UUID."""
    if id_type == "text":
        return text
    try:
        return UUID(text)
    except ValueError:
        raise LineError(f"{text!a} is not a UUID") from None


def split_origin(payload: Any) -> tuple[str | None, Any]:
    """Return the origin in a payload, as JSON text, and the rest; no origin if ``join_origin`` could not undo that."""
    from es_desktop.stores.ourmapper import origin_length, without_origin

    if len(payload) > MOST_EMBEDDED and isinstance(payload, str) and origin_length(payload) > MOST_EMBEDDED:
        return None, payload  # as below, without several copies of what may have 100 MB
    origin, rest = without_origin(payload)
    return (origin, rest) if origin is not None and embeds(origin) else (None, payload)


def join_origin(origin: str | None, payload: str | bytes) -> str | bytes:
    """Return a payload with its origin, as before ``split_origin``. Raises ``LineError`` if one is not an object."""
    from es_desktop.stores.ourmapper import with_origin

    if origin is None:
        return payload
    if not (origin.startswith("{") and isinstance(payload, str) and payload.startswith("{")):
        raise LineError("its origin or its payload is not an object")
    return str(with_origin(origin, payload))


def _line(record: Record) -> _Line:
    sequence_id, version, topic, _ = record.item
    origin, payload = split_origin(record.item.data)
    line = (_Event if record.record_type == "event" else _Snapshot)(
        sequence=str(sequence_id),
        sequence_type="uuid" if isinstance(sequence_id, UUID) else "text",
        version=version,
        topic=topic,
        origin=UNSET if origin is None else Raw(origin),
    )
    if isinstance(payload, bytes):
        line.base64 = payload
    elif embeds(payload):
        line.data = Raw(payload)
    else:
        line.text = payload
    return line
