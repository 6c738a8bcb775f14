"""Payloads of Akka and Pekko: the output of a serializer (a number and a manifest identify it), or its envelope."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from es_desktop.core import ValueDecodingError

from .protobuf import fields_of
from .unpacking import unpack
from .unreadable import UnreadableError

_PROTOBUF: Final = 2
_TEXT: Final = 20
"""Numbers of Akka's own serializers."""
_PAYLOAD, _MANIFEST, _TIME = 1, 12, 14
"""Fields of the envelope."""
_SERIALIZER, _DATA, _PAYLOAD_MANIFEST = 1, 2, 3
"""Fields of the payload in it."""


@dataclass(frozen=True, slots=True)
class SerializedPayload:
    """The output of a serializer; ``time`` is that of its envelope, in milliseconds since the epoch."""

    data: Any
    serializer: int
    manifest: str
    time: int | None = None

    def tree(self) -> Any:
        """Return the plain tree. Raises ``ValueDecodingError`` unless it is JSON, CBOR or text."""
        if self.serializer == _TEXT and isinstance(self.data, bytes):
            return self.data.decode(errors="replace")
        manifest = ascii(self.manifest)[1:-1] or "no manifest"  # in one line, whatever it holds
        text = f"the payload was written by serializer {self.serializer} ({manifest})"
        if self.serializer == _PROTOBUF:
            raise ValueDecodingError(f"{text}: protobuf, which only a program with its definitions can read")
        try:
            return unpack(self.data)
        except UnreadableError as error:
            raise ValueDecodingError(f"{text}, and is neither JSON nor CBOR: {error}") from error


@lru_cache(maxsize=2)
def from_envelope(message: bytes) -> SerializedPayload:
    """Return the payload in the protobuf envelope of a journal's message. Raises ``ValueDecodingError``."""
    envelope = fields_of(message)
    inside = fields_of(_bytes(envelope, _PAYLOAD))
    serializer, time = inside.get(_SERIALIZER), envelope.get(_TIME)
    if not isinstance(serializer, int):
        raise ValueDecodingError("the payload is no message of a journal")
    manifest = (_bytes(inside, _PAYLOAD_MANIFEST) or _bytes(envelope, _MANIFEST)).decode(errors="replace")
    # Protobuf's zigzag encoding: n is written as 2n, and -n as 2n - 1.
    milliseconds = time >> 1 if isinstance(time, int) and time else None
    return SerializedPayload(_bytes(inside, _DATA), serializer, manifest, milliseconds)


def from_snapshot(snapshot: bytes) -> SerializedPayload:
    """Return the payload after the header of a snapshot. Raises ``ValueDecodingError`` if there is no header."""
    length = int.from_bytes(snapshot[:4], "little")
    header, data = snapshot[4 : 4 + length], snapshot[4 + length :]
    if not 4 <= length <= len(snapshot) - 4:
        raise ValueDecodingError("the payload is no snapshot of a journal")
    serializer = int.from_bytes(header[:4], "little", signed=True)
    return SerializedPayload(data, serializer, header[4:].decode(errors="replace"))


def _bytes(fields: dict[int, int | bytes], number: int) -> bytes:
    found = fields.get(number, b"")
    return found if isinstance(found, bytes) else b""
