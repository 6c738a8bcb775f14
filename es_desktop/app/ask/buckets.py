"""Buckets: the days, weeks or months of a time range, in the zone of the person, for counts over time."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.times import calendar_time, parse_time
from es_desktop.system.counts import format_number

MOST: Final = 2_000
"""Buckets of one count."""
_FEW: Final = 62
"""So many are chosen by themselves at most."""


class Period(enum.StrEnum):
    """How long a bucket is."""

    DAY = "day"
    WEEK = "week"
    """From Monday to Sunday."""
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, a week or a month, with how many entities a question holds for as of its end."""

    begin: float
    """Seconds since the epoch."""
    end: float
    """The begin of the next one."""
    count: int = 0

    @property
    def last(self) -> float:
        """The last moment that is in it."""
        return math.nextafter(self.end, -math.inf)


def buckets_between(first: float, last: float, period: Period | None = None) -> tuple[Bucket, ...]:
    """Return the buckets from that of one time, in seconds since the epoch, to that of another one.

    Without a period they are so short that there are at most 62, if that can be. Raises ``UserError`` if there are more
    than 2,000, or a time is outside of the calendar.
    """
    begin, end = calendar_time(first), calendar_time(last)
    if begin is None or end is None:
        raise UserError("a time of the store is outside of the calendar", "Ask without a count over time.")
    if period is None:
        days = (end - begin).days
        period = Period.DAY if days < _FEW else Period.WEEK if days < 7 * _FEW else Period.MONTH
    starts: list[float] = []
    for day in _starts(begin.date(), period):
        starts.append(parse_time(day.isoformat()))
        if starts[-1] > last:
            break
        if len(starts) > MOST:
            raise UserError(
                f"there are more than {format_number(MOST)} {period}s in the time range", "Count by a longer period."
            )
    return tuple(Bucket(*each) for each in pairwise(starts))


def _first_day(day: date, period: Period) -> date:
    if period is Period.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if period is Period.WEEK else day


def _starts(day: date, period: Period) -> Iterator[date]:
    """Yield the first days of the bucket of a day, and of those after it."""
    first = _first_day(day, period)
    length = timedelta(days={Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 31}[period])
    while True:
        yield first
        if date.max - first < length:
            raise UserError("a time of the store is outside of the calendar", "Ask without a count over time.")
        first = _first_day(first + length, period)
