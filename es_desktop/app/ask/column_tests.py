"""What a question asks, as the columns of a state history answer it: its tests, and the SQL of its clauses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from es_desktop.core import KnownClasses, values
from es_desktop.history import clauses as sql
from es_desktop.history import timelines
from es_desktop.history.combined import CombinedTest, Read, ReadWhat, Versions
from es_desktop.history.comparing import NumberComparison
from es_desktop.history.questions import QuestionTables
from es_desktop.history.segment import ValueKind
from es_desktop.history.truths import TooMuch
from es_desktop.replay import ABSENT, PlainTree, Step
from es_desktop.replay.chain import Moment
from es_desktop.replay.conditions import Condition
from es_desktop.replay.conditions.parts import Part, Test, comparison_in, parts_of, tests_in
from es_desktop.replay.conditions.reads import Reads, reads_of
from es_desktop.replay.diff import parse_path, value_of

from .answers import Asked, conditions_of_versions
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
    counts_each,
)


def read_value(kind: int, text: str | None, classes: KnownClasses) -> Any:
    """Return a value as it is in a state; ``ABSENT`` where there is none."""
    if kind in (ValueKind.ABSENT, ValueKind.OMITTED):
        return ABSENT
    return None if text is None else values.loads(text, classes)


def read_attributes(asked: Asked) -> frozenset[str]:
    """Return the attributes whose values a question needs. Raises ``TooMuch`` where that is not known."""
    found = {str(parts[0]) for parts in map(parse_path, [*asked.question.paths, *asked.paths]) if parts}
    for condition in asked.question.conditions:
        reads = _reads(condition)
        found |= {*reads.after, *reads.before}
    return frozenset(found)


class QuestionTests:
    """Makes the SQL of the clauses of a question. Raises ``TooMuch`` for what columns cannot answer.

    Values that are tested are read from the tables; the entities must have been chosen.
    """

    def __init__(self, tables: QuestionTables, asked: Asked, classes: KnownClasses) -> None:
        self._tables = tables
        self._asked = asked
        self._classes = classes
        self._tables_of_one: dict[tuple[str, str], str] = {}
        """Of each attribute and text of a test."""

    def clauses(self) -> list[str]:
        """Return a SELECT for each clause, which says for whom it holds."""
        return [self._clause(each) for each in self._asked.question.clauses]

    def timelines(self) -> list[str]:
        """Return a SELECT for each clause, which says as of when it holds."""
        return [self._timeline(each) for each in self._asked.question.clauses]

    def versions(self) -> sql.TestedCondition:
        """Return all conditions of the versions that are listed, joined."""
        conditions = conditions_of_versions(self._asked.question)
        is_of_events = all(map(asks_events_only, conditions))
        joined: list[sql.TestedAttribute | sql.TestedVersions] = []
        expressions: list[sql.Expression] = []
        for condition in conditions:
            parts = parts_of(condition)
            numbers = iter(range(len(joined), len(joined) + len(tests_in(parts))))
            expressions.append(_expression(parts, numbers))
            joined += self._tests(parts, self._asked.as_of, is_of_events=is_of_events)
        return sql.TestedCondition(
            tuple(joined), ("and", tuple(expressions)), self._asked.as_of, is_of_events=is_of_events
        )

    def tests_of_paths(self) -> dict[str, str]:
        """Return tables of the values that have what each path of the question leads to."""
        parsed = {path: parse_path(path) for path in self._asked.question.paths}
        return {
            path: self._tables.truths.add_presence(str(parts[0]))
            if len(parts) == 1
            else self._table(str(parts[0]), f"has {path}", partial(_has, parts))
            for path, parts in parsed.items()
            if parts
        }

    # Clauses --------------------------------------------------------------------------------------------------------

    def _clause(self, clause: Clause) -> str:
        as_of = self._asked.as_of
        match clause:
            case StateClause(word=TimeWord.NOW, condition=condition):
                return sql.latest(self._on_state(condition, as_of, is_last=True))
            case StateClause(word=TimeWord.ALWAYS, condition=condition):
                return sql.always(self._on_state(condition, as_of))
            case StateClause(word=TimeWord.NEVER, condition=condition):
                return sql.never(self._tested(condition))
            case StateClause(condition=condition):
                return sql.ever(self._tested(condition))
            case AsOfClause(condition=condition):
                return sql.latest(self._on_state(condition, self._until(clause), is_last=True))
            case ChangedClause():
                return sql.first_of(self._changes(clause))
            case AmountClause(word=TimeWord.HOW_LONG, condition=condition, comparison=comparison):
                end = self._asked.until()
                if end is None:
                    raise TooMuch
                return sql.how_long(self._on_state(condition, as_of), end, _compared(comparison))
            case AmountClause(condition=condition, comparison=comparison):
                return sql.how_often(self._tested(condition), deciding_count(comparison), _compared(comparison))
            case BeforeClause(first=first, second=second):
                return sql.before(self._operand(first), self._operand(second))
        raise AssertionError(clause)

    def _timeline(self, clause: Clause) -> str:
        match clause:
            case StateClause(word=TimeWord.NOW, condition=condition):
                return timelines.latest_over_time(self._on_state(condition, self._asked.as_of))
            case StateClause(word=TimeWord.ALWAYS, condition=condition):
                return timelines.always_over_time(self._on_state(condition, self._asked.as_of))
            case StateClause(word=TimeWord.NEVER, condition=condition):
                return timelines.never_over_time(self._tested(condition))
            case StateClause(condition=condition):
                return timelines.ever_over_time(self._tested(condition))
            case AsOfClause(condition=condition):
                return timelines.latest_over_time(self._on_state(condition, self._until(clause)))
            case ChangedClause():
                return timelines.holds_from_first(self._changes(clause))
            case AmountClause(word=TimeWord.HOW_OFTEN, condition=condition, comparison=comparison):
                return timelines.how_often_over_time(self._tested(condition), _compared(comparison))
            case BeforeClause(first=first, second=second):
                return timelines.before_over_time(self._operand(first), self._operand(second))
        raise TooMuch  # how long grows without events

    def _until(self, clause: AsOfClause) -> float:
        return clause.time if self._asked.as_of is None else min(clause.time, self._asked.as_of)

    def _changes(self, clause: ChangedClause) -> str:
        (attribute, *inner) = parse_path(clause.path)
        if inner:
            return sql.true_versions(self._whole(clause.condition))
        name = str(attribute)
        was, then = (self._equal(name, clause.path, each) for each in (clause.before, clause.after))
        return sql.changes(name, was, then, self._asked.as_of)

    def _equal(self, attribute: str, path: str, value: Literal | None) -> sql.TestedAttribute | None:
        if value is None:
            return None
        condition = Condition(f"value({path!r}) == {value.text}")
        return sql.TestedAttribute(
            attribute,
            self._table(attribute, condition.expression, partial(_is_true, condition)),
            _is_true(condition, {}),
        )

    def _operand(self, operand: Operand) -> sql.Tested:
        if isinstance(operand, EventNamed):
            types = filter(operand.is_of, self._tables.event_types())
            return sql.TestedEvents(tuple(types), self._asked.as_of)
        return self._tested(operand)

    # Conditions -----------------------------------------------------------------------------------------------------

    def _tested(self, condition: Condition) -> sql.Tested:
        as_of = self._asked.as_of
        if not asks_events_only(condition) or _reads(condition).version:
            return self._on_state(condition, as_of)
        value = condition.run()
        types = [each for each in self._tables.event_types() if value(Moment(0, Step(0, each, None), None, {}))]
        return sql.TestedEvents(tuple(types), as_of)

    def _on_state(self, condition: Condition, until: float | None, *, is_last: bool = False) -> sql.TestedCondition:
        parts = parts_of(condition)
        is_of_events = asks_events_only(condition)
        tests = tuple(self._tests(parts, until, is_of_events=is_of_events, is_last=is_last))
        expression = _expression(parts, iter(range(len(tests))))
        return sql.TestedCondition(tests, expression, until, counts_each(condition), is_of_events)

    def _whole(self, condition: Condition) -> sql.TestedCondition:
        """Return a condition as one test, asked only of the versions at which an attribute changed that it reads."""
        test = self._combined(condition, _reads(condition), Versions.CHANGES, self._asked.as_of)
        return sql.TestedCondition((test,), 0, self._asked.as_of, counts_each(condition))

    def _tests(
        self, parts: Part, until: float | None, *, is_of_events: bool, is_last: bool = False
    ) -> Iterator[sql.TestedAttribute | sql.TestedVersions]:
        for test in tests_in(parts):
            condition, reads = test.condition, _reads(test.condition)
            if condition.uses_step or condition.uses_previous:
                every = Versions.ALL if is_of_events else Versions.STATES
                yield self._combined(condition, reads, every, until, comparison_in(test))
            elif len(reads.after) > 1:
                at = Versions.LAST if is_last else Versions.CHANGES
                yield self._combined(condition, reads, at, until, comparison_in(test))
            else:
                yield self._of_one(test, reads)

    def _of_one(self, test: Test, reads: Reads) -> sql.TestedAttribute:
        default = _is_true(test.condition, {})
        if not reads.after:
            return sql.TestedAttribute("", "", default)
        (attribute,) = reads.after
        number = None if test.number is None else (test.number.operator, test.number.number)
        table = self._table(attribute, test.condition.expression, partial(_is_true, test.condition), number)
        return sql.TestedAttribute(attribute, table, default)

    def _combined(
        self, condition: Condition, reads: Reads, at: Versions, until: float | None, comparison: Any = None
    ) -> sql.TestedVersions:
        read = [
            *(Read(ReadWhat.AFTER, each) for each in reads.after),
            *(Read(ReadWhat.BEFORE, each) for each in reads.before),
            *([Read(ReadWhat.HAS_BEFORE)] if reads.has_before else []),
            *([Read(ReadWhat.EVENT)] if reads.event else []),
            *([Read(ReadWhat.VERSION)] if reads.version else []),
        ]
        of_numbers = None
        if comparison is not None:
            of_numbers = NumberComparison(comparison.operator, comparison.left, comparison.right)
        test = CombinedTest(tuple(read), at, until, of_numbers)
        are_true = partial(self._are_true, condition, test.reads)
        table = self._tables.combined.add(condition.expression, test, are_true)
        is_everywhere = at in (Versions.STATES, Versions.ALL)
        return sql.TestedVersions(table, not is_everywhere and _is_true(condition, {}))

    def _are_true(self, condition: Condition, reads: Sequence[Read], rows: Sequence[tuple[Any, ...]]) -> Iterator[bool]:
        run = condition.run()
        for row in rows:
            before: PlainTree | None = {}
            after: PlainTree = {}
            event, version = "", 0
            for read, found in zip(reads, row, strict=True):
                match read.what:
                    case ReadWhat.EVENT:
                        event = found
                    case ReadWhat.VERSION:
                        version = found
                    case ReadWhat.HAS_BEFORE:
                        before = before if found else None
                    case ReadWhat.AFTER:
                        after = self._with(after, read.attribute, *found)
                    case ReadWhat.BEFORE:
                        before = self._with(before or {}, read.attribute, *found)
            yield bool(run(Moment(version, Step(version, event, None), before, after)))

    def _with(self, state: PlainTree, attribute: str, kind: int | None, text: str | None) -> PlainTree:
        value = ABSENT if kind is None else read_value(kind, text, self._classes)
        return state if value is ABSENT else {**state, attribute: value}

    def _table(
        self, attribute: str, text: str, test: Callable[[PlainTree], bool], number: tuple[str, float] | None = None
    ) -> str:
        """Test states that have no other attribute, once for each ``text`` of a test."""

        def is_true(found: Sequence[tuple[int, str | None]]) -> Iterator[bool]:
            return (test(self._with({}, attribute, *each)) for each in found)

        key = attribute, text
        if key not in self._tables_of_one:
            self._tables_of_one[key] = self._tables.truths.add(attribute, is_true, number)
        return self._tables_of_one[key]


def _reads(condition: Condition) -> Reads:
    found = reads_of(condition)
    if found is None:
        raise TooMuch
    return found


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
