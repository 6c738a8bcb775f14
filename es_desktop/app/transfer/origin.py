"""Where the records of a working copy come from, and what that means for reading them."""

from __future__ import annotations

from typing import Final

import msgspec

from es_desktop.app.text.values import day_text
from es_desktop.core import RecordedEvent

OURS: Final = "es-desktop"
"""The module in the topics of events that were written to a copy, where its own kinds mean something else."""


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of which store a copy is, and when it was begun."""

    source: str
    """The file with its whole folder, or the URL without its password."""
    format: str
    """What the program calls the format of that store."""
    made: float
    """Seconds since the epoch, UTC."""
    scope: str | None = None
    """The application, tenant or partition that it is of, where the store holds several and one was shown."""
    tells_core_kinds: bool = True
    """Whether ``Created``, ``AttributeChanged`` and ``Discarded`` mean there what they do in the core."""

    @classmethod
    def from_json(cls, text: str) -> Origin:
        """Return the origin of a JSON text; an unknown one where it is none."""
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.MsgspecError, RecursionError):
            return UNKNOWN

    def to_json(self) -> str:
        """Return the origin as JSON text."""
        return msgspec.json.encode(self).decode()

    def has_core_kind(self, event: RecordedEvent) -> bool:
        """Tell whether the name of an event's type means what it does in the core."""
        return self.tells_core_kinds or event.topic.startswith(f"{OURS}#")

    def is_of_same(self, other: Origin) -> bool:
        """Tell whether two copies are of the same store, whenever they were begun."""
        return msgspec.structs.replace(self, made=other.made) == other

    @property
    def note(self) -> str:
        """Tell of it in one line."""
        if self == UNKNOWN:
            return "a working copy, but what it says of where it comes from cannot be read"
        part = f"{self.scope} in " if self.scope else ""
        return f"a working copy of {part}{self.source} ({self.format}), begun {day_text(self.made)}"


UNKNOWN: Final = Origin("", "", 0.0, tells_core_kinds=False)
