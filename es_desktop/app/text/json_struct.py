"""Values that are kept as JSON text."""

from __future__ import annotations

import json
from typing import Annotated, Self

import msgspec

Seconds = Annotated[float, msgspec.Meta(ge=-1e18, le=1e18)]
"""Since the epoch, UTC: a number that JSON has, as JSON has no infinity."""


class JsonStruct(msgspec.Struct, frozen=True):
    """A value that is kept as JSON text."""

    @classmethod
    def from_json(cls, text: str) -> Self | None:
        """Return the value in a JSON text; ``None`` for any other text."""
        try:
            try:
                return msgspec.json.decode(text, type=cls)
            except msgspec.DecodeError:
                return msgspec.convert(json.loads(text), type=cls)  # it may name a file whose name is no text
        except (ValueError, RecursionError):
            return None

    def to_json(self) -> str:
        """Return the value as JSON text; the bytes of a file name that are no text are escapes in it."""
        try:
            return msgspec.json.encode(self).decode()
        except UnicodeEncodeError:
            return json.dumps(msgspec.to_builtins(self))
