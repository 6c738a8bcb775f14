"""How times are shown to a person, beside their zone: one choice that every text of a time follows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """A way to show times."""

    utc: bool = False
    """Whether they are those of UTC, whatever zone is preferred."""
    milliseconds: bool = False
    offset: bool = False
    """Whether the difference from UTC stands behind each time: ``+02:00``."""


_chosen = TimeFormat()


def time_format() -> TimeFormat:
    """Return how times are shown now."""
    return _chosen


def use_time_format(wanted: TimeFormat) -> None:
    """Show times in another way from now on, in all threads; what is shown already has to be painted again."""
    global _chosen
    _chosen = wanted
