"""Answers from the columns of a state history, without folding: the same as those of the machines, and much sooner.

What the columns cannot say is left to folding: single entities, such as those with an event that fails, or a question
that reads several attributes in one comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.history.building import StateHistory
from es_desktop.app.search.state_scan import Without
from es_desktop.app.search.state_walk import facts_of_first
from es_desktop.core import KnownClasses, values
from es_desktop.history import clauses as sql
from es_desktop.history.database import HistoryDatabase
from es_desktop.history.questions import FoundRow, Key, LastStep, QuestionTables
from es_desktop.history.segment import ValueKind
from es_desktop.history.truths import TooMuch
from es_desktop.index.entities import entity_rows
from es_desktop.index.source import id_of_raw
from es_desktop.replay import ABSENT, Exactness, PlainTree, Step
from es_desktop.replay.chain import Moment
from es_desktop.replay.conditions import Condition, ConditionError
from es_desktop.replay.conditions.parts import Part, Test, parts_of, tests_in
from es_desktop.replay.diff import parse_path, value_of

from .answers import Answer, Asked, ClauseAnswer
from .machines import deciding_count
from .question import (
    AmountClause,
    AsOfClause,
    BeforeClause,
    ChangedClause,
    Clause,
    Comparison,
    EventNamed,
    Literal,
    Operand,
    StateClause,
    TimeWord,
    asks_events_only,
)

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
    def asked(self, asked: Asked, types: frozenset[str] | None) -> Iterator[Found | None]:
        """Return what is found, to be read in the block; ``None`` for a question that has to be folded."""
        with self._database.cursor() as cursor:
            tables = QuestionTables(cursor)
            maker = _Maker(tables, asked, self._index.session.classes)
            try:
                made, has = maker.clauses(), maker.tests_of_paths()
            except (TooMuch, ConditionError):
                yield None
                return
            paths = [*asked.question.paths, *asked.paths]
            attributes = {str(parts[0]) for parts in map(parse_path, paths) if parts}
            needs_times = any(each.word is TimeWord.HOW_LONG for each in asked.question.clauses)
            odd = tables.choose(attributes, types, asked.as_of, needs_times=needs_times)
            tables.find(made)
            yield Found(tables, self._index, asked, odd, has, tables.count(types))


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
        index_rows = entity_rows(self.index.database, numbers)
        ids = [(id_of_raw(row.id), row.first) for row in index_rows]
        for number, row, (entity_id, _), first, found in zip(
            numbers, index_rows, ids, self.index.session.events_at(ids), rows, strict=True
        ):
            if first is None:
                continue  # the file has changed; the index will know that soon
            end = ends[number]
            facts = replace(
                facts_of_first(entity_id, first),
                version=end.version,
                events=row.events,
                modified=end.time,
                discarded=end.type == "Discarded",
            )
            parts = zip(asked.question.clauses, witnesses[number], found.found, strict=True)
            clauses = tuple(
                _clause_answer(each, number, witness, times, amount) for each, witness, (_, amount) in parts
            )
            version = versions[number]
            assert version is not None, "it has a last version"
            yield Answer(
                facts,
                version,
                times[number, version],
                Exactness(counted[number].exactness),
                clauses,
                asked.values(at.get(number)),
                asked.values(now.get(number)),
            )

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
        attributes = {str(parts[0]) for parts in self.asked.paths.values() if parts}
        classes = self.index.session.classes
        found = self.tables.values(versions, attributes)
        return {
            entity: {
                name: _read(kind, text, classes) for name, (kind, text) in state.items() if kind != ValueKind.ABSENT
            }
            for entity, state in found.items()
        }


def _clause_answer(
    clause: Clause, number: int, witness: int | None, times: dict[Key, float | None], amount: float | None
) -> ClauseAnswer:
    time = None if witness is None else times[number, witness]
    seconds = amount if clause.word is TimeWord.HOW_LONG else None
    count = int(amount) if clause.word is TimeWord.HOW_OFTEN and amount is not None else None
    return ClauseAnswer(witness, time, seconds, count)


def _read(kind: int, text: str | None, classes: KnownClasses) -> Any:
    return None if text is None else values.loads(text, classes)


# What is asked ------------------------------------------------------------------------------------------------------


class _Maker:
    """Makes the SQL of the clauses of a question. Raises ``TooMuch`` for one that columns cannot answer."""

    def __init__(self, tables: QuestionTables, asked: Asked, classes: KnownClasses) -> None:
        self._tables = tables
        self._asked = asked
        self._classes = classes

    def clauses(self) -> list[str]:
        return [self._clause(each) for each in self._asked.question.clauses]

    def tests_of_paths(self) -> dict[str, str]:
        """Return tables of the values that have what each path of the question leads to."""
        parsed = {path: parse_path(path) for path in self._asked.question.paths}
        return {path: self._table(str(parts[0]), partial(_has, parts)) for path, parts in parsed.items() if parts}

    def _clause(self, clause: Clause) -> str:
        as_of = self._asked.as_of
        match clause:
            case StateClause(word=TimeWord.NOW, condition=condition):
                return sql.latest(self._on_state(condition, as_of))
            case StateClause(word=TimeWord.ALWAYS, condition=condition):
                return sql.always(self._on_state(condition, as_of))
            case StateClause(word=TimeWord.NEVER, condition=condition):
                return sql.never(self._tested(condition, as_of))
            case StateClause(condition=condition):
                return sql.ever(self._tested(condition, as_of))
            case AsOfClause(condition=condition, time=time):
                return sql.latest(self._on_state(condition, time if as_of is None else min(time, as_of)))
            case ChangedClause():
                return self._changed(clause)
            case AmountClause(word=TimeWord.HOW_LONG, condition=condition, comparison=comparison):
                end = self._asked.until()
                if end is None:
                    raise TooMuch
                return sql.how_long(self._on_state(condition, as_of), end, _compared(comparison))
            case AmountClause(condition=condition, comparison=comparison):
                return sql.how_often(self._tested(condition, as_of), deciding_count(comparison), _compared(comparison))
            case BeforeClause(first=first, second=second):
                return sql.before(self._operand(first), self._operand(second))
        raise TooMuch

    def _operand(self, operand: Operand) -> sql.Tested:
        if isinstance(operand, EventNamed):
            types = filter(operand.is_of, self._tables.event_types())
            return sql.TestedEvents(tuple(types), self._asked.as_of)
        return self._tested(operand, self._asked.as_of)

    def _tested(self, condition: Condition, until: float | None) -> sql.Tested:
        if not asks_events_only(condition):
            return self._on_state(condition, until)
        if "version" in condition.expression:
            raise TooMuch
        value = condition.run()
        types = [each for each in self._tables.event_types() if value(Moment(0, Step(0, each, None), None, {}))]
        return sql.TestedEvents(tuple(types), until)

    def _on_state(self, condition: Condition, until: float | None) -> sql.TestedCondition:
        if condition.uses_step or condition.uses_previous:
            raise TooMuch
        parts = parts_of(condition)
        tests = tuple(map(self._test, tests_in(parts)))
        return sql.TestedCondition(tests, _expression(parts, iter(range(len(tests)))), until)

    def _test(self, test: Test) -> sql.TestedAttribute:
        condition = test.condition
        if len(condition.attributes) > 1:
            raise TooMuch
        default = _is_true(condition, {})
        if not condition.attributes:
            return sql.TestedAttribute("", "", default)
        (attribute,) = condition.attributes
        number = None if test.number is None else (test.number.operator, test.number.number)
        return sql.TestedAttribute(attribute, self._table(attribute, partial(_is_true, condition), number), default)

    def _table(self, attribute: str, test: Callable[[PlainTree], bool], number: tuple[str, float] | None = None) -> str:
        """Test states that have no other attribute."""

        def is_true(found: Sequence[tuple[int, str | None]]) -> Iterator[bool]:
            for kind, text in found:
                has_value = kind not in (ValueKind.ABSENT, ValueKind.OMITTED)
                yield test({attribute: _read(kind, text, self._classes)} if has_value else {})

        return self._tables.truths.add(attribute, is_true, number)

    def _changed(self, clause: ChangedClause) -> str:
        (attribute, *inner) = parse_path(clause.path)
        if inner:
            raise TooMuch
        name = str(attribute)
        was, then = (self._equal(name, clause.path, each) for each in (clause.before, clause.after))
        return sql.changed(name, was, then, self._asked.as_of)

    def _equal(self, attribute: str, path: str, value: Literal | None) -> sql.TestedAttribute | None:
        if value is None:
            return None
        condition = Condition(f"value({path!r}) == {value.text}")
        return sql.TestedAttribute(
            attribute, self._table(attribute, partial(_is_true, condition)), _is_true(condition, {})
        )


def _has(parts: tuple[str | int, ...], state: PlainTree) -> bool:
    return value_of(state, parts) is not ABSENT


def _is_true(condition: Condition, state: PlainTree) -> bool:
    return bool(condition.run()(Moment(0, None, None, state)))


def _expression(part: Part, numbers: Iterator[int]) -> sql.Expression:
    if isinstance(part, Test):
        return next(numbers)
    return part.word, tuple(_expression(each, numbers) for each in part.parts)


def _compared(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    operator = {"==": "=", "!=": "<>"}.get(comparison.operator, comparison.operator)
    return f"amount {operator} {float(comparison.amount)!r}"
