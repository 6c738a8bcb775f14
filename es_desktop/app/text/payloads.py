"""Payloads inside JSON: whether the text of one may stand there as it is, and come back to the last byte."""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec

_WRITERS: Final = ((",", ":"), (", ", ": "))
"""The separators that Python's own JSON writes."""
_LONG_NUMBER: Final = re.compile(r"(?:^|[:,\[ -])\d{19}")
"""A number that may be beyond 64 bits."""
_SLACK: Final = 200
"""How many levels of nesting there have to be to spare before a reader gives up."""


def embeds(payload: str) -> bool:
    """Tell whether a payload may stand as JSON inside a line of JSON.

    It may where its text is just what a common writer of JSON makes of its values. Then the text comes back to the last
    byte, and no other reader of the line meets what readers differ in: numbers beyond 64 bits, NaN, lone surrogates,
    keys that occur twice.
    """
    if _LONG_NUMBER.search(payload):
        return False
    try:
        tree = msgspec.json.decode(payload)
        return (msgspec.json.encode(tree).decode() == payload or _is_pythons(tree, payload)) and _is_flat(payload)
    except (msgspec.DecodeError, RecursionError):
        return False


def _is_pythons(tree: object, payload: str) -> bool:
    is_ascii = payload.isascii()
    return any(json.dumps(tree, ensure_ascii=is_ascii, separators=each) == payload for each in _WRITERS)


def _is_flat(payload: str) -> bool:
    if payload.count("[") + payload.count("{") > _SLACK:
        msgspec.json.decode("[" * _SLACK + payload + "]" * _SLACK)
    return True
