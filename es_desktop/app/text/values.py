"""Values, changes and counts as short lines of text."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import reduce
from itertools import islice
from typing import Any, Final

from es_desktop.replay.diff import ABSENT, Change, PathError, join_path, parse_path
from es_desktop.replay.steps import Step
from es_desktop.system.counts import count_text, format_number

from .plain import ELLIPSIS as ELLIPSIS
from .plain import elide as elide
from .times import as_number, calendar_time, date_text, in_zone


def day_text(seconds: float) -> str:
    """Return a time, in seconds since the epoch, to the minute: ``2026-05-31 14:30 UTC``."""
    moment = calendar_time(seconds, UTC)
    return "at an unknown time" if moment is None else f"{date_text(moment)} UTC"


def _format_mapping(value: Mapping[Any, Any], limit: int) -> str:
    if not value:
        return "{}"
    parts: list[str] = []
    room = limit - 2
    for key, member in islice(value.items(), 8):
        inner = "{…}" if isinstance(member, Mapping) and member else format_value(member, max(8, limit // 2))
        parts.append(f"{format_value(key, limit)}: {inner}")
        room -= len(parts[-1]) + 2
        if room <= 0:
            break
    if len(parts) < len(value):
        parts.append(ELLIPSIS)
    return elide("{" + ", ".join(parts) + "}", limit)


def format_value(value: object, limit: int = 80) -> str:
    """Return a value as one short line; ``""`` for the value of a path that is not there. Never raises."""
    try:
        return _format(value, limit)
    except Exception:
        # The __str__ of a value may fail (that of an int of 5,000 digits does), or its time zone; a row is still shown.
        return f"<{type(value).__name__}>"


def _format(value: object, limit: int) -> str:
    if value is ABSENT:
        return ""
    if value is None:
        return "–"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, enum.Enum):
        return elide(value.name, limit)
    if isinstance(value, str):
        return elide(value, limit) if value else '""'
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, bytes | bytearray | memoryview):
        return count_text(len(value), "byte")
    if isinstance(value, datetime):
        try:
            return date_text(value if value.tzinfo is None else in_zone(value), "seconds")
        except OverflowError:  # its year is in the calendar of its time zone, but not of this one
            return value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _format_mapping(value, limit)
    if isinstance(value, list | tuple | set | frozenset):
        return count_text(len(value))
    return elide(str(value), limit)


def format_transition(before: object, after: object, limit: int = 40) -> str:
    """Return the change of a value: ``open → paid``, ``– → 3 items``, ``3 items → removed``."""
    old = "–" if before is ABSENT else format_value(before, limit)
    return f"{old} → {'removed' if after is ABSENT else format_value(after, limit)}"


FROM_ZERO: Final = " zero "
"""Stands between a value of a false snapshot and the right one."""


def format_wrong(wrong: object, right: object, limit: int = 80) -> str:
    """Return a value of a false snapshot beside the right one, that from zero: ``42.00 zero 24.00``."""
    shown, beside = difference_texts(wrong, right, limit)
    return f"{shown or 'none'}{FROM_ZERO}{beside or 'none'}"


def describe_change(change: Change, limit: int = 32) -> str:
    """Return the change of one path: ``status open → paid``, ``+ lines[2] SKU-9 × 2, 19.90``; ``owner Ann`` if new."""
    if is_member(change.path) and (change.is_addition or change.is_removal):
        sign, member = ("+", change.after) if change.is_addition else ("−", change.before)
        return f"{sign} {change.path} {member_text(member, limit * 3 // 2)}"
    if change.is_addition:
        return f"{change.path} {format_value(change.after, limit)}"
    return f"{change.path} {format_transition(change.before, change.after, limit)}"


def short_change(change: Change, limit: int = 32, *, with_before: bool = True) -> str:
    """Return a change where there is little room: without what is before its last name; a member without its path."""
    if is_member(change.path) and (change.is_addition or change.is_removal):
        sign, member = ("+", change.after) if change.is_addition else ("−", change.before)
        return f"{sign} {member_text(member, limit * 3 // 2 if with_before else limit)}"
    name = last_name(change.path)
    if change.is_addition:
        return f"{name} {format_value(change.after, limit)}"
    if with_before:
        return f"{name} {format_transition(change.before, change.after, limit)}"
    return f"{name} → {'removed' if change.is_removal else format_value(change.after, limit)}"


def last_name(path: str) -> str:
    """Return the end of a path: from its last name on, or from the first list: ``city``, ``lines[2].price``.

    All of what is no path.
    """
    try:
        parts = parse_path(path)
    except PathError:
        return path
    is_name = [not join_path("", part).startswith("[") for part in parts]
    first = max(1, is_name.index(False) if False in is_name else len(parts)) - 1
    return reduce(join_path, parts[first:], "")


def shorter_summaries(changes: Sequence[Change], limit: int = 3, letters: int = 32) -> Iterator[str]:
    """Yield ever shorter texts of changes, each with how many it leaves out: ``city Leeds → York +1``."""
    for count, with_before in (*((each, True) for each in range(min(limit, len(changes)), 0, -1)), (1, False)):
        shown = " · ".join(short_change(each, letters, with_before=with_before) for each in changes[:count])
        yield shown + f" +{format_number(len(changes) - count)}" * (count < len(changes))


_COUNTING: Final = frozenset({"quantity", "qty", "count"})


def member_text(member: object, limit: int = 32) -> str:
    """Return a member of a list as its values, with a × before a number of things: ``SKU-9 × 2, 19.90``."""
    if not isinstance(member, Mapping) or not member:
        return format_value(member, limit)
    text = ""
    for name, value in islice(member.items(), 6):
        counts = name in _COUNTING and text
        text += f" × {format_value(value, limit)}" if counts else f"{', ' * bool(text)}{format_value(value, limit)}"
        if len(text) > limit:
            break
    return elide(text, limit)


def is_member(path: str) -> bool:
    """Return whether a path names a member of a list or table (``lines[2]``) rather than an attribute."""
    return path.endswith("]")


def summarise_changes(changes: Iterable[Change], limit: int = 3, separator: str = " · ", letters: int = 32) -> str:
    """Return the first changes joined by a separator, each value cut to ``letters``, and how many more there are."""
    changes = tuple(changes)
    parts = [describe_change(change, letters) for change in changes[:limit]]
    if len(changes) > limit:
        parts.append(f"+{format_number(len(changes) - limit)} more")
    return separator.join(parts)


NOTHING_CHANGED: Final = "nothing changed"


def describe_step(step: Step, limit: int = 3, letters: int = 32) -> str:
    """Return why an event failed, that it ended the entity, or its first changes; or why there are none."""
    odd = f"({step.odd}) " * bool(step.odd)
    if step.error is not None or step.discards:
        return odd + (step.error or "discarded")
    return odd + (summarise_changes(step.readable_changes, limit, letters=letters) or step.note or NOTHING_CHANGED)


def flat_text(tree: Mapping[str, Any], limit: int) -> str:
    """Return the values of a tree with their paths as one line: ``customer Ann · address.city Porto``."""
    parts: list[str] = []
    try:
        for path, value in _leaves("", tree):
            parts.append(f"{path} {format_value(value, limit)}")
            if sum(len(part) + 3 for part in parts) >= limit:
                break
    except RecursionError:  # it is nested too deeply
        parts.append(ELLIPSIS)
    return elide(" · ".join(parts), limit)


def _leaves(path: str, tree: object) -> Iterator[tuple[str, object]]:
    """Yield the leaves of a tree, each with its path."""
    if isinstance(tree, Mapping) and tree:
        for name, value in tree.items():
            shown = format_value(name)
            yield from _leaves(f"{path}.{shown}" if path else shown, value)
    elif isinstance(tree, (list, tuple)) and tree:
        for index, value in enumerate(tree):
            yield from _leaves(f"{path}[{index}]", value)
    else:
        yield path, tree


_SHORT: Final = 20
"""Characters that fit into a cell; shorter texts are not cut."""
_LEAD: Final = 12
"""How many characters before the difference are kept at most."""
_SLICE: Final = 4096


def difference_texts(left: Any, right: Any, limit: int = 80) -> tuple[str, str]:
    """Return two different values as one line each, of at most ``limit`` characters; ``""`` for a missing value.

    Values that would look alike are written as Python does. The common start of long texts is left out.
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
    """Return two texts from shortly before their first difference; ``None`` if that is at their start."""
    first = _alike_up_to(left, right)
    word = left.rfind(" ", max(0, first - _LEAD), first) + 1
    start = word or max(0, first - _LEAD // 3)
    if start < _LEAD // 3:
        return None
    shown = slice(start, start + limit)
    return ELLIPSIS + elide(left[shown], limit - 1), ELLIPSIS + elide(right[shown], limit - 1)


def _alike_up_to(left: str | bytes, right: str | bytes) -> int:
    """Return the length of the common start of two texts; in slices, because they may have megabytes."""
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
    except Exception:  # see format_value
        return f"<{type(value).__name__}>"


_UNITS: Final = ("B", "kB", "MB", "GB", "TB")


def format_bytes(count: float) -> str:
    """Return a number of bytes in decimal units, with two or three digits: ``850 B``, ``3.0 kB``, ``120 MB``."""
    count = as_number(count)
    unit = 0
    while count >= 999.5 and unit < len(_UNITS) - 1:
        count /= 1000
        unit += 1
    return (
        f"{format_number(count, 1)} {_UNITS[unit]}"
        if unit and count < 9.95
        else f"{format_number(count, 0)} {_UNITS[unit]}"
    )
