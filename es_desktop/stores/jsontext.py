"""SQL expressions for values in JSON columns. What is not valid JSON gives NULL, not an error."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, case, cast, func


def text_in(column: ColumnElement[Any], dialect: str, *path: str) -> ColumnElement[Any]:
    """Return the text at a path of names. In PostgreSQL: the first text under the last of the names.

    PostgreSQL cannot parse a ``text`` column that may hold invalid JSON without an error, so a regular expression is
    used there.
    """
    text = cast(column, Text)
    if dialect == "sqlite":
        return _extracted(text, path)
    found = func.substring(text, rf'"{re.escape(path[-1])}"\s*:\s*"((?:[^"\\]|\\.)*)"')
    return func.replace(func.replace(found, "\\\\", "\\"), "\\/", "/")


def number_in(column: ColumnElement[Any], dialect: str, *path: str) -> ColumnElement[Any]:
    """Return the whole number at a path of names. In PostgreSQL: the first one under the last of the names."""
    text = cast(column, Text)
    if dialect == "sqlite":
        return _extracted(text, path)
    return cast(func.substring(text, rf'"{re.escape(path[-1])}"\s*:\s*(\d+)'), BigInteger)


def _extracted(text: ColumnElement[Any], path: tuple[str, ...]) -> ColumnElement[Any]:
    return case((func.json_valid(text) == 1, func.json_extract(text, "$" + "".join(f'."{name}"' for name in path))))
