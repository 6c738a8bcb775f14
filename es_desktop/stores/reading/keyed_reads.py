"""Reads of records by their keys, many by one statement that is compiled once.

A join with a list of values is used because a condition on pairs, ``(sequence_id, position) IN (...)``, does not use
the index on the two columns in SQLite. SQLAlchemy takes longer to compile such a statement than the database to run it.
So it is compiled once, for a fixed number of keys, and run by the driver.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Dialect, bindparam, column, select, values

from es_desktop.core import EntityId
from es_desktop.stores.strategy import SQLAlchemyActiveRecordStrategy

from .querying import Selection

EventKey = tuple[EntityId, int]
"""The id of a sequence and a position in it."""
_AT_ONCE: Final = 64
"""Keys of one statement."""


class KeyedReads:
    """Reads the records of a table by their keys."""

    def __init__(self, strategy: SQLAlchemyActiveRecordStrategy) -> None:
        self._strategy = strategy
        self._selection = Selection(strategy.columns)
        self._prepared: _Prepared | None = None

    def read(self, connection: Connection, keys: Sequence[EventKey]) -> dict[EventKey, Any]:
        """Return the records that exist under the keys. Raises SQLAlchemy's ``DatabaseError``."""
        if self._prepared is None or self._prepared.dialect is not connection.dialect:
            self._prepared = _Prepared(self._strategy, connection.dialect)
        make = self._strategy.sequenced_item_class._make
        found = {}
        for some in _batches(list(dict.fromkeys(keys))):
            with connection.exec_driver_sql(self._prepared.text, self._prepared.parameters(some)) as result:
                columns = self._selection.fetched(connection.dialect, result.cursor)
            for item in map(make, zip(*columns, strict=True)):
                found[item[0], item[1]] = item
        return found


class _Prepared:
    """The text of the statement in one dialect, and the conversion of its parameters."""

    def __init__(self, strategy: SQLAlchemyActiveRecordStrategy, dialect: Dialect) -> None:
        sequence_id, position, *_ = strategy.columns
        names = [(f"sequence_{number}", f"position_{number}") for number in range(_AT_ONCE)]
        pairs = [
            (bindparam(id_name, None, sequence_id.type), bindparam(position_name, None, BigInteger()))
            for id_name, position_name in names
        ]
        keys = values(column("sequence_id", sequence_id.type), column("position", BigInteger), name="keys")
        wanted = keys.data(pairs).cte("wanted")
        is_there = (wanted.c.sequence_id == sequence_id) & (wanted.c.position == position)
        statement = select(*strategy.columns).join_from(wanted, strategy.table, is_there)
        self.dialect = dialect
        self._names = names
        compiled: Any = statement.compile(dialect=dialect)
        # A list in the conditions of the table itself becomes one parameter for each of its values.
        expanded = compiled.construct_expanded_state({})
        self.text: str = expanded.statement
        self._given: dict[str, Any] = dict(expanded.parameters)
        self._order: Sequence[str] | None = expanded.positiontup if compiled.positional else None
        self._converts = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
        }

    def parameters(self, keys: Sequence[EventKey]) -> Any:
        """Return the parameters for the driver: a tuple or a dict, as the dialect wants."""
        given = dict(self._given)
        for (id_name, position_name), (sequence_id, position) in zip(self._names, keys, strict=True):
            given[id_name], given[position_name] = sequence_id, position
        for name, convert in self._converts.items():
            if convert is not None and name in given:
                given[name] = convert(given[name])
        return given if self._order is None else tuple(map(given.__getitem__, self._order))


def _batches(keys: Sequence[EventKey]) -> Iterator[Sequence[EventKey]]:
    """Yield the keys in lists of the length that the statement takes; the last key fills up the last list."""
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        yield [*part, *[part[-1]] * (_AT_ONCE - len(part))]
