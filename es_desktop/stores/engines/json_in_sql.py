"""Values inside JSON, read by the database itself, whatever its rows hold."""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, ColumnElement, Text, case, cast, func


def text_in(column: ColumnElement[Any], dialect: str, *path: str, type_name: str = "") -> ColumnElement[Any]:
    """Return the text at a path of names in JSON; NULL where there is none. No value in any row makes it fail.

    In a column of PostgreSQL that is not of a JSON type (``type_name``): the first text under the last of the names.
    """
    if dialect == "sqlite":
        return _extract(column, path)
    if type_name == "jsonb":
        return func.jsonb_extract_path_text(column, *path)
    found = _match(column, path, r'"((?:[^"\\]|\\.)*)"')
    found = func.replace(func.replace(found, "\\\\", "\\"), "\\/", "/")
    if type_name != "json":
        return found
    # Its functions fail for a text with a character that the server cannot hold, wherever in the document that is.
    text = cast(column, Text)
    has_other_letters = func.current_setting("server_encoding") != "UTF8"
    is_odd = text.regexp_match(_NO_CHARACTER) | (has_other_letters & text.regexp_match(r"\\u"))
    return case((is_odd, found), else_=func.json_extract_path_text(cast(column, JSON), *path))


def number_in(column: ColumnElement[Any], dialect: str, *path: str, type_name: str = "") -> ColumnElement[Any]:
    """Return the whole number at a path of names, found as ``text_in`` finds a text."""
    if dialect == "sqlite":
        return _extract(column, path)
    if type_name == "jsonb":
        return cast(func.substring(text_in(column, dialect, *path, type_name=type_name), rf"^{_WHOLE}$"), BigInteger)
    return cast(_match(column, path, rf"{_WHOLE}(?![\d.eE])"), BigInteger)


_NO_CHARACTER: Final = r"\\u(0000|[dD][89a-fA-F])"
_WHOLE: Final = r"(-?\d{1,18})"
"""A whole number that no column of 64 bits is too small for."""


def _extract(column: ColumnElement[Any], path: tuple[str, ...]) -> ColumnElement[Any]:
    text = cast(column, Text)
    return case((func.json_valid(text) == 1, func.json_extract(text, "$" + "".join(f'."{name}"' for name in path))))


def _match(column: ColumnElement[Any], path: tuple[str, ...], pattern: str) -> ColumnElement[Any]:
    # PostgreSQL fails to parse a text that is not valid JSON, so a regular expression is used.
    return func.substring(cast(column, Text), rf'"{re.escape(path[-1])}"\s*:\s*{pattern}')
