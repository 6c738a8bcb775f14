"""Opening stores with what is kept for them: a password in the keyring, and a map of their tables."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from es_desktop.app.runtime.errors import StoreRefused, UserError
from es_desktop.app.text.times import local_time
from es_desktop.app.text.values import elide
from es_desktop.core import DatastoreError, EntityId
from es_desktop.stores import NO_OPTIONS, ColumnMap, OpenOptions
from es_desktop.stores.location import parse_location
from es_desktop.system.kept_file import kept_file, make_folder

from .credentials import NoPasswords, Passwords, keys_from_environment, keys_from_file
from .models import Model
from .session import Session, create_session, open_session

__all__ = ["NO_OPTIONS", "OpenOptions"]

_SEARCHED: Final = 500
"""Events of an entity, among which an encrypted one is searched for."""
_PREVIEWED: Final = 12
_MOST_LETTERS: Final = 200


def given_options(
    scope: str | None, key_file: Path | None, map_file: Path | None, *, writes_any: bool = False
) -> OpenOptions:
    """Return the options of a command line and of the environment. Raises ``UserError``."""
    keys = keys_from_environment() if key_file is None else keys_from_file(key_file)
    options = OpenOptions(scope=scope, writes_any=writes_any, keys=keys)
    if map_file is None:
        return options
    from .table_maps import read_map

    return replace(options, table_map=read_map(map_file))


def absolute_name(store: str) -> str:
    """Return the name of a store that does not depend on the working directory, without a password.

    It is that of the ``Session`` which opens it; a text that cannot be one is returned as it is.
    """
    try:
        return parse_location(store).absolute_name
    except (DatastoreError, OSError, ValueError, RuntimeError):
        return store


def from_anywhere(store: str) -> tuple[str, str | None]:
    """Return a name that opens a store from any working directory, and the scope in it. Raises ``UserError``."""
    try:
        location = parse_location(store)
        return (store, None) if location.path is None else (location.absolute_name, location.scope)
    except (DatastoreError, OSError, ValueError, RuntimeError) as error:
        raise UserError(str(error)) from error


class MapFolder:
    """Keeps each map in a separate file, which ``--map`` accepts too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, store: str) -> Path:
        """Return the file of a store's map, whether or not it exists."""
        digest = hashlib.blake2b(store.encode(errors="surrogateescape"), digest_size=12).hexdigest()
        return self._folder / f"map-{digest}.toml"

    def load(self, store: str) -> ColumnMap | None:
        """Return the map of a store; ``None`` if none was kept. Raises ``UserError`` if it cannot be read."""
        path = self.path_of(store)
        if not path.exists():
            return None
        from .table_maps import read_map

        return read_map(path)

    def save(self, store: str, table_map: ColumnMap) -> None:
        """Keep the map of a store. Raises ``UserError``."""
        from .table_maps import map_to_toml

        try:
            make_folder(self._folder)
            # The first line says, for a person who finds the file, which store it is of.
            text = f"# {ascii(store)[1:-1]}\n\n{map_to_toml(table_map)}"
            with kept_file(self.path_of(store), replaces=True) as unfinished:
                unfinished.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UserError(f"the map of this store cannot be kept: {error}", f"Look at {self._folder}.") from error


class Opener:
    """Opens stores, and keeps what should be known of them the next time."""

    def __init__(
        self,
        passwords: Passwords | None = None,
        maps: MapFolder | None = None,
        models: Sequence[Model] | None = None,
    ) -> None:
        """``models`` are the classes that fold; ``None`` for those of the program and of plugins."""
        self.passwords: Final = passwords or NoPasswords()
        self.maps: Final = maps
        self._models = models

    def open(self, store: str, options: OpenOptions = NO_OPTIONS, *, writable: bool = True) -> Session:
        """Open a store by file name or URL. Raises ``UserError``; ``StoreRefused`` says what would open it."""
        session = self._open_last(store, options, writable) or self._open_with_kept(store, options, writable)
        self._keep(session, options)
        return session

    def _open_last(self, store: str, options: OpenOptions, writable: bool) -> Session | None:
        """Open the part that was shown the last time; ``None`` if there is none, or not any more."""
        if options.last_scope is None or options.scope is not None:
            return None
        try:
            return self._open_with_kept(store, replace(options, scope=options.last_scope), writable)
        except StoreRefused as error:
            if error.wants:
                raise
            return None

    def try_out(self, store: str, options: OpenOptions, *, makes: bool) -> str:
        """Connect to a store, or test whether a new one can be made there (``makes``); nothing is written or kept.

        Returns one line for a person. Raises ``UserError`` if that cannot be done.
        """
        try:
            session = self._open_with_kept(store, options, writable=False)
        except StoreRefused as error:
            if error.wants != "table map":
                raise
            found = "a new store can be made here" if makes else "it holds no event tables that are known yet"
            return f"Connected: {found}."
        format_name, is_ours = session.format_name, session.store.format.is_ours
        count = len(session.store.detection.stores)
        session.close()
        if makes and is_ours:
            raise UserError("the database holds a store already", "Connect without making a new one.")
        if makes:
            return f"Connected: a new store can be made here, beside the tables of {format_name}."
        if count > 1:
            return f"Connected: {count} stores to choose from."
        return f"Connected: {'a store of this program' if is_ours else f'{format_name}, to be read only'}."

    def create(self, store: str, options: OpenOptions = NO_OPTIONS) -> Session:
        """Make a new store and open it. Raises ``UserError`` if it cannot be made."""
        session = create_session(store, password=options.password)
        self._keep(session, options)
        return session

    def unlock(self, session: Session, encrypted: EntityId, keys: tuple[bytes, ...]) -> Session:
        """Open a store again with keys. Raises ``UserError`` if none opens the events of the encrypted entity."""
        events = session.events(encrypted, limit=_SEARCHED)
        version = next((each.version for each in events if each.is_encrypted), None)
        options = replace(session.options, keys=keys, counts_stores=True)
        opened = open_session(session.absolute_name, writable=session.is_writable, options=options)
        if version is not None and opened.event(encrypted, version).is_encrypted:
            opened.close()
            raise UserError("the key does not open the records of this store", "Another one may.")
        return opened

    def preview(self, store: str, options: OpenOptions, table_map: ColumnMap) -> list[PreviewRow]:
        """Return the first events as a map reads them. Raises ``UserError`` if they are no histories."""
        with closing(self._open_with_kept(store, replace(options, table_map=table_map), writable=False)) as session:
            try:
                return _preview_rows(session)
            except DatastoreError as error:
                raise UserError(str(error).splitlines()[0], "Choose other columns.") from error

    def _open_with_kept(self, store: str, options: OpenOptions, writable: bool) -> Session:
        """Open a store, with the kept password and map where they are needed."""

        def opened(given: OpenOptions) -> Session:
            find_map = self.maps.load if self.maps is not None else lambda name: None
            return open_session(store, writable=writable, models=self._models, options=given, find_map=find_map)

        try:
            return opened(options)
        except StoreRefused as error:
            known = None if error.wants != "password" or options.password else self.passwords.find(error.store)
            if known is None:
                raise
            return opened(replace(options, password=known))

    def _keep(self, session: Session, options: OpenOptions) -> None:
        """Keep what the options ask for. The store stays open where that fails, with a notice."""
        name = session.absolute_name
        try:
            if options.keeps_password and session.options.password:
                self.passwords.keep(name, session.options.password)
            elif options.keeps_password is False:
                self.passwords.forget(name)
            if options.keeps_map and options.table_map is not None and self.maps is not None:
                self.maps.save(name, options.table_map)
        except UserError as error:
            session.notice = error


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


def _preview_rows(session: Session) -> list[PreviewRow]:
    table = session.store.tables.events
    records = list(islice(session.store.reader.shown_records(), _PREVIEWED))
    odd = [each.odd for each in records if each.odd is not None]
    if len(odd) > len(records) / 2:
        raise UserError(str(odd[0]), "Choose another column for the version, or for the stream.")
    rows = []
    for record in records:
        event = table.mapper.to_recorded_event(record)
        payload = event.error or ", ".join(f"{name}={value!r}" for name, value in islice(event.data.items(), 20))
        texts = (str(record[0]), str(event.version), event.entity_type, event.type, local_time(event.timestamp))
        rows.append(PreviewRow(*texts, elide(payload, _MOST_LETTERS), event.error is not None))
    return rows
