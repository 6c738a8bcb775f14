"""What each event changed in an object of a known class: the object is compared with the plain tree of it before.

The same as making a plain tree of the whole object after each event and comparing two of these, in less than half of
the time: what an event does not touch is the same object as before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .diff import ABSENT, LEAVES, PlainTree, is_fixed, plain, plain_state, same_leaf, same_tree, shown_name


class ObjectChanges:
    """The state of an entity as events change it. For one thread at a time."""

    def __init__(self) -> None:
        self._objects: dict[str, Any] = {}
        """The attributes after the last event, as the object has them."""
        self._names: list[tuple[str, str]] = []
        """Those that are shown, with the names that they are shown by."""
        self._shown: dict[str, PlainTree] | None = None
        """The plain tree of them; ``None`` if there is no state."""

    @property
    def shown(self) -> dict[str, PlainTree] | None:
        """A new plain tree of the state after the last event, whose values are shared; ``None`` if there is none."""
        return None if self._shown is None else dict(self._shown)

    def changed(self, state: Any) -> dict[str, PlainTree]:
        """Return what an event changed, by attribute, as ``changed_attributes`` does; ``state`` is that after it."""
        if state is None:
            self._shown = None
            return {}
        attributes = vars(state)
        if self._shown is None or attributes.keys() != self._objects.keys():
            return self._changed_names(attributes)
        objects, shown = self._objects, self._shown
        found: dict[str, PlainTree] = {}
        for name, shown_as in self._names:
            value = attributes[name]
            value_type: Any = type(value)
            if value is objects[name] and (value_type in LEAVES or is_fixed(value_type)):
                continue
            objects[name] = value
            if not _is_same(shown[shown_as], value):
                found[shown_as] = shown[shown_as] = plain(value)
        return found

    def _changed_names(self, attributes: Mapping[str, Any]) -> dict[str, PlainTree]:
        """Take a state that has other attributes than that before, or that is the first one."""
        before, after = self._shown, plain_state(attributes)
        self._shown, self._objects = after, dict(attributes)
        # Of two attributes with one shown name the last counts, as in a plain tree.
        last = {shown: name for name in attributes if (shown := shown_name(name)) is not None}
        self._names = [(name, shown) for shown, name in last.items()]
        if before is None:
            return dict(after)
        found = {name: value for name, value in after.items() if not same_tree(before.get(name, ABSENT), value)}
        return found | {name: ABSENT for name in before if name not in after}


def _is_same(tree: PlainTree, value: Any) -> bool:
    """Return whether ``plain(value)`` would be the same tree."""
    value_type = type(value)
    if value_type in LEAVES:
        return same_leaf(tree, value)
    if value_type is list:
        return type(tree) is list and len(tree) == len(value) and all(map(_is_same, tree, value))
    if value_type is dict and type(tree) is dict and all(type(key) is str for key in value):
        return len(tree) == len(value) and all(_is_same(tree.get(key, ABSENT), item) for key, item in value.items())
    return same_tree(tree, plain(value))
