"""Values over the pipe: JSON that keeps the types of values which JSON has no word for, and frames of it."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import math
import struct
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any, BinaryIO

from .errors import text_of
from .trees import plain

LARGEST = 256 * 1024 * 1024
"""Bytes of a frame."""
_LENGTH = struct.Struct(">I")
_JSON = json.JSONEncoder(separators=(",", ":"))
_PLAIN = frozenset({str, bool, type(None)})
_MOST_BITS = 10_000  # Python writes no integer of more than 4,300 digits


class BrokenFrameError(Exception):
    """The other side said something that is no frame."""


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


def read_message(pipe: BinaryIO) -> Any:
    """Return the next message; ``None`` at the end of the pipe."""
    frame = read_frame(pipe)
    return None if frame is None else json.loads(frame)


def write_frame(pipe: BinaryIO, message: Any = None) -> None:
    """Write a message as a frame, or an empty frame; it is for the caller to send it off.

    Raises ``ValueError`` for one too large.
    """
    body = b"" if message is None else _JSON.encode(message).encode()
    if len(body) > LARGEST:
        raise ValueError(f"a message of {len(body):,} bytes is too large to be told")
    pipe.write(_LENGTH.pack(len(body)) + body)


def encode(value: Any) -> Any:
    """Return a value in JSON's words; what they cannot tell is {"!": [kind, …]}."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is int:
        return value if value.bit_length() < _MOST_BITS else {"!": ["int", hex(value)]}
    if kind is float:
        return value if math.isfinite(value) else {"!": ["float", repr(value)]}
    if kind is dict and all(type(key) is str for key in value):
        told = {key: encode(item) for key, item in value.items()}
        return {"!": ["dict", list(told.items())]} if "!" in told else told
    if kind is list:
        return [encode(item) for item in value]
    if kind in _WRITERS:
        name, write = _WRITERS[kind]
        return {"!": [name, write(value)]}
    return _encode_other(value)


def _encode_other(value: Any) -> Any:
    kind = type(value)
    if isinstance(value, enum.Enum):
        name = value.name if isinstance(value.name, str) else str(value)
        return {"!": ["enum", kind.__module__, kind.__qualname__, name, encode(plain(value.value))]}
    for base, bare in _BARE.items():
        if isinstance(value, base):
            return encode(bare(value))
    for base, (name, write) in _WRITERS.items():
        if isinstance(value, base):
            return {"!": [name, write(value)]}
    tree = plain(value)
    return encode(tree) if tree is not value else {"!": ["text", kind.__name__, text_of(value)]}


def decode(tree: Any) -> Any:
    """Return the value that ``encode`` told; an enum becomes its value, and what has no words its text."""
    if type(tree) is list:
        return [decode(item) for item in tree]
    if type(tree) is not dict:
        return tree
    if "!" in tree:
        kind, *parts = tree["!"]
        return READERS[kind](*parts)
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
    "enum": lambda module, kind, name, value: decode(value),
    "text": lambda kind, text: text,
}
