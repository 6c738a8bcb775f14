"""Times of other programs as seconds since the epoch, UTC, in whatever form and unit they are stored."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from es_desktop.core import ValueDecodingError

from .columnmap import TIME_UNITS, TimeUnit

_FIRST, _LAST = -62_135_596_800.0, 253_402_300_800.0
"""The start of the year 1 and of the year 10000, between which Python has dates."""
_TICKS_AT_EPOCH: Final = 621_355_968_000_000_000
"""Ticks of .NET, of 100 ns, from the year 1 to 1970."""
_JULIAN_AT_EPOCH: Final = 2_440_587.5
"""The number of days that SQLite's ``julianday`` gives for 1970."""
_DAY: Final = 86_400.0


def _unit_by_size(size: float) -> TimeUnit | None:
    """Return the unit in which a number is a time after 1973; ``None`` if there is not exactly one."""
    bounds: tuple[tuple[float, TimeUnit | None], ...] = (
        *((1e11, "s"), (1e14, "ms"), (1e17, "us")),
        *((_TICKS_AT_EPOCH, None), (6.63e17, "ticks"), (1e18, None), (9.3e18, "ns")),
    )
    return next((unit for bound, unit in bounds if size < bound), None)


def seconds_of(time: Any, unit: TimeUnit = "") -> float | None:
    """Return a time as seconds since the epoch, UTC, from a number, a datetime, or a text; ``None`` for none or "".

    The unit of a number that comes without one follows from its size, so that it is a time after 1973 (of seconds also
    before): seconds, milli-, micro- or nanoseconds, or ticks of .NET; one with a fraction may be a Julian day. A text
    is such a number, ISO 8601 as databases and languages write it, the date of a mail or of HTTP, or ``/Date(…)/``. A
    time without an offset is UTC. Raises ``ValueDecodingError`` for anything else, and for a time of no calendar.
    """
    if time is None or (isinstance(time, str) and not time.strip()):
        return None
    try:
        found = _seconds(time, unit)
    except (ValueError, ArithmeticError, LookupError, OSError):  # LookupError: of a zone that is not known here
        found = None
    if found is None or not _FIRST <= found < _LAST:
        raise ValueDecodingError(f"{_shown(time)} is no time that can be read")
    return found


def _shown(time: Any) -> str:
    return repr(time if isinstance(time, (str, bytes)) else str(time))[:60]


def _seconds(time: Any, unit: TimeUnit) -> float | None:
    match time:
        case bool():
            return None
        case int() | float() | Decimal():
            return _of_number(time, unit)
        case datetime():
            return _of_moment(time)
        case date():
            return _of_moment(datetime.combine(time, clock()))
        case bytes() | memoryview():
            return _of_text(bytes(time).decode(), unit)
        case str():
            return _of_text(time.strip(), unit)
    return None


def _of_number(number: float | Decimal, unit: TimeUnit) -> float | None:
    size = abs(float(number))
    if not math.isfinite(size):
        return None
    if not unit and isinstance(number, float) and 2_440_000 < number < 2_500_000:
        return (number - _JULIAN_AT_EPOCH) * _DAY
    known = unit or _unit_by_size(size)
    if known is None:
        return None
    if known == "ticks":
        number -= _TICKS_AT_EPOCH  # before it becomes a float, which has no digits left for it
    return float(number) / TIME_UNITS[known]


def _of_moment(moment: datetime) -> float:
    found = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    return math.nextafter(found, 0) if found == _LAST else found  # the last microsecond of 9999, rounded up


_NUMBER: Final = re.compile(r"[-+]?\d+(\.\d+)?")
_COMPACT: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:\d{6})?")
"""``20250301`` and ``20250301090000``, which no clock counts in any unit."""
_DOTNET: Final = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_ZONE: Final = re.compile(r"\[([\w/+-]+)\]$")
"""What ``java.time`` adds to a time of a zone."""
_UTC: Final = re.compile(r" ?(?:UTC|GMT|Z)$", re.IGNORECASE)
_GO: Final = re.compile(r" ([+-]\d{4})(?: [A-Z]{3,4}| [+-]\d{2,4})?(?: m=.*)?$")
"""An offset after a space, as Ruby and git write it, with what Go adds to it."""
_END_OF_DAY: Final = re.compile(r"(?<=[T ])24:00(:00)?(?=$|[^\d:])")
_LEAP_SECOND: Final = re.compile(r"(?<=:59):60")
_JAVASCRIPT: Final = re.compile(
    r"(\w{3} \w{3} [ \d]\d)(?: (\d{4}))? (\d\d:\d\d:\d\d)(?: GMT([+-]\d{4})(?: \(.*\))?| (\d{4}))"
)


def _of_text(text: str, unit: TimeUnit) -> float | None:
    if _NUMBER.fullmatch(text) and (unit or not _COMPACT.fullmatch(text)):
        return _of_number(Decimal(text) if "." not in text else float(text), unit)
    for read in (_of_iso, _of_dotnet, _of_javascript, _of_mail):
        with suppress(ValueError, TypeError, IndexError):  # parsedate_to_datetime raises any of them
            found = read(text)
            if found is not None:
                return found
    return None


def _of_iso(text: str) -> float:
    zone = _ZONE.search(text)
    text = _UTC.sub("+00:00", _GO.sub(r"\1", text[: zone.start()] if zone else text))
    text = f"{text[:8]}T{text[8:]}" if _COMPACT.fullmatch(text) and text[8:] else text
    after = _DAY if _END_OF_DAY.search(text) else 1.0 if _LEAP_SECOND.search(text) else 0.0
    text = _LEAP_SECOND.sub(":59", _END_OF_DAY.sub("00:00:00", text))
    moment = datetime.fromisoformat(text)
    if zone and moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone[1]))
    return _of_moment(moment) + after


def _of_dotnet(text: str) -> float | None:
    found = _DOTNET.fullmatch(text)
    return None if found is None else int(found[1]) / 1000


def _of_javascript(text: str) -> float | None:
    """Return the time of a ``Date.toString()`` of JavaScript, or of C's ``ctime``."""
    found = _JAVASCRIPT.fullmatch(text)
    if found is None:
        return None
    day, year, clock, offset, year_at_end = found.groups()
    moment = f"{' '.join(day.split())} {year or year_at_end} {clock} {offset or '+0000'}"
    return datetime.strptime(moment, "%a %b %d %Y %H:%M:%S %z").timestamp()


def _of_mail(text: str) -> float:
    return _of_moment(parsedate_to_datetime(text))
