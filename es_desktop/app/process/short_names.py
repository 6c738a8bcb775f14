"""Short names of event types: two letters, for marks that stand beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count


def short_names(types: Iterable[str]) -> dict[str, str]:
    """Return a short name of each event type, all different: the first letter and the next one that is free."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for name in dict.fromkeys(types):
        short = next(each for each in _candidates(name) if each not in taken)
        taken.add(short)
        found[name] = short
    return found


def _candidates(name: str) -> Iterator[str]:
    letters = [each for each in name if each.isalnum()] or ["?"]
    first = letters[0].upper()
    yield from (first + each.lower() for each in letters[1:])
    yield first
    yield from (f"{first}{number}" for number in count(2))
