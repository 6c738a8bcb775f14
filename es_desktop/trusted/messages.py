"""Messages of the child as values of this program: checks them, decodes their values, and applies their changes.

A person's code may write whatever it likes into the pipe. So nothing in an answer is used before its type was checked,
and anything that is wrong with one is the same error.
"""

from __future__ import annotations

import enum
import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from es_desktop.core import KnownClasses
from es_desktop.system.limits import limits, over

from .child.wire import READERS
from .trust import CodeEndedError, CodeRefusedError

_DEEPEST: Final = 300
"""The most containers inside each other in a state: fewer than the functions of this program can walk through."""
_MOST_CHARACTERS: Final = 200
_MOST_OF_REASON: Final = 500
_MOST_OF_TRACEBACK: Final = 20_000
_WRONG: Final = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError)
"""What the functions that read a message raise for one that the child would not write."""


@contextmanager
def answer_check() -> Iterator[None]:
    """Raise ``CodeEndedError`` if a block that reads an answer finds it wrong."""
    try:
        yield
    except _WRONG as error:
        reason = f"{type(error).__name__}: {error}"[:_MOST_CHARACTERS]
        raise CodeEndedError(f"it answers what cannot be understood: {reason}") from error


def checked(value: Any, *types: type) -> Any:
    """Return a value that is of one of the types. Raises ``TypeError`` for any other."""
    if type(value) not in types:
        expected = " or ".join("null" if each is type(None) else each.__name__ for each in types)
        raise TypeError(f"a {type(value).__name__} stands where {expected} is expected")
    return value


def one_line(text: str) -> str:
    """Return what code or its interpreter wrote in one line that is not too long."""
    return " ".join(text[:_MOST_OF_REASON].splitlines())


def failure_texts(reason: Any, traceback: Any) -> tuple[str, str]:
    """Return why something failed, in one line, and the lines of code; both cut. Raises ``TypeError`` for no texts."""
    return one_line(checked(reason, str)) or "it does not say why", checked(traceback, str)[-_MOST_OF_TRACEBACK:]


def checked_tree(value: Any, frame: bytes) -> Any:
    """Return a state that a frame brought or changed: a dict or ``None``. Raises ``TypeError`` or ``ValueError``."""
    # A frame with few brackets cannot make a state deep, and most have few.
    level = [value] if frame.count(b"[") + frame.count(b"{") > _DEEPEST else []
    for _ in range(_DEEPEST):
        level = [item for each in level if type(each) in _CONTAINERS for item in _members(each)]
    if level:
        raise ValueError(f"the state is nested more than {_DEEPEST} deep")
    return checked(value, dict, type(None))


def _members(container: Any) -> Any:
    return container.values() if type(container) is dict else container


def _require_few_values(frame: bytes) -> None:
    """Raise ``ValueError`` for a frame with more values than a state may have: each takes far more room when read."""
    most = limits().values
    if len(frame) >= 2 * most:
        found = _TEXT.sub(b"", frame)
        if sum(map(found.count, (b",", b"[", b"{"))) > most:
            raise ValueError(over(f"the state has more than {most:,} values", "values"))


_TEXT: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_MARK: Final = b'"!"'
_CONTAINERS: Final = frozenset({dict, list, tuple, set, frozenset, deque})
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
    """Checks and decodes messages of one child. For one thread at a time.

    A member of an enum in ``classes`` becomes that member. For any other enum one is made here, and the same member is
    the same object each time.
    """

    def __init__(self, classes: KnownClasses | None = None) -> None:
        self._classes = classes or KnownClasses()
        self._members: dict[str, enum.Enum | OtherValue] = {}

    def decode(self, frame: bytes) -> dict[str, Any]:
        """Return the message of a frame, its values decoded as ``child.wire.encode`` encoded them.

        To be called inside ``answer_check``. Raises ``CodeRefusedError`` for a message that something failed.
        """
        _require_few_values(frame)
        # Most frames have no encoded value, and json decodes them faster without a hook.
        message: dict[str, Any] = checked(
            json.loads(frame, object_hook=self._decode_object if _MARK in frame else None), dict
        )
        if "failed" in message:
            reason, traceback = checked(message["failed"], list)
            raise CodeRefusedError(*failure_texts(reason, traceback))
        return message

    def _decode_object(self, tree: dict[str, Any]) -> Any:
        """Return the value that an object encodes; json has decoded the objects inside it already."""
        if "!" not in tree:
            return tree
        type_name, *parts = tree["!"]
        if type_name == "enum":
            module, class_name, name, value = parts
            return self._member(checked(module, str), checked(class_name, str), checked(name, str), value)
        if type_name == "text":
            return OtherValue(*(checked(part, str) for part in parts))
        if type_name not in _COLLECTIONS:
            return READERS[type_name](*parts)
        found = _COLLECTIONS[type_name](*parts)
        for key in found if type_name == "dict" else ():
            checked(key, str)
        return found

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
    """Return a tree with a change of ``child.differences`` applied; parts that did not change are shared with it.

    To be called inside ``answer_check``.
    """
    if change is None:
        return tree
    operation, inner, *rest = change
    if operation == "=":
        return inner
    if operation == "{":
        changed = dict(checked(tree, dict))
        for name, each in inner:
            changed[checked(name, str)] = with_change(changed.get(name), each)
        for name in rest[0]:
            del changed[name]
        return changed
    if operation != "[":
        raise ValueError(f"there is no change {operation!r}")
    kept, added = rest
    items = checked(tree, list)[:kept]
    for index, each in inner:
        items[index] = with_change(items[index], each)
    return [*items, *added]
