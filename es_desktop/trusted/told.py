"""What the child tells, as values of this program: encoded trees decoded, and changes carried out."""

from __future__ import annotations

import enum
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from es_desktop.core import KnownClasses

from .child.wire import READERS

_MARK: Final = b'"!"'
_COLLECTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "dict": dict,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "deque": deque,
}
_MAKE_ENUM: Final[Any] = enum.Enum  # with a name that only the code knows


@dataclass(frozen=True, slots=True)
class OtherValue:
    """A value of a type that only the person's code knows, by its text."""

    kind: str
    text: str

    def __str__(self) -> str:
        return self.text


class Told:
    """Decodes messages. A member of an enum that is not known here is one of an enum of its own, the same each time."""

    def __init__(self, classes: KnownClasses | None = None) -> None:
        self._classes = classes or KnownClasses()
        self._enums: dict[str, enum.Enum | OtherValue] = {}

    def message(self, frame: bytes) -> Any:
        """Return what a frame says, with its values decoded where there are any to decode."""
        return json.loads(frame, object_hook=self._restored if _MARK in frame else None)

    def _restored(self, tree: dict[str, Any]) -> Any:
        """Return what an object stands for, whose members are decoded already."""
        if "!" not in tree:
            return tree
        kind, *parts = tree["!"]
        if kind == "enum":
            return self._enum(*parts)
        if kind == "text":
            return OtherValue(*parts)
        return _COLLECTIONS[kind](parts[0]) if kind in _COLLECTIONS else READERS[kind](*parts)

    def _enum(self, module: str, title: str, name: str, value: Any) -> enum.Enum | OtherValue:
        key = repr((module, title, name, value))
        if key not in self._enums:
            known = self._classes.find(f"{module}#{title}")
            if known is not None and issubclass(known, enum.Enum) and name in known.__members__:
                self._enums[key] = known[name]
            else:
                self._enums[key] = _enum_member(title.rpartition(".")[2], name, value)
        return self._enums[key]


def _enum_member(title: str, name: str, value: Any) -> enum.Enum | OtherValue:
    try:
        made: enum.Enum = _MAKE_ENUM(title, {name: value})[name]
        return made
    except (ValueError, TypeError, KeyError):  # a name that this Python keeps for itself
        return OtherValue(title, name)


def changed(tree: Any, change: Any) -> Any:
    """Return a tree with a change carried out, as ``difference`` told it; what did not change is shared."""
    if change is None:
        return tree
    kind, inner, *rest = change
    if kind == "=":
        return inner
    if kind == "{":
        made = dict(tree)
        for name, each in inner:
            made[name] = changed(made.get(name), each)
        for name in rest[0]:
            del made[name]
        return made
    kept, added = rest
    items = tree[:kept]
    for index, each in inner:
        items[index] = changed(items[index], each)
    return [*items, *added]
