"""Where in a text is what a list was searched for, compared as the search compares it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from es_desktop.index.events import search_terms

Spans: TypeAlias = list[tuple[int, int]]
"""Start and end of each place, ascending, without overlaps."""
Found: TypeAlias = Callable[[str], Spans]
"""Returns where in a text of a cell is what was searched for."""


@lru_cache(maxsize=4096)
def _folded(letter: str) -> str:
    """Return a letter in lower case and without its accents, as the tokenizer ``unicode61`` of SQLite does."""
    parts = unicodedata.normalize("NFD", letter)
    if all(map(unicodedata.combining, parts[1:])):
        letter = parts[0]
    folded = letter.casefold()
    return folded if len(folded) == 1 else letter


@dataclass(slots=True)
class _Token:
    """A word of a text, folded, and where it is."""

    start: int
    word: str = ""
    ends: list[int] = field(default_factory=list)
    """Where each of its letters ends, with the accents that follow it."""


def _tokens(text: str) -> Iterator[_Token]:
    token: _Token | None = None
    for at, letter in enumerate(text):
        if letter.isalnum():
            token = token or _Token(at)
            token.word += _folded(letter)
            token.ends.append(at + 1)
        elif token is not None and unicodedata.combining(letter):
            token.ends[-1] = at + 1
        elif token is not None:
            yield token
            token = None
    if token is not None:
        yield token


def words_found(typed: str) -> Found | None:
    """Return what finds the words that ``EventSearch.text`` asks for; ``None`` if it asks for none."""
    terms = [([each.word for each in _tokens(phrase)], is_prefix) for phrase, is_prefix in search_terms(typed)]

    @lru_cache(maxsize=512)
    def spans(text: str) -> Spans:
        tokens, found = list(_tokens(text)), []
        for words, is_prefix in terms:
            for at in range(len(tokens) - len(words) + 1):
                here = tokens[at : at + len(words)]
                last = words[-1]
                if is_prefix and here[-1].word.startswith(last):
                    matches = [each.word for each in here[:-1]] == words[:-1]
                else:
                    matches = [each.word for each in here] == words
                if matches:
                    found.append((here[0].start, here[-1].ends[len(last) - 1]))
        return _merged(found)

    return spans if terms else None


def parts_found(parts: Iterable[str]) -> Found | None:
    """Return what finds each of some parts of texts, without regard to case; ``None`` if there are none."""
    wanted = [_lower(each) for each in parts if each]

    def spans(text: str) -> Spans:
        lower, found = _lower(text), []
        for part in wanted:
            at = lower.find(part)
            while at >= 0:
                found.append((at, at + len(part)))
                at = lower.find(part, at + len(part))
        return _merged(found)

    return spans if wanted else None


def beginning_found(prefix: str) -> Found | None:
    """Return what finds the beginning of an id, with or without dashes, or of its short form; ``None`` for none."""
    wanted = _lower(prefix).replace("-", "")

    def spans(text: str) -> Spans:
        same = 0
        for at, letter in enumerate(_lower(text)):
            if letter != "-":
                if same == len(wanted) or letter != wanted[same]:
                    return [(0, at)] if same == len(wanted) else []
                same += 1
        return [(0, len(text))] if same else []

    return spans if wanted else None


def _lower(text: str) -> str:
    """Return a text in lower case that is as long as it was."""
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
    )


def _merged(found: Spans) -> Spans:
    merged: Spans = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
