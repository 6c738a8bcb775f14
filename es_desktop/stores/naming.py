"""Finds the entity type in the ids of streams, such as ``order`` in ``order-17``, ``Order$12`` or ``order/2025/1``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

_UUID: Final = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
UUID_TEXT: Final = re.compile(_UUID)
_UUID_OR_HEX: Final = re.compile(rf"{_UUID}|[0-9a-fA-F]{{32}}")
_PART: Final = re.compile(rf"{_UUID}|[^\W_]+")
_WEAK: Final = frozenset("_.")
"""Separators that occur inside of words too: ``order_item``, ``shop.Order``."""
_FEW: Final = 3
_MANY: Final = 20
_KEPT: Final = 1 << 16
"""Ids whose types are kept: an index asks for them in the order of events."""


class _Name(NamedTuple):
    """An id, by what its entity type may be."""

    first: str
    """Its first part; empty if the id names no type."""
    before_dash: str
    """What is in front of its first dash; empty if it has none."""
    words: str
    """All words in front of its first part with a digit; otherwise ``first``."""
    whole: str = ""
    """All of it, if it is only words joined by weak separators."""


_FIRST, _BEFORE_DASH, _WORDS = range(3)
_NAMELESS: Final = _Name("", "", "")


class StreamTypes:
    """The entity types of the ids of one store.

    An id has parts, which are letters and digits; a UUID is one part. The type is one of these, the first that is
    plausible for all ids with the same first part:

    1. what is in front of the first dash, as message-db, Emmett and Eventuous mean it;
    2. all words in front of the first part that has a digit;
    3. the first part.

    It is not plausible if that gives each id a type of its own. An id of words alone, such as ``inventory`` or
    ``price_list``, is a type itself where no other id starts so.
    """

    def __init__(self, ids: Callable[[], Iterable[object]] = tuple) -> None:
        """``ids`` returns the ids of the store; it is called at the first use, in the thread of that."""
        self._ids = ids
        self.type_of: Callable[[str], str] = lru_cache(_KEPT)(self._type_of)
        """Returns the entity type of an id, which need not be one of these; empty if the id names none."""

    def _type_of(self, stream: str) -> str:
        name = _parsed(stream)
        is_single = len(self._names.get(name.first, ())) <= 1
        if is_single and (self._are_ids or _has_digit(name.first)):
            return ""
        if is_single and name.whole:
            return name.whole
        return name[self._choices.get(name.first, _BEFORE_DASH)] or name.words

    @cached_property
    def _names(self) -> dict[str, list[_Name]]:
        """The ids by their first parts."""
        found: dict[str, list[_Name]] = defaultdict(list)
        for name in (_parsed(str(each)) for each in self._ids()):
            found[name.first].append(name)
        return found

    @cached_property
    def _choices(self) -> dict[str, int]:
        """Which field of a name is its type, by its first part."""
        return {first: _choice(names) for first, names in self._names.items()}

    @cached_property
    def _are_ids(self) -> bool:
        """Whether first parts that only one id has are no types, because these are many."""
        single = sum(1 for names in self._names.values() if len(names) == 1)
        return single > _MANY and 2 * single > len(self._names)


def _choice(names: list[_Name]) -> int:
    by_dash, by_words = ({name[field] for name in names} - {""} for field in (_BEFORE_DASH, _WORDS))
    if by_dash and _are_few(by_dash, names, _FEW):
        return _BEFORE_DASH
    are_words = all(_WEAK.issuperset(_PART.sub("", each)) for each in by_words)
    return _WORDS if _are_few(by_words, names, _FEW if are_words else 1) else _FIRST


def _are_few(types: set[str], names: list[_Name], few: int) -> bool:
    return len(types) <= few or 2 * len(types) <= len(names)


def _has_digit(part: str) -> bool:
    return not part.isalpha()  # a part has letters and digits only


def _parsed(stream: str) -> _Name:
    found = list(_PART.finditer(stream))
    parts = [each[0] for each in found]
    if not parts or not parts[0][0].isalpha() or _UUID_OR_HEX.fullmatch(parts[0]):
        return _NAMELESS
    leading = 1
    # The last part is always the id, unless it is the only one.
    while leading < len(parts) - 1 and parts[leading - 1].isalpha() and parts[leading].isalpha():
        leading += 1
    start, ends = found[0].start(), [each.end() for each in found[:leading]]
    gaps = [stream[end : after.start()] for end, after in zip(ends, found[1:], strict=False)]
    has_id = any(map(_has_digit, parts[leading:]))
    words_end = ends[-1] if has_id else ends[0]
    dash = next((index for index, gap in enumerate(gaps) if "-" in gap), None)
    if dash is None or not (has_id or _WEAK.issuperset("".join(gaps[:dash]))):
        is_words = not has_id and _WEAK.issuperset(_PART.sub("", stream))
        return _Name(parts[0], "", stream[start:words_end], stream if is_words else "")
    return _Name(parts[0], stream[start : ends[dash]], stream[start:words_end])
