"""Guesses a table map from the names of columns and from the first rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from es_desktop.core import ValueDecodingError
from es_desktop.stores import ColumnMap

from .table_maps import make_map

_FITS, _CANNOT = 5, -100
_IDS: Final = ("_id", "uuid", "guid")
_SNAPSHOT: Final = re.compile(r"snap", re.IGNORECASE)
_EVENTS: Final = re.compile(r"event|journal|message|log|commit|histor", re.IGNORECASE)


class Sampled(Protocol):
    """A table, as far as its first rows show."""

    @property
    def name(self) -> str:
        """As a table map has it."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """The first few."""


@dataclass(frozen=True, slots=True)
class _Role:
    """What a column may be for: by words of its name, the better the sooner, and by its values."""

    name: str
    words: tuple[str, ...]
    fits: Callable[[Any], bool]
    needs_word: bool = True
    never: tuple[str, ...] = ()
    """Names that speak against it."""


def guess_map(samples: Sequence[Sampled]) -> ColumnMap | None:
    """Return the map that the tables look like; ``None`` if none of them could hold events."""
    found = [(_score(sample, columns), sample, columns) for sample, columns in _candidates(samples)]
    if not found:
        return None
    _, events, columns = max(found, key=lambda each: each[0])
    return make_map({"table": events.name, **columns}, _guess_snapshots(samples, events, columns))


def guess_columns(sample: Sampled) -> Mapping[str, str]:
    """Return which column of a table may be for what; nothing for what none of them could be for."""
    found: dict[str, str] = {}
    for role in _roles():
        free = [each for each in sample.columns if each not in found.values()]
        best = max(free, key=lambda column: _likeness(role, sample, column), default=None)
        if best is not None and _likeness(role, sample, best) > 0:
            found[role.name] = best
    return found


def _candidates(samples: Iterable[Sampled]) -> Iterable[tuple[Sampled, Mapping[str, str]]]:
    for sample in samples:
        columns = guess_columns(sample)
        if not _SNAPSHOT.search(sample.name) and "stream" in columns and "payload" in columns:
            yield sample, columns


def _score(sample: Sampled, columns: Mapping[str, str]) -> int:
    likeness = {role.name: role for role in _roles()}
    total = sum(_likeness(likeness[name], sample, column) for name, column in columns.items())
    return total + (2 * _FITS if _EVENTS.search(sample.name) else 0)


def _guess_snapshots(
    samples: Iterable[Sampled], events: Sampled, columns: Mapping[str, str]
) -> Mapping[str, str] | None:
    for sample in samples:
        found = guess_columns(sample)
        if sample is not events and _SNAPSHOT.search(sample.name) and found.keys() >= {"stream", "version", "payload"}:
            names = {name: found[name] for name in ("stream", "version", "payload", "time") if name in found}
            return {"table": sample.name, **names}
    return None


def _likeness(role: _Role, sample: Sampled, column: str) -> int:
    values = [row[sample.columns.index(column)] for row in sample.rows]
    known = [value for value in values if value is not None]
    name = column.lower()
    at = next((place for place, word in enumerate(role.words) if word in name), None)
    if any(word in name for word in role.never) or not known or not all(role.fits(value) for value in known):
        return _CANNOT
    if at is None:
        return 1 if not role.needs_word else _CANNOT
    exact = 2 if any(name == word for word in role.words) else 0
    return _FITS + len(role.words) - at + exact


def _roles() -> tuple[_Role, ...]:
    return (
        _Role("payload", ("payload", "event_data", "data", "body", "json", "state", "content", "detail"), _is_object,
              needs_word=False),
        _Role("stream", ("stream_id", "aggregate_id", "aggregateid", "entity_id", "originator_id", "sequence_id",
                         "persistence_id", "stream", "aggregate", "entity", "originator", "subject", "source",
                         "owner", "_id"), _is_id, never=("event_id", "message_id", "correlation", "causation", "type")),
        _Role("version", ("stream_version", "stream_position", "aggregate_version", "version", "revision", "sequence",
                          "seq", "position", "number", "event_no", "nr", "index"), _is_whole),
        _Role("entity", ("aggregate_type", "entity_type", "stream_type", "aggregate_name", "category", "entity",
                         "aggregate"), _is_word, never=_IDS),
        _Role("type", ("event_type", "event_name", "type", "topic", "event", "kind", "action", "name"), _is_word,
              needs_word=False, never=_IDS),
        _Role("time", ("occurred", "timestamp", "recorded", "created", "happened", "time", "date", "when", "_at",
                       "_on", "ts"), _is_time),
    )  # fmt: skip


def _is_object(value: Any) -> bool:
    from es_desktop.stores.payloads import unpack

    try:
        return isinstance(unpack(value), Mapping)
    except ValueDecodingError:
        return False


def _is_id(value: Any) -> bool:
    return not isinstance(value, (float, Mapping, list))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_word(value: Any) -> bool:
    is_text = isinstance(value, str) and len(value) <= 200 and not value.lstrip().startswith(("{", "["))
    return is_text and not _is_time(value)


def _is_time(value: Any) -> bool:
    from es_desktop.stores.foreign import seconds_of

    try:
        seconds = seconds_of(value)
    except ValueDecodingError:
        return False
    # From 1990 to 2100: a small number counts something else.
    return seconds is not None and 631_152_000 < seconds < 4_102_444_800
