"""Opening the store that is open once more: another part of it, or with a key for its encrypted records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from es_desktop.app.facts import EntityFacts
from es_desktop.app.session import Session
from es_desktop.core import EntityId

from .selection import Selection
from .store_opener import OpenRequest, StoreOpener


class Reopener:
    """Knows the open store and its entities, and asks for the same store with other options."""

    def __init__(self, stores: StoreOpener, selection: Selection) -> None:
        self._stores = stores
        self._selection = selection
        self._session: Session | None = None
        self._entities: Sequence[EntityFacts] = ()

    def follow(self, session: Session | None, entities: Sequence[EntityFacts] = ()) -> None:
        """Work on another store, or on none; or know its entities by now."""
        self._session, self._entities = session, entities

    def show_scope(self, scope: str | None) -> None:
        """Show one of the applications, tenants or partitions of the store, or all of them."""
        session = self._session
        if session is not None and scope != session.scope:
            self._stores.open(OpenRequest(session.place, replace(session.options, scope=scope)))

    def unlock(self, keys: tuple[bytes, ...]) -> None:
        """Use keys for the encrypted records; the entity and the version in view stay chosen."""
        session, chosen, sealed = self._session, self._selection.entity_id, self.sealed_entity
        if session is not None and sealed is not None:
            wanted = None if chosen is None else str(chosen)
            request = OpenRequest(session.place, session.options, wanted, self._selection.version)
            self._stores.unlock(session, sealed, keys, request)

    @property
    def sealed_entity(self) -> EntityId | None:
        """An entity with encrypted events, the chosen one before any other; ``None`` where there is none."""
        sealed = [each.id for each in self._entities if each.is_sealed]
        return self._selection.entity_id if self._selection.entity_id in sealed else next(iter(sealed), None)
