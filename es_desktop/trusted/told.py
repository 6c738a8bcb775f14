"""What the child tells, as values of this program: encoded trees decoded, and changes carried out."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import Any, Final

from .child.wire import READERS

_MARK: Final = b'"!"'


@dataclass(frozen=True, slots=True)
class OtherValue:
    """A value of a type that only the person's code knows, by its text."""

    kind: str
    text: str

    def __str__(self) -> str:
        return self.text


class Told:
    """Decodes messages. Enums of the person's come as enums of one member, the same one each time."""

    def __init__(self) -> None:
        self._enums: dict[tuple[str, str, str], enum.Enum] = {}

    def message(self, frame: bytes) -> Any:
        """Return what a frame says, with its values decoded where there are any to decode."""
        tree = json.loads(frame)
        return self._decoded(tree) if _MARK in frame else tree

    def _decoded(self, tree: Any) -> Any:
        if isinstance(tree, list):
            return [self._decoded(item) for item in tree]
        if not isinstance(tree, dict):
            return tree
        if "!" not in tree:
            return {key: self._decoded(item) for key, item in tree.items()}
        kind, *parts = tree["!"]
        if kind == "enum":
            return self._enum(*parts)
        if kind == "text":
            return OtherValue(*parts)
        if kind == "dict":
            return {key: self._decoded(item) for key, item in parts[0]}
        return READERS[kind](*parts)

    def _enum(self, topic: str, name: str, value: Any) -> enum.Enum:
        key = (topic, name, json.dumps(value))
        if key not in self._enums:
            made = enum.Enum(topic.rpartition(".")[2], {name: self._decoded(value)})
            self._enums[key] = made[name]
        return self._enums[key]


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
