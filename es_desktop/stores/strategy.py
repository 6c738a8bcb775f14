"""The active record strategy: sequenced items as rows of a declarative class, read by plain selects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, Select, Table, exc, insert, inspect, select
from sqlalchemy.orm import Mapper, Session, scoped_session

from es_desktop.core import DatastoreError, SequencedItem, SequencedItemError

from .reasons import reason_of

_STREAM_SIZE = 1000


class SQLAlchemyActiveRecordStrategy:
    """Keeps items of ``sequenced_item_class`` in the table of ``active_record_class``.

    The record class is any declarative class, or a table or subquery, with columns named like the item's fields, of
    which the first two are the sequence and the position. Columns are selected, no ORM objects: that is nine times as
    fast.
    """

    def __init__(
        self,
        session: scoped_session[Session] | Session,
        active_record_class: type[Any] | FromClause,
        sequenced_item_class: type[Any] = SequencedItem,
    ) -> None:
        self.session = session
        self.active_record_class = active_record_class
        self.sequenced_item_class = sequenced_item_class
        sequence_id, position, *_ = sequenced_item_class._fields
        mapped = inspect(active_record_class)
        missing = [name for name in sequenced_item_class._fields if name not in mapped.columns]
        if missing:
            raise TypeError(f"{active_record_class} lacks the columns {missing} of its sequenced items")
        self.table: FromClause = mapped.local_table if isinstance(mapped, Mapper) else mapped
        self.columns: list[ColumnElement[Any]] = [mapped.columns[name] for name in sequenced_item_class._fields]
        self._primary_key = list(mapped.primary_key)
        self._sequence_id: ColumnElement[Any] = mapped.columns[sequence_id]
        self._position: ColumnElement[Any] = mapped.columns[position]

    def append(self, item_or_items: Any) -> None:
        """Append an item, or a list of items, in one transaction: all of them or none.

        Raises ``SequencedItemError`` where a position is taken already, or the database refuses a value.
        """
        one = isinstance(item_or_items, self.sequenced_item_class)
        items = [item_or_items] if one else list(item_or_items)
        if not items:
            return
        keys = [cast(str, column.key) for column in self.columns]
        try:
            self.session.execute(
                insert(cast(Table, self.table)), [dict(zip(keys, item, strict=True)) for item in items]
            )
            self.session.commit()
        except exc.IntegrityError as error:
            self.session.rollback()
            raise SequencedItemError(f"{_places(items)}: {error.orig}") from error
        except exc.OperationalError as error:
            self.session.rollback()
            raise DatastoreError(f"nothing was written: {reason_of(error)}") from error
        except BaseException:
            self.session.rollback()
            raise

    def get_item(self, sequence_id: Any, eq: Any) -> Any:
        """Return the item at a position. Raises ``IndexError`` where there is none."""
        statement = select(*self.columns).where(self._sequence_id == sequence_id, self._position == eq)
        rows = self._rows(statement)
        if not rows:
            raise IndexError(f"the sequence {sequence_id} has nothing at position {eq}")
        return rows[0]

    def get_items(
        self,
        sequence_id: Any,
        gt: Any = None,
        gte: Any = None,
        lt: Any = None,
        lte: Any = None,
        limit: int | None = None,
        query_ascending: bool = True,
        results_ascending: bool = True,
    ) -> list[Any]:
        """Return items of a sequence within bounds.

        ``limit`` counts from the end that ``query_ascending`` names; ``results_ascending`` is the order of the list.
        """
        position = self._position
        statement = select(*self.columns).where(self._sequence_id == sequence_id)
        if gt is not None:
            statement = statement.where(position > gt)
        if gte is not None:
            statement = statement.where(position >= gte)
        if lt is not None:
            statement = statement.where(position < lt)
        if lte is not None:
            statement = statement.where(position <= lte)
        statement = statement.order_by(position.asc() if query_ascending else position.desc())
        items = self._rows(statement.limit(limit))
        if results_ascending != query_ascending:
            items.reverse()
        return items

    def all_items(self) -> Iterator[Any]:
        """Yield every item of the table, sequence by sequence where it has no order of its own."""
        statement = select(*self.columns).order_by(*self._primary_key).execution_options(yield_per=_STREAM_SIZE)
        with self._reading():
            for row in self.session.execute(statement):
                yield self.sequenced_item_class._make(row)

    def _rows(self, statement: Select[Any]) -> list[Any]:
        make = self.sequenced_item_class._make
        with self._reading():
            return [make(row) for row in self.session.execute(statement).all()]

    def _is_in_transaction(self) -> bool:
        session = self.session() if isinstance(self.session, scoped_session) else self.session
        return session.in_transaction()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """End the read's own transaction, so that the next read sees what others wrote, and none holds a lock."""
        ours = not self._is_in_transaction()
        try:
            yield
        except (exc.OperationalError, exc.ProgrammingError) as error:
            raise DatastoreError(f"the table cannot be read; was setup_tables() called? {reason_of(error)}") from error
        finally:
            if ours:
                self.session.rollback()


def _places(items: list[Any]) -> str:
    first, last = items[0], items[-1]
    place = f"position {first[1]}" if len(items) == 1 else f"one of the positions {first[1]} to {last[1]}"
    return f"{place} of {first[0]} is taken or cannot be stored"
