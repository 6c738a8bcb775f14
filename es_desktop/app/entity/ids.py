"""Entity ids as a person sees and types them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from itertools import pairwise, takewhile
from operator import eq
from typing import Final
from uuid import UUID

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.plain import character_start
from es_desktop.app.text.values import format_value
from es_desktop.core import EntityId
from es_desktop.system.text_match import folded

_SHORT: Final = 8
_WIDEST: Final = _SHORT + 1
"""The letters of the longest form that is not the whole id."""
_UUID_INSIDE: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}", re.IGNORECASE)


def short_id(entity_id: EntityId) -> str:
    """Return a short form of an id: the start of a UUID, the end of a text."""
    if isinstance(entity_id, UUID):
        return str(entity_id)[:_SHORT]
    text = _text(entity_id)
    inside = _UUID_INSIDE.search(text)
    if inside is not None:
        return inside.group()[:_SHORT]
    return text if len(text) <= _SHORT + 4 else f"…{text[character_start(text, len(text) - _SHORT) :]}"


def short_ids(ids: Iterable[EntityId]) -> dict[EntityId, str]:
    """Return the short forms of some ids; of those that would look alike, a part with the first difference."""
    alike: dict[str, list[EntityId]] = {}
    found = {each: short_id(each) for each in ids}
    for each, short in found.items():
        alike.setdefault(short, []).append(each)
    for group in alike.values():
        ordered = sorted(group, key=_text) if len(group) > 1 else []
        texts = [_text(each) for each in ordered]
        same = [_first_difference(*pair) for pair in pairwise(texts)]
        for each, text, at in zip(ordered, texts, map(max, [0, *same], [*same, 0]), strict=False):
            start = character_start(text, min(at - _SHORT + 2, len(text) - _SHORT))
            found[each] = text[: at + 1] if at < _WIDEST else f"…{text[start : start + _SHORT]}"
    return found


def _first_difference(one: str, other: str) -> int:
    return sum(takewhile(bool, map(eq, one, other)))


def matching_id(text: str, ids: Iterable[EntityId]) -> EntityId:
    """Return the id that a text names: the whole id or its start, a UUID with or without dashes.

    Raises ``UserError`` if there is none, or more than one.
    """
    exact, wanted = _as_uuid(text), _folded(text)
    found = []
    for each in ids:
        if isinstance(each, UUID | str) and each in (exact, text):
            return each
        if wanted and _folded(_text(each)).startswith(wanted):
            found.append(each)
    if not found:
        raise UserError(f"no entity has an id that begins with {text!r}", "List them with: es-desktop entities STORE")
    if len(found) > 1:
        raise UserError(f"{len(found)} entities have an id that begins with {text!r}", "Give more of it.")
    return found[0]


def matching_exact_id(text: str, ids: Container[EntityId]) -> EntityId | None:
    """Return the one of some ids whose ``str`` is a text; ``None`` if there is none."""
    return next((each for each in reversed(ids_from_text(text)) if each in ids), None)


def ids_from_text(text: str) -> list[EntityId]:
    """Return the ids that a text may stand for: the UUID if it is one, and the text itself."""
    return [each for each in (_as_uuid(text), text) if each is not None]


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _text(entity_id: object) -> str:
    """Return an id as text, also one of a damaged record, which may be of any type."""
    if isinstance(entity_id, bytes):
        return entity_id.hex()
    return entity_id if isinstance(entity_id, str) else format_value(entity_id)


def _folded(text: str) -> str:
    return folded(text).replace("-", "")
