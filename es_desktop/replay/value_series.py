"""Value series: one value over the versions, as a line of numbers or as bands of equal values."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain as joined
from typing import Any, Final

from .chain import Chain, Checkpoint
from .diff import ABSENT
from .paths import parse_path, value_of
from .walk import Moment, base_moment, walk

_LONGEST_TEXT: Final = 40


@dataclass(frozen=True, slots=True)
class Band:
    """The versions, both included, through which a value was shown by the same text."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class ValueSeries:
    """A value from one version to another: ``points`` where it is only ever a number, otherwise ``bands``.

    A point stands where the number changed, and holds until the next one, or to the end; it is NaN where there is no
    finite number. No band stands where there is no value, or ``None``.
    """

    path: str
    first: int
    last: int
    points: tuple[tuple[int, float], ...] = ()
    bands: tuple[Band, ...] = ()


def value_series(chain: Chain, path: str, checkpoint: Checkpoint = lambda: None) -> ValueSeries:
    """Return the series of one path. Raises ``PathError``."""
    return all_value_series(chain, [path], checkpoint)[0]


def all_value_series(chain: Chain, paths: Sequence[str], checkpoint: Checkpoint = lambda: None) -> list[ValueSeries]:
    """Return the series of paths, from one walk along a chain. Raises ``PathError``."""
    return series_of_moments(joined([base_moment(chain)], walk(chain, checkpoint)), paths)


def series_of_moments(moments: Iterable[Moment], paths: Sequence[str]) -> list[ValueSeries]:
    """Return the series of paths through moments of one entity, in order. Raises ``PathError``."""
    places = [parse_path(path) for path in paths]
    runs: list[list[_Run]] = [[] for _ in places]
    for moment in moments:
        if moment.version is not None:
            for found, parts in zip(runs, places, strict=True):
                _extend(found, moment.version, _shown(value_of(moment.after, parts)))
    return [_series(path, found) for path, found in zip(paths, runs, strict=True)]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A value as it can be drawn: its text, and its number where it is one."""

    text: str
    number: float | None = None


@dataclass(slots=True)
class _Run:
    first: int
    last: int
    shown: _Shown | None


def _extend(runs: list[_Run], version: int, shown: _Shown | None) -> None:
    if runs and runs[-1].shown == shown:
        runs[-1].last = version
        return
    if runs:
        runs[-1].last = version - 1  # a version that is missing belongs to the state before it
    runs.append(_Run(version, version, shown))


def _series(path: str, runs: list[_Run]) -> ValueSeries:
    if not runs:
        return ValueSeries(path, 0, 0)
    drawn = ValueSeries(path, runs[0].first, runs[-1].last)
    values = [(run, run.shown) for run in runs if run.shown is not None]
    if any(shown.number is None for _, shown in values):
        return replace(drawn, bands=tuple(Band(run.first, run.last, shown.text) for run, shown in values))
    return replace(drawn, points=tuple(_points(runs)))


def _points(runs: list[_Run]) -> Iterator[tuple[int, float]]:
    has_begun = False
    for run in runs:
        number = None if run.shown is None else run.shown.number
        if number is not None or has_begun:
            has_begun = True
            yield run.first, math.nan if number is None else number


def _shown(value: Any) -> _Shown | None:
    if value is None or value is ABSENT:
        return None
    match value:
        case bool():
            return _Shown("true" if value else "false")
        case enum.Enum():
            return _Shown(value.name)
        case int() | float() | Decimal():
            return _Shown(_text(value), _number(value))
        case Mapping() | list():
            return _Shown(f"{len(value)} items" if len(value) != 1 else "1 item")
    return _Shown(_text(value))


def _number(value: int | float | Decimal) -> float:
    try:
        number = float(value)
    except (OverflowError, ValueError):  # beyond what can be drawn, or a signalling NaN
        return math.nan
    return number if math.isfinite(number) else math.nan


def _text(value: Any) -> str:
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # a value's own __str__ may fail, as that of an int of 5,000 digits does
        return f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
