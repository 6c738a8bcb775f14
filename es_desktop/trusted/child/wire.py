"""The pipe: frames of JSON, in which values keep types that JSON does not have; and the index of the current event."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import math
import mmap
import struct
import uuid
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from .errors import text_of
from .trees import plain

LARGEST = 256 * 1024 * 1024
"""The most bytes of a frame."""
_LENGTH = struct.Struct(">I")
_JSON = json.JSONEncoder(separators=(",", ":"))
_PLAIN = frozenset({str, bool, type(None)})
_MOST_BITS = 10_000  # Python does not write integers of more than 4,300 digits
EVENT_INDEX = struct.Struct("<q")
NO_EVENT = -1


class BrokenFrameError(Exception):
    """The other side wrote something that is not a frame."""


def read_frame(pipe: BinaryIO) -> bytes | None:
    """Return the next frame; ``None`` at the end of the pipe. Raises ``BrokenFrameError``."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LARGEST:
        raise BrokenFrameError(f"a frame begins with {head!r}")
    body = pipe.read(length) if length else b""
    return body if len(body) == length else None


def write_frame(pipe: BinaryIO, message: Any = None) -> None:
    """Write a message as a frame, or an empty frame, without flushing. Raises ``ValueError`` if it is too large."""
    body = b"" if message is None else _JSON.encode(message).encode()
    if len(body) > LARGEST:
        raise ValueError(f"a message of {len(body):,} bytes is too large to be sent")
    pipe.write(_LENGTH.pack(len(body)) + body)


def encode(value: Any) -> Any:
    """Return a value as JSON; a value of a type that JSON does not have becomes {"!": [type, …]}."""
    value_type = type(value)
    if value_type in _PLAIN:
        return value
    if value_type is int:
        return value if value.bit_length() < _MOST_BITS else {"!": ["int", hex(value)]}
    if value_type is float:
        return value if math.isfinite(value) else {"!": ["float", repr(value)]}
    if value_type is dict and all(type(key) is str for key in value):
        encoded = {key: encode(item) for key, item in value.items()}
        return {"!": ["dict", list(encoded.items())]} if "!" in encoded else encoded
    if value_type is list:
        return [encode(item) for item in value]
    if value_type in _WRITERS:
        name, write = _WRITERS[value_type]
        return {"!": [name, write(value)]}
    return _encode_other(value)


def _encode_other(value: Any) -> Any:
    value_type = type(value)
    if isinstance(value, enum.Enum):
        name = value.name if isinstance(value.name, str) else str(value)
        return {"!": ["enum", value_type.__module__, value_type.__qualname__, name, encode(plain(value.value))]}
    for base, bare in _BARE.items():
        if isinstance(value, base):
            return encode(bare(value))
    for base, (name, write) in _WRITERS.items():
        if isinstance(value, base):
            return {"!": [name, write(value)]}
    tree = plain(value)
    return encode(tree) if tree is not value else {"!": ["text", value_type.__name__, text_of(value)]}


def decode(tree: Any) -> Any:
    """Return the value that ``encode`` encoded; a member of an enum becomes its value, an object its text."""
    if type(tree) is list:
        return [decode(item) for item in tree]
    if type(tree) is not dict:
        return tree
    if "!" in tree:
        type_name, *parts = tree["!"]
        return READERS[type_name](*parts)
    return {key: decode(item) for key, item in tree.items()}


def collection_or_list(collection: Callable[[Any], Any], items: list[Any]) -> Any:
    """Return items as a collection; as a list where one has no hash, such as the value of an enum's member."""
    try:
        return collection(items)
    except TypeError:
        return items


_BARE: dict[type, Callable[[Any], Any]] = {str: str.__str__, int: int.__int__, float: float.__float__}
_WRITERS: dict[type, tuple[str, Callable[[Any], Any]]] = {
    uuid.UUID: ("uuid", lambda value: value.hex),
    decimal.Decimal: ("decimal", str),
    datetime.datetime: ("datetime", lambda value: value.isoformat()),
    datetime.date: ("date", lambda value: value.isoformat()),
    datetime.time: ("time", lambda value: value.isoformat()),
    datetime.timedelta: ("timedelta", lambda value: [value.days, value.seconds, value.microseconds]),
    bytes: ("bytes", lambda value: value.hex()),
    tuple: ("tuple", lambda value: [encode(item) for item in value]),
    set: ("set", lambda value: [encode(item) for item in value]),
    frozenset: ("frozenset", lambda value: [encode(item) for item in value]),
    deque: ("deque", lambda value: [encode(item) for item in value]),
}
READERS: dict[str, Callable[..., Any]] = {
    "int": lambda text: int(text, 16),
    "float": float,
    "dict": lambda pairs: {key: decode(item) for key, item in pairs},
    "uuid": uuid.UUID,
    "decimal": decimal.Decimal,
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": lambda parts: datetime.timedelta(*parts),
    "bytes": bytes.fromhex,
    "tuple": lambda items: tuple(map(decode, items)),
    "set": lambda items: collection_or_list(set, list(map(decode, items))),
    "frozenset": lambda items: collection_or_list(frozenset, list(map(decode, items))),
    "deque": lambda items: deque(map(decode, items)),
    "enum": lambda module, class_name, name, value: decode(value),
    "text": lambda type_name, text: text,
}


class Progress:
    """Writes the index of the event that is being applied into a file that is mapped into memory.

    That takes almost no time, and the file still has the index after the process ended, however it ended.
    """

    def __init__(self, path: str | None = None) -> None:
        self._map: mmap.mmap | bytearray = bytearray(EVENT_INDEX.size)
        if path is not None:
            with Path(path).open("r+b") as file:
                self._map = mmap.mmap(file.fileno(), EVENT_INDEX.size)

    def note(self, index: int) -> None:
        """Write the index of the next event, or ``NO_EVENT``."""
        EVENT_INDEX.pack_into(self._map, 0, index)
