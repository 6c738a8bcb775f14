"""Reads a question that a person wrote: ``Order where ever total > 100 and never status == "paid"``."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.times import parse_as_of
from es_desktop.app.watch.watchpoints import refusal
from es_desktop.replay.conditions import Condition, ConditionError
from es_desktop.replay.diff import PathError, parse_path
from es_desktop.system.counts import format_number

from .amounts import count_compared, duration_compared
from .question import (
    AmountClause,
    AsOfClause,
    BeforeClause,
    ChangedClause,
    Clause,
    EventNamed,
    Literal,
    Operand,
    Question,
    StateClause,
    TimeWord,
)
from .tokens import Token, begins_clause, is_before_at, name_end, operand_end, outer_tokens, time_word_at

MOST_CLAUSES: Final = 20
_MOST_CHARACTERS: Final = 10_000
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?!\S)")
_PATH: Final = re.compile(r'[^\W\d]\w*(?:\.[^\W\d]\w*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*')
_LITERAL: Final = re.compile(r"""[+-]?\s*[\d.][\w.+-]*|[^\W\d]\w*""")
_VALUES: Final = {"True": True, "False": False, "None": None}
_EXAMPLE: Final = 'Such as: ever total > 100 and never status == "paid".'


class QuestionError(ConditionError):
    """A question cannot be understood: ``text`` says why, ``hint`` what to write, ``column`` where."""


def parse_question(text: str, bare: TimeWord = TimeWord.NOW) -> Question:
    """Return a question as data. A condition without a word of time is asked ``bare``: now, ever, or when first.

    Raises ``ConditionError``, which is a ``QuestionError`` unless the whole text is one condition.
    """
    return _Parser(" ".join(text.splitlines()).rstrip(), bare).question()


def asked_question(text: str, bare: TimeWord = TimeWord.NOW) -> Question:
    """Return a question as data, as ``parse_question``. Raises ``UserError`` that says what is wrong, and where."""
    try:
        return parse_question(text, bare)
    except QuestionError as error:
        position = "" if error.column is None else f" at column {error.column + 1}"
        named = f"the question {error.expression!r} cannot be used{position}"
        raise UserError(f"{named}: {error.text}", error.hint) from error
    except ConditionError as error:
        raise refusal(error) from error


def split_types(text: str, known: Collection[str]) -> tuple[tuple[str, ...], str]:
    """Return the entity types that a question names, of those that are ``known``, and what follows them.

    The question may be unfinished.
    """
    return _Parser(" ".join(text.splitlines()), TimeWord.NOW).split_types(known)


class _Start(NamedTuple):
    types: tuple[str, ...]
    at: int
    """The number of the token that the first clause begins at."""


class _Parser:
    def __init__(self, text: str, bare: TimeWord) -> None:
        self._text = text
        self._bare = bare
        self._outer: Sequence[Token] = outer_tokens(text) if len(text) <= _MOST_CHARACTERS else ()

    def question(self) -> Question:
        if len(self._text) > _MOST_CHARACTERS:
            raise QuestionError(
                f"the question is longer than {format_number(_MOST_CHARACTERS)} characters", "Make it shorter."
            )
        if time_word_at(self._outer, 0) is None or len(self._outer) == 1:
            try:
                whole = Condition(self._text)
            except ConditionError as error:
                start = self._start()
                if not start.types and not any(begins_clause(self._outer, at) for at in range(len(self._outer))):
                    raise
                return self._of_clauses(start, error)
            return self._made((), [StateClause(self._text.strip(), self._bare, whole, is_bare=True)])
        return self._of_clauses(self._start())

    def _of_clauses(self, start: _Start, as_condition: ConditionError | None = None) -> Question:
        """Return the question whose clauses begin at a token; ``as_condition`` is why all of it is not a condition."""
        try:
            return self._made(start.types, self._clauses(start.at))
        except ConditionError:
            # What might be a type, without anything that says so, is rather a part of a condition that is wrong.
            if as_condition is not None and start.types and not self._is_plainly_typed(start.at):
                raise as_condition from None
            raise

    def _made(self, types: tuple[str, ...], clauses: list[Clause]) -> Question:
        has_bare = any(isinstance(each, StateClause) and each.is_bare for each in clauses)
        if self._bare is not TimeWord.NOW and not has_bare:
            word = clauses[0].word
            raise self._error(f"the question says {word} already", f"Leave out {self._bare} or {word}.", 0)
        return Question(self._text.strip(), types, tuple(clauses))

    # Types ----------------------------------------------------------------------------------------------------------

    def split_types(self, known: Collection[str]) -> tuple[tuple[str, ...], str]:
        try:
            start = self._start()
        except ConditionError:
            return (), self._text
        if not start.types or not set(start.types) <= set(known):
            return (), self._text
        return start.types, self._text[self._stop(start.at) :]

    def _start(self) -> _Start:
        outer = self._outer
        names: list[str] = []
        at = 0
        while (end := name_end(outer, at)) is not None:
            names.append(self._name(at, end))
            if end < len(outer) and outer[end].text == ",":
                at = end + 1
                continue
            if end < len(outer) and outer[end].text == "where":
                return _Start(tuple(names), end + 1)
            if end >= len(outer) or begins_clause(outer, 0):
                break
            is_typed = begins_clause(outer, end) or (len(names) == 1 and self._may_begin(end))
            return _Start(tuple(names), end) if is_typed else _Start((), 0)
        return _Start((), 0)

    def _may_begin(self, at: int) -> bool:
        """Return whether a condition may begin at a token that follows the name of a type."""
        token = self._outer[at]
        is_apart = token.start > self._outer[at - 1].end
        return is_apart and (token.is_name or token.sort in ("number", "text") or token.text in ("(", "not"))

    def _is_plainly_typed(self, at: int) -> bool:
        return self._outer[at - 1].text == "where" or begins_clause(self._outer, at)

    def _name(self, at: int, end: int) -> str:
        token = self._outer[at]
        if token.sort == "text":
            return self._string(token)
        return self._text[token.start : self._outer[end - 1].end]

    def _string(self, token: Token) -> str:
        try:
            return str(ast.literal_eval(token.text))
        except (ValueError, SyntaxError):
            raise self._error(f"{token.text} cannot be read", "Write it in quotes.", token.start) from None

    # Clauses --------------------------------------------------------------------------------------------------------

    def _clauses(self, at: int) -> list[Clause]:
        outer = self._outer
        found: list[Clause] = []
        while True:
            if at >= len(outer):
                missing = f"after {outer[-1].text}" if outer else "in the question"
                raise self._error(f"there is no condition {missing}", _EXAMPLE, len(self._text))
            if len(found) == MOST_CLAUSES:
                raise self._error(f"there are more than {MOST_CLAUSES} clauses", "Ask less.", outer[at].start)
            clause, at = self._clause(at)
            found.append(clause)
            if at >= len(outer):
                return found
            at += 1  # the "and"

    def _clause(self, at: int) -> tuple[Clause, int]:
        """Return the clause that begins at a token, and the number of the ``and`` after it, or of the end."""
        outer = self._outer
        place = time_word_at(outer, at)
        if place is None:
            if is_before_at(outer, at):
                return self._before(at)
            end = self._end(at)
            text = self._between(at, end)
            return StateClause(text, self._bare, self._condition(at, end), is_bare=True), end
        word, after = place
        if word is TimeWord.CHANGED:
            return self._changed(at, after)
        if word is TimeWord.AS_OF:
            return self._as_of(at, after)
        end = self._end(after, is_amount=word is TimeWord.HOW_LONG)
        text = self._between(at, end)
        if word in (TimeWord.HOW_LONG, TimeWord.HOW_OFTEN):
            return self._amount(word, text, after, end), end
        return StateClause(text, word, self._condition(after, end)), end

    def _as_of(self, at: int, after: int) -> tuple[Clause, int]:
        outer = self._outer
        if after >= len(outer):
            raise self._error("there is no time after as of", "Such as: as of 2026-03-01 total > 50.", len(self._text))
        token = outer[after]
        if token.sort == "text":
            typed, stop = self._string(token), token.end
        else:
            match = _TIME.match(self._text, token.start)
            stop = match.end() if match else self._word_end(token.start)
            typed = self._text[token.start : stop]
        try:
            time = parse_as_of(typed)
        except UserError as error:
            raise self._error(error.text, error.hint, token.start) from None
        first = next((number for number, each in enumerate(outer) if each.start >= stop), len(outer))
        end = self._end(first)
        condition = self._condition(first, end)
        return AsOfClause(self._between(at, end), TimeWord.AS_OF, condition, time, typed), end

    def _word_end(self, start: int) -> int:
        match = re.compile(r"\S+").match(self._text, start)
        return match.end() if match else start

    def _amount(self, word: TimeWord, text: str, after: int, end: int) -> AmountClause:
        start = self._outer[after].start if after < end else len(self._text)
        typed = self._between(after, end)
        split = duration_compared if word is TimeWord.HOW_LONG else count_compared
        try:
            condition, comparison = split(typed)
        except ConditionError as error:
            raise self._error(error.text, error.hint, start + (error.column or 0)) from None
        return AmountClause(text, word, self._condition_in(condition, start, after), comparison)

    def _changed(self, at: int, after: int) -> tuple[Clause, int]:
        token = self._outer[after]
        if token.sort == "text":
            path, stop = self._string(token), token.end
        else:
            match = _PATH.match(self._text, token.start)
            path, stop = (match[0], match.end()) if match else (token.text, token.end)
        try:
            parts = parse_path(path)
        except PathError as error:
            raise self._error(str(error), "Such as: changed lines[0].price.", token.start) from None
        values: dict[str, Literal] = {}
        while (named := self._outer_at(stop)) is not None and named.text in ("from", "to"):
            if named.text in values:
                raise self._error(f"there are two values after {named.text}", "Leave one of them out.", named.start)
            values[named.text], stop = self._literal(named)
        end = self._closed(stop, 'After a change comes and, or nothing: changed status from "open" to "paid".')
        test = f"previous is not None and changed({path!r})"
        if "from" in values:
            test += f" and previous{''.join(f'[{part!r}]' for part in parts)} == {values['from'].text}"
        if "to" in values:
            test += f" and value({path!r}) == {values['to'].text}"
        text = self._text[self._outer[at].start : stop]
        try:
            condition = Condition(test)
        except ConditionError as error:
            raise self._error(error.text, error.hint, token.start) from None
        found = ChangedClause(text, TimeWord.CHANGED, path, values.get("from"), values.get("to"), condition)
        return found, end

    def _literal(self, named: Token) -> tuple[Literal, int]:
        """Return the value after ``from`` or ``to``, and where it ends."""
        token = self._outer_at(named.end)
        hint = f'Such as: {named.text} "paid", or {named.text} 3.'
        if token is None:
            raise self._error(f"there is no value after {named.text}", hint, len(self._text))
        if token.sort == "text":
            return Literal(token.text, self._string(token)), token.end
        match = _LITERAL.match(self._text, token.start)
        typed = match[0] if match else token.text
        if typed in _VALUES:
            return Literal(typed, _VALUES[typed]), token.start + len(typed)
        if typed[:1].isalpha():
            better = {"true": "True", "false": "False", "null": "None", "none": "None"}.get(typed.lower())
            hint = f"Write {better}." if better else f'Write it in quotes: {named.text} "{typed}".'
            raise self._error(f"{typed} is no value", hint, token.start)
        number = _number(typed)
        if number is not None:
            return Literal(typed, number), token.start + len(typed)
        raise self._error(f"{typed} is no value", hint, token.start)

    def _before(self, at: int) -> tuple[Clause, int]:
        outer = self._outer
        middle = operand_end(outer, at)
        assert middle is not None, "it is followed by before"
        last = operand_end(outer, middle + 1)
        if last is None:
            column = outer[middle + 1].start if middle + 1 < len(outer) else len(self._text)
            hint = 'Write an event type, or a condition in brackets: Paid before (status == "shipped").'
            raise self._error("there is nothing after before that can happen", hint, column)
        first, second = self._operand(at, middle), self._operand(middle + 1, last)
        stop = outer[last - 1].end
        end = self._closed(stop, "After it comes and, or nothing: Paid before Shipped.")
        return BeforeClause(self._text[outer[at].start : stop], TimeWord.BEFORE, first, second), end

    def _operand(self, at: int, end: int) -> Operand:
        if self._outer[at].text != "(":
            return EventNamed(self._name(at, end))
        start, stop = self._outer[at].end, self._outer[end - 1].start
        return self._condition_in(self._text[start:stop], start, at)

    # Parts of clauses -----------------------------------------------------------------------------------------------

    def _end(self, at: int, *, is_amount: bool = False) -> int:
        """Return the number of the ``and`` that ends a condition, or of the end of the question."""
        for number in range(at, len(self._outer)):
            token = self._outer[number]
            if token.text == "or" and begins_clause(self._outer, number + 1):
                hint = "Clauses are joined by and; an or stands inside a condition: ever (total > 100 or gift)."
                raise self._error("a question has no or between its clauses", hint, token.start)
            if token.text != "and":
                continue
            if number + 1 == len(self._outer):
                raise self._error("there is no condition after and", _EXAMPLE, len(self._text))
            if begins_clause(self._outer, number + 1) or (is_amount and self._ends_duration(number)):
                return number
        return len(self._outer)

    def _ends_duration(self, number: int) -> bool:
        """Return whether a number and a unit stand before a token, as at the end of ``how long … > 7 days``."""
        before = self._outer[max(0, number - 2) : number]
        return [each.sort for each in before] == ["number", "word"]

    def _closed(self, stop: int, hint: str) -> int:
        """Return the number of the ``and`` that follows a place, or of the end. Raises if anything else does."""
        token = self._outer_at(stop)
        if token is None:
            return len(self._outer)
        if token.text != "and":
            raise self._error(f"{token.text} cannot stand here", hint, token.start)
        return self._outer.index(token)

    def _outer_at(self, stop: int) -> Token | None:
        return next((each for each in self._outer if each.start >= stop), None)

    def _condition(self, at: int, end: int) -> Condition:
        start = self._outer[at].start if at < end else self._stop(end)
        return self._condition_in(self._between(at, end), start, at)

    def _condition_in(self, typed: str, start: int, at: int) -> Condition:
        """Return a condition that is a part of the question; its errors have columns of the question."""
        text = typed.strip()
        if not text:
            before = self._outer[at - 1].text if at else "the beginning"
            raise self._error(f"there is no condition after {before}", _EXAMPLE, start)
        start += len(typed) - len(typed.lstrip())
        place = time_word_at(outer_tokens(text), 0)
        if place is not None and place.after < len(outer_tokens(text)):
            hint = "Write one of them, and the other after and."
            if place.word is TimeWord.CHANGED:
                hint = 'Inside of a condition it is a function: changed("total").'
            raise self._error(f"a clause has one word of time, and {place.word} is a second one", hint, start)
        try:
            return Condition(text)
        except ConditionError as error:
            column = start + (error.column or 0)
            raise self._error(error.text, error.hint, min(column, len(self._text))) from None

    def _between(self, at: int, end: int) -> str:
        """Return the text from a token to before another one."""
        if at >= end:
            return ""
        return self._text[self._outer[at].start : self._stop(end)].rstrip()

    def _stop(self, end: int) -> int:
        return self._outer[end].start if end < len(self._outer) else len(self._text)

    def _error(self, text: str, hint: str, column: int) -> QuestionError:
        return QuestionError(text, hint, self._text, column)


def _number(typed: str) -> int | float | Decimal | None:
    """Return the number that a text means to a condition; ``None`` if it is none."""
    try:
        tree = Condition(typed).tree
    except ConditionError:
        return None
    sign = 1
    while isinstance(tree, ast.UnaryOp):
        sign, tree = (-sign if isinstance(tree.op, ast.USub) else sign), tree.operand
    value: Any = tree.value if isinstance(tree, ast.Constant) else None
    return sign * value if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None
