"""The notebook of a store: bookmarks, watchpoints and display preferences. It is never kept in the store itself."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Final, Protocol

import msgspec

from es_desktop.app.runtime.errors import UserError


class Bookmark(msgspec.Struct, frozen=True, omit_defaults=True):
    """A mark on an entity, or on one of its events, with an optional note."""

    entity: str
    """The entity's id as text."""
    version: int | None = None
    """``None`` for the entity as a whole."""
    note: str = ""
    written: float | None = None
    """Seconds since the epoch, UTC."""

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
    """How entities of one type are shown: each a tuple of paths of the state."""

    lanes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()


class Notebook(msgspec.Struct, frozen=True, omit_defaults=True):
    """The notes on one store. It is immutable: each ``with`` method returns a new notebook."""

    bookmarks: tuple[Bookmark, ...] = ()
    watchpoints: tuple[Watchpoint, ...] = ()
    display_preferences: dict[str, DisplayPreferences] = msgspec.field(default_factory=dict, name="outlooks")
    """By entity type. The files of notebooks have always called them ``outlooks``."""
    cases: tuple[str, ...] = ()
    """Digests of the cases whose notes were added."""

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
        """Return a notebook with these watchpoints instead of its own."""
        return msgspec.structs.replace(self, watchpoints=watchpoints)

    def preferences_of(self, entity_type: str) -> DisplayPreferences:
        """Return how entities of a type are shown."""
        return self.display_preferences.get(entity_type, DisplayPreferences())

    def with_preferences(self, entity_type: str, preferences: DisplayPreferences) -> Notebook:
        """Return a notebook by which entities of a type are shown in another way."""
        others = {name: each for name, each in self.display_preferences.items() if name != entity_type}
        kept = others if preferences == DisplayPreferences() else {**others, entity_type: preferences}
        return msgspec.structs.replace(self, display_preferences=kept)

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
        expressions = {each.expression for each in self.watchpoints}
        return msgspec.structs.replace(
            self,
            bookmarks=(*self.bookmarks, *(each for each in other.bookmarks if each.key not in keys)),
            watchpoints=(
                *self.watchpoints,
                *(each for each in other.watchpoints if each.expression not in expressions),
            ),
            display_preferences={**other.display_preferences, **self.display_preferences},
        )


def notebook_to_json(notebook: Notebook) -> bytes:
    """Return a notebook as JSON text."""
    return msgspec.json.format(msgspec.json.encode(notebook), indent=2)


def notebook_from_json(data: bytes | str) -> Notebook:
    """Return the notebook in a JSON text. Raises ``ValueError`` for any other text."""
    try:
        return msgspec.json.decode(data, type=Notebook)
    except msgspec.MsgspecError as error:
        raise ValueError(f"this is not a notebook: {error}") from error


class Shelf(Protocol):
    """Stores notebooks, by the name of their store."""

    def load(self, store: str) -> Notebook: ...

    def save(self, store: str, notebook: Notebook) -> None: ...


_NAME_BYTES: Final = 12


class NotebookFolder:
    """Keeps each notebook in a separate JSON file, named after the store and a hash of its full name.

    A store is identified by its file path or URL: a store that was moved or renamed starts with an empty notebook. The
    old notebook is kept for the old name.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, store: str) -> Path:
        """Return the file of a store's notebook, whether or not it exists."""
        digest = hashlib.blake2b(store.encode(), digest_size=_NAME_BYTES).hexdigest()
        return self._folder / f"{Path(store).stem[:40]}-{digest}.json"

    def load(self, store: str) -> Notebook:
        """Return the notebook of a store; an empty one if there is no file.

        Raises ``UserError`` for a file that cannot be read; the file is not changed.
        """
        path = self.path_of(store)
        try:
            return notebook_from_json(path.read_bytes())
        except FileNotFoundError:
            return Notebook()
        except (OSError, ValueError) as error:
            hint = f"Repair {path}, or move it away."
            raise UserError(f"the notes on this store cannot be read: {error}", hint) from error

    def save(self, store: str, notebook: Notebook) -> None:
        """Write the notebook of a store. If that fails, the old file stays. Raises ``UserError``."""
        path = self.path_of(store)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if notebook == Notebook():
                path.unlink(missing_ok=True)
                return
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".new", delete=False) as file:
                file.write(notebook_to_json(notebook))
            Path(file.name).replace(path)
        except OSError as error:
            raise UserError(f"the notes on this store cannot be saved: {error}", f"Check {self._folder}.") from error
