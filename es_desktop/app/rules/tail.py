"""Watches kept rules in the live tail: only entities with new events are checked, and only new versions count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from es_desktop.core import EntityId
from es_desktop.replay import Checkpoint
from es_desktop.replay.histories import chain_history

from .check import check_history, rules_by_type, why_unusable
from .rule import Rule, RuleException

if TYPE_CHECKING:
    from es_desktop.app.store.reader import Reading


def new_exceptions(
    reading: Reading, rules: Sequence[Rule], first_new: Mapping[EntityId, int], checkpoint: Checkpoint = lambda: None
) -> Iterator[tuple[Rule, RuleException]]:
    """Yield the rules that new events break, each with the entity and the version.

    ``first_new`` has the version of the first new event of each entity. What broke one before it is not new. Rules on
    what is unique are of the whole store, and not checked here. Raises ``UserError`` for an entity that is gone.
    """
    by_type = rules_by_type(rule for rule in rules if not rule.path and not why_unusable(rule))
    for entity_id, version in first_new.items():
        checkpoint()
        entity = reading.entity(entity_id)
        known = by_type.get(entity.type, ())
        if not known:
            continue
        steps = chain_history(reading.chain(entity, reading.outline(entity_id).versions), checkpoint)
        for at, found in check_history(entity_id, steps, known).exceptions:
            if found.version >= version:
                yield known[at], found
