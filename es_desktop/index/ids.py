"""Sequence ids as an index stores them: 16 bytes for a UUID, text for any other id, as in our own stores."""

from __future__ import annotations

from uuid import UUID

from es_desktop.core import EntityId

from .source import RawId


def raw_id(entity_id: EntityId) -> RawId:
    """Return an entity id as an index stores it."""
    return entity_id.bytes if isinstance(entity_id, UUID) else entity_id


def id_of_raw(raw: RawId) -> EntityId:
    """Return the entity id that an index stores as ``raw``."""
    return UUID(bytes=raw) if isinstance(raw, bytes) else str(raw)


def raw_ids_of_text(text: str) -> list[RawId]:
    """Return the ids that a text can mean, as an index stores them: the text itself, and the UUID if it is one."""
    try:
        return [text, UUID(text).bytes]
    except ValueError:
        return [text]
