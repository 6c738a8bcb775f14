"""The stage that a story is told on: chance, and a clock that keeps to the hours of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final, TypeVar
from uuid import UUID

T = TypeVar("T")

FIRST_DAY: Final = date(2026, 3, 2)
LAST_DAY: Final = date(2026, 8, 31)

_EASTER_AND_MAY_DAY: Final = {date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1)}
_SUMMER_BREAK: Final = {date(2026, 8, 3) + timedelta(days) for days in range(12)}
_CLOSED: Final = frozenset(_EASTER_AND_MAY_DAY | _SUMMER_BREAK)


class CurtainFell(Exception):
    """The last day is over; a story that is still going on stays as it is."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the day in which something happens, and whether it rests on weekends and holidays."""

    opens: int
    closes: int
    rests: bool

    def is_open(self, moment: datetime) -> bool:
        return self.opens <= moment.hour < self.closes and not (self.rests and _is_day_off(moment.date()))

    def next_opening(self, moment: datetime) -> datetime:
        """Return the next time that the day begins after a moment at which it is closed."""
        opening = moment.replace(hour=self.opens, minute=0, second=0, microsecond=0)
        while opening <= moment or not self.is_open(opening):
            opening += timedelta(days=1)
        return opening


OFFICE: Final = Hours(8, 18, rests=True)
AWAKE: Final = Hours(7, 23, rests=False)


class Stage:
    """What a story is told with. Its time never passes the end of the last day."""

    def __init__(self, rng: Random, begin: datetime) -> None:
        self.rng = rng
        self._now = begin

    def now(self) -> float:
        """Return the time of the story, in seconds since the epoch, with milliseconds."""
        return round(self._now.timestamp(), 3)

    @property
    def today(self) -> date:
        return self._now.date()

    def wait(self, hours: float, within: Hours = AWAKE) -> None:
        """Let about so many hours pass, and then the time until people are there.

        Raises ``CurtainFell`` where that is after the last day.
        """
        self._now += timedelta(hours=hours * self.rng.uniform(0.4, 1.6))
        if not within.is_open(self._now):
            # Much waits for the morning, and some of it until the evening.
            length = within.closes - within.opens
            late = self.rng.triangular(0, length, length / 8)
            self._now = within.next_opening(self._now) + timedelta(hours=late)
        if self._now.date() > LAST_DAY:
            raise CurtainFell

    def pause(self, seconds: float = 40.0) -> None:
        """Let a moment pass, as between two things that a person does at one sitting."""
        self.wait(seconds / 3600)

    def happens(self, chance: float) -> bool:
        """Draw whether something happens that does so with a chance between 0 and 1."""
        return self.rng.random() < chance

    def any_of(self, choices: Sequence[T]) -> T:
        """Draw one of several."""
        return self.rng.choice(choices)

    def new_id(self) -> UUID:
        """Draw an id. It is as random as the story is: the same for the same seed."""
        return UUID(int=self.rng.getrandbits(128), version=4)


def begin_of(day: date) -> datetime:
    """Return the first moment of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _is_day_off(day: date) -> bool:
    return day.weekday() >= 5 or day in _CLOSED
