"""The hue of an event type, by number. A file without imports of ours, because the empty window loads it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

HUE_COUNT: Final = 9
"""How many hues of event types a theme has."""


def hue_index(type_name: str, order: int) -> int:
    """Return the hue number of an event type that is the ``order``-th type of its entity or store (from 0).

    The first types have the hues in the order of the palette. Later types share hues, by a hash of their name rather
    than by their order, so that a type keeps its hue from one opening to the next.
    """
    return order if 0 <= order < HUE_COUNT else zlib.crc32(type_name.encode("utf-8", "replace")) % HUE_COUNT


class TypeHues:
    """The hue of each event type of a store: the same in every view, for every entity and in every run.

    A store that only grows has the same first events in each run, so their types come first, in that order.
    """

    def __init__(self, first_types: Iterable[str] = (), *, is_open: bool = True) -> None:
        """``is_open``: whether a type that is not among the first ones comes after them, and not by its name."""
        self._orders: dict[str, int] = {}
        self._is_open = is_open
        for name in first_types:
            self._orders.setdefault(name, len(self._orders))

    def __getitem__(self, name: str) -> int:
        order = self._orders.setdefault(name, len(self._orders)) if self._is_open else self._orders.get(name, HUE_COUNT)
        return hue_index(name, order)
