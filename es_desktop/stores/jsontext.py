"""Looks into JSON that a column keeps, in the database: what cannot be looked into is NULL there, and no error."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, case, cast, func


def text_in(column: ColumnElement[Any], dialect: str, *path: str) -> ColumnElement[Any]:
    """Return the text at a path of names; PostgreSQL takes the first text that stands under the last of the names.

    A column of PostgreSQL may be ``text`` that is no JSON, and nothing there can read such a text without raising.
    """
    text = cast(column, Text)
    if dialect == "sqlite":
        return _extracted(text, path)
    found = func.substring(text, rf'"{re.escape(path[-1])}"\s*:\s*"((?:[^"\\]|\\.)*)"')
    return func.replace(func.replace(found, "\\\\", "\\"), "\\/", "/")


def number_in(column: ColumnElement[Any], dialect: str, *path: str) -> ColumnElement[Any]:
    """Return the whole number at a path of names; of PostgreSQL the first that stands under the last of the names."""
    text = cast(column, Text)
    if dialect == "sqlite":
        return _extracted(text, path)
    return cast(func.substring(text, rf'"{re.escape(path[-1])}"\s*:\s*(\d+)'), BigInteger)


def _extracted(text: ColumnElement[Any], path: tuple[str, ...]) -> ColumnElement[Any]:
    return case((func.json_valid(text) == 1, func.json_extract(text, "$" + "".join(f'."{name}"' for name in path))))
