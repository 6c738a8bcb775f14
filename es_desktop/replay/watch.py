"""Values over the versions: the crossings of watchpoints, and value series."""

from __future__ import annotations

import enum
import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain as joined
from typing import Any, Final

from .chain import BLOCK, Chain, Checkpoint, Moment, base_moment, walk
from .conditions import Condition, ConditionError
from .diff import ABSENT, parse_path, same_tree, value_of

WatchTarget = Condition | str
"""A condition, or the path of a value."""
_ValueOf = Callable[[Moment], Any]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A version whose event changed a value; ``ABSENT`` for a path without one, never for a condition."""

    version: int
    before: Any
    after: Any


def crossings(chain: Chain, watched: WatchTarget, checkpoint: Checkpoint = lambda: None) -> Iterator[Crossing]:
    """Yield each change of a condition's value, or of the value at a path, or inside it.

    The first event is compared with the base of the chain. Raises ``PathError``, or ``ConditionError`` if the condition
    fails or takes too long.
    """
    return _crossings(_value_of(watched), base_moment(chain), walk(chain, checkpoint))


def all_crossings(
    chain: Chain,
    watched: Sequence[WatchTarget],
    checkpoint: Checkpoint = lambda: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[tuple[int, Crossing | ConditionError]]:
    """Yield the crossings of many watchpoints, each with its index in ``watched``, in one walk.

    A condition that fails yields its error and ends; the others continue. ``progress`` is called after each block with
    the numbers of finished and of all steps. Raises ``PathError``.
    """
    watchers = {index: _Watcher(_value_of(each)) for index, each in enumerate(watched)}
    for done, moment in enumerate(joined([base_moment(chain)], walk(chain, checkpoint))):
        if done and not done % BLOCK:
            progress(done, len(chain))
        for index, watcher in list(watchers.items()):
            try:
                crossing = watcher.see(moment)
            except ConditionError as error:
                del watchers[index]
                yield index, error
            else:
                if crossing is not None:
                    yield index, crossing


def next_crossing(
    chain: Chain,
    watched: WatchTarget,
    checkpoint: Checkpoint = lambda: None,
    *,
    after_version: int,
    forward: bool = True,
) -> Crossing | None:
    """Return the first crossing after a version (backward: the last one before it); ``None`` if there is none.

    Backward, only as many blocks of steps are read as necessary. Raises ``PathError`` and ``ConditionError``.
    """
    value_at = _value_of(watched)
    if forward:
        return next(_crossings_within(chain, value_at, chain.index_of(after_version), len(chain), checkpoint), None)
    stop = chain.index_of(after_version - 1)
    while stop:
        first = (stop - 1) // BLOCK * BLOCK
        found = deque(_crossings_within(chain, value_at, first, stop, checkpoint), maxlen=1)
        if found:
            return found[0]
        stop = first
    return None


def _value_of(watched: WatchTarget) -> _ValueOf:
    if isinstance(watched, Condition):
        return watched.run()
    parts = parse_path(watched)
    return lambda moment: ABSENT if moment.after is None else value_of(moment.after, parts)


def _crossings_within(
    chain: Chain, value_at: _ValueOf, first: int, stop: int, checkpoint: Checkpoint
) -> Iterator[Crossing]:
    """Return the crossings at the indexes ``first`` to ``stop``; the first is compared with the step before it."""
    start = base_moment(chain)
    moments = walk(chain, checkpoint, max(first - 1, 0), stop)
    return _crossings(value_at, next(moments, start) if first else start, moments)


def _crossings(value_at: _ValueOf, start: Moment, moments: Iterable[Moment]) -> Iterator[Crossing]:
    return filter(None, map(_Watcher(value_at).see, joined([start], moments)))


class _Watcher:
    """Compares the value at each moment with the one before."""

    def __init__(self, value_at: _ValueOf) -> None:
        self._value_at = value_at
        self._seen: Any = None
        self._is_first = True

    def see(self, moment: Moment) -> Crossing | None:
        """Return the crossing at a moment; ``None`` if the value is the same, or at the first moment."""
        before, self._seen = self._seen, self._value_at(moment)
        is_first, self._is_first = self._is_first, False
        if is_first or moment.version is None or same_tree(before, self._seen):
            return None
        return Crossing(moment.version, before, self._seen)


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

    A point is ``(version, number)`` of a change, valid until the next point; NaN if there is no finite number.
    ``texts`` has the text of each point. Versions without a value, or with ``None``, have no band.
    """

    path: str
    first: int
    last: int
    points: tuple[tuple[int, float], ...] = ()
    texts: tuple[str, ...] = field(default=(), compare=False)
    bands: tuple[Band, ...] = ()


def all_value_series(chain: Chain, paths: Sequence[str], checkpoint: Checkpoint = lambda: None) -> list[ValueSeries]:
    """Return the series of several paths, in one walk along a chain. Raises ``PathError``."""
    return series_of_moments(joined([base_moment(chain)], walk(chain, checkpoint)), paths)


def series_of_moments(
    moments: Iterable[Moment], paths: Sequence[str], text_of: Callable[[Any], str] | None = None
) -> list[ValueSeries]:
    """Return the series of several paths over moments of one entity, in order. Raises ``PathError``.

    ``text_of`` returns the text of a value, and never raises.
    """
    text_of = _text_of if text_of is None else text_of
    parsed = [parse_path(path) for path in paths]
    runs: list[list[_Run]] = [[] for _ in parsed]
    for moment in moments:
        if moment.version is not None:
            for found, parts in zip(runs, parsed, strict=True):
                _extend(found, moment.version, _drawn_value(value_of(moment.after, parts), text_of))
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
    points = list(_points(runs))
    return replace(
        series, points=tuple((at, number) for at, number, _ in points), texts=tuple(text for *_, text in points)
    )


def _points(runs: list[_Run]) -> Iterator[tuple[int, float, str]]:
    has_point = False
    for run in runs:
        number = None if run.shown is None else run.shown.number
        if number is not None or has_point:
            has_point = True
            yield run.first, math.nan if number is None else number, "" if run.shown is None else run.shown.text


def _drawn_value(value: Any, text_of: Callable[[Any], str]) -> _DrawnValue | None:
    if value is None or value is ABSENT:
        return None
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool | enum.Enum)
    return _DrawnValue(text_of(value), _number(value) if is_number else None)


def _number(value: int | float | Decimal) -> float:
    try:
        number = float(value)
    except (OverflowError, ValueError):  # too large for a float, or a signalling NaN
        return math.nan
    return number if math.isfinite(number) else math.nan


def _text_of(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case enum.Enum():
            return str(value.name)
        case Mapping() | list():
            return f"{len(value)} items" if len(value) != 1 else "1 item"
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # __str__ may raise, as for an int of 5,000 digits
        return f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
