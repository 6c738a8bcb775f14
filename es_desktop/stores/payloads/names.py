"""Names of attributes in payloads whose encodings have names that are no texts."""

from __future__ import annotations

from typing import Any

from es_desktop.core import ValueDecodingError


def name_of(value: Any) -> str:
    """Return a name as text. Raises ``ValueDecodingError`` if an object is part of it.

    The names in that object are texts by then, which are quoted in the text of the outer name: at each level it would
    become twice as long.
    """
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            raise ValueDecodingError("the payload has an object as the name of a value")
        if isinstance(each, list):
            waiting += each
    return str(value)
