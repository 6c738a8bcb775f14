"""Simulates people: random choices, and a clock that keeps to their hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

FIRST_DAY: Final = date(2026, 3, 2)
LAST_DAY: Final = date(2026, 8, 31)

_EASTER_AND_MAY_DAY: Final = {date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1)}
_SUMMER_BREAK: Final = {date(2026, 8, 3) + timedelta(days) for days in range(12)}
_CLOSED: Final = frozenset(_EASTER_AND_MAY_DAY | _SUMMER_BREAK)


class PeriodOver(Exception):
    """The last day is over; the history ends with the event before."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the day when people are there, and whether weekends and holidays are free."""

    opens: int
    closes: int
    has_days_off: bool

    def is_open(self, moment: datetime) -> bool:
        is_day_off = self.has_days_off and (moment.weekday() >= 5 or moment.date() in _CLOSED)
        return self.opens <= moment.hour < self.closes and not is_day_off

    def next_opening(self, moment: datetime) -> datetime:
        """Return the next opening time after ``moment``, a time outside the hours."""
        opening = moment.replace(hour=self.opens, minute=0, second=0, microsecond=0)
        while opening <= moment or not self.is_open(opening):
            opening += timedelta(days=1)
        return opening


OFFICE: Final = Hours(8, 18, has_days_off=True)
AWAKE: Final = Hours(7, 23, has_days_off=False)


class Simulation:
    """The clock and the random choices of one history. Its time never passes the end of the last day."""

    def __init__(self, rng: Random, begin: datetime) -> None:
        self.rng, self.choose = rng, rng.choice
        self.moment = begin

    def now(self) -> float:
        """Return the simulated time, in seconds since the epoch, UTC, rounded to milliseconds."""
        return round(self.moment.timestamp(), 3)

    def wait(self, hours: float, within: Hours = AWAKE) -> None:
        """Advance the time by about ``hours``, and to the next opening if it is then outside ``within``.

        Raises ``PeriodOver`` if that is after the last day.
        """
        self.moment += timedelta(hours=hours * self.rng.uniform(0.4, 1.6))
        if not within.is_open(self.moment):
            # Most of what waited is done in the morning, some of it in the evening.
            length = within.closes - within.opens
            late = self.rng.triangular(0, length, length / 8)
            self.moment = within.next_opening(self.moment) + timedelta(hours=late)
        if self.moment.date() > LAST_DAY:
            raise PeriodOver

    def pause(self, seconds: float = 40.0) -> None:
        """Advance the time by about ``seconds``, as between two actions of a person."""
        self.wait(seconds / 3600)

    def happens(self, chance: float) -> bool:
        """Return ``True`` with a probability of ``chance``, from 0 to 1."""
        return self.rng.random() < chance

    def new_id(self) -> UUID:
        """Return a random UUID, the same for the same seed."""
        return UUID(int=self.rng.getrandbits(128), version=4)

    def transfer_id(self) -> str:
        """Return what a bank calls a transfer of this moment."""
        return f"T{self.moment:%y%m%d%H%M%S}"


def begin_of(day: date) -> datetime:
    """Return midnight (UTC) at the begin of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
