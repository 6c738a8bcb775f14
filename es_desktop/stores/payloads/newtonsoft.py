"""JSON with type names, as Json.NET writes it: collections become lists, everything else is unchanged."""

from __future__ import annotations

from typing import Any, Final

TYPE: Final = "$type"
"""The key of an object's type name."""
_VALUES: Final = "$values"


def without_collections(tree: Any) -> Any:
    """Return a tree with plain lists instead of wrapped collections."""
    if isinstance(tree, list):
        return [without_collections(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.keys() == {TYPE, _VALUES}:
        return without_collections(tree[_VALUES])
    return {name: without_collections(value) for name, value in tree.items()}
