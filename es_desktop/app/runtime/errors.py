"""What is told to a person, and not reported as a bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from es_desktop.core import RecordedEvent


class UserError(Exception):
    """Something asked for cannot be done: ``text`` says what, ``hint`` what to do. Each is one line."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(f"{text}. {hint}" if hint else text)
        self.text = text
        self.hint = hint


class ConflictError(UserError):
    """Somebody appended to the entity first. Nothing was written; ``arrived`` is what came in between."""

    def __init__(self, arrived: list[RecordedEvent]) -> None:
        count = "an event" if len(arrived) == 1 else f"{len(arrived)} events"
        super().__init__(f"{count} arrived in between, so nothing was written", "Reload, and try again.")
        self.arrived = arrived


class PasswordWanted(UserError):
    """A server wants a password, or another one than it was given."""

    def __init__(self, text: str, hint: str, store: str) -> None:
        super().__init__(text, hint)
        self.store = store
        """Without a password."""


class UnknownTables(UserError):
    """A database holds no event tables of a known format; a map of its tables would make them readable."""

    def __init__(self, text: str, hint: str, store: str) -> None:
        super().__init__(text, hint)
        self.store = store
        """Without a password."""


class Cancelled(Exception):
    """The work is not wanted any more."""
