"""How what a person typed to find something is compared with texts: without regard to case, accents and width.

Conditions on states (``name == "Zoe"``) are not of this kind: they compare values as they are.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_SAME: Final = str.maketrans(
    {
        **{"\u0131": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe"},
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4", "'"),
        **dict.fromkeys("\u2010\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
    }
)
"""Letters with a stroke, which have no accent in Unicode, and marks that a keyboard has once, or not at all."""
_PARTS_OF_LETTERS: Final = (*range(7, 10), *range(84, 133))
"""The combining classes of marks that make another letter, such as ``が`` of ``か``, rather than an accent."""
_OTHERS: Final = re.compile(r"[^\x00-\x7f]+")
_SHORT: Final = 32
_JAMO: Final = re.compile("[\u1160-\u11ff]")
"""The parts of a Korean syllable that follow its first one."""


def folded(text: str) -> str:
    """Return a text in the form in which what a person typed is compared with it: ``strasse`` for ``Straße``."""
    return text.lower() if text.isascii() else _OTHERS.sub(lambda found: _folded_run(found[0]), text).lower()


def _folded_run(run: str) -> str:
    return _remembered(run) if len(run) <= _SHORT else _folded(run)


def _folded(run: str) -> str:
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", run).casefold())
    bare = "".join(each for each in parts if unicodedata.combining(each) in (0, *_PARTS_OF_LETTERS))
    return unicodedata.normalize("NFKC", bare.translate(_SAME))


_remembered: Final = lru_cache(8192)(_folded)


def has_words(typed: str, *texts: str) -> bool:
    """Return whether each word that a person typed is in one of some texts; apostrophes may be left out."""
    whole = folded("\n".join(texts))
    whole += "\n" + whole.replace("'", "") if "'" in whole else ""
    return all(word in whole for word in folded(typed).split())


def folded_with_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a folded text, and where in the text the letter begins and ends that each of its letters comes from."""
    if text.isascii():
        return text.lower(), [(at, at + 1) for at in range(len(text))]
    starts = [at for at, letter in enumerate(text) if not at or letter.isascii() or not _continues(letter)]
    pairs = [*zip(starts, [*starts[1:], len(text)], strict=True)]
    parts = [folded(text[start:end]) for start, end in pairs]
    return "".join(parts), [pair for pair, part in zip(pairs, parts, strict=True) for _ in part]


@lru_cache(8192)
def _continues(letter: str) -> bool:
    """Return whether a letter is a part of the one before: an accent, or a part of a syllable."""
    return bool(unicodedata.combining(unicodedata.normalize("NFKC", letter)[0]) or _JAMO.match(letter))
