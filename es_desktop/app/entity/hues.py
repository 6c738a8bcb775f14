"""Which hue an event type has, as an index: the strip, the table of events and the filter ask the same function."""

from __future__ import annotations

import zlib
from typing import Final

HUE_COUNT: Final = 8
"""How many event-type hues a look has."""


def hue_index(type_name: str, order: int) -> int:
    """Return the hue of an event type that is the ``order``-th one met in its entity or store (from 0).

    The first types get hues of their own in the order of the palette. Later ones share, by their name rather
    than by when they were met, so that a type met late keeps its hue from one opening to the next.
    """
    return order if 0 <= order < HUE_COUNT else zlib.crc32(type_name.encode("utf-8", "replace")) % HUE_COUNT
