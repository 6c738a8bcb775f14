"""The payload of an event as a text that a person edits: JSON in which values keep their types."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_view import to_json
from es_desktop.core import KnownClasses, ValueDecodingError, ValueEncodingError, values
from es_desktop.replay.event_copies import FRAME

_HINT = 'A decimal number is {"__decimal__": "1.50"}, a time {"ISO8601_datetime": "2026-05-31T14:30:00"}.'


def payload_text(data: Mapping[str, Any]) -> str:
    """Return the text that ``read_payload`` turns back into the same values, one to a line."""
    try:
        return msgspec.json.format(values.dumps(dict(data)), indent=2)
    except Exception:  # of a program that keeps what we do not, and not even Python; it can still be read
        return to_json(data, indent=2)


def read_payload(text: str, classes: KnownClasses, usual: Collection[str] = ()) -> dict[str, Any]:
    """Return the values of a payload. Raises ``UserError`` that says what is wrong with the text, and where.

    ``usual`` are names that such events tell something under, even where they are those of the envelope.
    """
    _require_json(text)
    try:
        data = values.loads(text, classes)
        values.dumps(data)  # what cannot be kept could not have happened
    except (ValueDecodingError, ValueEncodingError) as error:
        raise UserError(str(error), _HINT) from error
    if not isinstance(data, dict):
        raise UserError("a payload is an object: names and values between { and }", "An event without any is {}.")
    aside = sorted((FRAME & data.keys()) - set(usual))
    if aside:
        raise UserError(f"{' and '.join(aside)} cannot be edited", "It says when an event was, and of what.")
    return data


def _require_json(text: str) -> None:
    try:
        json.loads(text, object_pairs_hook=_require_names_once)
    except json.JSONDecodeError as error:
        told = f"line {error.lineno}, column {error.colno}: {error.msg[:1].lower()}{error.msg[1:]}"
        raise UserError(told, "Texts and names stand in double quotes; there is no comma after the last.") from error
    except (RecursionError, ValueError) as error:
        raise UserError(f"the text cannot be read: {error}") from error


def _require_names_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for at, (name, _) in enumerate(pairs) if name in dict(pairs[:at]))
        raise UserError(f"the name {twice!r} stands there twice", "Take one of them away.")
    return found
