"""What the version in view is compared with: a fixed version, or one that moves with it."""

from __future__ import annotations

from dataclasses import dataclass

from es_desktop.app.compare.compare import Side
from es_desktop.app.entity.view import EntityView
from es_desktop.app.store.session import Session
from es_desktop.core import EntityId


@dataclass(frozen=True, slots=True)
class Anchor:
    """An entity of a store at a version; without an entity, the one in view at its version before."""

    session: Session | None = None
    entity_id: EntityId | None = None
    version: int | None = None
    """``None``: whichever version is in view."""

    def note(self, there: Side, here: Side) -> str:
        """Return how it moves when another version comes into view; empty where it stays.

        ``there`` is what it stands for now, and ``here`` the side in view.
        """
        if self.version is not None:
            return ""
        if self.entity_id is None:
            return "version before"
        if there.version == here.version:
            return "same version"
        return "its last" if there.version == there.view.facts.version else "nearest before"

    def version_beside(self, version: int) -> int:
        """Return the version to compare a version in view with. The entity may have its nearest one before it."""
        if self.version is not None:
            return self.version
        return version - 1 if self.entity_id is None else version

    def view_beside(self, view: EntityView, session: Session | None, known: EntityView | None) -> EntityView:
        """Return its entity, beside the one in view of an open store; reads it where it is not ``known`` already.

        Raises ``UserError`` where it is not in its store.
        """
        if self.session is None or self.entity_id is None:
            return view
        if self.session is session and self.entity_id == view.facts.id:
            return view
        return known or EntityView(self.session, self.entity_id)

    def store_beside(self, session: Session | None) -> str:
        """Return the short name of its store, where that is not the open one."""
        return "" if self.session in (None, session) else self.session.short_name

    def is_of_same_entity(self, other: Anchor | None) -> bool:
        """Tell whether the other one is another version of the same entity."""
        return other is not None and (self.session, self.entity_id) == (other.session, other.entity_id)
