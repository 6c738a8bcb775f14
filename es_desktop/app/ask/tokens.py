"""The words, texts, numbers and marks of a question, each with its place: what parsing and completion read."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from .question import TimeWord

Sort: TypeAlias = Literal["word", "text", "open text", "number", "mark"]

_TOKEN: Final = re.compile(
    r"""(?P<text>"{3}(?:[^\\]|\\.)*?"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<open>["'].*)"""
    r"""|(?P<word>[^\W\d]\w*)"""
    r"""|(?P<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)"""
    r"""|(?P<mark>==|!=|<=|>=|//|\*\*|\S)"""
)
_SORTS: Final[dict[str, Sort]] = {
    "text": "text",
    "open": "open text",
    "word": "word",
    "number": "number",
    "mark": "mark",
}
_OPENING: Final = frozenset("([{")
_CLOSING: Final = frozenset(")]}")


class Token(NamedTuple):
    """A part of a question."""

    text: str
    start: int
    end: int
    sort: Sort
    depth: int
    """How many brackets are open around it; a bracket is as deep as what is outside of it."""

    @property
    def is_name(self) -> bool:
        """Whether it is a word that Python has no other use for."""
        return self.sort == "word" and not keyword.iskeyword(self.text)


def tokens(text: str) -> Iterator[Token]:
    """Yield the parts of a text, from left to right. Never raises."""
    depth = 0
    for match in _TOKEN.finditer(text):
        found, sort = match[0], _SORTS[str(match.lastgroup)]
        if found in _CLOSING:
            depth = max(0, depth - 1)
        yield Token(found, *match.span(), sort, depth)
        if found in _OPENING:
            depth += 1


def outer_tokens(text: str) -> list[Token]:
    """Return the parts that are in no brackets, with the outermost brackets themselves."""
    return [each for each in tokens(text) if not each.depth]


_PAIRS: Final = {
    ("as", "of"): TimeWord.AS_OF,
    ("when", "first"): TimeWord.FIRST,
    ("how", "long"): TimeWord.HOW_LONG,
    ("how", "often"): TimeWord.HOW_OFTEN,
}
_SINGLE: Final = {str(each): each for each in (TimeWord.NOW, TimeWord.EVER, TimeWord.NEVER, TimeWord.ALWAYS)}
_CONTINUES: Final = frozenset({"in", "is", "and", "or", "if", "else", "for"})
"""Words that are between two values: what is before them is the name of an attribute."""
_BEGINS: Final = frozenset("({'\"")
"""Marks that a value begins with, and that cannot follow the name of an attribute."""


_BEGIN_TIME: Final = frozenset(str(each).partition(" ")[0] for each in TimeWord)
_PLAIN_NAME: Final = re.compile(r"[^\W\d]\w*")


def type_name(name: str) -> str:
    """Return the name of a type as a question has it: in quotes, unless it is a word that means nothing else."""
    is_plain = _PLAIN_NAME.fullmatch(name) and not keyword.iskeyword(name) and name not in _BEGIN_TIME
    return name if is_plain else json.dumps(name, ensure_ascii=False)


def with_types(types: Iterable[str], clauses: str) -> str:
    """Return a question to some types, or without any to all."""
    names = ", ".join(map(type_name, sorted(types)))
    return f"{names} where {clauses}" if names else clauses


class Place(NamedTuple):
    """A word of time, and where what follows it begins: the number of a token."""

    word: TimeWord
    after: int


def time_word_at(outer: Sequence[Token], at: int) -> Place | None:
    """Return the word of time that begins at a token; ``None`` where that is the name of an attribute, or no word.

    ``ever == 3``, ``now.minutes`` and ``changed("total")`` are of conditions.
    """
    if at >= len(outer) or outer[at].sort != "word":
        return None
    pair = (outer[at].text, outer[at + 1].text) if at + 1 < len(outer) else ("", "")
    if pair in _PAIRS:
        return Place(_PAIRS[pair], at + 2)
    following = outer[at + 1] if at + 1 < len(outer) else None
    if outer[at].text == TimeWord.CHANGED:
        is_path = following is not None and (following.is_name or following.sort in ("text", "open text"))
        return Place(TimeWord.CHANGED, at + 1) if is_path and following and following.text != "before" else None
    word = _SINGLE.get(outer[at].text)
    return None if word is None or _continues(outer, at) else Place(word, at + 1)


def _continues(outer: Sequence[Token], at: int) -> bool:
    """Return whether what follows a word makes it the name of an attribute."""
    if at + 1 >= len(outer):
        return False
    following = outer[at + 1]
    if following.sort == "word":
        is_not_in = following.text == "not" and at + 2 < len(outer) and outer[at + 2].text == "in"
        is_event = following.text == "before" and operand_end(outer, at + 2) is not None
        return is_not_in or is_event or following.text in _CONTINUES
    if following.text in ("-", "+"):  # a sign belongs to the number behind it: ever -balance > 3
        is_sign = following.start > outer[at].end and at + 2 < len(outer) and outer[at + 2].start == following.end
        return not is_sign
    return following.sort == "mark" and following.text not in _BEGINS


def operand_end(outer: Sequence[Token], at: int) -> int | None:
    """Return the number of the token after an event type, or a condition in brackets; ``None`` if there is neither."""
    if at >= len(outer):
        return None
    if outer[at].text == "(":
        return at + 2 if at + 1 < len(outer) and outer[at + 1].text == ")" else None
    return name_end(outer, at)


def name_end(outer: Sequence[Token], at: int) -> int | None:
    """Return the number of the token after the name of a type: a word, also with dots, or a text in quotes."""
    if at >= len(outer):
        return None
    if outer[at].sort == "text":
        return at + 1
    if not outer[at].is_name:
        return None
    at += 1
    while (
        at + 1 < len(outer)
        and outer[at].text in (".", "-", ":")
        and outer[at + 1].sort in ("word", "number")
        and outer[at - 1].end == outer[at].start
        and outer[at].end == outer[at + 1].start
    ):
        at += 2
    return at


def is_before_at(outer: Sequence[Token], at: int) -> bool:
    """Return whether ``X before Y`` begins at a token, or the beginning of it."""
    end = operand_end(outer, at)
    if end is None or end >= len(outer) or outer[end].text != "before":
        return False
    return end + 1 == len(outer) or outer[end + 1].text == "(" or outer[end + 1].sort in ("word", "text", "open text")


def begins_clause(outer: Sequence[Token], at: int) -> bool:
    """Return whether a clause that cannot be a part of a condition begins at a token."""
    return time_word_at(outer, at) is not None or is_before_at(outer, at)
