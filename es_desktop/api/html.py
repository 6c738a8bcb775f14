"""Values as HTML for notebooks: tables, in which every text of a store is only text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.values import describe_change, elide
from es_desktop.replay import ABSENT, Change, Rebuild

_WIDEST: Final = 120
_MOST_STEPS: Final = 200
_CELL: Final = "text-align:left;vertical-align:top"


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]], caption: str = "") -> str:
    """Return a table of values, each cut to a length that a cell can show."""
    head = "".join(f'<th style="{_CELL}">{escape(each)}</th>' for each in headings)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{above}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def object_table(values: Mapping[str, Any]) -> str:
    """Return a table with a row for each value, and for each member of a dictionary among them."""
    rows = []
    for name, value in values.items():
        members = value.items() if isinstance(value, Mapping) and value else None
        rows += [(name, value)] if members is None else [(f"{name}.{key}", each) for key, each in members]
    return table(("", ""), rows)


def rebuild_table(rebuild: Rebuild, state: str) -> str:
    """Return the steps of a rebuild with what each changed, and below them the state."""
    start = "zero" if rebuild.base.version is None else f"the snapshot at version {rebuild.base.version}"
    left_out = max(len(rebuild.steps) - _MOST_STEPS, 0)
    caption = f"from {start}; {rebuild.skipped + left_out} earlier events are not shown"
    rows = (
        (each.version, each.type, each.error or "; ".join(map(describe_change, each.readable_changes)))
        for each in rebuild.steps[left_out:]
    )
    return table(("version", "event", "what changed"), rows, caption) + state


def changes_table(changes: Iterable[Change]) -> str:
    """Return a table with both values of each path that differs."""
    rows = ((each.path, *("" if value is ABSENT else value for value in (each.before, each.after))) for each in changes)
    return table(("path", "left", "right"), rows)


def _cell(value: Any) -> str:
    return f'<td style="{_CELL}">{escape(elide(_text(value), _WIDEST))}</td>'


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="milliseconds")
    return value if isinstance(value, str) else to_json(value)
