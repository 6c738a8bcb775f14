"""What is asked of the process behind a store: its map and variants, conformance, and the entities of a part of it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from es_desktop.app.rules.rule import Rule
from es_desktop.app.runtime.errors import Progress, UserError
from es_desktop.app.search.known_names import require_known
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.index import IndexDatabase
from es_desktop.index.sequences import event_type_names
from es_desktop.index.totals import totals
from es_desktop.system.counts import format_number

from .broken_rules import BreakCounter, Edge, RuleBreak, broken_by
from .conformance import Conformance, ConformanceCounter
from .counting import Checkpoint, ProcessQuery, Repeats, count_events, no_checkpoint
from .pattern import Pattern
from .process_map import MapCounter, ProcessMap, ShownMap
from .selections import EntityFinder, OfDeviation, OfWaiting, Part
from .variants import MOST_TYPES, Variant, VariantCounter, VariantKey, Variants
from .waiting import Waiting, WaitingCounter

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

MOST_VARIANTS: Final = 1_000
"""Variants that are returned unless a caller asks for more."""


@dataclass(frozen=True, slots=True)
class Process:
    """The map and the variants of an entity type."""

    query: ProcessQuery
    map: ProcessMap
    variants: Variants
    broken: Mapping[Edge, tuple[RuleBreak, ...]] = field(default_factory=dict)
    """The rules that are broken at each edge, those of the most entities first."""

    def broken_variants(self) -> dict[VariantKey, Rule]:
        """Return the variants whose order of event types breaks a rule, each with the first such rule."""
        rules = list(dict.fromkeys(each.rule for broken in self.broken.values() for each in broken))
        found = {each.key: broken_by(each.types, rules) for each in self.variants.variants} if rules else {}
        return {key: rule for key, rule in found.items() if rule is not None}

    def shown(self, at_least: int = 1) -> ShownMap:
        """Return the part of the map that at least so many entities have, and every edge at which a rule is broken."""
        return self.map.shown(at_least, self.broken.keys())


@contextmanager
def index_of(session: Session, folder: Path, progress: Progress) -> Iterator[IndexDatabase]:
    """Yield the index of a store, brought up to date; ``folder`` holds those of large stores."""
    with closing(StoreIndex(session, folder)) as index:
        index.update(progress)
        yield index.database


def read_process(
    database: IndexDatabase,
    query: ProcessQuery,
    *,
    most_variants: int = MOST_VARIANTS,
    rules: Iterable[Rule] = (),
    checkpoint: Checkpoint = no_checkpoint,
) -> Process:
    """Return the map and the variants of an entity type, from one reading of its events in the index.

    Of ``rules``, those of the type on the order of events are checked. ``checkpoint`` may raise to stop. Raises
    ``UserError`` if there is no such type, and ``DatastoreError``.
    """
    _require_types(database, query)
    names, name = event_type_names(database), query.entity_type
    mapped, variants = MapCounter(query.repeats), VariantCounter(query.repeats)
    breaks = BreakCounter((each for each in rules if each.entity_type == name), query.repeats, names)
    count_events(database, query, (mapped, variants, breaks), checkpoint)
    found = mapped.result(name, names), variants.result(name, names, most_variants)
    return Process(query, *found, breaks.result())


def read_conformance(
    database: IndexDatabase, query: ProcessQuery, pattern: Pattern, checkpoint: Checkpoint = no_checkpoint
) -> Conformance:
    """Return how many entities of a type fit a pattern, and how the others first differ. Raises as ``read_process``.

    Immediate repeats count, because a pattern says where they may be.
    """
    query = _counting_repeats(query)
    _require_types(database, query)
    names = event_type_names(database)
    require_known(sorted(pattern.types), names.values(), "event type")
    counter = ConformanceCounter(pattern, query.repeats, names)
    count_events(database, query, (counter,), checkpoint)
    return counter.result(query.entity_type)


def pattern_of(variant: Variant, query: ProcessQuery) -> Pattern:
    """Return the pattern that only the entities of a variant fit. Raises ``UserError`` if it is too long."""
    if variant.length > len(variant.types):
        text = f"the variant has {format_number(variant.length)} event types, and a pattern at most {MOST_TYPES}"
        raise UserError(text, "Choose a shorter one, or leave event types out.")
    return Pattern.of_types(variant.types, repeated=query.repeats is Repeats.COLLAPSED)


def read_waiting(
    database: IndexDatabase, query: ProcessQuery, before: str, after: str, checkpoint: Checkpoint = no_checkpoint
) -> Waiting:
    """Return how long the entities of a type take from an event type to another one. Raises as ``read_process``.

    How repeats are counted has no part in it: it is the first event of the one type, and the next of the other.
    """
    _require_types(database, query)
    names = event_type_names(database)
    require_known((before, after), names.values(), "event type")
    counter = WaitingCounter(before, after, names)
    count_events(database, query, (counter,), checkpoint)
    return counter.result()


def entities_with(
    database: IndexDatabase, query: ProcessQuery, part: Part, checkpoint: Checkpoint = no_checkpoint
) -> array[int]:
    """Return the numbers in the index of the entities that have a part of the process, ascending."""
    if isinstance(part, OfDeviation):
        query = _counting_repeats(query)
    names = event_type_names(database)
    if isinstance(part, OfWaiting):
        waiting = WaitingCounter(part.before, part.after, names)
        count_events(database, query, (waiting,), checkpoint)
        return waiting.numbers_between(part.least, part.below)
    finder = EntityFinder(part, query.repeats, names)
    count_events(database, query, (finder,), checkpoint)
    return array("I", sorted(finder.numbers))


def _counting_repeats(query: ProcessQuery) -> ProcessQuery:
    return replace(query, repeats=Repeats.EACH) if query.repeats is Repeats.COLLAPSED else query


def _require_types(database: IndexDatabase, query: ProcessQuery) -> None:
    found = totals(database)
    if not found.entities:
        raise UserError("the store has no entities, so there is no process")
    require_known((query.entity_type,), found.entity_types, "entity type")
    require_known(sorted(query.without), found.event_types, "event type")
