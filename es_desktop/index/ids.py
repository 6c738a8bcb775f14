"""Sequence ids as an index keeps them: sixteen bytes for a UUID, text for anything else, as our own stores do."""

from __future__ import annotations

from uuid import UUID

from es_desktop.core import EntityId

from .source import RawId


def raw_id(entity_id: EntityId) -> RawId:
    """Return an id as an index keeps it."""
    return entity_id.bytes if isinstance(entity_id, UUID) else entity_id


def id_of_raw(raw: RawId) -> EntityId:
    """Return the id that an index keeps like this."""
    return UUID(bytes=raw) if isinstance(raw, bytes) else str(raw)


def raw_ids_written(text: str) -> list[RawId]:
    """Return the ids that are written like this, as they are kept: the text itself, and the UUID that it may be."""
    try:
        return [text, UUID(text).bytes]
    except ValueError:
        return [text]
