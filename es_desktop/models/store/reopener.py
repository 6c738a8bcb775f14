"""Opening the store that is open once more: another part of it, or with a key for its encrypted records."""

from __future__ import annotations

from dataclasses import replace

from es_desktop.app.store.session import Session
from es_desktop.core import EntityId
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.selection import Selection

from .opener import StoreOpener


class Reopener:
    """Knows the open store, and asks for the same store with other options."""

    def __init__(self, stores: StoreOpener, selection: Selection, inspector: Inspector) -> None:
        self._stores = stores
        self._selection = selection
        self._inspector = inspector
        self._session: Session | None = None
        self._encrypted: EntityId | None = None

    def follow(self, session: Session | None) -> None:
        """Work on another store, or on none."""
        self._session, self._encrypted = session, None

    def set_encrypted(self, entity_id: EntityId | None) -> None:
        """Know an entity with encrypted records by now, or that there is none."""
        self._encrypted = entity_id

    def show_scope(self, scope: str | None) -> None:
        """Show one of the applications, tenants or partitions of the store, or all of them."""
        session = self._session
        if session is not None and scope != session.scope:
            self._stores.open(session.place, replace(session.options, scope=scope))

    def unlock(self, keys: tuple[bytes, ...]) -> None:
        """Use keys for the encrypted records; the entity and the version in view stay chosen."""
        session, chosen, encrypted = self._session, self._selection.entity_id, self.encrypted_entity
        if session is not None and encrypted is not None:
            wanted = None if chosen is None else str(chosen)
            options = replace(session.options, keys=keys, entity=wanted, version=self._selection.version)
            self._stores.unlock(session, encrypted, options)

    @property
    def encrypted_entity(self) -> EntityId | None:
        """An entity with encrypted events, the chosen one before any other; ``None`` where there is none."""
        view = self._inspector.view
        is_chosen = view is not None and view.facts.is_sealed
        return self._selection.entity_id if is_chosen else self._encrypted
