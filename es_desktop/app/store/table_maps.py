"""Table maps as people make and keep them: guessed, read from TOML, written as TOML, tried, and kept for the store."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.times import local_time
from es_desktop.app.text.values import elide
from es_desktop.core import DatastoreError, RecordedEvent
from es_desktop.stores import ColumnMap
from es_desktop.stores.columnmap import TIME_UNITS, Constant, Join, JsonField, Source, Template

if TYPE_CHECKING:
    from .session import Session

OPTIONAL: Final = ("version", "type", "time", "entity")
_SOURCES: Final = ("stream", "payload", *OPTIONAL, "metadata", "scope", "order")
_SOURCES_OF_SNAPSHOTS: Final = ("stream", "version", "payload", "time")
_EVENTS: Final = "events"
_SNAPSHOTS: Final = "snapshots"
_HINT: Final = 'A map is like: [events] table = "log", stream = "stream_id", payload = "body", version = "seq".'
_NAME_BYTES: Final = 12
_PREVIEWED: Final = 12
_MOST_LETTERS: Final = 200


def make_map(events: Mapping[str, Any], snapshots: Mapping[str, Any] | None = None) -> ColumnMap:
    """Return the map of what TOML or a dialog says; what is empty is none. Raises ``UserError`` for what is missing."""
    found = None
    if snapshots is not None:
        found = _column_map(snapshots, _SOURCES_OF_SNAPSHOTS, ("table", "stream", "version", "payload"), _SNAPSHOTS)
    return _column_map(events, _SOURCES, ("table", "stream", "payload"), _EVENTS, found)


def map_from_toml(text: str) -> ColumnMap:
    """Return the map of a TOML text. Raises ``UserError`` for a text that is none."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"the map is no TOML: {error}", _HINT) from error
    unknown = tree.keys() - {_EVENTS, _SNAPSHOTS}
    if unknown or not isinstance(tree.get(_EVENTS), dict) or not isinstance(tree.get(_SNAPSHOTS, {}), dict):
        raise UserError("the map has a table [events], and may have a table [snapshots], and nothing else", _HINT)
    return make_map(tree[_EVENTS], tree.get(_SNAPSHOTS))


def map_to_toml(table_map: ColumnMap) -> str:
    """Return a map as TOML, so that reading it gives the same map."""
    lines = [f"[{_EVENTS}]", *_toml_lines(table_map, _SOURCES)]
    if table_map.snapshots is not None:
        lines += ["", f"[{_SNAPSHOTS}]", *_toml_lines(table_map.snapshots, _SOURCES_OF_SNAPSHOTS)]
    return "\n".join(lines) + "\n"


def read_map(path: Path) -> ColumnMap:
    """Return the map in a file. Raises ``UserError`` if there is none."""
    try:
        return map_from_toml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"the map {path} cannot be read: {error.strerror}", "Check the name.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"the map {path} is no text", _HINT) from error


def toml_of(source: Source) -> str:
    """Return where a value comes from as TOML has it: a column is a text, anything else a table."""
    match source:
        case Template(text):
            return _toml({"template": text})
        case Constant(text):
            return _toml({"constant": text})
        case JsonField(column, path, is_number):
            return _toml({"column": column, "path": path, **({"number": True} if is_number else {})})
    return _toml(source)


def _column_map(
    given: Mapping[str, Any],
    sources: tuple[str, ...],
    needed: tuple[str, ...],
    what: str,
    snapshots: ColumnMap | None = None,
) -> ColumnMap:
    found = {name: value for name, value in given.items() if value not in (None, "")}
    missing = [name for name in needed if name not in found]
    if missing:
        raise UserError(f"the map of {what} does not say which is the {', the '.join(missing)}", _HINT)
    unknown = sorted(found.keys() - {"table", *sources, "joins", "only", "time_unit"})
    if unknown:
        raise UserError(f"the map of {what} says what is not known: {', '.join(unknown)}", _HINT)
    read: dict[str, Any] = {name: _source(found[name], name, what) for name in sources if name in found}
    if not isinstance(found["table"], str):
        raise UserError(f"the map of {what} has no name for the table", _HINT)
    if found.get("time_unit", "s") not in TIME_UNITS:
        raise UserError(f"the map of {what} has a time_unit that is none of {', '.join(TIME_UNITS)}", _HINT)
    joins = {name: _join(each, what) for name, each in _table(found, "joins", what).items()}
    return ColumnMap(
        found["table"],
        **read,
        snapshots=snapshots,
        joins=joins,
        only=_values(_table(found, "only", what), what),
        time_unit=found.get("time_unit", ""),
    )


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
    raise UserError(
        f"the map of {what} has no name for the {name}",
        'It is a column, a list of columns, or like {template = "{a}-{b}"}, {column = "body", path = "meta.type"} or '
        '{constant = "Order"}.',
    )


def _join(given: Any, what: str) -> Join:
    found: dict[str, Any] = given if isinstance(given, dict) else {}
    on = found.get("on")
    is_known = found.keys() <= {"table", "on", "only", "optional"} and isinstance(found.get("table"), str)
    if is_known and on and isinstance(on, dict) and all(isinstance(each, str) for each in on.values()):
        only = _values(_table(found, "only", what), what)
        return Join(found["table"], on, only=only, is_optional=found.get("optional") is True)
    raise UserError(
        f"the map of {what} has a join without its table or its columns",
        'A join is like: [events.joins.stream] table = "streams", on = {stream_no = "id"}.',
    )


def _table(given: Mapping[str, Any], name: str, what: str) -> Mapping[str, Any]:
    found = given.get(name, {})
    if not isinstance(found, Mapping):
        raise UserError(f"the map of {what} has no table {name}", _HINT)
    return found


def _values(given: Mapping[str, Any], what: str) -> Mapping[str, str | int]:
    if not all(isinstance(each, (str, int)) for each in given.values()):
        raise UserError(f"the map of {what} has a value in only that is no text and no whole number", _HINT)
    return given


def _toml_lines(part: ColumnMap, sources: tuple[str, ...]) -> Iterator[str]:
    yield f"table = {_toml(part.table)}"
    for name in sources:
        value = getattr(part, name)
        if value is not None:
            yield f"{name} = {toml_of(value)}"
    if part.time_unit:
        yield f"time_unit = {_toml(part.time_unit)}"
    if part.only:
        yield f"only = {_toml(part.only)}"
    if part.joins:
        yield f"joins = {_toml({name: _join_tree(join) for name, join in part.joins.items()})}"


def _join_tree(join: Join) -> Mapping[str, Any]:
    optional = {"optional": True} if join.is_optional else {}
    return {"table": join.table, "on": join.on, **({"only": join.only} if join.only else {}), **optional}


def _toml(value: Any) -> str:
    """Return a value as TOML in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(name)} = {_toml(each)}" for name, each in value.items()) + "}"
    # A basic string of TOML is one of JSON, but that TOML does not let DEL stand.
    return json.dumps(value, ensure_ascii=False).replace(chr(127), chr(92) + "u007f")


class MapShelf(Protocol):
    """Where maps are kept, by the name of their store."""

    def load(self, store: str) -> ColumnMap | None:
        """Return the map of a store; ``None`` if none was kept. Raises ``UserError`` if it cannot be read."""

    def save(self, store: str, table_map: ColumnMap) -> None:
        """Keep the map of a store. Raises ``UserError``."""


class NoMaps:
    """Keeps none."""

    def load(self, store: str) -> ColumnMap | None:
        return None

    def save(self, store: str, table_map: ColumnMap) -> None:
        """It is not kept."""


class MapFolder:
    """Keeps each map in a separate file, which ``--map`` accepts too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, store: str) -> Path:
        """Return the file of a store's map, whether it is there or not."""
        digest = hashlib.blake2b(store.encode(errors="surrogateescape"), digest_size=_NAME_BYTES).hexdigest()
        return self._folder / f"map-{digest}.toml"

    def load(self, store: str) -> ColumnMap | None:
        path = self.path_of(store)
        return read_map(path) if path.exists() else None

    def save(self, store: str, table_map: ColumnMap) -> None:
        path = self.path_of(store)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # For a person who finds the file: which store it is of.
            path.write_text(f"# {ascii(store)[1:-1]}\n\n{map_to_toml(table_map)}", encoding="utf-8")
        except OSError as error:
            raise UserError(f"the map of this store cannot be kept: {error}", f"Look at {self._folder}.") from error


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One event, as text for each column of a preview."""

    stream: str
    version: str
    entity: str
    type: str
    time: str
    payload: str
    """Its attributes, or why it cannot be decoded."""
    is_broken: bool


def preview_rows(session: Session) -> list[PreviewRow]:
    """Return the first events of a store that is read by a map. Raises ``UserError`` if they are no histories."""
    try:
        return _rows(session)
    except DatastoreError as error:
        raise UserError(str(error).splitlines()[0], "Choose other columns.") from error


def _rows(session: Session) -> list[PreviewRow]:
    from es_desktop.stores.reading.sampling import first_duplicate

    table = session.store.tables.events
    records = list(islice(session.store.reader.all_records(), _PREVIEWED))
    wrong = next((each[1] for each in records if not isinstance(each[1], int) or isinstance(each[1], bool)), None)
    if wrong is not None:
        raise UserError(f"a version is a whole number, and {elide(repr(wrong), 40)} is none", "Choose another column.")
    twin = first_duplicate(table)
    if twin is not None:
        text = f"two events of {elide(str(twin[0]), 40)} have the version {twin[1]}"
        raise UserError(text, "Choose another column for the version, or for the stream.")
    return [_row(record, table.mapper.to_recorded_event(record)) for record in records]


def _row(record: Any, event: RecordedEvent) -> PreviewRow:
    attributes = ", ".join(f"{name}={value!r}" for name, value in islice(event.data.items(), 20))
    return PreviewRow(
        stream=str(record[0]),
        version=str(event.version),
        entity=event.entity_type,
        type=event.type,
        time=local_time(event.timestamp),
        payload=elide(event.error or attributes, _MOST_LETTERS),
        is_broken=event.error is not None,
    )
