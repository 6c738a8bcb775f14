"""What a person types to look for, as an expression of full text search.

Of its language: https://www.sqlite.org/fts5.html, section 3.
"""

from __future__ import annotations

import re
from typing import Final

_TERM: Final = re.compile(r'"([^"]*)"?|(\S+)')


def match_expression(text: str) -> str:
    """Return what finds the events that hold every word of a text; empty where there is no word in it.

    A word with marks inside, such as ``153.60`` or ``a@b.ch``, is found where its parts follow each other, as is what
    stands in quotes. The last word may go on, unless it is quoted.
    """
    terms = [(phrase, is_word) for phrase, is_word in _terms(text) if any(map(str.isalnum, phrase))]
    if not terms:
        return ""
    found = [f'"{phrase}"' for phrase, _ in terms]
    if terms[-1][1] and terms[-1][0][-1].isalnum():
        found[-1] += " *"
    return " AND ".join(found)


def _terms(text: str) -> list[tuple[str, bool]]:
    """Return the words and the quoted phrases of a text, and of each whether it is a word."""
    return [
        (word.replace('"', " "), True) if word else (phrase, False)
        for phrase, word in (found.groups(default="") for found in _TERM.finditer(text.replace("\0", " ")))
    ]
