"""Rows of typed values under headings, and their texts: tab-separated, as JSON and as Markdown.

A text that begins as a formula does gets an apostrophe before it, so that a spreadsheet shows it and does not run it
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from .json_view import plain_json, to_json
from .values import format_value

_FORMULA_STARTS: Final = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the wide ones are taken for signs as well
_AFTER_SEPARATOR: Final = re.compile(rf"([;|\t])(?=[{re.escape(''.join(_FORMULA_STARTS))}])")
"""Where a spreadsheet begins a cell that takes another separator than the comma."""
_SEPARATOR: Final = re.compile(r"[;|\t]")
_QUOTED: Final = {mark: re.compile(f'[{mark}"\r\n]') for mark in ",\t"}
"""What a cell is quoted for, by the separator."""
_SHORT: Final = 10**18
_QUOTE: Final = '"'
_MARKDOWN: Final = re.compile(r"[\\|`*<\[]|(?<!\w)_|_(?!\w)")
"""What Markdown does not take for text."""
_NUMBER: Final = (int, float, Decimal)
_LINE_END: Final = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values, each value under its heading."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def with_columns_of(self, column: int, keys: Iterable[Any] | None = None) -> Table:
        """Return a table with columns for ``keys`` of the mappings in a column, or for all, instead of that column."""
        if keys is None:
            keys = (key for row in self.rows if isinstance(row[column], Mapping) for key in row[column])
        found = [*dict.fromkeys(keys)]

        def wide(row: Sequence[Any]) -> Sequence[Any]:
            values = row[column] if isinstance(row[column], Mapping) else {}
            return (*row[:column], *(values.get(key) for key in found), *row[column + 1 :])

        headings = (*self.headings[:column], *map(str, found), *self.headings[column + 1 :])
        return Table(headings, [wide(row) for row in self.rows])


def without_formula(text: str) -> str:
    """Return a text in a form that no spreadsheet takes for a formula."""
    if _SEPARATOR.search(text):
        text = _AFTER_SEPARATOR.sub(r"\1'", text)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def cell_text(value: Any) -> str:
    """Return the whole value as text: a time in ISO 8601, a list as JSON, and nothing for ``None``."""
    if isinstance(value, float) and not math.isfinite(value):
        return format_value(value)
    try:
        found = plain_json(value)
    except RecursionError:  # of a tree that is nested too deeply, or holds itself
        return format_value(value)
    return "" if found is None else found if isinstance(found, str) else to_json(value)


def safe_cell(value: Any) -> str:
    """Return the text of a value for a table that a spreadsheet may read: no text in it is taken for a formula."""
    # By type, the most frequent first: a large export has millions of cells.
    kind = type(value)
    if kind is str:
        return without_formula(value)
    if kind is int and -_SHORT < value < _SHORT:
        return str(value)
    if kind is dt.datetime:
        return str(value.isoformat())
    text = cell_text(value)
    return text if isinstance(value, _NUMBER) else without_formula(text)


def delimited_row(values: Iterable[str], delimiter: str = ",", end: str = "\r\n") -> str:
    """Return a row of texts in the form of https://www.rfc-editor.org/rfc/rfc4180."""
    # The csv module takes 12 bytes of memory for each character.
    marks = _QUOTED[delimiter].search
    cells = [_quoted(each) if marks(each) else each for each in values]
    return f"{delimiter.join(cells) if cells != [''] else _quoted('')}{end}"


def _quoted(text: str) -> str:
    return f'"{text.replace(_QUOTE, 2 * _QUOTE)}"'


def tab_separated(table: Table) -> str:
    """Return a table as spreadsheets paste it: the headings, then the rows; no line end at the end."""
    rows = (table.headings, *table.rows)
    return "".join(delimited_row(map(safe_cell, row), "\t", "\n") for row in rows).removesuffix("\n")


def json_rows(table: Table) -> str:
    """Return a table as JSON: a list with an object for each row; a heading that is there twice is numbered."""
    names = unique_names(table.headings)
    return to_json([dict(zip(names, row, strict=True)) for row in table.rows], indent=2)


def markdown(table: Table) -> str:
    """Return a table in the Markdown of GitHub; columns of numbers are aligned right."""
    columns = range(len(table.headings))
    rules = ("---:" if _are_numbers(table, column) else "---" for column in columns)
    rows = (map(_markdown_text, table.headings), rules, *(map(_markdown_text, row) for row in table.rows))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _are_numbers(table: Table, column: int) -> bool:
    values = [row[column] for row in table.rows if row[column] is not None]
    return bool(values) and all(isinstance(each, _NUMBER) and not isinstance(each, bool) for each in values)


def _markdown_text(value: Any) -> str:
    return _LINE_END.sub("<br>", _MARKDOWN.sub(r"\\\g<0>", cell_text(value)))


def unique_names(names: Iterable[str]) -> list[str]:
    """Return the names; one that was there before gets a number."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
