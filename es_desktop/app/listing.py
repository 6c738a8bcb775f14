"""Filtering and sorting a list of entities."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from .facts import EntityFacts


@dataclass(frozen=True, slots=True)
class EntityQuery:
    """What a person wants to see of the entities, and in what order."""

    text: str = ""
    """Words that each have to stand in the type or the id."""
    sort_by: str = "modified"
    descending: bool = True
    only: frozenset[str] | None = None
    """The ids, as text, of the entities to choose from; ``None`` for all."""


def listed(entities: Iterable[EntityFacts], query: EntityQuery) -> list[EntityFacts]:
    """Return the entities that a query asks for, in its order; those without a value come last."""
    words = query.text.casefold().split()
    only = query.only
    chosen = entities if only is None else [each for each in entities if str(each.id) in only]
    found = [each for each in chosen if all(word in _searched(each) for word in words)]
    key = _KEYS[query.sort_by]
    known = [each for each in found if key(each) is not None]
    known.sort(key=key, reverse=query.descending)
    return known + [each for each in found if key(each) is None]


def _searched(entity: EntityFacts) -> str:
    folded_id = str(entity.id).casefold()
    state = "discarded" if entity.discarded else ""
    return f"{entity.type.casefold()} {folded_id} {folded_id.replace('-', '')} {state}"


_KEYS: Final[dict[str, Callable[[EntityFacts], Any]]] = {
    "type": lambda each: each.type.casefold(),
    "id": lambda each: str(each.id),
    "version": lambda each: each.version,
    "events": lambda each: each.events,
    "snapshots": lambda each: each.snapshots,
    "created": lambda each: each.created,
    "modified": lambda each: each.modified,
}
