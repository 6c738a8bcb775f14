"""Plain trees (dicts, lists and leaf values), the paths of their values, and the differences of two of them."""

from __future__ import annotations

import datetime as dt
import enum
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any, Final, Literal
from uuid import UUID

from es_desktop.core.entity import BOOKKEEPING

PlainTree = Any
"""Dicts with text keys, lists, and leaves of any type. It shares no mutable object with the state."""
LEAVES: Final = frozenset(
    {str, int, float, bool, type(None), Decimal, bytes, UUID, dt.datetime, dt.date, dt.time, dt.timedelta}
)
"""The types of most values, which never change."""
_SEQUENCES: Final = (list, tuple, deque)
_SETS: Final = (set, frozenset)
_CONTAINERS: Final = (*_SEQUENCES, *_SETS, Mapping)


def plain_state(attributes: Mapping[str, Any]) -> dict[str, PlainTree]:
    """Return the attributes of an entity under plain names (``foo`` for ``_foo``), without its bookkeeping.

    That are the names in ``BOOKKEEPING``, and those in double underscores: they are of Python, or of a library.
    """
    return {
        shown: value if type(value) in LEAVES else plain(value)
        for name, value in attributes.items()
        if (shown := shown_name(name)) is not None
    }


@lru_cache(4096)
def shown_name(name: str) -> str | None:
    """Return the name by which an attribute of an entity is shown; ``None`` for one that is bookkeeping."""
    is_hidden = name in BOOKKEEPING or (name[:2] == "__" == name[-2:])
    return None if is_hidden else plain_name(name)


def plain_name(name: str) -> str:
    """Return the name of an attribute for people: without leading underscores."""
    return name.lstrip("_") or name


@lru_cache(1024)
def is_fixed(value_type: Any) -> bool:
    """Return whether values of a type never change, and are their own plain trees: leaves, and members of enums."""
    return value_type in LEAVES or (issubclass(value_type, enum.Enum) and not issubclass(value_type, _CONTAINERS))


def plain(value: Any) -> PlainTree:
    """Return a value as a plain tree. A set becomes a list in a fixed order, an object a dict of its attributes."""
    value_type: Any = type(value)
    if value_type in LEAVES or is_fixed(value_type):  # most values are, and the checks below take longer
        return value
    if value_type is list:
        return [item if type(item) in LEAVES else plain(item) for item in value]
    if value_type is dict or isinstance(value, Mapping):
        return {str(key): item if type(item) in LEAVES else plain(item) for key, item in value.items()}
    if isinstance(value, _SEQUENCES):
        return [plain(item) for item in value]
    if isinstance(value, _SETS):
        return [plain(item) for item in sorted(value, key=repr)]
    return plain_state(vars(value)) if hasattr(value, "__dict__") else value


class Absent(enum.Enum):
    """The value of a path that does not exist; not the same as ``None``."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> Literal[False]:
        return False


ABSENT: Final = Absent.ABSENT
_MARK: Final = re.compile(r'[.\[\]"]')
_SIMPLE: Final = frozenset({str, int, float, bool})


@dataclass(frozen=True, slots=True)
class Change:
    """One path with its value before and after; ``ABSENT`` if there is no value.

    Changes are compared as trees, because values of user classes may raise on ``==``.
    """

    path: str
    before: Any
    after: Any

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Change):
            return NotImplemented
        return self.path == other.path and same_tree(self.before, other.before) and same_tree(self.after, other.after)

    def __hash__(self) -> int:
        return hash(self.path)

    @property
    def is_addition(self) -> bool:
        return self.before is ABSENT

    @property
    def is_removal(self) -> bool:
        return self.after is ABSENT


def join_path(parent: str, key: object) -> str:
    """Return the path of a member: ``lines[2]`` for an index, ``address.city`` for a name.

    A name that holds a dot, a bracket or a quote, or is empty, is quoted (``prices["1.5"]``), so that two different
    values never have the same path.
    """
    if isinstance(key, int):
        return f"{parent}[{key}]"
    name = str(key)
    if not name or _MARK.search(name):
        return f"{parent}[{json.dumps(name)}]"
    return f"{parent}.{name}" if parent else name


def members(tree: object) -> Iterator[tuple[object, Any]]:
    """Yield ``(key, value)`` of the direct members of a container; nothing for a leaf."""
    if isinstance(tree, Mapping):
        yield from tree.items()
    elif isinstance(tree, list):
        yield from enumerate(tree)


def leaf_paths(tree: object, path: str = "") -> Iterator[str]:
    """Yield the path of each leaf below ``path``; an empty container is a leaf."""
    inside = False
    for key, value in members(tree):
        inside = True
        yield from leaf_paths(value, join_path(path, key))
    if not inside and path:
        yield path


def same_leaf(left: object, right: object) -> bool:
    """Return whether two leaves have the same type and value (``True`` is not ``1``; NaN is the same as NaN)."""
    if left is right:
        return True
    if type(left) is not type(right):
        return False
    try:
        return bool(left == right or (left != left and right != right))
    except Exception:  # a signalling NaN cannot be compared, and values of user classes may raise
        return safe_repr(left) == safe_repr(right)


def safe_repr(value: object) -> str:
    """Return the ``repr`` of a value; its type and address if ``repr`` raises."""
    try:
        return repr(value)
    except Exception:
        return object.__repr__(value)


def _known_same(left: object, right: object) -> bool:
    """Return ``True`` for most unchanged values, so that their path need not be made. ``False`` means unknown."""
    return left is right or (type(left) in _SIMPLE and type(left) is type(right) and left == right)


def diff(before: object, after: object, path: str = "", *, for_people: bool = False) -> Iterator[Change]:
    """Yield the changes that turn one plain tree into another, each at the deepest path that differs.

    Lists are compared index by index, so the value before a change is always the one at its path. With ``for_people``,
    removed or inserted members of a list are reported as such, instead of a change of each member after them. ``None``
    at the top counts as a state without attributes.
    """
    if before is after:
        return
    if path == "":
        before = {} if before is None else before
        after = {} if after is None else after
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key, old in before.items():
            new = after.get(key, ABSENT)
            if not _known_same(old, new):
                yield from diff(old, new, join_path(path, key), for_people=for_people)
        for key, new in after.items():
            if key not in before:
                yield Change(join_path(path, key), ABSENT, new)
    elif isinstance(before, list) and isinstance(after, list):
        cut = cut_members(before, after) if for_people else None
        if cut is not None:
            yield from (_member_change(before, after, path, index) for index in cut)
            return
        for index, (old, new) in enumerate(zip_longest(before, after, fillvalue=ABSENT)):
            if not _known_same(old, new):
                yield from diff(old, new, join_path(path, index), for_people=for_people)
    elif not same_leaf(before, after):
        yield Change(path, before, after)


def cut_members(before: list[Any], after: list[Any]) -> range | None:
    """Return the indexes of the longer list that make it the shorter one if removed; ``None`` if no range does."""
    shorter, longer = sorted((before, after), key=len)
    extra = len(longer) - len(shorter)
    first = next((at for at, item in enumerate(shorter) if not same_tree(item, longer[at])), len(shorter))
    if all(same_tree(item, longer[at + extra]) for at, item in enumerate(shorter[first:], first)):
        return range(first, first + extra)
    return None


def same_tree(left: object, right: object) -> bool:
    """Return whether two values of plain trees are the same: ``True`` is not ``1``, NaN is the same as NaN."""
    if _known_same(left, right):
        return True
    # Most trees are of these two types, and to make no changes takes a third of the time.
    if type(left) is dict and type(right) is dict:
        return len(left) == len(right) and all(
            (other := right.get(key, ABSENT)) is value or same_tree(value, other) for key, value in left.items()
        )
    if type(left) is list and type(right) is list:
        return len(left) == len(right) and all(map(same_tree, left, right))
    if type(left) in LEAVES and type(right) in LEAVES:
        return same_leaf(left, right)
    # With a path, because at the top ``diff`` takes a missing state for an empty one.
    return next(diff(left, right, "value"), None) is None


def _member_change(before: list[Any], after: list[Any], path: str, index: int) -> Change:
    member = join_path(path, index)
    if len(before) > len(after):
        return Change(member, before[index], ABSENT)
    return Change(member, ABSENT, after[index])


Part = str | int
"""A name in a dict, or an index in a list."""

_PART: Final = re.compile(r'(\.?)([^.\[\]"]+)|\[(0|[1-9][0-9]{0,17})\]|\[(?=")')
_JSON: Final = json.JSONDecoder()


class PathError(ValueError):
    """A text is not a path; the message says at which part."""


@lru_cache(4096)
def parse_path(path: str) -> tuple[Part, ...]:
    """Return the names and indexes of a path; none for ``""``, the tree itself.

    Raises ``PathError`` for a text that ``join_path`` does not make, such as ``a..b``, ``.a`` or ``a[-1]``.
    """
    parts: list[Part] = []
    at = 0
    while at < len(path):
        part, at = _next_part(path, at)
        parts.append(part)
    return tuple(parts)


def value_at(tree: object, path: str) -> Any:
    """Return the value at a path of a plain tree; ``ABSENT`` if there is none. Raises ``PathError``."""
    return value_of(tree, parse_path(path))


def value_of(tree: object, parts: tuple[Part, ...]) -> Any:
    """Return the value at a parsed path; ``ABSENT`` if there is none."""
    for part in parts:
        if isinstance(part, str):
            if not isinstance(tree, Mapping) or part not in tree:
                return ABSENT
            tree = tree[part]
        else:
            if not isinstance(tree, list) or part >= len(tree):
                return ABSENT
            tree = tree[part]
    return tree


def _next_part(path: str, at: int) -> tuple[Part, int]:
    match = _PART.match(path, at)
    if match is None:
        raise _broken(path, at)
    dot, name, index = match.groups()
    if name is not None:
        if bool(dot) != bool(at):  # a dot is only valid between two parts
            raise _broken(path, at)
        return name, match.end()
    if index is not None:
        return int(index), match.end()
    return _quoted_part(path, match.end())


def _quoted_part(path: str, at: int) -> tuple[str, int]:
    try:
        name, end = _JSON.raw_decode(path, at)
    except ValueError:
        raise _broken(path, at) from None
    if path[end : end + 1] != "]":
        raise _broken(path, end)
    return str(name), end + 1


def _broken(path: str, at: int) -> PathError:
    found = f"{path[at : at + 10]!r}" if at < len(path) else "its end"
    return PathError(f"{path[:80]!r} is no path from {found} on; a path is written as lines[2].price")
