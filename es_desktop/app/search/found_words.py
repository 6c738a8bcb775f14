"""Where in a text is what a list was searched for, compared as the search compares it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from es_desktop.app.text.plain import ELLIPSIS
from es_desktop.index.events import search_terms
from es_desktop.system.text_match import folded, folded_with_places

Spans: TypeAlias = list[tuple[int, int]]
"""Start and end of each place, ascending, without overlaps."""
Found: TypeAlias = Callable[[str], Spans]
"""Returns where in a text of a cell is what was searched for."""


_LEAD: Final = 24
"""Letters that are shown before a place at most, if what is before them is left out."""
_WORD: Final = re.compile(r"[^\W_]+")


class _Token(NamedTuple):
    """A word of a text, folded, and where each of its letters begins and ends in the text."""

    word: str
    places: Spans


def _tokens(text: str) -> list[_Token]:
    whole, places = folded_with_places(text)
    return [_Token(each[0], places[each.start() : each.end()]) for each in _WORD.finditer(whole)]


def words_found(typed: str) -> Found | None:
    """Return what finds the words that ``EventSearch.text`` asks for; ``None`` if it asks for none."""
    terms = [([each.word for each in _tokens(phrase)], is_prefix) for phrase, is_prefix in search_terms(typed)]

    @lru_cache(maxsize=512)
    def spans(text: str) -> Spans:
        tokens, found = _tokens(text), []
        for words, is_prefix in terms:
            for at in range(len(tokens) - len(words) + 1):
                here = tokens[at : at + len(words)]
                last = words[-1]
                if is_prefix and here[-1].word.startswith(last):
                    matches = [each.word for each in here[:-1]] == words[:-1]
                else:
                    matches = [each.word for each in here] == words
                if matches:
                    found.append((here[0].places[0][0], here[-1].places[len(last) - 1][1]))
        return _merged(found)

    return spans if terms else None


def parts_found(parts: Iterable[str]) -> Found | None:
    """Return what finds each of some parts of texts; ``None`` if there are none."""
    wanted = [each for each in map(folded, parts) if each]

    def spans(text: str) -> Spans:
        (whole, places), found = folded_with_places(text), []
        for part in wanted:
            at = whole.find(part)
            while at >= 0:
                found.append((places[at][0], places[at + len(part) - 1][1]))
                at = whole.find(part, at + len(part))
        return _merged(found)

    return spans if wanted else None


def beginning_found(prefix: str) -> Found | None:
    """Return what finds the beginning of an id, with or without dashes, or of its short form; ``None`` for none."""
    wanted = folded(prefix).replace("-", "")

    def spans(text: str) -> Spans:
        whole, places = folded_with_places(text)
        same = 0
        for letter, (start, _) in zip(whole, places, strict=True):
            if letter != "-":
                if same == len(wanted) or letter != wanted[same]:
                    return [(0, start)] if same == len(wanted) else []
                same += 1
        return [(0, len(text))] if same else []

    return spans if wanted else None


def from_found(text: str, place: tuple[int, int], fits: Callable[[str], bool]) -> str:
    """Return a text from shortly before a place on, with as many words before it as leave all of the place in view.

    ``fits`` returns whether there is room for a text.
    """
    start, end = place
    more = ELLIPSIS if end < len(text) else ""
    words = [at for at in range(max(1, start - _LEAD), start) if text[at].isalnum() and not text[at - 1].isalnum()]
    return ELLIPSIS + text[next((at for at in words if fits(f"{ELLIPSIS}{text[at:end]}{more}")), start) :]


def _merged(found: Spans) -> Spans:
    merged: Spans = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
