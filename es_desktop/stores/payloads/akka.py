"""Payloads of Akka and Pekko: what a serializer wrote, which a number and a manifest name, alone or in an envelope."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from es_desktop.core import ValueDecodingError

from .encrypted import EncryptedError
from .protobuf import fields_of
from .unpacking import unpack

_PROTOBUF: Final = 2
_TEXT: Final = 20
"""Numbers of Akka's own serializers."""
_PAYLOAD, _MANIFEST, _TIME = 1, 12, 14
"""Fields of the envelope."""
_SERIALIZER, _DATA, _PAYLOAD_MANIFEST = 1, 2, 3
"""Fields of what is in it."""


@dataclass(frozen=True, slots=True)
class SerializedPayload:
    """What a serializer wrote, and when its envelope says that this was: milliseconds since the epoch."""

    data: Any
    serializer: int
    manifest: str
    time: int | None = None

    def tree(self) -> Any:
        """Return the plain tree of it. Raises ``ValueDecodingError`` where it is no JSON, CBOR or text."""
        if self.serializer == _TEXT and isinstance(self.data, bytes):
            return self.data.decode(errors="replace")
        text = f"the payload was written by serializer {self.serializer} ({self.manifest or 'no manifest'})"
        if self.serializer == _PROTOBUF:
            raise ValueDecodingError(f"{text}: protobuf, which only a program with its definitions can read")
        try:
            return unpack(self.data)
        except EncryptedError as error:
            raise ValueDecodingError(f"{text}, and is neither JSON nor CBOR") from error


@lru_cache(maxsize=2)
def from_envelope(message: bytes) -> SerializedPayload:
    """Return what stands in the protobuf envelope of a journal's message. Raises ``ValueDecodingError``."""
    envelope = fields_of(message)
    inside = fields_of(_bytes(envelope, _PAYLOAD))
    serializer, time = inside.get(_SERIALIZER), envelope.get(_TIME)
    if not isinstance(serializer, int):
        raise ValueDecodingError("the payload is no message of a journal")
    manifest = _bytes(inside, _PAYLOAD_MANIFEST) or _bytes(envelope, _MANIFEST)
    # A signed number is written as its double, or that less one where it is below zero.
    return SerializedPayload(
        _bytes(inside, _DATA),
        serializer,
        manifest.decode(errors="replace"),
        time >> 1 if isinstance(time, int) and time else None,
    )


def from_headed(snapshot: bytes) -> SerializedPayload:
    """Return what stands behind the header of a snapshot. Raises ``ValueDecodingError`` where there is none."""
    length = int.from_bytes(snapshot[:4], "little")
    header, data = snapshot[4 : 4 + length], snapshot[4 + length :]
    if not 4 <= length <= len(snapshot) - 4:
        raise ValueDecodingError("the payload is no snapshot of a journal")
    return SerializedPayload(
        data, int.from_bytes(header[:4], "little", signed=True), header[4:].decode(errors="replace")
    )


def _bytes(fields: dict[int, int | bytes], number: int) -> bytes:
    found = fields.get(number, b"")
    return found if isinstance(found, bytes) else b""
