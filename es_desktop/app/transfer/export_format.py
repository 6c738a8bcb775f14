"""What a store can be exported as, and what a person has to know of each to choose."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class ExportFormat(enum.StrEnum):
    """A kind of file. All but CSV and the test hold events and snapshots, and come back without loss."""

    JSONL = "jsonl"
    CSV = "csv"
    CLOUDEVENTS = "cloudevents"
    ESDB = "esdb"
    """A store of our own."""
    CASE = "case"
    """A store of our own, with notes and a view."""
    PYTEST = "pytest"
    """A test of one entity."""

    @property
    def about(self) -> About:
        return _ABOUT[self]

    @property
    def is_store(self) -> bool:
        return self in (ExportFormat.ESDB, ExportFormat.CASE)


@dataclass(frozen=True, slots=True)
class About:
    """How a format is told to a person."""

    title: str
    sentence: str
    ending: str
    """Of the name of a file."""


_ABOUT: Final = {
    ExportFormat.CASE: About(
        "Case",
        "A store to double-click, with your bookmarks and notes. It opens at this view.",
        ".esdb",
    ),
    ExportFormat.JSONL: About("JSON Lines", "Every record on a line of its own. Import takes it back.", ".jsonl"),
    ExportFormat.CSV: About("CSV", "The events as a table for a spreadsheet. It cannot be imported.", ".csv"),
    ExportFormat.CLOUDEVENTS: About(
        "CloudEvents 1.0",
        "Every record as an event that other programs know. Import takes it back.",
        ".cloudevents.jsonl",
    ),
    ExportFormat.PYTEST: About(
        "pytest file",
        "A test that rebuilds the entity with its class, and stops before the last event.",
        ".py",
    ),
    ExportFormat.ESDB: About("Store", "The records alone, in a new store, without anything of yours.", ".esdb"),
}
