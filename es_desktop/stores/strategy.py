"""The active record strategy: sequenced items as rows of a declarative class, read by selects that are made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Integer,
    Select,
    Table,
    bindparam,
    exc,
    inspect,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.types import TypeEngine

from es_desktop.core import DatastoreError, ItemRefusedError, SequencedItem, SequencedItemError
from es_desktop.system.waiting import passing_reason

from .queries import (
    Insertion,
    KeyedReads,
    PreparedStatement,
    Selection,
    answered,
    as_datastore_errors,
    constraint_in,
    may_use_driver,
    reason_of,
)
from .records import kept_with
from .walking import pages, require_forward

if TYPE_CHECKING:  # to load it takes a third of the time of SQLAlchemy, and stores that are opened do without it
    from sqlalchemy.orm import Session, scoped_session

_PAGE: Final = 1000
_BOUNDS: Final = {
    "gt": ColumnElement.__gt__,
    "gte": ColumnElement.__ge__,
    "lt": ColumnElement.__lt__,
    "lte": ColumnElement.__le__,
    "eq": ColumnElement.__eq__,
}
"""The comparison for each bound of a position."""


class SQLAlchemyActiveRecordStrategy:
    """Stores items of ``sequenced_item_class`` in the table of ``active_record_class``.

    The record class is a declarative class, a table or a subquery, with columns named like the fields of the item; the
    first two fields are its sequence id and position. Reading raises ``DatastoreError`` if the table cannot be read.
    """

    def __init__(
        self,
        session: Engine | Session | scoped_session[Session],
        active_record_class: type[Any] | FromClause,
        sequenced_item_class: type[Any] = SequencedItem,
        written: Table | None = None,
    ) -> None:
        """Of a session, its transaction is shared; of an engine, each read and write has a transaction of its own.

        ``written`` is the table that is written to, where a subquery of it is read.
        """
        self.session = session
        self.active_record_class = active_record_class
        self.sequenced_item_class = sequenced_item_class
        mapped = inspect(active_record_class)
        missing = [name for name in sequenced_item_class._fields if name not in mapped.columns]
        if missing:
            raise TypeError(f"{active_record_class} lacks the columns {missing} of its sequenced items")
        self.table: FromClause = getattr(mapped, "local_table", mapped)  # that of a mapper
        self.written: FromClause = self.table if written is None else written
        self.columns: list[ColumnElement[Any]] = [mapped.columns[name] for name in sequenced_item_class._fields]
        self._primary_key = list(mapped.primary_key)
        self._bound: dict[str, Any] = {"clause": self.table}
        self._new_item = partial(tuple.__new__, sequenced_item_class)  # faster than ``_make``, which checks each length
        self._exact_id_types: frozenset[type] = getattr(self.columns[0].type, "exact_id_types", frozenset())
        self._key_types = [_types_kept_by(column.type) for column in self.columns[:2]]
        self._select_from(self.columns)
        self._insertion = Insertion(self.written, self.columns)
        self._is_plain = isinstance(self.table, Table)

    def selecting(self, columns: Sequence[ColumnElement[Any]]) -> Self:
        """Return a strategy for the same table whose items are read from these columns."""
        found = copy(self)
        found._select_from(columns)
        return found

    def _select_from(self, columns: Sequence[ColumnElement[Any]]) -> None:
        self.selected = [*columns]
        """What items are read from; ``columns`` are what they are written to, and compared with."""
        self._selections = {True: Selection(self.selected), False: Selection(self.selected[1:])}
        key = "selects", *self.columns, *self.selected
        self._selects: dict[tuple[Any, ...], Select[Any]] = kept_with(self.table, key, dict)

    def append(self, item_or_items: Any) -> None:
        """Append an item, or a list of items, in one transaction: all of them or none.

        Raises ``SequencedItemError`` if a position is taken, ``ItemRefusedError`` if the table cannot hold a value or a
        constraint forbids it, ``DatastoreError`` if the database cannot be written.
        """
        one = isinstance(item_or_items, self.sequenced_item_class)
        items = [item_or_items] if one else list(item_or_items)
        if not items:
            return
        for index, kept in enumerate(self._key_types):
            for key in _examined([item[index] for item in items], kept) if kept else ():
                if not _is_kept(key, kept):
                    names = " and ".join("integers of 64 bits" if each is int else f"{each.__name__}s" for each in kept)
                    raise ItemRefusedError(f"{key!r} is no {_KEYS[index]} for a table of {names}")
        self._write(items, lambda connection: self._insertion.write(connection, items))

    def replace(self, item: Any) -> None:
        """Put an item in the place of the one at its position, in one transaction.

        Raises ``SequencedItemError`` if there is none, and otherwise as ``append`` does.
        """
        columns = [self.written.c[str(column.key)] for column in self.columns]
        key, values = zip(columns[:2], item, strict=False), zip(columns[2:], item[2:], strict=True)
        statement = update(self.written).where(*(column == value for column, value in key))  # type: ignore[arg-type]
        statement = statement.values({column.key: value for column, value in values})

        def write(connection: Connection) -> None:
            if not connection.execute(statement).rowcount:
                raise SequencedItemError(f"there is nothing at {position_text(item)}")

        self._write([item], write)

    def refusal(self, items: list[Any], error: exc.IntegrityError) -> SequencedItemError:
        """Return the error for items that break a constraint, which need not be that of their positions.

        Reads the table, so the transaction in which they were written must have ended.
        """
        keys = [(item[0], item[1]) for item in items]
        is_taken = len(set(keys)) < len(keys) or any(self._items(key[0], {"eq": key[1]}) for key in keys)
        if is_taken:
            return SequencedItemError(f"{_positions(items)} is taken")
        return ItemRefusedError(f"{_positions(items)} is free, but the table refuses it: {constraint_in(error)}")

    def get_item(self, sequence_id: Any, eq: Any) -> Any:
        """Return the item at a position. Raises ``IndexError`` if there is none."""
        items = self._items(sequence_id, {"eq": eq})
        if not items:
            raise IndexError(f"the sequence {sequence_id} has nothing at position {eq}")
        return items[0]

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
        """Return the items of a sequence within bounds.

        ``limit`` takes the first items if ``query_ascending``, else the last; ``results_ascending`` is the order of the
        result.
        """
        bounds = {"gt": gt, "gte": gte, "lt": lt, "lte": lte, "limit": limit}
        given = {name: value for name, value in bounds.items() if value is not None}
        for name in [name for name, value in given.items() if type(value) is int and not _fits(value)]:
            # No position is beyond 64 bits, and not every database compares with such a number.
            if name == "limit" or (given[name] > 0) == (name in ("lt", "lte")):
                del given[name]
            else:
                return []
        items = self._items(sequence_id, given, query_ascending)
        if results_ascending != query_ascending:
            items.reverse()
        return items

    def all_items(self) -> Iterator[Any]:
        """Yield the items that the table has now, in the order of its primary key (or else of sequence and position).

        They are read in pages, so that no transaction stays open while they are used.
        """
        key = self._primary_key or self.columns[:2]
        last = self._rows(select(*key).order_by(*(each.desc() for each in key)).limit(1))
        if not last:
            return
        statement = select(*key, *self.selected).order_by(*key).limit(_PAGE)
        statement = statement.where(compared(key, last[0], ColumnElement.__le__))
        width = len(key)

        def read(after: Any) -> list[Any]:
            page = statement if after is None else statement.where(compared(key, after, ColumnElement.__gt__))
            return self._rows(page)

        for page in pages(read, lambda row: tuple(row[:width]), _PAGE):
            yield from (self.sequenced_item_class._make(row[width:]) for row in page)

    def keyed_reads(self) -> KeyedReads:
        """Return what reads items by many keys at once."""
        return KeyedReads(self.table, self.selected, self.sequenced_item_class._make)

    def _rows(self, statement: Select[Any]) -> list[Any]:
        with self._reading() as connection:
            return list(connection.execute(statement))

    def _items(self, sequence_id: Any, given: dict[str, Any], ascending: bool = True) -> list[Any]:
        """Return the items of a sequence; ``given`` are the bounds and the limit that are not ``None``, by name."""
        if self._exact_id_types and not isinstance(sequence_id, self._key_types[0]):
            return []
        reads_ids = type(sequence_id) not in self._exact_id_types
        selection, parameters = self._selections[reads_ids], {"sequence": sequence_id, **given}
        with self._reading() as connection:
            if self._is_plain and may_use_driver(connection):
                statement = self._select(reads_ids, ascending, *given)
                make = partial(PreparedStatement, statement, connection.dialect, tuple(parameters))
                prepared = kept_with(self.table, (statement, connection.dialect, *parameters), make)
                columns = selection.read_by_driver(connection, prepared, parameters)
            else:
                columns = selection.read(connection, self._select(reads_ids, ascending, *given), parameters)
        if not reads_ids:
            columns.insert(0, repeat(sequence_id))
        items = list(map(self._new_item, zip(*columns, strict=False)))
        if ascending and items:
            require_forward(given.get("gt"), items[0][1], items[-1][1])
        return items

    def _select(self, reads_ids: bool, ascending: bool, *given: str) -> Select[Any]:
        """Return the select for a sequence, with parameters for the given bounds and limit.

        Each is made once, because making it takes longer than running it.
        """
        key = (reads_ids, ascending, *given)
        if key not in self._selects:
            sequence_id, position, *_ = self.columns
            statement = select(*self._selections[reads_ids].columns).where(sequence_id == bindparam("sequence"))
            for name in given:
                if name == "limit":
                    statement = statement.limit(bindparam(name, type_=Integer()))
                else:
                    statement = statement.where(_BOUNDS[name](position, bindparam(name)))
            self._selects[key] = statement.order_by(position.asc() if ascending else position.desc())
        return self._selects[key]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Yield a connection to read with: that of the session's transaction, if it is in one.

        Otherwise each read has its own transaction, so that the next read sees what others wrote and no lock remains.
        """
        session = self._session_in_use()
        with as_datastore_errors("the table cannot be read; was setup_tables() called? "):
            if session is None:
                with self.engine.connect() as connection:
                    yield connection
            elif session.in_transaction():
                yield session.connection(self._bound)
            else:
                with session.begin():
                    yield session.connection(self._bound)

    def commit(self, connection: Connection, last: Any) -> None:
        """Commit what was written; ``last`` is an item of it. Raises SQLAlchemy's ``DatabaseError``.

        If the server's answer is lost, the item is looked for. Raises ``DatastoreError`` if that is not possible.
        """
        if connection.dialect.name == "sqlite":  # it is in this process: its answer is not lost
            connection.commit()
            return
        with answered(connection, lambda: last in self._items(last[0], {"eq": last[1]})):
            connection.commit()

    def _write(self, items: list[Any], write: Callable[[Connection], None]) -> None:
        """Write items and commit. Raises as ``append`` does."""
        try:
            self._write_and_commit(items[-1], write)
        except exc.IntegrityError as error:
            raise self.refusal(items, error) from error
        except (exc.OperationalError, exc.InternalError) as error:
            raise DatastoreError(f"nothing was written: {reason_of(error)}", passing_reason(error)[1]) from error
        except (exc.DBAPIError, OverflowError, UnicodeError) as error:
            reason = reason_of(error) if isinstance(error, exc.DBAPIError) else error
            if isinstance(error, exc.ProgrammingError) and getattr(error.orig, "sqlstate", None):
                raise DatastoreError(f"nothing was written: {reason}") from error  # no table, or no permission
            raise ItemRefusedError(f"an event of {items[0][0]} cannot be stored: {reason}") from error

    def _write_and_commit(self, last: Any, write: Callable[[Connection], None]) -> None:
        """Write and commit, including what the session's transaction wrote before; ``last`` is an item of it."""
        session = self._session_in_use()
        if session is None:
            with self.engine.connect() as connection:
                write(connection)
                self.commit(connection, last)
            return
        try:
            write(session.connection(self._bound))
            session.commit()
        except BaseException:
            session.rollback()
            raise

    @property
    def engine(self) -> Engine:
        """The engine of the table, also where a session was given."""
        return self.session if isinstance(self.session, Engine) else self._bind(self.session).engine

    def _bind(self, session: Session | scoped_session[Session]) -> Engine | Connection:
        return session.get_bind(**self._bound)

    def _session_in_use(self) -> Session | None:
        """Return the session if it has a transaction to share, or is bound to a connection.

        A connection from the engine takes half the time of one from the session.
        """
        if isinstance(self.session, Engine):
            return None
        session = self.session() if callable(self.session) else self.session  # that of the thread
        return session if session.in_transaction() or not isinstance(self._bind(session), Engine) else None


_KEYS: Final = ("sequence id", "position")


def _types_kept_by(column_type: TypeEngine[Any]) -> tuple[type, ...]:
    """Return the types of values that a column returns as they were written; none if that is not known."""
    try:
        found = getattr(column_type, "exact_id_types", None) or [column_type.python_type]
    except NotImplementedError:
        return ()
    return (*found, int) if float in found else tuple(found)


def _examined(keys: list[Any], kept: tuple[type, ...]) -> list[Any]:
    """Return those of some keys that decide whether all of them are kept, which takes less time than to look at all."""
    types = {*map(type, keys)}
    if types == {int} and float not in kept:
        return [min(keys), max(keys)]
    return keys[:1] if len(types) == 1 and not issubclass(type(keys[0]), int) else keys


def _is_kept(value: Any, kept: tuple[type, ...]) -> bool:
    """Return whether reading a key from a column of these types returns an equal one."""
    if isinstance(value, bool) or not isinstance(value, kept):
        return False
    return not isinstance(value, int) or (_fits(value) and (float not in kept or float(value) == value))


def _fits(position: int) -> bool:
    return -(2**63) <= position < 2**63


def compared(key: list[ColumnElement[Any]], values: Any, operator: Any) -> Any:
    """Return the comparison of a key with values, as of tuples if it has several columns."""
    given = [literal(value, each.type) for value, each in zip(values, key, strict=True)]
    return operator(key[0], given[0]) if len(key) == 1 else operator(tuple_(*key), tuple_(*given))


def _positions(items: list[Any]) -> str:
    first, last = items[0], items[-1]
    if len(items) == 1:
        return position_text(first)
    if first[0] != last[0]:
        return f"one of {position_text(first)} to {position_text(last)}"
    return f"one of the positions {first[1]} to {last[1]} of {_printable(first[0])}"


def position_text(item: Any) -> str:
    """Return the position of an item for a person, in one line."""
    return f"position {item[1]} of {_printable(item[0])}"


def _printable(sequence_id: Any) -> str:
    name = str(sequence_id)
    return name if name.isprintable() else ascii(name)
