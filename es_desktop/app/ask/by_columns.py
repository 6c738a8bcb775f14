"""Answers from the columns of a state history, without folding: the same as those of the machines, and much sooner.

What the columns cannot say is left to folding:

- entities with an event that fails, a version that is missing or there twice, a state after a discard, a value that is
  too long to be stored, or for ``how long`` an event without a time: the meaning of these is more than a table says;
- conditions that read a whole state, such as ``len(previous)``: its attributes are not named;
- conditions for which more than 300,000 different values, or combinations of them, have to be tested one by one;
- conditions that fail at a value: folding says at which entity;
- ``how long`` in a store without times, for which there is nothing to add up;
- counts over time of ``how long``, which grows without events: columns would have to be asked for each day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.history.building import StateHistory
from es_desktop.app.search.state_scan import Without
from es_desktop.app.search.state_walk import facts_of_first
from es_desktop.history.clauses import TestedCondition
from es_desktop.history.database import HistoryDatabase
from es_desktop.history.questions import FoundRow, Key, LastStep, QuestionTables, ValueRow, VersionRow
from es_desktop.history.truths import TooMuch
from es_desktop.index.entities import entity_rows
from es_desktop.index.source import id_of_raw
from es_desktop.replay import ABSENT, Exactness
from es_desktop.replay.conditions import ConditionError

from .answers import Answer, Asked, ClauseAnswer, FoundVersion
from .column_tests import QuestionTests, read_attributes, read_value
from .question import AsOfClause, Clause, TimeWord

if TYPE_CHECKING:
    from es_desktop.app.search.store_index import StoreIndex

_PAGE: Final = 500
"""Answers that are made at once."""


class ColumnAnswers:
    """Answers questions from a state history that is whole. For one thread at a time."""

    def __init__(self, database: HistoryDatabase, index: StoreIndex) -> None:
        self._database = database
        self._index = index

    @contextmanager
    def asked(
        self,
        asked: Asked,
        types: frozenset[str] | None,
        among: Collection[int] | None = None,
        *,
        times: Sequence[float] | None = None,
        lists_versions: bool = False,
    ) -> Iterator[Found | None]:
        """Return what is found, to be read in the block; ``None`` for a question that has to be folded.

        It is about the entities of some ``types``, ``among`` some numbers. With ``times``, ascending, those are found
        for which the question holds as of any of them; ``lists_versions`` is for ``Found.versions``.
        """
        with self._database.cursor() as cursor:
            tables = QuestionTables(cursor)
            tests = QuestionTests(tables, asked, self._index.session.classes)
            needs_times = any(each.word is TimeWord.HOW_LONG for each in asked.question.clauses)
            try:
                attributes = read_attributes(asked)
                odd = tables.choose(attributes, types, asked.as_of, among=among, needs_times=needs_times)
                made = tests.clauses() if times is None else tests.timelines()
                has, tested = tests.tests_of_paths(), tests.versions() if lists_versions else None
            except (TooMuch, ConditionError):
                yield None
                return
            if times is None:
                tables.find(made)
            else:
                tables.find_over_time(made, times)
            yield Found(tables, self._index, asked, odd, has, tables.count(), tested)


@contextmanager
def kept_columns(index: StoreIndex | None) -> Iterator[ColumnAnswers | None]:
    """Return what answers from the state history that is kept beside an index; ``None`` without a current one."""
    history = None if index is None else StateHistory.beside(index)
    if index is None or history is None or not history.is_current:
        yield None
        return
    with closing(history.open()) as database:
        yield ColumnAnswers(database, index)


# What is found ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """The entities for which a question holds, as far as columns know."""

    tables: QuestionTables
    index: StoreIndex
    asked: Asked
    odd: Sequence[int]
    """The numbers of the entities that have to be folded."""
    tests: Mapping[str, str]
    """Tables of the values that have what a path of the question leads to, by the path."""
    entities: int
    """How many entities columns answer for."""
    tested: TestedCondition | None = None
    """Where the versions that are listed are true."""

    @property
    def event_types(self) -> list[str]:
        """The types of all events."""
        return self.tables.event_types()

    def without(self) -> Without:
        """Return which entities have never what the question names, and are not found."""
        if not self.tests:
            return Without()
        paths = list(self.tests)
        rows = self.tables.lacking(list(self.tests.values()), self.asked.as_of)
        counts = {name: count for name, count, _, _ in rows if count}
        whole = frozenset(name for name, *_, count in rows if count)
        unknown = [] if whole else [path for path, test in self.tests.items() if not self.tables.is_true_anywhere(test)]
        first = min((number for _, count, number, _ in rows if count), default=0)
        return Without((unknown or paths[first:])[0] if counts else "", counts, whole)

    def pages(self) -> Iterator[list[Answer]]:
        """Yield the answers of the others, in the order of their numbers in the index, many at once."""
        for rows in self.tables.pages(_PAGE):
            yield list(self._page(rows))

    def _page(self, rows: Sequence[FoundRow]) -> Iterator[Answer]:
        asked, tables = self.asked, self.tables
        numbers = [row.entity for row in rows]
        ends = tables.last_steps(numbers, None)
        counted = tables.last_steps(numbers, asked.as_of) if asked.as_of is not None else ends
        latest = {until: tables.last_steps(numbers, until) for until in {*map(self._until, asked.question.clauses)}}
        witnesses = {row.entity: list(self._witnesses(row, latest)) for row in rows}
        leading = {number: self._leading(found) for number, found in witnesses.items()}
        versions = {each: counted[each].version if leading[each] is None else leading[each] for each in numbers}
        keys = {(each, version) for each, version in versions.items() if version is not None}
        keys |= {(each, counted[each].version) for each in numbers}
        keys |= {(each, version) for each, found in witnesses.items() for version in found if version is not None}
        steps = tables.steps(keys)
        times = {key: time for key, (time, _) in steps.items()}
        there = {key for key, (_, is_there) in steps.items() if is_there}
        at = self._states({each: at for each, at in versions.items() if at is not None and (each, at) in there})
        last = {each: counted[each].version for each in numbers}
        now = self._states({each: version for each, version in last.items() if (each, version) in there})
        entities = self._facts(numbers, ends)
        for number, found in zip(numbers, rows, strict=True):
            if number not in entities:
                continue
            parts = zip(asked.question.clauses, witnesses[number], found.found, strict=True)
            clauses = tuple(
                _clause_answer(each, number, witness, times, amount) for each, witness, (_, amount) in parts
            )
            version = versions[number]
            assert version is not None, "it has a last version"
            yield Answer(
                entities[number],
                version,
                times[number, version],
                Exactness(counted[number].exactness),
                clauses,
                asked.values(at.get(number)),
                asked.values(now.get(number)),
            )

    def _facts(self, numbers: Sequence[int], ends: Mapping[int, LastStep]) -> dict[int, EntityFacts]:
        """Return the facts of some entities; those are left out that the file has no more, as the index soon knows."""
        rows = entity_rows(self.index.database, numbers)
        ids = [(id_of_raw(row.id), row.first) for row in rows]
        firsts = self.index.session.events_at(ids)
        found: dict[int, EntityFacts] = {}
        for number, row, (entity_id, _), first in zip(numbers, rows, ids, firsts, strict=True):
            if first is not None:
                end = ends[number]
                found[number] = replace(
                    facts_of_first(entity_id, first),
                    version=end.version,
                    events=row.events,
                    modified=end.time,
                    discarded=end.type == "Discarded",
                )
        return found

    def _until(self, clause: Clause) -> float | None:
        times = (self.asked.as_of, clause.time if isinstance(clause, AsOfClause) else None)
        return min((each for each in times if each is not None), default=None)

    def _witnesses(self, row: FoundRow, latest: dict[float | None, dict[int, LastStep]]) -> Iterator[int | None]:
        for clause, (witness, _) in zip(self.asked.question.clauses, row.found, strict=True):
            is_latest = clause.word in (TimeWord.NOW, TimeWord.AS_OF)
            yield latest[self._until(clause)][row.entity].version if is_latest else witness

    def _leading(self, witnesses: Sequence[int | None]) -> int | None:
        pairs = list(zip(self.asked.question.clauses, witnesses, strict=True))
        firsts = [witness for clause, witness in pairs if clause.word is TimeWord.FIRST and witness is not None]
        return next(iter([*firsts, *(witness for witness in witnesses if witness is not None)]), None)

    def _states(self, versions: dict[int, int]) -> dict[int, dict[str, Any]]:
        classes = self.index.session.classes
        found = self.tables.values(versions, self._shown)
        states = {
            entity: {name: read_value(*each, classes) for name, each in state.items()}
            for entity, state in found.items()
        }
        return {entity: _without_absent(state) for entity, state in states.items()}

    @property
    def _shown(self) -> set[str]:
        """The attributes that the columns of the answers read."""
        return {str(parts[0]) for parts in self.asked.paths.values() if parts}

    # Versions, and times --------------------------------------------------------------------------------------------

    def version_pages(self) -> Iterator[tuple[int, list[FoundVersion]]]:
        """Yield the versions of many entities at once, by their numbers, with how many entities these are."""
        assert self.tested is not None, "it was asked for versions"
        for rows in self.tables.pages(_PAGE):
            numbers = [row.entity for row in rows]
            span = numbers[0], numbers[-1]
            facts = self._facts(numbers, self.tables.last_steps(numbers, None))
            versions = self.tables.versions(self.tested, *span)
            changed = self.tables.changed_values(self._shown, *span)
            yield len(facts), list(self._versions(versions, changed, facts))

    def _versions(
        self, versions: Sequence[VersionRow], changed: Sequence[ValueRow], facts: Mapping[int, EntityFacts]
    ) -> Iterator[FoundVersion]:
        classes = self.index.session.classes
        states: defaultdict[int, dict[str, Any]] = defaultdict(dict)
        coming = iter(changed)
        change = next(coming, None)
        for row in versions:
            while change is not None and (change.entity, change.version) <= (row.entity, row.version):
                states[change.entity][change.attribute] = read_value(change.kind, change.text, classes)
                change = next(coming, None)
            if row.entity in facts:
                values = self.asked.values(_without_absent(states[row.entity]))
                exactness = Exactness(row.exactness)
                yield FoundVersion(facts[row.entity], row.version, row.type, row.time, exactness, values)

    def entity_pages(self) -> Iterator[list[EntityFacts]]:
        """Yield the entities that are found, in the order of their numbers, many at once."""
        for rows in self.tables.pages(_PAGE):
            numbers = [row.entity for row in rows]
            yield list(self._facts(numbers, self.tables.last_steps(numbers, None)).values())


def _without_absent(state: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if value is not ABSENT}


def _clause_answer(
    clause: Clause, number: int, witness: int | None, times: dict[Key, float | None], amount: float | None
) -> ClauseAnswer:
    time = None if witness is None else times[number, witness]
    seconds = amount if clause.word is TimeWord.HOW_LONG else None
    count = int(amount) if clause.word is TimeWord.HOW_OFTEN and amount is not None else None
    return ClauseAnswer(witness, time, seconds, count)
