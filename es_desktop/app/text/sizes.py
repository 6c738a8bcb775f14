"""Sizes as people read them."""

from __future__ import annotations

from typing import Final

from .durations import as_number

_UNITS: Final = ("B", "kB", "MB", "GB", "TB")


def format_bytes(count: float) -> str:
    """Return a number of bytes in decimal units, with two or three digits: ``850 B``, ``3.0 kB``, ``120 MB``."""
    count = as_number(count)
    unit = 0
    while count >= 999.5 and unit < len(_UNITS) - 1:
        count /= 1000
        unit += 1
    return f"{count:.1f} {_UNITS[unit]}" if unit and count < 9.95 else f"{count:,.0f} {_UNITS[unit]}"
