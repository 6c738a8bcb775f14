"""The paths of a payload with the types of their values: what an event looks like, without its values."""

from __future__ import annotations

import enum
import re
from collections import deque
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

from es_desktop.app.entity.fields import ValueType, value_type_of
from es_desktop.core.json_text import JsonNumber
from es_desktop.replay.diff import join_path

NULL: Final = "null"
LIST: Final = "list"
OBJECT: Final = "object"
ANY_NAME: Final = "*"
"""Stands for names that differ from event to event, such as ids."""
MORE: Final = "…"
"""The path that stands for all values beyond the limits."""
_MOST_LEVELS: Final = 8
_MOST_NAMES: Final = 60
"""An object with more names is taken for one whose names are data."""
_MOST_MEMBERS: Final = 200
"""Members of a list that are looked at."""
_MOST_PATHS: Final = 400
"""Paths of one event."""
_LISTS: Final = (list, tuple, set, frozenset, deque)
_DATA: Final = re.compile(
    r"\d[\d.,:_-]*"  # a number, a date
    r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{12,}"  # a UUID, a hash
    r"|(?=.*\d)\S{20,}"  # such as a ULID
    r"|[^@\s]+@[^@\s]+"
    r"|[A-Za-z]{1,6}[-_:#]\d{3,}",  # such as SKU-0250
    re.IGNORECASE,
)


class Leaf(NamedTuple):
    """A path of a payload, and the type of a value that it has."""

    path: str
    type: str


Shape = tuple[Leaf, ...]
"""What one event looks like: each path and type once."""


class _TypeNames(dict[type[Any], str]):
    """The names of the types of values, for a person."""

    def __missing__(self, value_type: type[Any]) -> str:
        if issubclass(value_type, Mapping):
            name = OBJECT
        elif issubclass(value_type, _LISTS):
            name = LIST
        elif issubclass(value_type, enum.Enum):
            name = ValueType.CHOICE.value
        else:
            name = OBJECT
        self[value_type] = name
        return name


def _known_names() -> dict[type[Any], str]:
    names = {each: value_type_of(each()) for each in (str, int, float, bool, bytes)}
    return {each: name.value for each, name in names.items()}


_NAMES: Final = _TypeNames({**_known_names(), type(None): NULL, JsonNumber: ValueType.FLOAT.value})
_CONTAINERS: Final = frozenset({OBJECT, LIST})
_KNOWN_SHAPES: Final = 4_096


def type_name(value: Any) -> str:
    """Return the type of a value for a person: ``text``, ``whole number``, ``null``, ``list``."""
    found = type(value)
    if found not in _NAMES and not isinstance(value, (Mapping, enum.Enum, *_LISTS)):
        named = value_type_of(value)
        _NAMES[found] = OBJECT if named is ValueType.JSON else named.value
    return _NAMES[found]


def type_family(name: str) -> str:
    """Return the type without what JSON does not tell apart: ``1`` and ``1.5`` are numbers."""
    return ValueType.FLOAT.value if name == ValueType.INTEGER.value else name


@lru_cache(16_384)
def is_data(name: str) -> bool:
    """Return whether the name of a member looks like data, as an id, a number or a date does."""
    return _DATA.fullmatch(name) is not None


class Shapes:
    """Finds the shapes of payloads; those that were seen before are known by their names and types alone."""

    def __init__(self) -> None:
        self._flat: dict[tuple[Any, ...], Shape | tuple[str, ...]] = {}
        """The shape for names and types; the names of the values that are containers, if there are any."""
        self._nested: dict[tuple[Any, ...], Shape] = {}
        """The shape for names, types, and what is inside of the containers."""

    def of(self, data: Mapping[str, Any], level: int = 0) -> Shape:
        """Return the shape of a payload. Never raises for one that was decoded."""
        names = tuple(data)
        key = (names, *map(type, data.values()))
        known = self._flat.get(key)
        if known is None:
            if len(self._flat) >= _KNOWN_SHAPES:
                self._flat.clear()
            containers = tuple(name for name, value in data.items() if type_name(value) in _CONTAINERS)
            known = self._flat[key] = containers or _walked(data)
        if not known or isinstance(known[0], Leaf):
            return known  # type: ignore[return-value]  # that of a payload without containers
        if level >= _MOST_LEVELS:
            return _walked(data)
        inner = (key, *(self._inside(data[name], level + 1) for name in known))
        shape = self._nested.get(inner)
        if shape is None:
            if len(self._nested) >= _KNOWN_SHAPES:
                self._nested.clear()
            shape = self._nested[inner] = _walked(data)
        return shape

    def _inside(self, value: Any, level: int) -> object:
        """Return what has to be the same in another container for it to have the same shape."""
        if isinstance(value, Mapping):
            return self.of(value, level)
        if isinstance(value, _LISTS):
            found = dict.fromkeys(self._inside(each, level) for each in islice(value, _MOST_MEMBERS))
            return list, *found
        return type(value)


def _walked(data: Mapping[str, Any]) -> Shape:
    found: dict[Leaf, None] = {}
    for leaf in _leaves(data, "", 0):
        found[leaf] = None
        if len(found) >= _MOST_PATHS:
            found[Leaf(MORE, OBJECT)] = None
            break
    return tuple(found)


def _leaves(tree: Any, path: str, level: int) -> Iterator[Leaf]:
    """Yield each path below ``path``, those of objects and lists too."""
    if level >= _MOST_LEVELS:
        yield Leaf(_below(path, MORE), OBJECT)
        return
    if isinstance(tree, Mapping):
        are_data = len(tree) > _MOST_NAMES
        for key, value in tree.items():
            name = str(key)
            yield from _leaf(value, _below(path, ANY_NAME if are_data or is_data(name) else name), level)
        return
    for number, value in enumerate(tree):
        if number == _MOST_MEMBERS:
            return
        yield from _leaf(value, f"{path}[]", level)


def _leaf(value: Any, path: str, level: int) -> Iterator[Leaf]:
    name = type_name(value)
    yield Leaf(path, name)
    if name in _CONTAINERS and isinstance(value, (Mapping, *_LISTS)):
        yield from _leaves(value, path, level + 1)


@lru_cache(16_384)
def _below(path: str, name: str) -> str:
    if name in (ANY_NAME, MORE):
        return f"{path}.{name}" if path else name
    return join_path(path, name)
