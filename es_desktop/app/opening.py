"""Opening stores with what is known of them: a password of the keyring, and a map of their tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from .errors import PasswordWanted, UnknownTables, UserError
from .mapping import MapShelf, NoMaps
from .passwords import NoPasswords, Passwords
from .session import Session, create_session, open_session
from .storeoptions import NO_OPTIONS, StoreOptions


class Opener:
    """Opens stores, and keeps what should be known of them the next time."""

    def __init__(self, passwords: Passwords | None = None, maps: MapShelf | None = None) -> None:
        self.passwords: Final = passwords or NoPasswords()
        self.maps: Final = maps or NoMaps()

    def open(self, store: str, options: StoreOptions = NO_OPTIONS, *, writable: bool = True) -> Session:
        """Open a store by its file name or URL.

        Raises ``PasswordWanted`` where a server wants another password, ``UnknownTables`` where a map of its tables is
        needed, and ``UserError`` where it cannot be opened for another reason.
        """
        try:
            session = self._let_in(store, options, writable)
        except UnknownTables as error:
            known = self.maps.load(error.store)
            if known is None:
                raise
            session = self._let_in(store, replace(options, table_map=known), writable)
        self._keep(session, options)
        return session

    def create(self, store: str, options: StoreOptions = NO_OPTIONS) -> Session:
        """Make a new store and open it. Raises ``UserError`` where it cannot be made."""
        session = create_session(store, password=options.password)
        self._keep(session, options)
        return session

    def _let_in(self, store: str, options: StoreOptions, writable: bool) -> Session:
        try:
            return open_session(store, writable=writable, options=options)
        except PasswordWanted as error:
            known = None if options.password else self.passwords.find(error.store)
            if known is None:
                raise
            return open_session(store, writable=writable, options=replace(options, password=known))

    def _keep(self, session: Session, options: StoreOptions) -> None:
        """Keep, now that the store is open, what should be. It stays open where that fails, and says so."""
        place = session.place
        try:
            if options.keeps_password and session.options.password:
                self.passwords.keep(place, session.options.password)
            elif options.keeps_password is False:
                self.passwords.forget(place)
        except UserError as error:
            session.notice = error
