"""Table maps as people make and keep them: read from TOML, written as TOML, and remembered by the store."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from es_desktop.app.runtime.errors import UserError

if TYPE_CHECKING:
    from es_desktop.stores import SnapshotMap, TableMap

NEEDED: Final = ("table", "stream", "payload")
OPTIONAL: Final = ("version", "type", "time", "entity")
_NEEDED_OF_SNAPSHOTS: Final = ("table", "stream", "version", "payload")
_EVENTS: Final = "events"
_SNAPSHOTS: Final = "snapshots"
_HINT: Final = 'A map is like: [events] table = "log", stream = "stream_id", payload = "body", version = "seq".'
_NAME_BYTES: Final = 12


def make_map(events: Mapping[str, str | None], snapshots: Mapping[str, str | None] | None = None) -> TableMap:
    """Return the map of these names; an empty one is none. Raises ``UserError`` for what is missing."""
    from es_desktop.stores import SnapshotMap, TableMap

    found: SnapshotMap | None = None
    if snapshots is not None:
        found = SnapshotMap(**_checked(snapshots, _NEEDED_OF_SNAPSHOTS, ("time",), _SNAPSHOTS))
    return TableMap(**_checked(events, NEEDED, OPTIONAL, _EVENTS), snapshots=found)


def map_from_toml(text: str) -> TableMap:
    """Return the map of a TOML text. Raises ``UserError`` for a text that is none."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"the map is no TOML: {error}", _HINT) from error
    unknown = tree.keys() - {_EVENTS, _SNAPSHOTS}
    if unknown or not isinstance(tree.get(_EVENTS), dict) or not isinstance(tree.get(_SNAPSHOTS, {}), dict):
        raise UserError("the map has a table [events], and may have a table [snapshots], and nothing else", _HINT)
    return make_map(tree[_EVENTS], tree.get(_SNAPSHOTS))


def map_to_toml(table_map: TableMap) -> str:
    """Return a map as TOML, so that reading it gives the same map."""
    lines = [f"[{_EVENTS}]", *_toml_lines(table_map, (*NEEDED, *OPTIONAL))]
    if table_map.snapshots is not None:
        lines += ["", f"[{_SNAPSHOTS}]", *_toml_lines(table_map.snapshots, (*_NEEDED_OF_SNAPSHOTS, "time"))]
    return "\n".join(lines) + "\n"


def read_map(path: Path) -> TableMap:
    """Return the map in a file. Raises ``UserError`` where there is none."""
    try:
        return map_from_toml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"the map {path} cannot be read: {error.strerror}", "Check the name.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"the map {path} is no text", _HINT) from error


def _checked(names: Mapping[str, Any], needed: tuple[str, ...], optional: tuple[str, ...], what: str) -> dict[str, str]:
    given = {name: value for name, value in names.items() if value not in (None, "")}
    missing = [name for name in needed if name not in given]
    if missing:
        raise UserError(f"the map of {what} does not say which is the {', the '.join(missing)}", _HINT)
    unknown = sorted(given.keys() - {*needed, *optional})
    if unknown:
        raise UserError(f"the map of {what} says what is not known: {', '.join(unknown)}", _HINT)
    wrong = next((name for name, value in given.items() if not isinstance(value, str)), None)
    if wrong is not None:
        raise UserError(f"the map of {what} has no name for the {wrong}", _HINT)
    return given


def _toml_lines(part: TableMap | SnapshotMap, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        value = getattr(part, name)
        if value is not None:
            # A basic string of TOML is one of JSON, but that TOML does not let DEL stand.
            yield f"{name} = {json.dumps(value, ensure_ascii=False).replace(chr(127), chr(92) + 'u007f')}"


class MapShelf(Protocol):
    """Where maps are kept, by the name of their store."""

    def load(self, store: str) -> TableMap | None:
        """Return the map of a store; ``None`` where none was kept. Raises ``UserError`` where it cannot be read."""

    def save(self, store: str, table_map: TableMap) -> None:
        """Keep the map of a store. Raises ``UserError``."""


class NoMaps:
    """Keeps none."""

    def load(self, store: str) -> TableMap | None:
        return None

    def save(self, store: str, table_map: TableMap) -> None:
        """It is not kept."""


class MapFolder:
    """Keeps each map in a file of its own, which the command line takes as well."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, store: str) -> Path:
        """Return the file of a store's map, whether it is there or not."""
        digest = hashlib.blake2b(store.encode(errors="surrogateescape"), digest_size=_NAME_BYTES).hexdigest()
        return self._folder / f"map-{digest}.toml"

    def load(self, store: str) -> TableMap | None:
        path = self.path_of(store)
        return read_map(path) if path.exists() else None

    def save(self, store: str, table_map: TableMap) -> None:
        path = self.path_of(store)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # For a person who finds the file: which store it is of.
            path.write_text(f"# {ascii(store)[1:-1]}\n\n{map_to_toml(table_map)}", encoding="utf-8")
        except OSError as error:
            raise UserError(f"the map of this store cannot be kept: {error}", f"Look at {self._folder}.") from error
