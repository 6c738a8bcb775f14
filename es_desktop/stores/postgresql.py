"""Databases on a PostgreSQL server, or on one that speaks its protocol: opened for writing or only for reading.

Whoever only reads does so in read-only transactions, with a limit to how long a statement may take. The settings are
made once a connection is there: https://www.postgresql.org/docs/current/runtime-config-client.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any, Final, Literal

from sqlalchemy import URL, Connection, Engine, Select, Table, create_engine, event, exc, insert, select, text

from es_desktop.core import StoreRefusedError

from .marker import MARKER, has_marker
from .querying import reason_of
from .records import Base, SqlIntegerSequencedItem, SqlSnapshot

_CONNECT_SECONDS: Final = 10
_STATEMENT_SECONDS: Final = 60
_REST_SECONDS: Final = 3
"""Before a server that was gone is looked for again."""
_ACTIVITY: Final = text(
    "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE schemaname NOT LIKE 'pg_%'"
)
_MAY_INSERT: Final = text(
    "SELECT NOT pg_is_in_recovery() "
    "AND has_table_privilege(:events, 'INSERT') AND has_table_privilege(:snapshots, 'INSERT')"
).bindparams(events=SqlIntegerSequencedItem.__tablename__, snapshots=SqlSnapshot.__tablename__)
_GONE: Final = "gone"


class PostgresqlDatabase:
    """A database that is open, with an engine on it."""

    def __init__(self, url: URL, *, writable: bool) -> None:
        self.writable = writable
        self.may_be_written = writable
        """Whether it could be opened for writing: it holds a store of ours, and the user may add to it."""
        self.engine: Engine = _engine(url, writable=writable)
        self.newest: Select[Any] | None = None
        """What changes at once when something is appended; the server's own counters follow a moment later."""
        self._seen: Any = None
        self._own = [0, 0]
        """For each number of ``_seen`` how many rows were written here that it did not count yet."""
        self._is_watched = True
        self._gone_until = 0.0
        if writable:
            event.listen(self.engine, "after_cursor_execute", self._on_executed)

    @property
    def attachable(self) -> None:
        """A server's database is attached to no other."""

    def has_changed(self) -> bool:
        """Return whether anybody else committed since the last call, or the server is there again.

        A commit of another may be noticed a moment later, when the server has counted it. What was rolled back, here or
        elsewhere, may count as a commit.
        """
        token = self._activity()
        before, self._seen = self._seen, token
        if before is None or _GONE in (before, token):
            self._own = [0, 0]
            return token != _GONE and before is not None
        return self._grew_by_others(before, token) if self.writable else bool(token != before)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _grew_by_others(self, before: Sequence[int], now: Sequence[int]) -> bool:
        """Return whether there is more than what was written here, of which each row adds one to each number."""
        grown = [new - old for old, new in zip(before, now, strict=True)]
        left = [own - more for own, more in zip(self._own, grown, strict=True)]
        self._own = [max(0, each) for each in left]
        # The counters start again from zero where somebody resets them.
        return min(left) < 0 or min(grown) < 0

    def _on_executed(self, connection: Connection, cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith("INSERT"):
            self._own = [each + cursor.rowcount for each in self._own]

    def _activity(self) -> Any:
        if monotonic() < self._gone_until:
            return self._seen
        try:
            with self.engine.connect() as connection:
                newest = () if self.newest is None else tuple(connection.execute(self.newest).one())
                counted = self._counters(connection)
                return (sum(each or 0 for each in newest), counted or 0) if self.writable else (*newest, counted)
        except exc.DBAPIError:
            # Gone for a while, which the next read finds out. It is not looked for all the time, as that may take long.
            self._gone_until = monotonic() + _REST_SECONDS
            return _GONE

    def _counters(self, connection: Connection) -> Any:
        if not self._is_watched:
            return None
        try:
            return connection.scalar(_ACTIVITY)
        except exc.ProgrammingError:  # a server that speaks the protocol without such counters
            self._is_watched = False
            return None


def open_database(url: URL, name: str, *, writable: bool) -> PostgresqlDatabase:
    """Connect: for writing where the database holds a store of ours and ``writable`` asks for it.

    Raises ``StoreRefusedError`` where the server cannot be reached, or lets nobody in.
    """
    reading = PostgresqlDatabase(url, writable=False)
    try:
        with reading.engine.connect() as connection:
            may_be_written = has_marker(connection) and bool(connection.scalar(_MAY_INSERT))
    except exc.DatabaseError as error:
        reading.close()
        # What the driver raised holds the password, so it is not carried along.
        raise _refused(name, error) from None
    reading.may_be_written = may_be_written
    if not (writable and may_be_written):
        return reading
    reading.close()
    return PostgresqlDatabase(url, writable=True)


def make_store(url: URL, name: str, layout_version: int) -> None:
    """Make our tables in a database. Raises ``StoreRefusedError`` where there are some, or they cannot be made."""
    engine = _engine(url, writable=True)
    try:
        with engine.begin() as connection:
            if has_marker(connection):
                raise StoreRefusedError(f"{name} holds a store already", "Open it, or make another database.")
            _make_tables(connection, layout_version)
    except exc.DatabaseError as error:
        raise _refused(name, error) from None
    finally:
        engine.dispose()


def _make_tables(connection: Connection, layout_version: int) -> None:
    tables: list[Table] = [MARKER]
    for table in (*Base.metadata.sorted_tables, *tables):
        table.create(connection)  # and fail where one of that name is somebody else's
    connection.execute(insert(MARKER), {"layout_version": layout_version})


def layout_version(engine: Engine) -> int:
    """Return the version of the layout that a store of ours states."""
    with engine.connect() as connection:
        return int(connection.scalar(select(MARKER.c.layout_version)) or 0)


def _engine(url: URL, *, writable: bool) -> Engine:
    arguments = {"connect_timeout": _CONNECT_SECONDS, "application_name": "es-desktop"}
    engine = create_engine(url, connect_args=arguments, pool_pre_ping=True, hide_parameters=True)
    settings = (f"SET {name} = '{_STATEMENT_SECONDS}s'" for name in ("statement_timeout", "lock_timeout"))
    limits = "; ".join(settings)

    def connected(connection: Any, record: object) -> None:
        # Not as options of the connection: the URL may have some of its own, and a pooler refuses them.
        connection.execute(limits)
        connection.commit()
        # Of each transaction, not a setting of the session: behind a pooler others go on with that.
        connection.read_only = not writable

    event.listen(engine, "connect", connected)
    return engine


def _refused(name: str, error: exc.DatabaseError) -> StoreRefusedError:
    reason = reason_of(error)
    hint = "Check the server, the database, user and password."
    wants: Literal["", "password"] = "password" if _is_about_password(error, reason) else ""
    return StoreRefusedError(f"{name} cannot be opened: {reason}", hint, wants=wants)


def _is_about_password(error: exc.DatabaseError, reason: str) -> bool:
    connection = getattr(error.orig, "pgconn", None)
    # One that was used and refused differs from a database that is not there only in what the server says.
    return connection is not None and (
        connection.needs_password or (connection.used_password and "password" in reason.lower())
    )
