"""The lists of the window whose rows can be written to a file, as they are filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from es_desktop.system.counts import count_text, format_number

if TYPE_CHECKING:
    from es_desktop.app.transfer.seen import SeenRows
    from es_desktop.models.workspace import Workspace


class _List(Protocol):
    def all_rows(self, columns: Sequence[int] | None) -> SeenRows | None:
        """Return the rows in these columns, or in all; ``None`` if they cannot be read now."""


@dataclass(frozen=True, slots=True)
class SeenList:
    """A list whose rows can be written to a file."""

    name: str
    """The object name of its dock."""
    title: str
    count: int
    described: str
    """How many rows it has, of how many."""
    whole: str
    """What a file with all columns has, in words."""
    rows: Callable[[Sequence[int] | None], SeenRows | None]


def seen_lists(workspace: Workspace) -> list[SeenList]:
    """Return the lists, also empty ones."""
    entities, log = workspace.entities, workspace.log.model
    answers, sql = workspace.questioner.answers, workspace.questioner.sql
    facts = workspace.facts
    of_entities = "" if facts is None else count_text(facts.entities, "entity")
    of_events = "" if facts is None else count_text(facts.events, "event")
    of_sql = "more" if sql.found is not None and sql.found.has_more else count_text(sql.rows.count(), "row")
    attributes, fields = "a column for every attribute of the states", "a column for every field of the payloads"
    found: tuple[tuple[str, str, int, str, str, _List], ...] = (
        ("entities", "The list of entities", entities.count(), of_entities, attributes, workspace.listing),
        ("log", "The log", log.count(), of_events, fields, workspace.log),
        ("answer", "What answers the question", answers.count(), of_entities, attributes, workspace.questioner),
        ("sql", "The rows of SQL", sql.rows.count(), of_sql, "the columns of the statement", sql),
    )
    return [
        SeenList(name, title, count, f"{format_number(count)} of {of_all}", whole, each.all_rows)
        for name, title, count, of_all, whole, each in found
    ]
