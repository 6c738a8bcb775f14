"""A long line of kinds of event, as a line of bytes: a million are turned in a few milliseconds."""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Sequence

_LOW = 1 if sys.byteorder == "big" else 0


def narrow(kinds: array[int]) -> bytes | None:
    """Return the kinds as one byte each; ``None`` where there are more than 256 of them."""
    raw = kinds.tobytes()
    return None if raw[1 - _LOW :: 2].strip(b"\0") else raw[_LOW::2]


def by_kind(kinds: array[int], values: Sequence[int]) -> bytes:
    """Return for each event the value (0 to 255) of its kind; ``values`` has one for each kind there is."""
    low = narrow(kinds)
    if low is None:
        return bytes(map(values.__getitem__, kinds))
    return low.translate(bytes(values[:256]).ljust(256, b"\0"))


def count_kinds(kinds: array[int], types: int) -> list[int]:
    """Return how many events there are of each kind, of so many types."""
    low = narrow(kinds)
    if low is not None:
        return [low.count(kind) if kind < 256 else 0 for kind in range(types)]
    counts = Counter(kinds)
    return [counts[kind] for kind in range(types)]
