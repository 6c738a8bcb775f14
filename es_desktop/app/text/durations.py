"""Times as people read them: the gap between two events, the cost of a step, a moment."""

from __future__ import annotations

import math
from datetime import datetime, tzinfo
from typing import Any

MINUTE, HOUR, DAY = 60, 3600, 86400


def as_number(found: Any) -> float:
    """Return a number that a store has, which may be of any type, as a float; NaN for one that is none."""
    try:
        return float(found)
    except Exception:  # that of a value of the user's own may fail in any way
        return math.nan


def calendar_time(timestamp: Any, zone: tzinfo | None = None) -> datetime | None:
    """Return seconds since the epoch as a time of a zone, or of this machine; ``None`` for one of no calendar."""
    try:
        return datetime.fromtimestamp(as_number(timestamp), zone)
    except (ValueError, OverflowError, OSError):
        return None


def format_gap(seconds: float) -> str:
    """Return the time between two events in at most two units: ``0.2 s``, ``2 m 16 s``, ``12 d 4 h``."""
    seconds = as_number(seconds)
    if not math.isfinite(seconds):
        return "–"
    sign, seconds = ("−", -seconds) if seconds < 0 else ("", seconds)
    if seconds < 0.0995:
        return f"{sign}{seconds * 1000:.0f} ms" if seconds >= 0.0005 else "0 s"
    if seconds < 59.95:
        return f"{sign}{seconds:.1f} s"
    whole = round(seconds)
    if whole < HOUR:
        return f"{sign}{whole // MINUTE} m {whole % MINUTE} s"
    if whole < DAY:
        return f"{sign}{whole // HOUR} h {whole % HOUR // MINUTE} m"
    return f"{sign}{whole // DAY:,} d {whole % DAY // HOUR} h"


def format_cost(seconds: float) -> str:
    """Return what a computation took: ``85 µs``, ``1.2 ms``, ``3.4 s``."""
    seconds = as_number(seconds)
    if seconds < 0.00009995:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 0.09995:
        return f"{seconds * 1e3:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1e3:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 59.95 else format_gap(seconds)


def format_day(timestamp: float | None) -> str:
    """Return a moment as ``format_time`` does, but of another year the day alone, which fits a narrow column."""
    told = format_time(timestamp)
    return told.partition(" ")[0] if told[:4].isdecimal() and told[4:5] == "-" else told


def format_time(timestamp: float | None, reference: float | None = None) -> str:
    """Return a moment in local time, as short as it can be told on the day of ``reference`` (now, unless given).

    The same day shows the time alone, the same year day and month, any other day the date.
    """
    if timestamp is None:
        return "–"
    moment = calendar_time(timestamp)
    today = datetime.now() if reference is None else calendar_time(reference)
    if moment is None or today is None:
        return f"{as_number(timestamp):g} s"
    if moment.date() == today.date():
        return f"{moment:%H:%M:%S}"
    if moment.year == today.year:
        return f"{moment.day} {moment:%b %H:%M}"
    return f"{moment:%Y-%m-%d %H:%M}"
