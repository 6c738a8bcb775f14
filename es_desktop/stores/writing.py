"""Appends raw records of many sequences to a store of ours in one transaction: all of them, or none.

A preview says before what that would do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, exc, select

from es_desktop.core import DatastoreError, EntityId, SequencedItemError

from .formats.base import SequenceTable, StoreTables
from .queries import EventKey, Insertion, as_datastore_errors
from .strategy import position_text

_BATCH: Final = 500
_BATCH_BYTES: Final = 16_000_000
"""Records that are written together, and the length of their payloads."""
_CONFLICTS_NAMED: Final = 5
RecordType = Literal["event", "snapshot"]
"""The table of a store that a record belongs to."""


@dataclass(frozen=True, slots=True)
class AppendResult:
    """The numbers of records that were written, and of those that existed already."""

    events: int
    snapshots: int
    skipped: int


@dataclass(frozen=True, slots=True)
class AppendPreview:
    """What appending records would do. With conflicts, nothing is written."""

    events: int
    snapshots: int
    sequences: int
    """How many sequences would get new records."""
    skipped: int
    """How many records exist already, equal in every field."""
    conflicts: int
    """At how many positions another record exists."""
    conflict_positions: tuple[str, ...]
    """The first few conflicts, as text."""


def append_records(
    tables: StoreTables,
    records: Iterable[tuple[RecordType, Any]],
    *,
    skip_identical: bool = False,
    refused: list[str] | None = None,
) -> AppendResult:
    """Append records, each an item of four fields, in one transaction: all of them, or none.

    With ``skip_identical`` a record that exists already, equal in every field, is skipped. ``refused`` gets the reason
    for each record whose position another one has; without it, that raises ``SequencedItemError``. Raises
    ``DatastoreError`` if the database cannot be written. Nothing is written if ``records`` raises.
    """
    events, snapshots = _add_all(tables, records, skip_identical=skip_identical, refused=refused)
    return AppendResult(events.written, snapshots.written, events.skipped + snapshots.skipped)


def preview_records(tables: StoreTables, records: Iterable[tuple[RecordType, Any]]) -> AppendPreview:
    """Return what appending records would do, without writing anything.

    Two of the records at one position are found only if they are within a batch of 500; else appending finds them.
    """
    events, snapshots = _add_all(tables, records, skip_identical=True, is_preview=True)
    conflicts = [*events.conflicts, *snapshots.conflicts]
    return AppendPreview(
        events.written,
        snapshots.written,
        len(events.sequences | snapshots.sequences),
        events.skipped + snapshots.skipped,
        len(conflicts),
        tuple(conflicts[:_CONFLICTS_NAMED]),
    )


def _add_all(
    tables: StoreTables,
    records: Iterable[tuple[RecordType, Any]],
    *,
    skip_identical: bool,
    is_preview: bool = False,
    refused: list[str] | None = None,
) -> tuple[_Batch, _Batch]:
    if tables.snapshots is None:
        raise DatastoreError("the store has no table of snapshots")
    # Closing this separate connection rolls back what is not committed.
    with tables.events.strategy.engine.connect() as connection:
        events = _Batch(connection, tables.events, skip_identical, is_preview, refused)
        snapshots = _Batch(connection, tables.snapshots, skip_identical, is_preview, refused)
        for record_type, item in records:
            (events if record_type == "event" else snapshots).add(item)
        events.flush()
        snapshots.flush()
        last, table = (events.last, tables.events) if events.last else (snapshots.last, tables.snapshots)
        if last is not None and not is_preview:
            with as_datastore_errors("nothing was written: "):
                table.strategy.commit(connection, last)
    return events, snapshots


class _Batch:
    """Records of one table that are written together, or counted for a preview."""

    def __init__(
        self,
        connection: Connection,
        table: SequenceTable,
        skip_identical: bool,
        is_preview: bool,
        refused: list[str] | None,
    ) -> None:
        self.written = 0
        self.skipped = 0
        self.sequences: set[EntityId] = set()
        self.conflicts: list[str] = []
        self.last: Any = None
        """A record that was written."""
        self._connection = connection
        self._table = table
        self._columns = table.strategy.columns
        self._insertion = None if is_preview else Insertion(table.strategy.written, self._columns)
        self._skip_identical = skip_identical
        self._refused = refused
        self._waiting: dict[EventKey, Any] = {}
        self._bytes = 0

    def add(self, item: Any) -> None:
        key = item[0], item[1]
        if key in self._waiting:
            self._skip(item, self._waiting[key])
            return
        self._waiting[key] = item
        self._bytes += len(item[3])
        if len(self._waiting) >= _BATCH or self._bytes >= _BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            # Conflicts are looked up before, because a failed insert does not say which record was in conflict.
            for key, existing in self._existing().items():
                self._skip(self._waiting.pop(key), existing)
            self._insert(list(self._waiting.values()))
            self.written += len(self._waiting)
            self._waiting.clear()
            self._bytes = 0

    def _existing(self) -> dict[EventKey, Any]:
        """Return the records that exist at the positions of those to write."""
        sequence_id, position, *_ = self._columns
        sequences, positions = ({key[part] for key in self._waiting} for part in (0, 1))
        # All sequences with all positions are too many rows, but SQLite uses the index, unlike for pairs of both.
        statement = select(*self._columns).where(sequence_id.in_(sequences), position.in_(positions))
        with as_datastore_errors():
            rows = self._connection.execute(statement).all()
        return {(row[0], row[1]): row for row in rows if (row[0], row[1]) in self._waiting}

    def _skip(self, item: Any, existing: Any) -> None:
        if self._skip_identical and tuple(item) == tuple(existing):
            self.skipped += 1
        elif self._insertion is None:
            self.conflicts.append(position_text(item))
        elif self._refused is not None:
            self._refused.append(f"{position_text(item)} is taken by another record")
        else:
            by = " by another record" if self._skip_identical else ""
            raise SequencedItemError(f"{position_text(item)} is taken{by}")

    def _insert(self, items: list[Any]) -> None:
        if self._insertion is None:
            self.sequences.update(item[0] for item in items)
            return
        if not items:
            return
        try:
            with as_datastore_errors():
                self._insertion.write(self._connection, items)
                self.last = items[-1]
        except exc.IntegrityError as error:
            # Another process appended in the meantime, or the table does not take a value.
            self._connection.rollback()
            raise self._table.strategy.refusal(items, error) from error
