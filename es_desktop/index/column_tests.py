"""Tests of one column of a list of entities, as SQL: contains, equals, more, less, between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from es_desktop.system.text_match import folded

from .states import AMOUNTS, TEXTS, escaped, state_value

ID_TEXT: Final = "CASE typeof(id) WHEN 'blob' THEN lower(hex(id)) ELSE coalesce(folded, id) END"
_NUMBERS: Final = {
    "version": "last",
    "events": "events",
    "snapshots": "snapshots",
    "created": "created",
    "modified": "modified",
}
_LAST: Final = "\U0010ffff"
"""Sorts after all other characters: a text with it at its end comes after all that begin with the text."""

Operator = Literal["contains", "=", ">", ">=", "<", "<=", "between"]
Paths = Sequence[tuple[str | None, str]]
"""The path of the value in the last state, for each entity type; for all types without one."""


@dataclass(frozen=True, slots=True)
class ColumnTest:
    """A test of one column. A text is compared as ``folded``; the operand of ``=`` may be empty for none."""

    by: str
    """``type``, ``id``, ``version``, ``events``, ``snapshots``, ``created`` or ``modified``; or ``state``."""
    operator: Operator
    text: str = ""
    number: float | None = None
    """The operand as a number, or as seconds since the epoch; ``None`` if it is only a text."""
    to_text: str = ""
    """The end of what ``between`` covers, which belongs to it."""
    to_number: float | None = None
    paths: tuple[tuple[str | None, str], ...] = ()
    negates: bool = False
    """Whether it is met by all other rows."""


def state_columns(paths: Paths, types: Mapping[str, int]) -> tuple[str, str]:
    """Return the SQL of the amount and of the text of a value in the state of the row of ``entity``.

    What a path of all types leads to, such as a status, is none of a discarded entity, which has no state; but it still
    has a name.
    """
    found = []
    for column in (AMOUNTS, TEXTS):
        cases = "".join(
            f" WHEN {'NOT ended' if name is None else f'kind = {types[name]}'} THEN {state_value(column, path)}"
            for name, path in paths
            if name is None or name in types
        )
        found.append(f"CASE{cases} END" if cases else "NULL")
    return found[0], found[1]


def condition_of(test: ColumnTest, types: Mapping[str, int]) -> tuple[str, list[Any]]:
    """Return the SQL of a test on the row of ``entity``, and its arguments."""
    test = replace(test, text=folded(test.text), to_text=folded(test.to_text))
    amount = "NULL"
    if test.by == "id":
        text = ID_TEXT
    elif test.by == "type":
        text = "coalesce(folded, name)"
    elif test.by in _NUMBERS:
        amount = _NUMBERS[test.by]
        text = f"CAST({amount} AS TEXT)"
    else:
        amount, text = state_columns(test.paths, types)
    condition, values = _condition(test, amount, text)
    if test.by == "type":
        condition = f"kind IN (SELECT no FROM kind WHERE {condition})" if test.text else "kind IS NULL"
    return (f"({condition}) IS NOT TRUE" if test.negates else condition), values


def _condition(test: ColumnTest, amount: str, text: str) -> tuple[str, list[Any]]:
    match test.operator:
        case "contains":
            parts = [test.text, *([test.text.replace("-", "")] if test.by == "id" else [])]
            likes = " OR ".join([f"{text} LIKE ? ESCAPE '\\'"] * len(parts))
            return f"({likes})", [f"%{escaped(each)}%" for each in parts]
        case "=":
            return _equal(test, amount, text)
        case "between":
            if test.number is not None and test.to_number is not None:
                return f"{amount} BETWEEN ? AND ?", [test.number, test.to_number]
            return f"{text} COLLATE NOCASE BETWEEN ? AND ?", [test.text, test.to_text + _LAST]
    # What begins with a day or a month belongs to it.
    end = _LAST if test.operator in ("<=", ">") and test.text[:1].isdigit() else ""
    by_text = f"{text} {test.operator} ? COLLATE NOCASE"
    if test.number is None:
        return f"({by_text})", [test.text + end]
    return f"({amount} {test.operator} ? OR ({amount} IS NULL AND {by_text}))", [test.number, test.text + end]


def _equal(test: ColumnTest, amount: str, text: str) -> tuple[str, list[Any]]:
    if not test.text:
        return f"({amount} IS NULL AND {text} IS NULL)", []
    texts = [test.text, test.text.replace("-", "")] if test.by == "id" else [test.text]
    by_text = f"{text} COLLATE NOCASE IN ({', '.join('?' * len(texts))})"
    if test.number is None:
        return by_text, [*texts]
    return f"({amount} = ? OR {by_text})", [test.number, *texts]
