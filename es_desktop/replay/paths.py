"""Parses the paths of ``join_path`` into names and indexes, and finds their values in plain trees."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from .diff import ABSENT

Part = str | int
"""A name in a dict, or an index in a list."""

_PART: Final = re.compile(r'(\.?)([^.\[\]"]+)|\[(0|[1-9][0-9]{0,17})\]|\[(?=")')
_JSON: Final = json.JSONDecoder()
_PATHS_KEPT: Final = 4096


class PathError(ValueError):
    """A text is not a path; the message says at which part."""


@lru_cache(_PATHS_KEPT)
def parse_path(path: str) -> tuple[Part, ...]:
    """Return the names and indexes of a path; none for ``""``, the tree itself.

    Raises ``PathError`` for a text that ``join_path`` does not make, such as ``a..b``, ``.a`` or ``a[-1]``.
    """
    parts: list[Part] = []
    at = 0
    while at < len(path):
        part, at = _next_part(path, at)
        parts.append(part)
    return tuple(parts)


def value_at(tree: object, path: str) -> Any:
    """Return the value at a path of a plain tree; ``ABSENT`` if there is none. Raises ``PathError``."""
    return value_of(tree, parse_path(path))


def value_of(tree: object, parts: tuple[Part, ...]) -> Any:
    """Return the value at a parsed path; ``ABSENT`` if there is none."""
    for part in parts:
        if isinstance(part, str):
            if not isinstance(tree, Mapping) or part not in tree:
                return ABSENT
            tree = tree[part]
        else:
            if not isinstance(tree, list) or part >= len(tree):
                return ABSENT
            tree = tree[part]
    return tree


def _next_part(path: str, at: int) -> tuple[Part, int]:
    match = _PART.match(path, at)
    if match is None:
        raise _broken(path, at)
    dot, name, index = match.groups()
    if name is not None:
        if bool(dot) != bool(at):  # a dot is only valid between two parts
            raise _broken(path, at)
        return name, match.end()
    if index is not None:
        return int(index), match.end()
    return _quoted_part(path, match.end())


def _quoted_part(path: str, at: int) -> tuple[str, int]:
    try:
        name, end = _JSON.raw_decode(path, at)
    except ValueError:
        raise _broken(path, at) from None
    if path[end : end + 1] != "]":
        raise _broken(path, end)
    return str(name), end + 1


def _broken(path: str, at: int) -> PathError:
    found = f"{path[at : at + 10]!r}" if at < len(path) else "its end"
    return PathError(f"{path[:80]!r} is no path from {found} on; a path is written as lines[2].price")
