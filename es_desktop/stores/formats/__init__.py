"""The table formats that are known: one file each, one line each in this list."""

from __future__ import annotations

from collections.abc import Mapping

from .base import StoreTables, TableFormat
from .esdb import EsdbFormat
from .eventsourcing3 import Eventsourcing3Format

FORMATS: tuple[TableFormat, ...] = (EsdbFormat(), Eventsourcing3Format())


def detect(columns: Mapping[str, frozenset[str]], application_id: int) -> TableFormat | None:
    """Return the format of a database, given the columns of each of its tables; ``None`` where none fits."""
    return next((each for each in FORMATS if each.detect(columns, application_id)), None)


__all__ = ["FORMATS", "StoreTables", "TableFormat", "detect"]
