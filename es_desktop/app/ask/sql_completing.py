"""What may be written next in a statement of SQL: views, their columns, entity types and words, with their meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from es_desktop.history.quoting import quoted
from es_desktop.history.views import SNAPSHOTS, VIEWS, ViewColumn

from .completing import MOST, Completion

_VIEWS: Final = (*VIEWS, SNAPSHOTS)
_TOKEN: Final = re.compile(r"""'[^']*'?|"[^"]*"?|\w+|\s+|.""")
_FROM: Final = re.compile(r"\b(?:from|join)\s+$", re.IGNORECASE)
_WORDS: Final = (
    ("SELECT", "what each row has", "SELECT id, version FROM events"),
    ("FROM", "the view that is read", "SELECT count(*) FROM events"),
    ("WHERE", "which rows", "WHERE attribute = 'total'"),
    ("GROUP BY", "one row for all that are alike", "SELECT type, count(*) FROM events GROUP BY type"),
    ("ORDER BY", "in which order", "ORDER BY time DESC"),
    ("LIMIT", "so many rows at most", "LIMIT 100"),
    ("JOIN", "with the rows of another view", "JOIN entities USING (id)"),
    ("HAVING", "which of the groups", "HAVING count(*) > 3"),
    ("AND", "both", "WHERE version > 3 AND type = 'Paid'"),
    ("OR", "one of both", "WHERE type = 'Paid' OR type = 'Shipped'"),
    ("DISTINCT", "each row once", "SELECT DISTINCT attribute FROM changes"),
    ("AS", "the name of a column", "SELECT count(*) AS times"),
    ("count(*)", "how many rows", "SELECT count(*) FROM entities"),
    ("avg", "the average", "SELECT avg(after_number) FROM changes"),
    ("sum", "the sum", "SELECT sum(after_number) FROM changes"),
    ("min", "the least", "SELECT min(time) FROM events"),
    ("max", "the greatest", "SELECT max(version) FROM entities"),
    ("date_trunc", "the day, week or month of a time", "date_trunc('month', time)"),
)


def sql_completions(text: str, cursor: int, types: Sequence[str] = ()) -> list[Completion]:
    """Return what may be written at a place of a statement, the likeliest first: ``types`` are those of entities.

    What is written up to the cursor need not be a whole statement. Never raises.
    """
    before = text[: max(0, cursor)]
    last = ([*_TOKEN.findall(before)] or [""])[-1]
    if last.startswith("'") and not (len(last) > 1 and last.endswith("'")):
        return []  # inside of a text
    is_begun = (last[:1].isalpha() or last[:1] in ("_", '"')) and not (len(last) > 1 and last.endswith('"'))
    start = len(before) - (len(last) if is_begun else 0)
    typed = before[start:].lstrip('"').casefold()
    is_source = _FROM.search(before[:start]) is not None
    offers = _sources(types) if is_source else (*_columns(text), *_WORDS, *_sources(types))
    found = dict.fromkeys(each for each in offers if each[0].lstrip('"').casefold().startswith(typed))
    return [Completion(*each, start) for each in list(found)[:MOST] if each[0] != before[start:]]


def _sources(types: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for view in _VIEWS:
        yield view.name, view.meaning.partition(";")[0], f"SELECT * FROM {view.name}"
    for each in types:
        name = quoted(each)  # ``Order`` is a word of SQL, as other names may be
        yield name, "entities of this type, with a column for each attribute", f"SELECT * FROM {name}"


def _columns(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the columns of the views that a statement names; of all views where it names none."""
    words = {each.casefold() for each in re.findall(r"\w+", text)}
    views = [view for view in _VIEWS if view.name in words] or _VIEWS
    known: dict[str, tuple[str, ViewColumn]] = {}
    for view in views:
        for column in view.columns:
            known.setdefault(column.name, (view.name, column))
    yield from ((name, column.meaning, f"SELECT {name} FROM {view}") for name, (view, column) in known.items())
