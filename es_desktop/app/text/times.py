"""Times as text, in the zone that the person has chosen: times that a person types, durations, costs, time ranges and
the labels of a time axis."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from itertools import count, islice, takewhile
from typing import Any, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.system.counts import format_number

from .plain import elide
from .time_format import time_format

MINUTE, HOUR, DAY = 60, 3600, 86400
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE: Final = (ValueError, OverflowError, OSError)
"""Raised for a time outside of the calendar."""

SYSTEM_ZONE: Final = "system"
_preferred: tzinfo | None = None
"""The zone that times are shown and read in; ``None`` for that of this machine."""


def use_zone(name: str) -> None:
    """Have all times shown and read in a zone from now on: ``Europe/Lisbon``, ``UTC``, or ``system``.

    An unknown one is that of this machine.
    """
    global _preferred
    if name in ("UTC", SYSTEM_ZONE):
        _preferred = UTC if name == "UTC" else None
        return
    from zoneinfo import ZoneInfo  # most runs need none

    _preferred = ZoneInfo(name) if name in zones() else None


@cache
def zones() -> frozenset[str]:
    """Return the names of all zones that are known here. Reads a folder of the system, once."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def _zone() -> tzinfo | None:
    return UTC if time_format().utc else _preferred


def zone_name() -> str:
    """Return the short name of the zone, such as ``UTC`` or ``New York``; empty for that of this machine."""
    zone = _zone()
    return "" if zone is None else str(zone).rpartition("/")[2].replace("_", " ")


def shown_zone() -> str:
    """Return the name of the zone that times are shown in; of that of this machine what its clock calls it."""
    return zone_name() or in_zone(datetime.now(UTC)).tzname() or ""


def in_zone(moment: datetime) -> datetime:
    """Return the same moment in the zone. Raises ``OverflowError`` if it is outside of the calendar there."""
    return moment.astimezone(_zone())


def _clock(seconds: float) -> datetime:
    """Return what the clock of the zone shows. Raises errors of ``_UNREADABLE`` outside of the calendar."""
    return datetime.fromtimestamp(seconds, _zone()).replace(tzinfo=None)


def _seconds_of(clock: datetime) -> float:
    """Return when the clock of the zone shows a time, in seconds since the epoch."""
    return clock.replace(tzinfo=_zone()).timestamp()


def as_number(found: Any) -> float:
    """Return a number of a store, which may be of any type, as a float; NaN if it is not a number."""
    try:
        return float(found)
    except Exception:  # of a value of the user's, which may be any
        return math.nan


def calendar_time(timestamp: Any, zone: tzinfo | None = None) -> datetime | None:
    """Return seconds since the epoch as a time of a zone, or of the chosen one; ``None`` outside of the calendar.

    At the ends of the calendar, where a zone may have the year 0 or 10000, it is the time of UTC.
    """
    seconds = as_number(timestamp)
    try:
        found = datetime.fromtimestamp(seconds, zone or _zone())
    except _UNREADABLE:  # on Windows so is each time before 1970
        try:
            found = _EPOCH + timedelta(seconds=seconds)
        except _UNREADABLE:
            return None
    return found if zone is not None else found.replace(tzinfo=None)


def utc_time(timestamp: float | None) -> datetime | float | None:
    """Return seconds since the epoch as a time of UTC; outside of the calendar the seconds, and ``None`` for none."""
    return None if timestamp is None else calendar_time(timestamp, UTC) or timestamp


def date_text(moment: datetime, precision: str = "minutes") -> str:
    """Return a date and time, also of a year below 1000: ``0001-01-01 00:00``."""
    return moment.replace(tzinfo=None).isoformat(" ", precision)


def format_gap(seconds: float) -> str:
    """Return the time between two events in at most two units: ``0.2 s``, ``2 m 16 s``, ``12 d 4 h``."""
    seconds = as_number(seconds)
    if not math.isfinite(seconds):
        return "–"
    sign, seconds = ("−", -seconds) if seconds < 0 else ("", seconds)
    if seconds < 0.0995:
        return f"{sign}{format_number(seconds * 1000.0)} ms" if seconds >= 0.0005 else "0 s"
    if seconds < 59.95:
        return f"{sign}{format_number(seconds, 1)} s"
    whole = round(seconds)
    if whole < HOUR:
        return f"{sign}{whole // MINUTE} m {whole % MINUTE} s"
    if whole < DAY:
        return f"{sign}{whole // HOUR} h {whole % HOUR // MINUTE} m"
    return f"{sign}{format_number(whole // DAY)} d {whole % DAY // HOUR} h"


def format_cost(seconds: float) -> str:
    """Return the duration of a computation: ``85 µs``, ``1.2 ms``, ``3.4 s``."""
    seconds = as_number(seconds)
    if seconds < 0.00009995:
        return f"{format_number(seconds * 1e6)} µs"
    if seconds < 0.09995:
        return f"{format_number(seconds * 1e3, 1)} ms"
    if seconds < 0.9995:
        return f"{format_number(seconds * 1e3)} ms"
    return f"{format_number(seconds, 1)} s" if seconds < 59.95 else format_gap(seconds)


def format_day(timestamp: float | None) -> str:
    """Return a time as ``format_time`` does, but of another year the day alone, which fits a narrow column."""
    text = format_time(timestamp)
    return text.partition(" ")[0] if text[:4].isdecimal() and text[4:5] == "-" else text


def format_date(timestamp: float) -> str:
    """Return the day of a time, also if it is today: ``1 Dec``, of another year ``2025-12-01``."""
    moment = calendar_time(timestamp)
    if moment is None:
        return format_day(timestamp)
    return _day(moment) if moment.year == datetime.now(_zone()).year else date_text(moment).partition(" ")[0]


def format_time(timestamp: float | None, reference: float | None = None) -> str:
    """Return a time in the chosen format: of the day of ``reference`` (default: now) the time of day alone, of its year
    without the year."""
    if timestamp is None:
        return "–"
    moment = calendar_time(timestamp)
    today = datetime.now(_zone()) if reference is None else calendar_time(reference)
    if moment is None or today is None:
        return f"{as_number(timestamp):g} s"
    is_today = moment.date() == today.date()
    precision = "milliseconds" if time_format().milliseconds else "seconds" if is_today else "minutes"
    text = date_text(moment, precision)
    if is_today:
        text = text.partition(" ")[2]
    elif moment.year == today.year:
        text = f"{_day(moment)} {text.partition(' ')[2]}"
    return f"{text} {_offset(timestamp)}" if time_format().offset else text


def widest_time() -> str:
    """Return a time of this year that takes the most room of all."""
    return format_time(_seconds_of(datetime(datetime.now().year, 8, 28, 20, 58, 58, 888_000)))


def exact_time(timestamp: float | None) -> str | None:
    """Return a time to the millisecond with its offset, and as UTC if that is another; ``None`` for no time."""
    if timestamp is None:
        return None
    here, utc = calendar_time(timestamp), calendar_time(timestamp, UTC)
    if here is None or utc is None:
        return format_time(timestamp)
    in_utc = f"{date_text(utc, 'milliseconds')} UTC"
    is_utc = date_text(here) == date_text(utc)
    return in_utc if is_utc else f"{date_text(here, 'milliseconds')} {_offset(timestamp)}\n{in_utc}"


def _offset(timestamp: float) -> str:
    """Return the difference of the zone from UTC at a time: ``+02:00``; ``UTC`` for that itself."""
    zone = _zone()
    if zone is UTC:
        return "UTC"
    try:
        moment = datetime.fromtimestamp(as_number(timestamp), zone)
        text = f"{moment if zone else moment.astimezone():%z}"
    except _UNREADABLE:
        return ""
    return f"{text[:3]}:{text[3:5]}"


def parse_time(text: str, *, at_end: bool = False) -> float:
    """Return seconds since the epoch; of a date its start, or its end if ``at_end``. Raises ``UserError``."""
    text = text.strip()
    try:
        if len(text) <= len("2025-05-02"):
            day = date.fromisoformat(text)
            return _seconds_of(datetime.combine(day + timedelta(days=at_end), time()))
        moment = datetime.fromisoformat(text)
        return _seconds_of(moment) if moment.tzinfo is None else moment.timestamp()
    except _UNREADABLE:
        hint = "Give it as 2025-05-02 or 2025-05-02 14:30."
        raise UserError(f"{elide(text, 60)!r} is no date or time", hint) from None


def parse_as_of(text: str) -> float:
    """Return the last moment that counts as of what a person typed; a date means all of it. Raises ``UserError``."""
    first, last = parse_time(text), parse_time(text, at_end=True)
    return first if first == last else math.nextafter(last, -math.inf)


def editable_time(seconds: float | None) -> str:
    """Return a time as ``parse_time`` reads it, to the minute; nothing for none, or for one of no calendar."""
    moment = None if seconds is None else calendar_time(seconds)
    return "" if moment is None else date_text(moment)


def local_time(timestamp: float | None) -> str:
    """Return a time of the zone, to the second; blank of the same width if there is none."""
    if timestamp is None:
        return " " * 19
    moment = calendar_time(timestamp)
    return f"{as_number(timestamp):.19g}" if moment is None else date_text(moment, "seconds")


_CLOCK: Final = (
    *(digit * power for power in (0.001, 0.01, 0.1) for digit in (1, 2, 5)),
    *(1, 2, 5, 10, 15, 30),
    *(MINUTE * each for each in (1, 2, 5, 10, 15, 30)),
    *(HOUR * each for each in (1, 2, 3, 6, 12)),
)
"""Steps by the clock, in seconds; each divides a day, or the second."""
_DAYS: Final = (1, 2, 7, 14)
_MONTHS: Final = (1, 3, 6)
_YEARS: Final = tuple(digit * power for power in (1, 10, 100, 1000) for digit in (1, 2, 5))
_MONTH: Final = 30.4 * DAY
_YEAR: Final = 365.25 * DAY
_DATES_ALONE: Final = 3 * DAY
"""Time ranges from this length on are shown without the time of day."""
_MOST: Final = 1000
"""Labels at most; a limit for clocks that were changed by years."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A label along a time range."""

    seconds: float
    """Its time, in seconds since the epoch UTC."""
    text: str
    is_strong: bool = False
    """Whether something larger begins here: a day among hours, a year among months."""


def format_time_range(since: float, until: float) -> str:
    """Return a time range from one moment, in seconds since the epoch, to just before another.

    For example ``12–13 May 2025``, ``12 May 2025 09:00–10:00``, ``31 Dec 2024 22:00 – 1 Jan 2025 04:00``.
    """
    since, until = as_number(since), as_number(until)
    begin, end = calendar_time(since), calendar_time(until)
    if begin is None or end is None:
        return f"{since:g} – {until:g} s"
    if until - since >= _DATES_ALONE or (_is_midnight(begin) and _is_midnight(end) and begin < end):
        return _days(begin.date(), (end - timedelta(microseconds=1)).date())
    if until <= since:
        return f"{_day(begin)} {begin.year} {_time(begin, 'seconds')}"
    clock = _clock_form(until - since)
    first = f"{_day(begin)} {begin.year} {_time(begin, clock)}"
    if begin.date() == end.date():
        return f"{first}–{_time(end, clock)}"
    year = "" if begin.year == end.year else f" {end.year}"
    return f"{first} – {_day(end)}{year} {_time(end, clock)}"


def format_length(seconds: float) -> str:
    """Return the length of a time range, without zeros: ``22 h``, ``1 d 2 h``, ``4.5 s``, ``450 ms``."""
    seconds = as_number(seconds)
    if seconds < MINUTE:
        return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"
    text = format_gap(seconds)
    for zero in (" 0 h", " 0 m", " 0 s"):
        text = text.removesuffix(zero)
    return text


def time_ticks(since: float, until: float, most: float) -> list[Tick]:
    """Return about ``most`` labels at round times between two times in seconds; none outside of the calendar."""
    since, until = as_number(since), as_number(until)
    step = max(until - since, 0.001) / max(1.0, most)
    try:
        begin = _clock(since)
        inside = (each for each in _ticks(begin, step) if each.seconds >= since)
        return list(takewhile(lambda each: each.seconds <= until, islice(inside, _MOST)))
    except _UNREADABLE:
        return []


def _ticks(begin: datetime, step: float) -> Iterator[Tick]:
    """Yield labels from a time before ``begin`` on, at least ``step`` seconds apart."""
    if step <= _CLOCK[-1]:
        return _clock_ticks(begin, next(each for each in _CLOCK if each >= step))
    if step <= _DAYS[-1] * DAY:
        return _day_ticks(begin, next(each for each in _DAYS if each * DAY >= step))
    if step <= _MONTHS[-1] * _MONTH:
        return _month_ticks(begin, next(each for each in _MONTHS if each * _MONTH >= step))
    return _year_ticks(begin, next((each for each in _YEARS if each * _YEAR >= step), _YEARS[-1]))


def _clock_ticks(begin: datetime, step: float) -> Iterator[Tick]:
    midnight = datetime(begin.year, begin.month, begin.day)
    for number in count(int((begin - midnight).total_seconds() / step)):
        moment = midnight + timedelta(seconds=round(number * step, 3))
        seconds = _seconds_of(moment)
        if _clock(seconds) != moment:
            continue  # the clock was put forward over it
        is_day = _is_midnight(moment)
        yield Tick(seconds, _day(moment) if is_day else _time(moment, _clock_form(step * 2)), is_day)


def _day_ticks(begin: datetime, step: int) -> Iterator[Tick]:
    day = date(begin.year, begin.month, 1)
    while True:
        # The last label of a month must not be too close to the first one of the next month.
        if (day.day - 1) % step == 0 and day.day - 1 + step <= 31:
            is_year = (day.day, day.month) == (1, 1)
            text = f"{_day(day)} {day.year}" if is_year else _day(day)
            yield Tick(_seconds(day), text, is_year)
        day += timedelta(days=1)


def _month_ticks(begin: datetime, step: int) -> Iterator[Tick]:
    for month in count(begin.year * 12 + (begin.month - 1) // step * step, step):
        day = date(month // 12, month % 12 + 1, 1)
        is_year = day.month == 1
        yield Tick(_seconds(day), str(day.year) if is_year else f"{day:%b}", is_year)


def _year_ticks(begin: datetime, step: int) -> Iterator[Tick]:
    for year in count(begin.year // step * step or step, step):
        yield Tick(_seconds(date(year, 1, 1)), str(year))


def _days(first: date, last: date) -> str:
    if first == last:
        return f"{_day(first)} {first.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last)} {last.year}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{_day(first)}{year} – {_day(last)} {last.year}"


def _day(moment: date) -> str:
    return f"{moment.day} {moment:%b}"


def _seconds(day: date) -> float:
    return _seconds_of(datetime(day.year, day.month, day.day))


def _is_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def _clock_form(length: float) -> str:
    """Return the precision at which the two ends of a time range, of a length in seconds, look different."""
    if length >= 2 * MINUTE:
        return "minutes"
    return "seconds" if length >= 2 else "milliseconds"


def _time(moment: datetime, form: str) -> str:
    return moment.isoformat(sep=" ", timespec=form)[11:]
