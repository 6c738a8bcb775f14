"""Opening stores with what is known of them: a password of the keyring, and a map of their tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from es_desktop.app.runtime.errors import PasswordWanted, UnknownTables, UserError
from es_desktop.core import EntityId

from .keys import keys_from_environment, keys_from_file
from .map_guess import Sampled
from .map_preview import PreviewRow, preview_map, sampled_tables
from .options import NO_OPTIONS, StoreOptions
from .passwords import NoPasswords, Passwords
from .session import Session, create_session, open_session
from .table_maps import MapShelf, NoMaps, read_map

if TYPE_CHECKING:
    from es_desktop.stores import TableMap

T = TypeVar("T")


def given_options(scope: str | None, key_file: Path | None, map_file: Path | None) -> StoreOptions:
    """Return what was given on a command line, and by the environment. Raises ``UserError``."""
    return StoreOptions(
        scope=scope,
        keys=keys_from_environment() if key_file is None else keys_from_file(key_file),
        table_map=None if map_file is None else read_map(map_file),
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying to connect."""

    told: str
    """One line for a person."""


_LOOKED_AT: Final = 500
"""Events of an entity, among which an encrypted one is looked for."""


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

    def try_out(self, store: str, options: StoreOptions, *, makes: bool) -> Trial:
        """Connect and look what is there, or whether a new store can be made there; nothing is written or kept.

        Raises ``UserError`` where that cannot be done.
        """
        try:
            session = self._let_in(store, options, writable=False)
        except UnknownTables:
            told = "a new store can be made here" if makes else "it holds no event tables that are known yet"
            return Trial(f"Connected: {told}.")
        format_name, is_ours = session.format_name, session.store.format.is_ours
        session.close()
        if makes and is_ours:
            raise UserError("the database holds a store already", "Connect without making a new one.")
        if makes:
            return Trial(f"Connected: a new store can be made here, beside the tables of {format_name}.")
        return Trial(f"Connected: {'a store of this program' if is_ours else f'{format_name}, to be read only'}.")

    def create(self, store: str, options: StoreOptions = NO_OPTIONS) -> Session:
        """Make a new store and open it. Raises ``UserError`` where it cannot be made."""
        session = create_session(store, password=options.password)
        self._keep(session, options)
        return session

    def unlock(self, session: Session, sealed: EntityId, keys: tuple[bytes, ...]) -> Session:
        """Open a store once more with keys, of which one has to open the events of an entity that is ``sealed``.

        Raises ``UserError`` where none does.
        """
        locked = next((each.version for each in session.events(sealed, limit=_LOOKED_AT) if each.is_sealed), None)
        opened = open_session(session.place, writable=session.is_writable, options=replace(session.options, keys=keys))
        if locked is not None and opened.event(sealed, locked).is_sealed:
            opened.close()
            raise UserError("the key does not open the records of this store", "Another one may.")
        return opened

    def tables(self, store: str, options: StoreOptions) -> Sequence[Sampled]:
        """Return the tables of a database that have rows, to make a map of. Raises ``UserError``."""
        return self._with_password(options, lambda given: sampled_tables(store, given))

    def preview(self, store: str, options: StoreOptions, table_map: TableMap) -> list[PreviewRow]:
        """Return the first events as a map reads them. Raises ``UserError`` where it cannot be used."""
        return self._with_password(options, lambda given: preview_map(store, given, table_map))

    def _let_in(self, store: str, options: StoreOptions, writable: bool) -> Session:
        return self._with_password(options, lambda given: open_session(store, writable=writable, options=given))

    def _with_password(self, options: StoreOptions, act: Callable[[StoreOptions], T]) -> T:
        """Do something that may want the password of a server: with that of the keyring, where none is given."""
        try:
            return act(options)
        except PasswordWanted as error:
            known = None if options.password else self.passwords.find(error.store)
            if known is None:
                raise
            return act(replace(options, password=known))

    def _keep(self, session: Session, options: StoreOptions) -> None:
        """Keep, now that the store is open, what should be. It stays open where that fails, and says so."""
        place = session.place
        try:
            if options.keeps_password and session.options.password:
                self.passwords.keep(place, session.options.password)
            elif options.keeps_password is False:
                self.passwords.forget(place)
            if options.keeps_map and options.table_map is not None:
                self.maps.save(place, options.table_map)
        except UserError as error:
            session.notice = error
