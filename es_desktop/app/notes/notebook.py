"""The notebook of a store: bookmarks, watchpoints, saved searches, rules, display preferences; not in the store."""

from __future__ import annotations

import hashlib
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby
from pathlib import Path
from typing import Any, Protocol

import msgspec

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import matching_exact_id, short_id
from es_desktop.app.rules.rule import Rule
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.questions import SavedSearch
from es_desktop.app.text.json_struct import Seconds
from es_desktop.core import EntityId
from es_desktop.system.counts import format_number
from es_desktop.system.kept_file import kept_file, make_folder, sync_folder
from es_desktop.system.windows_names import allowed_name


class Bookmark(msgspec.Struct, frozen=True, omit_defaults=True):
    """A mark on an entity, or on one of its events, with an optional note."""

    entity: str
    """The entity's id as text."""
    version: int | None = None
    """``None`` for the entity as a whole."""
    note: str = ""
    written: Seconds | None = None

    @property
    def key(self) -> tuple[str, int | None]:
        """The entity and version that are marked; there is at most one bookmark for each."""
        return self.entity, self.version

    @property
    def headline(self) -> str:
        """The first line of the note that is not blank."""
        return next((line.strip() for line in self.note.splitlines() if line.strip()), "")


class Watchpoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """A condition on the state, or the path of a value, that is watched."""

    expression: str
    name: str = ""
    is_on: bool = True


class DisplayPreferences(msgspec.Struct, frozen=True, omit_defaults=True):
    """How entities of one type are shown, by paths of the state."""

    lanes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    no_lanes: bool = False
    """Whether a person wants no lanes, where some would be drawn without being asked for."""
    name: str = ""
    """Of the value that names an entity; empty for one that is guessed."""


class Notebook(msgspec.Struct, frozen=True, omit_defaults=True):
    """The notes on one store. It is immutable: each ``with`` method returns a new notebook."""

    bookmarks: tuple[Bookmark, ...] = ()
    watchpoints: tuple[Watchpoint, ...] = ()
    display_preferences: dict[str, DisplayPreferences] = msgspec.field(default_factory=dict, name="outlooks")
    """By entity type. The files of notebooks have always called them ``outlooks``."""
    entity_columns: tuple[str, ...] = ()
    """Paths of the state that the list of entities shows as columns."""
    searches: tuple[SavedSearch, ...] = ()
    rules: tuple[Rule, ...] = ()
    """Rules that are meant: they are checked, and watched."""
    cases: tuple[str, ...] = ()
    """Digests of the cases whose notes were added."""

    def __post_init__(self) -> None:
        keys: set[tuple[str, str]] = set()
        for at, each in enumerate(self.searches):
            if each.key in keys:  # an earlier version kept a condition under the name of a question
                number = next(n for n in count(2) if (each.key[0], f"{each.name} {n}") not in keys)
                renamed = replace(each, name=f"{each.name} {number}")
                searches = (*self.searches[:at], renamed, *self.searches[at + 1 :])
                msgspec.structs.force_setattr(self, "searches", searches)
            keys.add(self.searches[at].key)

    def bookmark(self, entity: str, version: int | None = None) -> Bookmark | None:
        """Return the bookmark of an entity, or of one of its events; ``None`` without one."""
        return next((each for each in self.bookmarks if each.key == (entity, version)), None)

    def with_bookmark(self, bookmark: Bookmark) -> Notebook:
        """Return a notebook with a bookmark, which replaces the one with the same key."""
        others = self.without_bookmark(bookmark.entity, bookmark.version).bookmarks
        return msgspec.structs.replace(self, bookmarks=(*others, bookmark))

    def without_bookmark(self, entity: str, version: int | None = None) -> Notebook:
        """Return a notebook without the bookmark of an entity or event."""
        kept = tuple(each for each in self.bookmarks if each.key != (entity, version))
        return msgspec.structs.replace(self, bookmarks=kept)

    def with_watchpoints(self, watchpoints: tuple[Watchpoint, ...]) -> Notebook:
        """Return a notebook with these watchpoints only."""
        return msgspec.structs.replace(self, watchpoints=watchpoints)

    def preferences_of(self, entity_type: str) -> DisplayPreferences:
        """Return how entities of a type are shown."""
        return self.display_preferences.get(entity_type, DisplayPreferences())

    def with_preferences(self, entity_type: str, preferences: DisplayPreferences) -> Notebook:
        """Return a notebook by which entities of a type are shown in another way."""
        others = {name: each for name, each in self.display_preferences.items() if name != entity_type}
        kept = others if preferences == DisplayPreferences() else {**others, entity_type: preferences}
        return msgspec.structs.replace(self, display_preferences=kept)

    def with_paths(self, entity_type: str, **paths: Any) -> Notebook:
        """Return a notebook in which some of the paths by which entities of a type are shown are others."""
        return self.with_preferences(entity_type, msgspec.structs.replace(self.preferences_of(entity_type), **paths))

    def with_entity_columns(self, paths: tuple[str, ...]) -> Notebook:
        """Return a notebook by which the list of entities shows these values of the states."""
        return msgspec.structs.replace(self, entity_columns=paths)

    def with_search(self, search: SavedSearch, replaced: SavedSearch | None = None) -> Notebook:
        """Return a notebook with a saved search, in place of those with its key or that of ``replaced``."""
        kept = self.without_search(search.key).without_search((replaced or search).key).searches
        return msgspec.structs.replace(self, searches=(*kept, search))

    def without_search(self, key: tuple[str, str]) -> Notebook:
        """Return a notebook without the saved search of a key."""
        return msgspec.structs.replace(self, searches=tuple(each for each in self.searches if each.key != key))

    def with_rule(self, rule: Rule) -> Notebook:
        """Return a notebook with a rule that is kept, in place of the one that says the same."""
        return msgspec.structs.replace(self, rules=(*self.without_rule(rule.key).rules, rule))

    def without_rule(self, key: tuple[str, ...]) -> Notebook:
        """Return a notebook without the rule of a key."""
        return msgspec.structs.replace(self, rules=tuple(each for each in self.rules if each.key != key))

    def of_entities(self, entities: frozenset[str]) -> Notebook:
        """Return a notebook with the bookmarks of some entities only, to be exported with their events."""
        kept = tuple(each for each in self.bookmarks if each.entity in entities)
        return msgspec.structs.replace(self, bookmarks=kept)

    def with_case(self, digest: str, other: Notebook) -> Notebook:
        """Return a notebook with the notes of a case. A case is added once: what was removed later does not return."""
        if digest in self.cases:
            return self
        return msgspec.structs.replace(self.merged_with(other), cases=(*self.cases, digest))

    def merged_with(self, other: Notebook) -> Notebook:
        """Return a notebook with the additions of another one; of two entries with the same key, this one's stays."""
        keys = {each.key for each in self.bookmarks}
        watched = {each.expression for each in self.watchpoints}
        searches = {each.key for each in self.searches}
        rules = {each.key for each in self.rules}
        return msgspec.structs.replace(
            self,
            bookmarks=(*self.bookmarks, *(each for each in other.bookmarks if each.key not in keys)),
            watchpoints=(*self.watchpoints, *(each for each in other.watchpoints if each.expression not in watched)),
            display_preferences={**other.display_preferences, **self.display_preferences},
            entity_columns=self.entity_columns or other.entity_columns,
            searches=(*self.searches, *(each for each in other.searches if each.key not in searches)),
            rules=(*self.rules, *(each for each in other.rules if each.key not in rules)),
        )


def notebook_to_json(notebook: Notebook) -> bytes:
    """Return a notebook as JSON text."""
    return msgspec.json.format(msgspec.json.encode(notebook), indent=2)


def notebook_from_json(data: bytes | str) -> Notebook:
    """Return the notebook in a JSON text. Raises ``ValueError`` for any other text."""
    try:
        return msgspec.json.decode(data, type=Notebook)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(f"this is not a notebook: {error}") from error


class Shelf(Protocol):
    """Stores notebooks, by the name of their store."""

    def load(self, store: str) -> Notebook: ...

    def save(self, store: str, notebook: Notebook) -> None: ...


class NotebookFolder:
    """Keeps each notebook in a separate JSON file, named after the store and a hash of its full name.

    A store is identified by its file path or URL: a store that was moved or renamed starts with an empty notebook. The
    old notebook is kept for the old name.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, store: str) -> Path:
        """Return the file of a store's notebook, whether or not it exists."""
        digest = hashlib.blake2b(store.encode(errors="surrogateescape"), digest_size=12).hexdigest()
        begin = Path(store).stem[:40]
        if sys.platform == "win32":  # elsewhere notebooks have names that it does not allow
            begin = allowed_name(begin)
        return self._folder / f"{begin}-{digest}.json"

    def load(self, store: str) -> Notebook:
        """Return the notebook of a store; an empty one without a file. Raises ``UserError`` for a damaged file."""
        path = self.path_of(store)
        try:
            return notebook_from_json(path.read_bytes())
        except FileNotFoundError:
            return Notebook()
        except (OSError, ValueError) as error:
            text = f"the notes on this store cannot be read: {error}"
            raise UserError(text, f"Repair {path}, or move it away.") from error

    def save(self, store: str, notebook: Notebook) -> None:
        """Write the notebook of a store. If that fails, the old file stays. Raises ``UserError``."""
        path = self.path_of(store)
        try:
            make_folder(self._folder)
            if notebook == Notebook():
                path.unlink(missing_ok=True)
                sync_folder(self._folder)
                return
            with kept_file(path, replaces=True) as unfinished:
                unfinished.write_bytes(notebook_to_json(notebook))
        except OSError as error:
            raise UserError(f"the notes on this store cannot be saved: {error}", f"Check {self._folder}.") from error


_Order = tuple[bool, str, str]


@dataclass(frozen=True, slots=True)
class BookmarkRow:
    """A bookmark, and the entity that it marks."""

    bookmark: Bookmark
    entity: EntityFacts | None = None
    """``None`` if the store has no such entity, or is not read yet."""
    is_gone: bool = False
    """Whether the store was read, and no longer has the entity or event."""

    @property
    def order(self) -> _Order:
        """The sort key of the entity; entities that the store does not have come last."""
        return _order_of(self.bookmark.entity, self.entity)

    @property
    def title(self) -> str:
        """What is marked: ``Order 5f2c91d0 · event 17``."""
        version, name = self.bookmark.version, short_id(self.bookmark.entity)
        where = "the entity" if version is None else f"event {format_number(version)}"
        return f"{name if self.entity is None else f'{self.entity.type} {name}'} · {where}"


def bookmark_rows(bookmarks: Iterable[Bookmark], entities: Mapping[EntityId, EntityFacts] | None) -> list[BookmarkRow]:
    """Return the bookmarks sorted by entity and version; ``entities`` are the store's, ``None`` while not known."""
    rows = [_row_of(each, entities) for each in bookmarks]
    # An entity as a whole is before its events, the first of which may have the version 0.
    return sorted(rows, key=lambda each: (each.order, -1 if each.bookmark.version is None else each.bookmark.version))


def next_bookmark(
    rows: Sequence[BookmarkRow], entity: EntityFacts, versions: Sequence[int], version: int, direction: int
) -> BookmarkRow | None:
    """Return the bookmark after an entity's version, or before it for a negative ``direction``; ``None`` at the end.

    ``rows`` come from ``bookmark_rows``; ``versions`` are those of the entity's events, ascending. The bookmarks of the
    same entity come first, then those of the other entities. The bookmark of an entity as a whole counts only if none
    of its events is marked; a bookmark of an entity or event that is gone never counts.
    """
    stops = _stops(rows)
    mine = _order_of(str(entity.id), entity)
    events = [
        each
        for each in stops.get(mine, [])
        if each.bookmark.version is not None and _is_in(versions, each.bookmark.version)
    ]
    marked = [each.bookmark.version or 0 for each in events]
    at = bisect_right(marked, version) if direction > 0 else bisect_left(marked, version) - 1
    if 0 <= at < len(events):
        return events[at]
    orders = list(stops)
    other = bisect_right(orders, mine) if direction > 0 else bisect_left(orders, mine) - 1
    if not 0 <= other < len(orders):
        return None
    return stops[orders[other]][0 if direction > 0 else -1]


def _row_of(bookmark: Bookmark, entities: Mapping[EntityId, EntityFacts] | None) -> BookmarkRow:
    if entities is None:
        return BookmarkRow(bookmark)
    entity_id = matching_exact_id(bookmark.entity, entities)
    if entity_id is None:
        return BookmarkRow(bookmark, is_gone=True)
    entity = entities[entity_id]
    return BookmarkRow(bookmark, entity, bookmark.version is not None and bookmark.version > entity.version)


def _order_of(text: str, entity: EntityFacts | None) -> _Order:
    return entity is None, "" if entity is None else entity.type.casefold(), text


def _stops(rows: Iterable[BookmarkRow]) -> dict[_Order, list[BookmarkRow]]:
    """Return the bookmarks that can be chosen, by the sort key of their entity."""
    found = {}
    there = (each for each in rows if each.entity is not None and not each.is_gone)
    for order, group in groupby(there, key=lambda each: each.order):
        marks = list(group)
        found[order] = [each for each in marks if each.bookmark.version is not None] or marks
    return found


def _is_in(versions: Sequence[int], version: int) -> bool:
    at = bisect_left(versions, version)
    return at < len(versions) and versions[at] == version
