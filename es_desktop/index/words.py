"""The text that a person searches for, as an expression of SQLite's full text search.

Its query language: https://www.sqlite.org/fts5.html, section 3.
"""

from __future__ import annotations

import re
from typing import Final

_TERM: Final = re.compile(r'"([^"]*)"?|(\S+)')


def match_expression(text: str) -> str:
    """Return an expression for the events that contain every word of a text; empty if the text has no word.

    A word with punctuation inside, such as ``153.60`` or ``a@b.ch``, and a text in quotes match their parts in
    sequence. The last word may be the beginning of a longer one, unless it is quoted.
    """
    terms = [(phrase, is_word) for phrase, is_word in _terms(text) if any(map(str.isalnum, phrase))]
    if not terms:
        return ""
    found = [f'"{phrase}"' for phrase, _ in terms]
    if terms[-1][1] and terms[-1][0][-1].isalnum():
        found[-1] += " *"
    return " AND ".join(found)


def _terms(text: str) -> list[tuple[str, bool]]:
    """Return the words and the quoted phrases of a text, each with ``True`` for a word."""
    return [
        (word.replace('"', " "), True) if word else (phrase, False)
        for phrase, word in (found.groups(default="") for found in _TERM.finditer(text.replace("\0", " ")))
    ]
