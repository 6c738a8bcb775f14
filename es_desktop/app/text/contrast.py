"""Two values that differ, each as one short line, so that a person sees what the difference is."""

from __future__ import annotations

from typing import Any, Final

from es_desktop.replay import ABSENT

from .values import ELLIPSIS, elide, format_value

_SHORT: Final = 20
"""Characters that a cell has room for, so that nothing has to be cut off before the difference."""
_LEAD: Final = 12
"""Characters before the difference among which a word may begin."""
_SLICE: Final = 4096


def contrasted(left: Any, right: Any, limit: int = 80) -> tuple[str, str]:
    """Return two values that differ as one line each, not longer than ``limit``; ``""`` for one that is not there.

    Where they would read alike they are written as Python does; what long texts begin with alike is left out.
    """
    texts = format_value(left, limit), format_value(right, limit)
    if left is ABSENT or right is ABSENT:
        return texts
    if isinstance(left, str) and isinstance(right, str) and max(len(left), len(right)) > _SHORT:
        texts = _from_difference(left, right, limit) or texts
    if texts[0] == texts[1]:
        written = _written(left, right), _written(right, left)
        texts = _from_difference(*written, limit) or (elide(written[0], limit), elide(written[1], limit))
    return texts


def _from_difference(left: str, right: str, limit: int) -> tuple[str, str] | None:
    """Return two texts from shortly before their difference on; ``None`` where that is where they begin."""
    first = _alike_up_to(left, right)
    word = left.rfind(" ", max(0, first - _LEAD), first) + 1
    start = word or max(0, first - _LEAD // 3)
    if start < _LEAD // 3:
        return None
    shown = slice(start, start + limit)
    return ELLIPSIS + elide(left[shown], limit - 1), ELLIPSIS + elide(right[shown], limit - 1)


def _alike_up_to(left: str | bytes, right: str | bytes) -> int:
    """Return how many characters two texts begin with alike; slice by slice, as they may be megabytes."""
    start = 0
    while left[start : start + _SLICE] == right[start : start + _SLICE] and start < len(left):
        start += _SLICE
    pairs = zip(left[start : start + _SLICE], right[start : start + _SLICE], strict=False)
    alike = next((at for at, (one, other) in enumerate(pairs) if one != other), None)
    return start + alike if alike is not None else min(len(left), len(right))


def _written(value: Any, other: Any) -> str:
    if type(value) is type(other) and isinstance(value, str | bytes):
        first = _alike_up_to(value, other)
        value = value[max(0, first - _LEAD) : first + _SLICE]
    try:
        return repr(value)
    except Exception:  # that of an int of 5,000 digits fails, and perhaps that of a value of the user's own
        return f"<{type(value).__name__}>"
