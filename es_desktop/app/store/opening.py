"""Opening stores with what is known of them: a password of the keyring, and a map of their tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from es_desktop.app.runtime.errors import StoreRefused, UserError
from es_desktop.core import EntityId
from es_desktop.stores import NO_OPTIONS, ColumnMap, OpenOptions

from .credentials import NoPasswords, Passwords, keys_from_environment, keys_from_file
from .session import Session, create_session, open_session
from .table_maps import MapShelf, NoMaps, PreviewRow, preview_rows, read_map


def given_options(scope: str | None, key_file: Path | None, map_file: Path | None) -> OpenOptions:
    """Return what was given on a command line, and by the environment. Raises ``UserError``."""
    return OpenOptions(
        scope=scope,
        keys=keys_from_environment() if key_file is None else keys_from_file(key_file),
        table_map=None if map_file is None else read_map(map_file),
    )


__all__ = ["NO_OPTIONS", "OpenOptions", "Opener", "given_options"]

_LOOKED_AT: Final = 500
"""Events of an entity, among which an encrypted one is searched for."""


class Opener:
    """Opens stores, and keeps what should be known of them the next time."""

    def __init__(self, passwords: Passwords | None = None, maps: MapShelf | None = None) -> None:
        self.passwords: Final = passwords or NoPasswords()
        self.maps: Final = maps or NoMaps()

    def open(self, store: str, options: OpenOptions = NO_OPTIONS, *, writable: bool = True) -> Session:
        """Open a store by its file name or URL.

        Raises ``StoreRefused``, which says whether a password or a map of its tables would open it, and ``UserError``.
        """
        session = self._let_in(store, options, writable)
        self._keep(session, options)
        return session

    def try_out(self, store: str, options: OpenOptions, *, makes: bool) -> str:
        """Connect and look what is there, or whether a new store can be made there; nothing is written or kept.

        Returns one line for a person. Raises ``UserError`` if that cannot be done.
        """
        try:
            session = self._let_in(store, options, writable=False)
        except StoreRefused as error:
            if error.wants != "table map":
                raise
            found = "a new store can be made here" if makes else "it holds no event tables that are known yet"
            return f"Connected: {found}."
        format_name, is_ours = session.format_name, session.store.format.is_ours
        session.close()
        if makes and is_ours:
            raise UserError("the database holds a store already", "Connect without making a new one.")
        if makes:
            return f"Connected: a new store can be made here, beside the tables of {format_name}."
        return f"Connected: {'a store of this program' if is_ours else f'{format_name}, to be read only'}."

    def create(self, store: str, options: OpenOptions = NO_OPTIONS) -> Session:
        """Make a new store and open it. Raises ``UserError`` if it cannot be made."""
        session = create_session(store, password=options.password)
        self._keep(session, options)
        return session

    def unlock(self, session: Session, encrypted: EntityId, keys: tuple[bytes, ...]) -> Session:
        """Open a store once more with keys, of which one has to open the events of an entity that is ``encrypted``.

        Raises ``UserError`` if none does.
        """
        events = session.events(encrypted, limit=_LOOKED_AT)
        version = next((each.version for each in events if each.is_encrypted), None)
        opened = open_session(
            session.absolute_name, writable=session.is_writable, options=replace(session.options, keys=keys)
        )
        if version is not None and opened.event(encrypted, version).is_encrypted:
            opened.close()
            raise UserError("the key does not open the records of this store", "Another one may.")
        return opened

    def preview(self, store: str, options: OpenOptions, table_map: ColumnMap) -> list[PreviewRow]:
        """Return the first events as a map reads them. Raises ``UserError`` if they are no histories."""
        session = self._let_in(store, replace(options, table_map=table_map), writable=False)
        try:
            return preview_rows(session)
        finally:
            session.close()

    def _let_in(self, store: str, options: OpenOptions, writable: bool) -> Session:
        """Open a store: with the password of the keyring and the map that is kept, where they are wanted."""

        def opened(given: OpenOptions) -> Session:
            return open_session(store, writable=writable, options=given, find_map=self.maps.load)

        try:
            return opened(options)
        except StoreRefused as error:
            known = None if error.wants != "password" or options.password else self.passwords.find(error.store)
            if known is None:
                raise
            return opened(replace(options, password=known))

    def _keep(self, session: Session, options: OpenOptions) -> None:
        """Keep, now that the store is open, what should be. It stays open where that fails, and says so."""
        name = session.absolute_name
        try:
            if options.keeps_password and session.options.password:
                self.passwords.keep(name, session.options.password)
            elif options.keeps_password is False:
                self.passwords.forget(name)
            if options.keeps_map and options.table_map is not None:
                self.maps.save(name, options.table_map)
        except UserError as error:
            session.notice = error
