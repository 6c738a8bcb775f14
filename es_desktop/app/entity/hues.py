"""The hue of an event type, by number. A file without imports, because the empty window loads it."""

from __future__ import annotations

import zlib
from typing import Final

HUE_COUNT: Final = 9
"""How many hues of event types a theme has."""


def hue_index(type_name: str, order: int) -> int:
    """Return the hue number of an event type that is the ``order``-th type of its entity or store (from 0).

    The first types have the hues in the order of the palette. Later types share hues, by a hash of their name rather
    than by their order, so that a type keeps its hue from one opening to the next.
    """
    return order if 0 <= order < HUE_COUNT else zlib.crc32(type_name.encode("utf-8", "replace")) % HUE_COUNT
