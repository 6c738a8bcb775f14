"""The child process: imports the code that a person trusts, and folds records with it. Nothing else of us runs there.

This one file is run by the person's own interpreter, so it needs Python 3.8 and the standard library alone. It is told
everything over a pipe: frames of four bytes, which are a length, and JSON text of that length. A request is an object:

{"do": "import", "folder": …, "modules": [… or "module:Application"], "function": "module:name" or null, "memory": …,
 "cpu": …} is the first one. Answer: {"python": version, "files": {module: file}}.
{"do": "try", "id": …, "snapshots": [record, …]} asks what can be a base. Answer: {"errors": [text or null, …]}.
{"do": "view", "id": …, "from": state} asks for a state. Answer: {"view": tree}.
{"do": "fold", "id": …, "from": state, "events": [record, …], "tell": bool} applies events. Answer: where ``tell`` is
 set the view before them; then a frame for each event, at once, so that it is known which one never came back; then
 {"state": handle}. The frame of an event is empty where there is nothing to tell, or {"change": …} as ``difference``
 makes it, or {"failed": [reason, traceback]}.
Any request may have "free": [handle, …] of states that are not needed any more. An answer may be {"failed": …}.

A state is null for none, a handle, or the record of a snapshot. A record is [version, topic, payload, data]: the payload
is JSON text as it was stored, null for an event that is only to be counted; ``data``, where it is there, is what a
person made of the event, and then the topic of the stored one follows. For a function, the payload is null and ``data``
is [type, timestamp, data]. An id, the data and the views are in the words of ``encode``.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime
import decimal
import enum
import faulthandler
import importlib
import json
import math
import os
import signal
import struct
import sys
import threading
import traceback
import uuid
from collections import deque
from collections.abc import Mapping
from typing import Any

LARGEST = 256 * 1024 * 1024
"""Bytes of a frame."""
_LENGTH = struct.Struct(">I")
_HIDDEN = frozenset(
    {"_id", "_version", "_is_discarded", "_created_on", "_last_modified_on", "_last_modified"}  # of our core
)
_HIDDEN_AT_TOP = _HIDDEN | {"_pending_events", "_modified_on"}  # of Python eventsourcing 9
_MOST_FRAMES = 60


# --- values as JSON ---------------------------------------------------------------------------------------------------

_PLAIN = frozenset({str, bool, type(None)})
_MOST_BITS = 10_000  # Python writes no integer of more than 4,300 digits


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
        return {"!": [_WRITERS[kind][0], _WRITERS[kind][1](value)]}
    if isinstance(value, enum.Enum):
        name = value.name if isinstance(value.name, str) else str(value)
        return {"!": ["enum", f"{kind.__module__}.{kind.__qualname__}", name, encode(plain(value.value))]}
    tree = plain(value)
    return encode(tree) if tree is not value else {"!": ["text", kind.__name__, _text_of(value)]}


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


def _text_of(value: Any) -> str:
    try:
        return str(value)
    except Exception:  # a value's own code may fail
        return f"<{type(value).__name__}>"


_WRITERS = {
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
READERS = {
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
    "set": lambda items: set(map(decode, items)),
    "frozenset": lambda items: frozenset(map(decode, items)),
    "deque": lambda items: deque(map(decode, items)),
    "enum": lambda kind, name, value: decode(value),
    "text": lambda kind, text: text,
}
