"""The hue of an event type, by number. A file without imports of ours, because the empty window loads it."""

from __future__ import annotations

import zlib
from collections.abc import Container, Iterable
from typing import Final

HUE_COUNT: Final = 9
"""How many hues of event types a theme has."""


def hue_index(type_name: str, order: int) -> int:
    """Return the hue number of a name that is the ``order``-th one (from 0) of those that are shown together.

    The first names have the hues in the order of the palette. Later ones share hues, by a hash of the name rather than
    by the order, so that a name keeps its hue from one opening to the next.
    """
    return order if 0 <= order < HUE_COUNT else zlib.crc32(type_name.encode("utf-8", "replace")) % HUE_COUNT


class TypeHues:
    """The hue of each event type of a store: the same in every view, for every entity and in every run.

    A store that only grows has the same first events in each run, so their types are given hues in that order: one that
    no other type of the same kind of entity has, and of those the one that the fewest types have.
    """

    def __init__(self, first: Iterable[tuple[str, str]] = (), *, is_open: bool = True) -> None:
        """Take the first events, each as the kind of its entity and its type.

        ``is_open``: whether a type that is not among them gets the next hue, and not one by its name.
        """
        self._hues: dict[str, int] = {}
        self._counts = [0] * HUE_COUNT
        self._is_open = is_open
        taken: dict[str, set[int]] = {}
        for kind, name in first:
            of_kind = taken.setdefault(kind, set())
            of_kind.add(self._hues[name] if name in self._hues else self._give(name, of_kind))

    def __getitem__(self, name: str) -> int:
        hue = self._hues.get(name)
        if hue is None:
            hue = self._give(name, ()) if self._is_open else hue_index(name, HUE_COUNT)
        return hue

    def _give(self, name: str, taken: Container[int]) -> int:
        hue = min(range(HUE_COUNT), key=lambda each: (each in taken, self._counts[each], each))
        self._hues[name] = hue
        self._counts[hue] += 1
        return hue
