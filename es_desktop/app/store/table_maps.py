"""Table maps as people make them: guessed from the first rows of tables, read from TOML, written as TOML."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from es_desktop.app.runtime.errors import UserError
from es_desktop.core import ValueDecodingError
from es_desktop.stores import ColumnMap
from es_desktop.stores.columnmap import TIME_UNITS, Constant, Join, JsonField, Source, Template

# Maps -----------------------------------------------------------------------------------------------------------------

OPTIONAL: Final = ("version", "type", "time", "entity")
_SOURCES: Final = ("stream", "payload", *OPTIONAL, "metadata", "scope", "order")
_SNAPSHOT_SOURCES: Final = ("stream", "version", "payload", "time")
_EVENTS: Final = "events"
_SNAPSHOTS: Final = "snapshots"
_HINT: Final = 'A map is like: [events] table = "log", stream = "stream_id", payload = "body", version = "seq".'


def make_map(events: Mapping[str, Any], snapshots: Mapping[str, Any] | None = None) -> ColumnMap:
    """Return the map of two TOML tables; empty values are ignored. Raises ``UserError`` for a wrong or missing one."""
    found = None
    if snapshots is not None:
        found = _column_map(snapshots, _SNAPSHOT_SOURCES, ("table", "stream", "version", "payload"), _SNAPSHOTS)
    return _column_map(events, _SOURCES, ("table", "stream", "payload"), _EVENTS, found)


def map_from_toml(text: str) -> ColumnMap:
    """Return the map in a TOML text. Raises ``UserError`` for any other text."""
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of too many digits
        raise UserError(f"the map cannot be read as TOML: {error}", _HINT) from error
    unknown = tree.keys() - {_EVENTS, _SNAPSHOTS}
    if unknown or not isinstance(tree.get(_EVENTS), dict) or not isinstance(tree.get(_SNAPSHOTS, {}), dict):
        raise UserError("the map has a table [events], and may have a table [snapshots], and nothing else", _HINT)
    return make_map(tree[_EVENTS], tree.get(_SNAPSHOTS))


def map_to_toml(table_map: ColumnMap) -> str:
    """Return a map as TOML; ``map_from_toml`` returns the same map from it."""
    lines = [f"[{_EVENTS}]", *_toml_lines(table_map, _SOURCES)]
    if table_map.snapshots is not None:
        lines += ["", f"[{_SNAPSHOTS}]", *_toml_lines(table_map.snapshots, _SNAPSHOT_SOURCES)]
    return "\n".join(lines) + "\n"


def read_map(path: Path) -> ColumnMap:
    """Return the map in a file. Raises ``UserError`` if there is none."""
    try:
        return map_from_toml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"the map {path} cannot be read: {error.strerror}", "Check the name.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"the map {path} is not a text file", _HINT) from error


def toml_of(source: Source) -> str:
    """Return the source of a value as TOML: a column is a text, any other source a table."""
    match source:
        case Template(text):
            return _toml({"template": text})
        case Constant(text):
            return _toml({"constant": text})
        case JsonField(column, path, is_number):
            return _toml({"column": column, "path": path, **({"number": True} if is_number else {})})
    return _toml(source)


def _refusal(what: str, text: str, hint: str = _HINT) -> UserError:
    return UserError(f"the map of {what} {text}", hint)


def _column_map(
    given: Mapping[str, Any],
    sources: tuple[str, ...],
    needed: tuple[str, ...],
    what: str,
    snapshots: ColumnMap | None = None,
) -> ColumnMap:
    """Return the map of one table; ``what`` is the name of the table in messages."""
    found = {name: value for name, value in given.items() if value not in (None, "")}
    missing = [name for name in needed if name not in found]
    if missing:
        raise _refusal(what, f"does not say which is the {', the '.join(missing)}")
    unknown = sorted(found.keys() - {"table", *sources, "joins", "only", "time_unit", "decoder"})
    if unknown:
        raise _refusal(what, f"says what is not known: {', '.join(unknown)}")
    read: dict[str, Any] = {name: _source(found[name], name, what) for name in sources if name in found}
    if not isinstance(found["table"], str):
        raise _refusal(what, "has no name for the table")
    if not isinstance(found.get("decoder", ""), str):
        raise _refusal(what, "has a decoder that is no name")
    if found.get("time_unit", "s") not in TIME_UNITS:
        raise _refusal(what, f"has a time_unit that is none of {', '.join(TIME_UNITS)}")
    joins = {name: _join(each, what) for name, each in _table(found, "joins", what).items()}
    words = {name: found[name] for name in ("time_unit", "decoder") if name in found}
    return ColumnMap(found["table"], **read, snapshots=snapshots, joins=joins, only=_only(found, what), **words)


def _source(value: Any, name: str, what: str) -> Source:
    match value:
        case str() | Template() | Constant() | JsonField():
            return value
        case [str(), *_] if all(isinstance(each, str) for each in value):
            return Template("/".join(f"{{{each}}}" for each in value))
        case {"template": str(text), **rest} if not rest:
            return Template(text)
        case {"constant": str(text), **rest} if not rest:
            return Constant(text)
        case {"column": str(column), "path": str() | [str(), *_] as path, **rest} if rest.keys() <= {"number"}:
            is_number = bool(rest.get("number", name == "version"))
            return JsonField(column, tuple(path.split(".") if isinstance(path, str) else map(str, path)), is_number)
    raise _refusal(
        what,
        f"has no name for the {name}",
        'It is a column, a list of columns, or like {template = "{a}-{b}"}, {column = "body", path = "meta.type"} or '
        '{constant = "Order"}.',
    )


def _join(given: Any, what: str) -> Join:
    found: dict[str, Any] = given if isinstance(given, dict) else {}
    on = found.get("on")
    is_known = found.keys() <= {"table", "on", "only", "optional"} and isinstance(found.get("table"), str)
    if is_known and on and isinstance(on, dict) and all(isinstance(each, str) for each in on.values()):
        return Join(found["table"], on, only=_only(found, what), is_optional=found.get("optional") is True)
    hint = 'A join is like: [events.joins.stream] table = "streams", on = {stream_no = "id"}.'
    raise _refusal(what, "has a join without its table or its columns", hint)


def _table(given: Mapping[str, Any], name: str, what: str) -> Mapping[str, Any]:
    found = given.get(name, {})
    if not isinstance(found, Mapping):
        raise _refusal(what, f"has no table {name}")
    return found


def _only(given: Mapping[str, Any], what: str) -> Mapping[str, str | int]:
    found = _table(given, "only", what)
    if not all(isinstance(each, (str, int)) for each in found.values()):
        raise _refusal(what, "has a value in only that is no text and no whole number")
    return found


def _toml_lines(part: ColumnMap, sources: tuple[str, ...]) -> Iterator[str]:
    yield f"table = {_toml(part.table)}"
    yield from (f"{name} = {toml_of(getattr(part, name))}" for name in sources if getattr(part, name) is not None)
    joins = {name: _join_tree(join) for name, join in part.joins.items()}
    for name, value in (
        ("time_unit", part.time_unit),
        ("decoder", part.decoder),
        ("only", part.only),
        ("joins", joins),
    ):
        if value:
            yield f"{name} = {_toml(value)}"


def _join_tree(join: Join) -> Mapping[str, Any]:
    optional = {"optional": True} if join.is_optional else {}
    return {"table": join.table, "on": join.on, **({"only": join.only} if join.only else {}), **optional}


def _toml(value: Any) -> str:
    """Return a value as TOML in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(name)} = {_toml(each)}" for name, each in value.items()) + "}"
    # A JSON string is a basic string of TOML, except that TOML does not allow DEL in it.
    return json.dumps(value, ensure_ascii=False).replace(chr(127), chr(92) + "u007f")


# Guesses --------------------------------------------------------------------------------------------------------------

_FITS, _CANNOT = 5, -100
_IDS: Final = ("_id", "uuid", "guid")
_SNAPSHOT_TABLE: Final = re.compile(r"snap", re.IGNORECASE)
_EVENT_TABLE: Final = re.compile(r"event|journal|message|log|commit|histor", re.IGNORECASE)


class Sampled(Protocol):
    """The name, the columns and the first rows of a table."""

    @property
    def name(self) -> str:
        """As a table map has it."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def rows(self) -> tuple[tuple[Any, ...], ...]: ...


def guess_map(samples: Sequence[Sampled]) -> ColumnMap | None:
    """Return the most likely map of some tables; ``None`` if none of them could hold events."""
    guesses = [(sample, guess_columns(sample)) for sample in samples if not _SNAPSHOT_TABLE.search(sample.name)]
    found = [(_score(*each), *each) for each in guesses if "stream" in each[1] and "payload" in each[1]]
    if not found:
        return None
    _, events, columns = max(found, key=lambda each: each[0])
    return make_map({"table": events.name, **columns}, _guess_snapshots(samples, events))


def guess_columns(sample: Sampled) -> Mapping[str, str]:
    """Return the most likely column of a table for each part of an event, without parts that no column fits."""
    found: dict[str, str] = {}
    for name, role in _ROLES.items():
        free = [each for each in sample.columns if each not in found.values()]
        best = max(free, key=lambda column: _likeness(role, sample, column), default=None)
        if best is not None and _likeness(role, sample, best) > 0:
            found[name] = best
    return found


def _score(sample: Sampled, columns: Mapping[str, str]) -> int:
    total = sum(_likeness(_ROLES[name], sample, column) for name, column in columns.items())
    return total + (2 * _FITS if _EVENT_TABLE.search(sample.name) else 0)


def _guess_snapshots(samples: Iterable[Sampled], events: Sampled) -> Mapping[str, str] | None:
    for sample in samples:
        found = guess_columns(sample)
        is_likely = sample is not events and _SNAPSHOT_TABLE.search(sample.name)
        if is_likely and found.keys() >= {"stream", "version", "payload"}:
            return {"table": sample.name, **{name: found[name] for name in _SNAPSHOT_SOURCES if name in found}}
    return None


@dataclass(frozen=True, slots=True)
class _Role:
    """How the column of one part of an event is recognised: by words in its name, the best first, and its values."""

    words: tuple[str, ...]
    fits: Callable[[Any], bool]
    needs_word: bool = True
    never: tuple[str, ...] = ()
    """Words that no such column has in its name."""


def _likeness(role: _Role, sample: Sampled, column: str) -> int:
    values = [row[sample.columns.index(column)] for row in sample.rows]
    known = [value for value in values if value is not None]
    name = column.lower()
    at = next((index for index, word in enumerate(role.words) if word in name), None)
    if any(word in name for word in role.never) or not known or not all(role.fits(value) for value in known):
        return _CANNOT
    if at is None:
        return _CANNOT if role.needs_word else 1
    return _FITS + len(role.words) - at + (2 if name in role.words else 0)


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
    from es_desktop.stores.times import seconds_of

    try:
        seconds = seconds_of(value)
    except ValueDecodingError:
        return False
    # From 1990 to 2100: a smaller number is a count or an id.
    return seconds is not None and 631_152_000 < seconds < 4_102_444_800


_ROLES: Final = {
    "payload": _Role(("payload", "event_data", "data", "body", "json", "state", "content", "detail"), _is_object,
                     needs_word=False),
    "stream": _Role(("stream_id", "aggregate_id", "aggregateid", "entity_id", "originator_id", "sequence_id",
                     "persistence_id", "stream", "aggregate", "entity", "originator", "subject", "source",
                     "owner", "_id"), _is_id, never=("event_id", "message_id", "correlation", "causation", "type")),
    "version": _Role(("stream_version", "stream_position", "aggregate_version", "version", "revision", "sequence",
                      "seq", "position", "number", "event_no", "nr", "index"), _is_whole),
    "entity": _Role(("aggregate_type", "entity_type", "stream_type", "aggregate_name", "category", "entity",
                     "aggregate"), _is_word, never=_IDS),
    "type": _Role(("event_type", "event_name", "type", "topic", "event", "kind", "action", "name"), _is_word,
                  needs_word=False, never=_IDS),
    "time": _Role(("occurred", "timestamp", "recorded", "created", "happened", "time", "date", "when", "_at",
                   "_on", "ts"), _is_time),
}  # fmt: skip
"""In the order in which columns are assigned: a column has one role."""
