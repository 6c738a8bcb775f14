"""Value series: a value over the versions, as points of numbers or as bands of equal texts."""

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
    """The versions ``first`` to ``last``, both included, in which a value has the same text."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class ValueSeries:
    """A value from one version to another: ``points`` if it is always a number, else ``bands``.

    A point is ``(version, number)`` of a change, valid until the next point; NaN if there is no finite number. Versions
    without a value, or with ``None``, have no band.
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
    """Return the series of several paths, in one walk along a chain. Raises ``PathError``."""
    return series_of_moments(joined([base_moment(chain)], walk(chain, checkpoint)), paths)


def series_of_moments(moments: Iterable[Moment], paths: Sequence[str]) -> list[ValueSeries]:
    """Return the series of several paths over moments of one entity, in order. Raises ``PathError``."""
    parsed = [parse_path(path) for path in paths]
    runs: list[list[_Run]] = [[] for _ in parsed]
    for moment in moments:
        if moment.version is not None:
            for found, parts in zip(runs, parsed, strict=True):
                _extend(found, moment.version, _drawn_value(value_of(moment.after, parts)))
    return [_series(path, found) for path, found in zip(paths, runs, strict=True)]


@dataclass(frozen=True, slots=True)
class _DrawnValue:
    """The text of a value, and its number if it is one."""

    text: str
    number: float | None = None


@dataclass(slots=True)
class _Run:
    first: int
    last: int
    shown: _DrawnValue | None


def _extend(runs: list[_Run], version: int, shown: _DrawnValue | None) -> None:
    if runs and runs[-1].shown == shown:
        runs[-1].last = version
        return
    if runs:
        runs[-1].last = version - 1  # a missing version has the state before it
    runs.append(_Run(version, version, shown))


def _series(path: str, runs: list[_Run]) -> ValueSeries:
    if not runs:
        return ValueSeries(path, 0, 0)
    series = ValueSeries(path, runs[0].first, runs[-1].last)
    values = [(run, run.shown) for run in runs if run.shown is not None]
    if any(shown.number is None for _, shown in values):
        return replace(series, bands=tuple(Band(run.first, run.last, shown.text) for run, shown in values))
    return replace(series, points=tuple(_points(runs)))


def _points(runs: list[_Run]) -> Iterator[tuple[int, float]]:
    has_point = False
    for run in runs:
        number = None if run.shown is None else run.shown.number
        if number is not None or has_point:
            has_point = True
            yield run.first, math.nan if number is None else number


def _drawn_value(value: Any) -> _DrawnValue | None:
    if value is None or value is ABSENT:
        return None
    match value:
        case bool():
            return _DrawnValue("true" if value else "false")
        case enum.Enum():
            return _DrawnValue(value.name)
        case int() | float() | Decimal():
            return _DrawnValue(_text(value), _number(value))
        case Mapping() | list():
            return _DrawnValue(f"{len(value)} items" if len(value) != 1 else "1 item")
    return _DrawnValue(_text(value))


def _number(value: int | float | Decimal) -> float:
    try:
        number = float(value)
    except (OverflowError, ValueError):  # too large for a float, or a signalling NaN
        return math.nan
    return number if math.isfinite(number) else math.nan


def _text(value: Any) -> str:
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # __str__ may raise, as for an int of 5,000 digits
        return f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
