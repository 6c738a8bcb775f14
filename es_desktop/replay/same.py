"""Sameness of plain trees: whether two of them are alike in every place, and a key to find alike ones by."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from .diff import diff, written


def same_tree(left: object, right: object) -> bool:
    """Tell whether two values of plain trees are the same in every place: ``True`` is not ``1``, NaN is itself."""
    # With a path of its own, as at the top of a state nothing is the same as an empty dict.
    return next(diff(left, right, "value"), None) is None


def tree_key(value: object) -> Hashable:
    """Return a key that two values of plain trees share where they are the same.

    A leaf that cannot be hashed is known by its ``repr``.
    """
    if isinstance(value, Mapping):
        return "dict", frozenset((key, tree_key(member)) for key, member in value.items())
    if isinstance(value, list):
        return "list", tuple(map(tree_key, value))
    kind = type(value)
    try:
        hash(value)
        return (kind, value) if value == value else (kind, "not a number")
    except Exception:  # a signalling NaN has no hash, nor perhaps a value of the user's own
        return kind, written(value)
