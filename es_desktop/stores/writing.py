"""Writes raw records of many sequences into a store of ours: all of them in one transaction, or none.

What that would do can be looked at before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from sqlalchemy import Connection, Table, exc, insert, select

from es_desktop.core import DatastoreError, EntityId, SequencedItemError

from .formats.base import SequenceTable, StoreTables

_BATCH: Final = 500
_CONFLICTS_NAMED: Final = 5
RecordType = Literal["event", "snapshot"]
"""Which table of a store a record belongs to."""


@dataclass(frozen=True, slots=True)
class AppendResult:
    """How many records were written, and how many were there already."""

    events: int
    snapshots: int
    skipped: int


@dataclass(frozen=True, slots=True)
class AppendPreview:
    """What appending records would do: nothing at all, where there are conflicts."""

    events: int
    snapshots: int
    sequences: int
    """How many sequences would get any."""
    skipped: int
    """How many records are there already, the same in every field."""
    conflicts: int
    """How many stand where another record stands."""
    conflict_positions: tuple[str, ...]
    """Of the first few conflicts."""


def append_records(
    tables: StoreTables, records: Iterable[tuple[RecordType, Any]], *, skip_identical: bool = False
) -> AppendResult:
    """Append records, each an item of four fields, as they come: all of them in one transaction, or none.

    With ``skip_identical`` a record that is there already, the same in every field, is passed over. Raises
    ``SequencedItemError`` where another record stands at a position, ``DatastoreError`` where the database cannot be
    written. What ``records`` raises undoes everything as well.
    """
    # A connection of its own, which ends what is not committed when it is closed.
    with _connected(tables) as connection:
        events, snapshots = (_Batch(connection, each, skip_identical) for each in _both(tables))
        _add_all(records, events, snapshots)
        with _as_datastore_errors():
            connection.commit()
    return AppendResult(events.written, snapshots.written, events.skipped + snapshots.skipped)


def preview_records(tables: StoreTables, records: Iterable[tuple[RecordType, Any]]) -> AppendPreview:
    """Return what appending records would do, and write nothing.

    A place that two of the records have in common is seen where they are not far from each other; for the others the
    writing itself decides.
    """
    with _connected(tables) as connection:
        events, snapshots = (_Unwritten(connection, each, skip_identical=True) for each in _both(tables))
        _add_all(records, events, snapshots)
    conflicts = [*events.conflicts, *snapshots.conflicts]
    return AppendPreview(
        events.written,
        snapshots.written,
        len(events.sequences | snapshots.sequences),
        events.skipped + snapshots.skipped,
        len(conflicts),
        tuple(conflicts[:_CONFLICTS_NAMED]),
    )


def _connected(tables: StoreTables) -> Connection:
    return tables.events.strategy.session.get_bind().engine.connect()


def _both(tables: StoreTables) -> tuple[SequenceTable, SequenceTable]:
    if tables.snapshots is None:
        raise DatastoreError("the store has no table of snapshots")
    return tables.events, tables.snapshots


def _add_all(records: Iterable[tuple[RecordType, Any]], events: _Batch, snapshots: _Batch) -> None:
    for record_type, item in records:
        (events if record_type == "event" else snapshots).add(item)
    events.flush()
    snapshots.flush()


class _Batch:
    """The records of one table that wait to be written together."""

    def __init__(self, connection: Connection, table: SequenceTable, skip_identical: bool) -> None:
        self.written = 0
        self.skipped = 0
        self._connection = connection
        self._table = table.strategy.table
        self._columns = table.strategy.columns
        self._skip_identical = skip_identical
        self._waiting: dict[tuple[EntityId, int], Any] = {}

    def add(self, item: Any) -> None:
        place = item[0], item[1]
        if place in self._waiting:
            self._pass_over(item, self._waiting[place])
            return
        self._waiting[place] = item
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        # Looked up before, rather than learnt from the failure: a failed statement does not tell which record it was.
        for place, standing in self._taken().items():
            self._pass_over(self._waiting.pop(place), standing)
        self._insert(list(self._waiting.values()))
        self.written += len(self._waiting)
        self._waiting.clear()

    def _taken(self) -> dict[tuple[EntityId, int], Any]:
        """The records that stand where those that wait belong."""
        sequence_id, position, *_ = self._columns
        sequences, positions = ({place[part] for place in self._waiting} for part in (0, 1))
        # Every sequence with every position: a few too many, but found by the index, as pairs of the two are not.
        statement = select(*self._columns).where(sequence_id.in_(sequences), position.in_(positions))
        with _as_datastore_errors():
            rows = self._connection.execute(statement).all()
        return {(row[0], row[1]): row for row in rows if (row[0], row[1]) in self._waiting}

    def _pass_over(self, item: Any, standing: Any) -> None:
        if not self._skip_identical:
            raise SequencedItemError(f"{_place(item)} is taken")
        if tuple(item) != tuple(standing):
            raise SequencedItemError(f"{_place(item)} is taken by another record")
        self.skipped += 1

    def _insert(self, items: list[Any]) -> None:
        if not items:
            return
        keys = [cast(str, column.key) for column in self._columns]
        rows = [dict(zip(keys, item, strict=True)) for item in items]
        try:
            with _as_datastore_errors():
                self._connection.execute(insert(cast(Table, self._table)), rows)
        except exc.IntegrityError as error:
            # Somebody appended since we looked, or a field is missing.
            conflict_positions = (
                _place(items[0]) if len(items) == 1 else f"one of {_place(items[0])} to {_place(items[-1])}"
            )
            raise SequencedItemError(f"{conflict_positions} is taken or cannot be stored: {error.orig}") from error


class _Unwritten(_Batch):
    """The records of one table that are only looked at."""

    def __init__(self, connection: Connection, table: SequenceTable, skip_identical: bool) -> None:
        super().__init__(connection, table, skip_identical)
        self.sequences: set[EntityId] = set()
        self.conflicts: list[str] = []

    def _pass_over(self, item: Any, standing: Any) -> None:
        try:
            super()._pass_over(item, standing)
        except SequencedItemError:
            self.conflicts.append(_place(item))

    def _insert(self, items: list[Any]) -> None:
        self.sequences.update(item[0] for item in items)


@contextmanager
def _as_datastore_errors() -> Iterator[None]:
    try:
        yield
    except exc.IntegrityError:
        raise
    except exc.DatabaseError as error:
        raise DatastoreError(str(error.orig)) from error


def _place(item: Any) -> str:
    name = str(item[0])
    return f"position {item[1]} of {name if name.isprintable() else ascii(name)}"
