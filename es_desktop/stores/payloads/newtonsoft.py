"""JSON as Json.NET writes it with the names of types: collections become lists, and the rest stays as it stands."""

from __future__ import annotations

from typing import Any, Final

TYPE: Final = "$type"
"""The name under which an object says its type."""
_VALUES: Final = "$values"


def without_collections(tree: Any) -> Any:
    """Return a tree whose wrapped collections are plain lists."""
    if isinstance(tree, list):
        return [without_collections(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.keys() == {TYPE, _VALUES}:
        return without_collections(tree[_VALUES])
    return {name: without_collections(value) for name, value in tree.items()}
