"""Moments as a person types them: a date, or a date and a time, local unless an offset is given."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from typing import Final

from es_desktop.app.runtime.errors import UserError

from .durations import as_number, calendar_time
from .values import elide

_MOST_LETTERS: Final = 60


def parse_moment(text: str, *, at_end: bool = False) -> float:
    """Return a moment in seconds since the epoch; a date means its beginning, or its end with ``at_end``.

    Raises ``UserError`` for a text that is neither a date nor a time.
    """
    text = text.strip()
    try:
        if len(text) <= len("2025-05-02"):
            day = date.fromisoformat(text)
            return datetime.combine(day + timedelta(days=at_end), time()).astimezone().timestamp()
        return datetime.fromisoformat(text).astimezone().timestamp()
    except (ValueError, OverflowError, OSError):
        raise UserError(
            f"{elide(text, _MOST_LETTERS)!r} is no date or time", "Give it as 2025-05-02 or 2025-05-02 14:30."
        ) from None


def parse_as_of(text: str) -> float:
    """Return the last moment that counts as of what a person typed; a date means all of it. Raises ``UserError``."""
    first, last = parse_moment(text), parse_moment(text, at_end=True)
    return first if first == last else math.nextafter(last, -math.inf)


def moment_text(seconds: float | None) -> str:
    """Return a moment as ``parse_moment`` reads it, to the minute; nothing for none, or for one of no calendar."""
    moment = None if seconds is None else calendar_time(seconds)
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def local_time(timestamp: float | None) -> str:
    """Return a time in the zone of this machine, to the second; blank of the same width where there is none."""
    if timestamp is None:
        return " " * 19
    moment = calendar_time(timestamp)
    return f"{as_number(timestamp):.19g}" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"
