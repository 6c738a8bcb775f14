"""Time ranges as a person types them: ``2025-03``, ``2025-03 .. 2025-04``, ``.. 2025-04-01 14:30``."""

from __future__ import annotations

import re
from math import inf, nextafter
from typing import Final, TypeAlias

from es_desktop.app.runtime.errors import UserError

from .plain import elide
from .times import DAY, HOUR, MINUTE, calendar_time, date_text, parse_time

Span: TypeAlias = tuple[float | None, float | None]
"""Start, inclusive, and end, exclusive, in seconds since the epoch, UTC; ``None`` if open."""
_MONTH: Final = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
_CLOCK: Final = re.compile(r"[ T]\d{2}:\d{2}(:\d{2})?(\.\d+)?", re.ASCII)
_BETWEEN: Final = re.compile(r"\s*(?:\.\.+|…|\s[-–—]\s|\bto\b)\s*")


def parse_period(text: str) -> tuple[float, float]:
    """Return the first and the last moment of a year, a month, a day or a time. Raises ``UserError``."""
    found = _MONTH.fullmatch(text)
    if found is None:
        first, last = parse_time(text), parse_time(text, at_end=True)
        return first, first if first == last else nextafter(last, -inf)
    year, month = int(found[1]), int(found[2] or 1)
    after = (year + 1, 1) if not found[2] or month == 12 else (year, month + 1)
    starts = [f"{each_year:04}-{each_month:02}-01" for each_year, each_month in ((year, month), after)]
    return parse_time(starts[0]), nextafter(parse_time(starts[1]), -inf)


def parse_span(text: str) -> Span:
    """Return the time range that a person typed, open without a text. Raises ``UserError``.

    A year, a month or a day as the end belongs to the range; a time of day alone is its minute or second.
    """
    text = text.strip()
    if not text:
        return None, None
    begin, mark, end = _parts(text)
    try:
        since = parse_period(begin)[0] if begin else None
        until = _end_of(end if mark else begin, is_alone=not mark) if end or not mark else None
    except UserError:
        hint = "Give it as 2025-03 .. 2025-04, 2025-03-01 14:30 .. 2025-03-02, 2025-03, or .. 2025-04."
        raise UserError(f"{elide(text, 60)!r} is no time range", hint) from None
    if since is not None and until is not None and since > until:
        raise UserError(f"{elide(text, 60)!r} ends before it begins", "Give the earlier time first.")
    return since, until


def _parts(text: str) -> tuple[str, str, str]:
    found = _BETWEEN.search(text)
    return (text, "", "") if found is None else (text[: found.start()], found[0], text[found.end() :])


def _end_of(text: str, *, is_alone: bool) -> float:
    first, last = parse_period(text)
    if first != last:
        return nextafter(last, inf)
    clock = _CLOCK.search(text)
    return first + (1 if clock is not None and clock[1] else MINUTE) * is_alone


def editable_span(since: float | None, until: float | None) -> str:
    """Return a time range as ``parse_span`` reads it, by months, days, minutes or seconds: the first that is exact.

    If none is, the ends are given to the minute, or closer if the range is short.
    """
    if since is None and until is None:
        return ""
    begin, end = (None if each is None else calendar_time(each) for each in (since, until))
    last = None if until is None else calendar_time(until - 1)
    for letters in (len("2025-03"), len("2025-03-01")):
        text = _span_text(*("" if each is None else date_text(each)[:letters] for each in (begin, last)))
        if _is_exact(text, since, until):
            return text
    length = until - since if since is not None and until is not None else DAY
    least = "minutes" if length >= 2 * HOUR else "seconds" if length >= 2 * MINUTE else "milliseconds"
    for precision in dict.fromkeys(("minutes", "seconds", least)):
        text = _span_text(*("" if each is None else date_text(each, precision) for each in (begin, end)))
        if precision == least or _is_exact(text, since, until):
            break
    return text


def _is_exact(text: str, since: float | None, until: float | None) -> bool:
    try:
        return parse_span(text) == (since, until)
    except UserError:  # at the ends of the calendar
        return False


def _span_text(begin: str, end: str) -> str:
    return begin if begin == end else f"{begin} .. {end}".strip()
