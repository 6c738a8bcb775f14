"""What may be written next in a question: words with their meaning and an example. Reads no store."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from .question import OPERATORS, TimeWord
from .tokens import Place, Token, begins_clause, name_end, time_word_at, tokens, type_name

MOST: Final = 50
"""Completions at once."""
_PARTIAL: Final = re.compile(r"(?:(?:as|when|how)\s+\w*|[^\W\d]\w*(?:\.\w*|\[\d*\]?)*)$")
_TIME_MEANINGS: Final = (
    (TimeWord.NOW, "the state at the end", 'now status == "open"'),
    (TimeWord.AS_OF, "the state at a time", "as of 2026-03-01 total > 50"),
    (TimeWord.EVER, "true at any version", "ever total > 100"),
    (TimeWord.NEVER, "true at no version", 'never status == "paid"'),
    (TimeWord.ALWAYS, "true at every version", "always total >= 0"),
    (TimeWord.FIRST, "the version that made it true", "when first total > 100"),
    (TimeWord.HOW_LONG, "the time for which it was true", 'how long status == "open" > 7 days'),
    (TimeWord.HOW_OFTEN, "how many times it became true", 'how often status == "open" >= 2'),
    (TimeWord.CHANGED, "from one value to another", 'changed status from "open" to "cancelled"'),
)
_FUNCTIONS: Final = (
    ("any", "true for any member of a list", "any(line.price > 9 for line in lines)"),
    ("all", "true for every member of a list", "all(line.quantity > 0 for line in lines)"),
    ("len", "how many members a list has", "len(lines) > 3"),
    ("sum", "the sum of the members", "sum(line.price for line in lines) > 100"),
    ("event", "the type of the event", 'event == "Paid"'),
    ("version", "the number of the version", "version > 3"),
    ("previous", "the state before the event", "previous.total > total"),
    ("changed", "whether the event changed a value", 'changed("total")'),
    ("not", "the opposite", 'not status == "paid"'),
)
_OPERATORS: Final = (
    ("==", "is", 'status == "paid"'),
    ("!=", "is not", 'status != "paid"'),
    (">", "is over", "total > 100"),
    (">=", "is at least", "total >= 100"),
    ("<", "is under", "total < 100"),
    ("<=", "is at most", "total <= 100"),
    ("in", "is one of", 'status in ["open", "paid"]'),
    ("is None", "is missing", "note is None"),
)
_JOINS: Final = (
    ("and", "both, or the next clause", 'ever total > 100 and never status == "paid"'),
    ("or", "one of both", 'status == "paid" or total > 100'),
)
_DURATION: Final = (
    ("> 7 days", "longer than a time", 'how long status == "open" > 7 days'),
    ("< 1 h", "shorter than a time", 'how long status == "open" < 1 h'),
)
_COUNT: Final = ((">= 2", "so many times", 'how often status == "open" >= 2'),)
_CHANGES: Final = (
    ("from", "the value before", 'changed status from "open"'),
    ("to", "the value after", 'changed status to "paid"'),
)
_COMPARES: Final = frozenset(OPERATORS)


class Completion(NamedTuple):
    """A word that may stand at a place of a question."""

    word: str
    meaning: str
    """What it does, in a few words."""
    example: str
    """A clause, or a part of one, that has it."""
    start: int
    """Where it begins in the text: it replaces what is from there to the cursor."""


def completions(
    text: str,
    cursor: int,
    types: Sequence[str] = (),
    paths: Sequence[str] = (),
    values: Mapping[str, Sequence[Any]] | None = None,
    events: Sequence[str] = (),
) -> list[Completion]:
    """Return what may be written at a place of a question, the likeliest first.

    Known are entity ``types``, ``paths`` of their states, some ``values`` of each path, and types of ``events``. What
    is written up to the cursor need not be a whole question. Never raises.
    """
    before = text[: max(0, cursor)]
    parts = list(tokens(before))
    start = len(before)
    if parts and parts[-1].sort == "open text":
        start = parts[-1].start
    elif (match := _PARTIAL.search(before)) is not None and not _is_pair(match[0]):
        start = match.start()
    typed = before[start:].lstrip("\"'").casefold()
    known = _Known(types, paths, values or {}, events)
    offers = _offers([each for each in parts if each.end <= start], known)
    found = dict.fromkeys(each for each in offers if _fits(each[0], typed) and each[0] != before[start:])
    return [Completion(*each, start) for each in list(found)[:MOST]]


def _is_pair(text: str) -> bool:
    return re.fullmatch(r"as\s+of|when\s+first|how\s+(?:long|often)", text) is not None


def _fits(word: str, typed: str) -> bool:
    plain = word.lstrip('"').casefold()
    return plain.startswith(" ".join(typed.split()) if typed else "")


class _Known(NamedTuple):
    types: Sequence[str]
    paths: Sequence[str]
    values: Mapping[str, Sequence[Any]]
    events: Sequence[str]

    def path_offers(self) -> Iterator[_Offer]:
        for path in self.paths:
            some = self.values.get(path, ())
            example = next(map(_literal, some), None)
            is_amount = bool(some) and isinstance(some[0], int | float | Decimal) and not isinstance(some[0], bool)
            yield path, "a value of the state", f"{path} {'>' if is_amount else '=='} {example}" if example else path

    def value_offers(self, path: str) -> Iterator[_Offer]:
        for literal in dict.fromkeys(map(_literal, self.values.get(path, ()))):
            yield literal, f"a value of {path}", f"{path} == {literal}"

    def event_offers(self) -> Iterator[_Offer]:
        for number, name in enumerate(self.events):
            other = self.events[number - 1] if len(self.events) > 1 else name
            yield type_name(name), "an event type", f"{type_name(name)} before {type_name(other)}"

    def type_offers(self) -> Iterator[_Offer]:
        yield from ((type_name(each), "an entity type", f"{type_name(each)} where ever …") for each in self.types)


_Offer = tuple[str, str, str]


def _literal(value: Any) -> str:
    if value is None or isinstance(value, bool | int | float | Decimal):
        return str(value)
    name = value.name if isinstance(value, enum.Enum) else value
    return json.dumps(str(name), ensure_ascii=False)


def _offers(context: Sequence[Token], known: _Known) -> Iterable[_Offer]:
    """Yield what may follow some tokens."""
    depth = _depth_after(context)
    outer = [each for each in context if not each.depth]
    if depth:
        inside = [each for each in context if each.depth >= depth]
        yield from _in_condition(inside, known, is_inner=True)
        return
    begin = _begin_of_clause(outer, known)
    here = outer[begin:]
    if not here:
        yield from _clause_offers(known, is_first=not outer)
        return
    place = time_word_at(here, 0)
    if place is None and len(here) == 1 and here[0].text == TimeWord.CHANGED:
        place = Place(TimeWord.CHANGED, 1)
    if place is None:
        if here[-1].text == "before":
            yield from known.event_offers()
            return
        if name_end(here, 0) == len(here) and _text_of(here).strip("\"'") in known.events:
            yield "before", "happened earlier than", "Paid before Shipped"
        yield from _in_condition(here, known)
        return
    after = here[place.after :]
    if place.word is TimeWord.CHANGED:
        yield from _in_change(after, known)
    elif place.word is TimeWord.AS_OF:
        yield from _in_condition(_without_time(after), known) if after else _TIMES
    else:
        if after and after[-1].sort != "mark" and not _is_operator(after[-1]):
            amounts = {TimeWord.HOW_LONG: _DURATION, TimeWord.HOW_OFTEN: _COUNT}.get(place.word, ())
            yield from amounts if _compares(after) else ()
        yield from _in_condition(after, known)


_TIMES: Final = (
    ("2026-03-01", "a day, which means its end", "as of 2026-03-01 total > 50"),
    ('"2026-03-01 14:30"', "a day and a time", 'as of "2026-03-01 14:30" total > 50'),
)


def _depth_after(context: Sequence[Token]) -> int:
    if not context:
        return 0
    last = context[-1]
    return last.depth + (last.text in "([{" and last.sort == "mark")


def _begin_of_clause(outer: Sequence[Token], known: _Known) -> int:
    """Return the number of the token that the last clause begins at."""
    begin = 0
    first = name_end(outer, 0)
    if first is not None and _text_of(outer[:first]).strip("\"'") in known.types:
        begin = first
    for number, token in enumerate(outer):
        is_last = number + 1 == len(outer)
        if token.text == "where" or (token.text == "and" and (is_last or begins_clause(outer, number + 1))):
            begin = number + 1
    return begin


def _clause_offers(known: _Known, *, is_first: bool) -> Iterator[_Offer]:
    if is_first:
        yield from known.type_offers()
    yield from ((str(word), meaning, example) for word, meaning, example in _TIME_MEANINGS)
    yield from known.path_offers()
    yield from known.event_offers()
    yield from _FUNCTIONS


def _in_condition(here: Sequence[Token], known: _Known, *, is_inner: bool = False) -> Iterator[_Offer]:
    if not here or (_is_operator(here[-1]) and here[-1].text not in _COMPARES):
        yield from known.path_offers()
        yield from _FUNCTIONS
    elif here[-1].text in _COMPARES:
        path = _text_of(_path_before(here[:-1]))
        yield from known.value_offers(path)
        yield from (each for each in known.path_offers() if each[0] != path)
    elif _compares(here):
        yield from _JOINS
    else:
        yield from _OPERATORS
        yield from _JOINS


def _in_change(after: Sequence[Token], known: _Known) -> Iterator[_Offer]:
    if not after:
        yield from ((path, "a value of the state", f"changed {path}") for path in known.paths)
        return
    named = [each.text for each in after if each.text in ("from", "to")]
    if after[-1].text in ("from", "to"):
        first = next(number for number, each in enumerate(after) if each.text in ("from", "to"))
        yield from known.value_offers(_text_of(after[:first]))
        return
    yield from (each for each in _CHANGES if each[0] not in named)
    yield _JOINS[0]


def _without_time(after: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens after a time, which is a text or numbers with their marks."""
    at = 0
    while at < len(after) and (at == 0 or (after[at].start == after[at - 1].end)):
        at += 1
    return after[at:]


def _is_operator(token: Token) -> bool:
    is_word = token.text in ("and", "or", "not", "in", "is", "if", "else", "for")
    return is_word or (token.sort == "mark" and token.text not in (")", "]", "}"))


def _compares(here: Sequence[Token]) -> bool:
    """Return whether the last comparison is whole: a value follows its operator."""
    last = [number for number, each in enumerate(here) if each.text in ("and", "or")]
    part = here[last[-1] + 1 :] if last else here
    return any(each.text in _COMPARES or each.text in ("in", "is") for each in part[:-1]) or (
        bool(part) and part[-1].text == ")"
    )


def _path_before(here: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens of the path at the end."""
    at = len(here)
    while at and (not _is_operator(here[at - 1]) or here[at - 1].text in (".", "[")):
        is_apart = at < len(here) and here[at - 1].end < here[at].start
        if is_apart:
            break
        at -= 1
    return here[at:]


def _text_of(found: Sequence[Token]) -> str:
    return "".join(each.text for each in found)
