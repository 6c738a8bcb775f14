"""Messages of the child as values of this program: decodes their values, and applies the changes that they describe."""

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
_MAKE_ENUM: Final[Any] = enum.Enum  # as Any: mypy wants the name of an enum to be a literal


@dataclass(frozen=True, slots=True)
class OtherValue:
    """A value of a type that only the person's code knows, as text."""

    type_name: str
    text: str

    def __str__(self) -> str:
        return self.text


class MessageDecoder:
    """Decodes messages of one child. For one thread at a time.

    A member of an enum in ``classes`` becomes that member. For any other enum one is made here, and the same member is
    the same object each time.
    """

    def __init__(self, classes: KnownClasses | None = None) -> None:
        self._classes = classes or KnownClasses()
        self._members: dict[str, enum.Enum | OtherValue] = {}

    def decode(self, frame: bytes) -> Any:
        """Return the message of a frame, its values decoded as ``child.wire.encode`` encoded them."""
        # Most frames have no encoded value, and json decodes them faster without a hook.
        return json.loads(frame, object_hook=self._decode_object if _MARK in frame else None)

    def _decode_object(self, tree: dict[str, Any]) -> Any:
        """Return the value that an object encodes; json has decoded the objects inside it already."""
        if "!" not in tree:
            return tree
        type_name, *parts = tree["!"]
        if type_name == "enum":
            return self._member(*parts)
        if type_name == "text":
            return OtherValue(*parts)
        return _COLLECTIONS[type_name](parts[0]) if type_name in _COLLECTIONS else READERS[type_name](*parts)

    def _member(self, module: str, class_name: str, name: str, value: Any) -> enum.Enum | OtherValue:
        key = repr((module, class_name, name, value))
        if key not in self._members:
            known = self._classes.find(f"{module}#{class_name}")
            if known is not None and issubclass(known, enum.Enum) and name in known.__members__:
                self._members[key] = known[name]
            else:
                self._members[key] = _new_member(class_name.rpartition(".")[2], name, value)
        return self._members[key]


def _new_member(class_name: str, name: str, value: Any) -> enum.Enum | OtherValue:
    try:
        member: enum.Enum = _MAKE_ENUM(class_name, {name: value})[name]
        return member
    except (ValueError, TypeError, KeyError):  # a name that this version of Python reserves
        return OtherValue(class_name, name)


def with_change(tree: Any, change: Any) -> Any:
    """Return a tree with a change of ``child.differences`` applied; parts that did not change are shared with it."""
    if change is None:
        return tree
    operation, inner, *rest = change
    if operation == "=":
        return inner
    if operation == "{":
        changed = dict(tree)
        for name, each in inner:
            changed[name] = with_change(changed.get(name), each)
        for name in rest[0]:
            del changed[name]
        return changed
    kept, added = rest
    items = tree[:kept]
    for index, each in inner:
        items[index] = with_change(items[index], each)
    return [*items, *added]
