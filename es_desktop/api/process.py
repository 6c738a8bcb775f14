"""The process behind the entities of one type: a directly-follows map, variants, and conformance to a pattern."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from es_desktop.app.runtime import places
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.text.json_objects import JsonObject
from es_desktop.system.counts import count_text

from .entity import Entity
from .rows import Rows, reading
from .values import Value

if TYPE_CHECKING:
    from es_desktop.app.process.broken_rules import RuleBreak
    from es_desktop.app.process.conformance import Conformance as FoundConformance
    from es_desktop.app.process.conformance import DeviationCount
    from es_desktop.app.process.counting import ProcessQuery
    from es_desktop.app.process.process import Process as FoundProcess
    from es_desktop.app.process.process_map import ProcessEdge, ProcessNode, ShownMap
    from es_desktop.app.process.selections import Part
    from es_desktop.app.process.variants import Variant
    from es_desktop.app.process.waiting import Waiting as FoundWaiting
    from es_desktop.app.process.waiting import WaitingBar
    from es_desktop.app.store.session import Session

    Found: TypeAlias = ProcessNode | ProcessEdge | Variant
    """A part of a process that has entities."""


@dataclass(frozen=True, slots=True, repr=False)
class Process(Value):
    """The process of an entity type: how its event types follow each other in all its entities."""

    found: FoundProcess
    at_least: int
    """Nodes and edges of fewer entities are hidden."""
    _session: Session

    @property
    def type(self) -> str:
        """The name of the entity type."""
        return self.found.query.entity_type

    @property
    def entities(self) -> int:
        """How many there are of the type."""
        return self.found.map.entities

    @property
    def events(self) -> int:
        """How many they have together."""
        return self.found.map.events

    @property
    def shown(self) -> ShownMap:
        """The map with what it hides: with that, its counts add up at each node."""
        return self.found.shown(self.at_least)

    @property
    def nodes(self) -> tuple[ProcessNode, ...]:
        """The event types of the map, the most frequent first."""
        return self.shown.nodes

    @property
    def edges(self) -> tuple[ProcessEdge, ...]:
        """What follows what directly, the most frequent first, with the time between them in seconds."""
        return self.shown.edges

    @property
    def breaks(self) -> Mapping[tuple[str, str], tuple[RuleBreak, ...]]:
        """The kept rules on the order of events that entities break, by the types before and after."""
        return self.found.broken

    @property
    def variants(self) -> Rows[Variant]:
        """The orders of event types that there are, the most frequent first."""
        from es_desktop.app.process.json_objects import variant_json

        found = self.found.variants

        def read() -> Iterator[Variant]:
            yield from (each for each in found.variants if each.entities >= self.at_least)

        return Rows(read, variant_json, f"variants of {self.type}")

    def with_at_least(self, entities: int) -> Process:
        """Return the same process, of which what fewer entities have is hidden."""
        return replace(self, at_least=entities)

    def conformance(self, pattern: str | Variant, *, progress: Progress = no_progress) -> Conformance:
        """Return how many entities fit ``Created > ItemAdded+ > Paid``, or a variant, and how the others first differ.

        ``A?`` is at most once, ``A*`` any number of times, ``A | B`` either, and ``...`` any events. Raises
        ``UserError`` for a pattern that cannot be understood, or a type that no event has.
        """
        from es_desktop.app.process.pattern import Pattern
        from es_desktop.app.process.process import index_of, pattern_of, read_conformance

        query = self.found.query
        expected = pattern_of(pattern, query) if not isinstance(pattern, str) else Pattern.parse(pattern)
        with reading(), index_of(self._session, places.indexes(), progress) as database:
            return Conformance(read_conformance(database, query, expected), query, self._session)

    def waiting(self, before: str, after: str, *, progress: Progress = no_progress) -> Waiting:
        """Return how long each entity takes from its first event of a type to the next one of another type.

        Raises ``UserError`` for a type that no event has.
        """
        from es_desktop.app.process.process import index_of, read_waiting

        with reading(), index_of(self._session, places.indexes(), progress) as database:
            return Waiting(read_waiting(database, self.found.query, before, after), self.found.query, self._session)

    def entities_with(self, part: Found, *, progress: Progress = no_progress) -> Rows[Entity]:
        """Return the entities that have a node, an edge or a variant of this process."""
        return _entities(self._session, self.found.query, _part_of(part), progress)

    def to_dict(self) -> JsonObject:
        from es_desktop.app.process.json_objects import map_json

        return map_json(self.shown, self.found.broken)

    def _repr_html_(self) -> str:
        from . import html
        from .process_svg import map_svg

        return map_svg(self.shown) or html.object_table(self.to_dict())

    def __repr__(self) -> str:
        counts = count_text(self.entities, "entity"), count_text(self.found.variants.count, "variant")
        return f"<process of {self.type}: {', '.join(counts)}>"


@dataclass(frozen=True, slots=True, repr=False)
class Conformance(Value):
    """How many entities fit a pattern, and how the others first differ."""

    found: FoundConformance
    _query: ProcessQuery
    _session: Session

    @property
    def pattern(self) -> str:
        """The pattern, as it can be typed."""
        return str(self.found.pattern)

    @property
    def entities(self) -> int:
        """How many there are of the type."""
        return self.found.entities

    @property
    def fitting(self) -> int:
        """How many fit."""
        return self.found.fitting

    @property
    def deviations(self) -> tuple[DeviationCount, ...]:
        """How the others first differ, the most frequent first."""
        return self.found.deviations

    def entities_with(self, part: DeviationCount | None, *, progress: Progress = no_progress) -> Rows[Entity]:
        """Return the entities that first differ so, or without a deviation those that fit."""
        from es_desktop.app.process.selections import OfDeviation

        deviation = None if part is None else part.deviation
        return _entities(self._session, self._query, OfDeviation(self.found.pattern, deviation), progress)

    def to_dict(self) -> JsonObject:
        from es_desktop.app.process.json_objects import conformance_json

        return conformance_json(self.found)

    def __repr__(self) -> str:
        return f"<{self.fitting} of {count_text(self.entities, 'entity')} fit {self.pattern}>"


@dataclass(frozen=True, slots=True, repr=False)
class Waiting(Value):
    """How long entities take from an event type to another one; times are seconds."""

    found: FoundWaiting
    _query: ProcessQuery
    _session: Session

    @property
    def entities(self) -> int:
        """How many have both events, with their times."""
        return self.found.entities

    @property
    def median(self) -> float | None:
        """``None`` if there are none."""
        return self.found.median

    @property
    def p90(self) -> float | None:
        """Nine of ten entities wait no longer."""
        return self.found.p90

    @property
    def bars(self) -> tuple[WaitingBar, ...]:
        """The histogram, from the shortest to the longest time."""
        return self.found.bars

    def entities_with(self, bar: WaitingBar, *, progress: Progress = no_progress) -> Rows[Entity]:
        """Return the entities of a bar."""
        from es_desktop.app.process.selections import OfWaiting

        part = OfWaiting(self.found.before, self.found.after, bar.least, bar.below)
        return _entities(self._session, self._query, part, progress)

    def to_dict(self) -> JsonObject:
        from es_desktop.app.process.json_objects import waiting_json

        return waiting_json(self.found)

    def __repr__(self) -> str:
        return f"<{count_text(self.entities, 'waiting time')} from {self.found.before} to {self.found.after}>"


def process_of(
    session: Session,
    entity_type: str,
    repeats: str,
    without: Collection[str],
    at_least: int,
    progress: Progress,
) -> Process:
    """Return the process of an entity type. Raises ``UserError`` for a type or a way to count that is not there."""
    from es_desktop.app.process.counting import ProcessQuery, Repeats
    from es_desktop.app.process.process import index_of, read_process

    from .rules import kept_rules

    if repeats not in [*Repeats]:
        raise UserError(f"there is no way to count repeats called {repeats}", f"There are: {', '.join(Repeats)}.")
    query = ProcessQuery(entity_type, Repeats(repeats), frozenset(without))
    with reading(), index_of(session, places.indexes(), progress) as database:
        return Process(read_process(database, query, rules=kept_rules(session)), at_least, session)


def _part_of(found: Found) -> Part:
    from es_desktop.app.process.process_map import ProcessEdge, ProcessNode
    from es_desktop.app.process.selections import OfEdge, OfType, OfVariant

    match found:
        case ProcessNode():
            return OfType(found.type)
        case ProcessEdge():
            return OfEdge(found.before, found.after)
    return OfVariant(found.key)


def _entities(session: Session, query: ProcessQuery, part: Part, progress: Progress) -> Rows[Entity]:
    from es_desktop.app.process.process import entities_with, index_of
    from es_desktop.app.search.lists import PAGE, facts_of

    def read() -> Iterator[Entity]:
        with index_of(session, places.indexes(), progress) as database:
            numbers = entities_with(database, query, part)
            for start in range(0, len(numbers), PAGE):
                for facts in facts_of(session, database, numbers[start : start + PAGE]):
                    yield Entity(session, facts)

    return Rows(read, Entity.to_dict, f"entities of type {query.entity_type}")
