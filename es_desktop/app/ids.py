"""Entity ids as a person sees and types them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from es_desktop.core import EntityId

from .errors import UserError


def short_id(entity_id: EntityId) -> str:
    """Return the beginning of an id, enough to tell entities apart at a glance."""
    return str(entity_id)[:8]


def matching_id(text: str, ids: Iterable[EntityId]) -> EntityId:
    """Return the one id that a text names: whole or its beginning, a UUID with or without dashes.

    Raises ``UserError`` where there is none, or more than one.
    """
    exact = _as_uuid(text)
    wanted = _folded(text)
    found = []
    for each in ids:
        if each in (exact, text):
            return each
        if wanted and _folded(str(each)).startswith(wanted):
            found.append(each)
    if not found:
        raise UserError(f"no entity has an id that begins with {text!r}", "List them with: es-desktop entities STORE")
    if len(found) > 1:
        raise UserError(f"{len(found)} entities have an id that begins with {text!r}", "Give more of it.")
    return found[0]


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _folded(text: str) -> str:
    return text.replace("-", "").lower()
