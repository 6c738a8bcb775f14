"""Databases on a PostgreSQL server, or on a server with the same protocol: opened for writing or read-only.

Reading uses read-only transactions. The time of each statement is limited, by settings that are made after connecting:
https://www.postgresql.org/docs/current/runtime-config-client.html.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from functools import cache
from threading import Lock, Thread
from time import monotonic
from typing import Any, Final, Literal, NoReturn

from sqlalchemy import URL, Connection, Engine, Select, create_engine, event, exc, insert, inspect, text

from es_desktop.core import DatastoreError, StoreRefusedError
from es_desktop.stores.foreign import stored_text
from es_desktop.stores.queries import reason_of
from es_desktop.stores.records import EVENTS, MARKER, OUR_TABLES, SNAPSHOTS
from es_desktop.system.limits import limits
from es_desktop.system.stop import STOPPED, is_stopped
from es_desktop.system.waiting import LOCK_SECONDS, LOCKED_HINT, is_locked

_CONNECT_SECONDS: Final = 10
_RETRY_SECONDS: Final = 3
"""How long after a failure the server is not asked again for changes."""
_ACTIVITY: Final = text(
    "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE schemaname NOT LIKE 'pg_%'"
)
_MAY_INSERT: Final = text(
    "SELECT NOT pg_is_in_recovery() AND has_table_privilege(quote_ident(:schema) || :events, 'INSERT') "
    "AND has_table_privilege(quote_ident(:schema) || :snapshots, 'INSERT')"
).bindparams(events=f".{EVENTS.name}", snapshots=f".{SNAPSHOTS.name}")
_SETTING: Final = re.compile(r"\s*-c\s*([\w.]+)=((?:\\.|[^\\\s])*)")
_SETTINGS: Final = re.compile(rf"(?:{_SETTING.pattern})+\s*")
_TEXT_FORMS: Final = {"datestyle": "ISO", "intervalstyle": "postgres", "extra_float_digits": "3"}
"""A database may be set to other forms of values, which are not read, or have fewer digits."""
_GRACE_SECONDS: Final = 5.0
"""How much later than its own limit a server may answer."""
_STOP_SECONDS: Final = 0.1
"""How often a connection that is being made is asked whether anybody waits for it."""
_CANCEL_SECONDS: Final = 1.0
"""How long a server may take to hear that a statement is not wanted any more."""


class PostgresqlDatabase:
    """An open database, with an engine for it."""

    def __init__(self, url: URL, *, writable: bool) -> None:
        self._url = url
        self.writable = writable
        self.may_be_written = writable
        """Whether it could be opened for writing: it holds a store of ours, and the user may insert."""
        self.engine: Engine = _engine(url, writable=writable)
        self.newest: Select[Any] | None = None
        """A select that changes with each append at once; the server's counters are updated a moment later."""
        self._seen: Any = None
        self._own = [0, 0]
        """For each number of ``_seen``, how many rows were written by this object that it does not include yet."""
        self._counting = Lock()
        self._has_counters = True
        self._retry_at = 0.0
        self._failure: DatastoreError | None = None
        """Why the server could not be asked the last time."""
        if writable:
            event.listen(self.engine, "after_cursor_execute", self._on_executed)

    @property
    def attachable(self) -> None:
        """A server's database cannot be attached."""

    def has_changed(self) -> bool:
        """Return whether another program committed since the last call, or the server is available again.

        A commit may be reported a moment later, when the server has counted it. Rolled back rows may count as well.
        Raises ``DatastoreError`` if the server is not available, the same one until it is available again.
        """
        # Connecting to a server that is not available may take long, so it is not tried at each call.
        if self._failure is not None and monotonic() < self._retry_at:
            raise self._failure
        try:
            token = self._activity()
        except exc.DBAPIError as error:
            self._retry_at = monotonic() + _RETRY_SECONDS
            self._failure = self._failure or _not_available(error)
            raise self._failure from None
        was_gone, self._failure = self._failure is not None, None
        before, self._seen = self._seen, token
        if before is None or was_gone:
            self._own = [0, 0]
            return was_gone
        return self._others_wrote(before, token) if self.writable else bool(token != before)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def of_schema(self, schema: str, *, writable: bool) -> PostgresqlDatabase:
        """Return the database for a store of ours in a schema: for writing if ``writable`` and the user may insert.

        It may be this object; if not, this one is closed. Raises SQLAlchemy's ``DatabaseError``.
        """
        with self.engine.connect() as connection:
            may_be_written = bool(connection.scalar(_MAY_INSERT, {"schema": schema}))
            is_default = connection.scalar(text("SELECT current_schema()")) == schema
        found = self
        if writable and may_be_written:
            self.close()
            found = PostgresqlDatabase(self._url, writable=True)
        found.may_be_written = may_be_written
        if not is_default:
            # For each transaction, not for the session: a connection pooler hands the session to other clients. By the
            # driver, because SQLAlchemy would declare a cursor for it where it streams rows.
            quoted = schema.replace('"', '""')
            path = f'SET LOCAL search_path = "{quoted}"'
            event.listen(
                found.engine, "begin", lambda connection: connection.connection.driver_connection.execute(path)
            )
        return found

    def _others_wrote(self, before: Sequence[int], now: Sequence[int]) -> bool:
        """Return whether the numbers grew by more than the rows that this object wrote (one for each row)."""
        grown = [new - old for old, new in zip(before, now, strict=True)]
        with self._counting:
            uncounted = [own - more for own, more in zip(self._own, grown, strict=True)]
            self._own = [max(0, each) for each in uncounted]
        # Someone may have reset the counters to zero.
        return min(uncounted) < 0 or min(grown) < 0

    def _on_executed(self, connection: Connection, cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith("INSERT"):
            with self._counting:
                self._own = [each + cursor.rowcount for each in self._own]

    def _activity(self) -> Any:
        with self.engine.connect() as connection:
            newest = () if self.newest is None else tuple(connection.execute(self.newest).one())
            counted = self._counters(connection)
            return (sum(each or 0 for each in newest), counted or 0) if self.writable else (*newest, counted)

    def _counters(self, connection: Connection) -> Any:
        try:
            return connection.scalar(_ACTIVITY) if self._has_counters else None
        except exc.ProgrammingError:  # a server with the same protocol, but without these counters
            self._has_counters = False
            return None


def open_database(url: URL, name: str) -> PostgresqlDatabase:
    """Connect for reading. Raises ``StoreRefusedError`` if the server is not available or refuses the connection."""
    database = PostgresqlDatabase(url, writable=False)
    try:
        database.engine.connect().close()
    except exc.DatabaseError as error:
        database.close()
        # The exception of the driver contains the password, so it is not chained.
        raise _refused(name, error) from None
    return database


def make_store(url: URL, name: str, layout_version: int) -> None:
    """Create our tables in a database. Raises ``StoreRefusedError`` if they exist or cannot be created."""
    engine = _engine(url, writable=True)
    try:
        with engine.begin() as connection:
            if inspect(connection).has_table(MARKER.name):
                raise StoreRefusedError(f"{name} holds a store already", "Open it, or make another database.")
            for table in (*OUR_TABLES.sorted_tables, MARKER):
                table.create(connection)  # fails if another program has a table of that name
            connection.execute(insert(MARKER), {"layout_version": layout_version})
    except exc.DatabaseError as error:
        raise _refused(name, error) from None
    finally:
        engine.dispose()


def _engine(url: URL, *, writable: bool) -> Engine:
    # A pooler hands each transaction to another session, which does not know the statements prepared before.
    arguments = {"connect_timeout": _CONNECT_SECONDS, "application_name": "es-desktop", "prepare_threshold": None}
    url, settings = _without_options(url)
    engine = create_engine(url, connect_args=arguments, pool_pre_ping=True, hide_parameters=True)
    times = {"statement_timeout": f"{limits().statement_seconds}s", "lock_timeout": f"{LOCK_SECONDS:g}s"}
    settled = times | _TEXT_FORMS
    setting = "; ".join(f"SET {name} = '{value}'" for name, value in settled.items())

    def connected(connection: Any, record: object) -> None:
        # Not as options at the start of a connection, which connection poolers refuse.
        for name, value in settings.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        connection.execute(setting)
        connection.commit()
        # For each transaction, not for the session: a connection pooler hands the session to other clients.
        connection.read_only = not writable

    event.listen(engine, "do_connect", lambda dialect, record, args, named: _connected(args, named))
    event.listen(engine, "connect", _accept_any_row, insert=True)  # SQLAlchemy itself reads texts when it connects
    event.listen(engine, "connect", connected)
    return engine


def _connected(args: Any, named: Any) -> Any:
    """Return a connection of the driver; raise ``psycopg.OperationalError`` about when the work is stopped.

    Another thread connects, because to look up the name of a server cannot be stopped. It is left to its end then, and
    what it still connects is closed.
    """
    import psycopg

    found: Future[Any] = Future()

    def connect() -> None:
        try:
            found.set_result(_connection_class().connect(*args, **named))
        except BaseException as error:
            found.set_exception(error)

    Thread(target=connect, name="es-connect", daemon=True).start()
    while not wait([found], timeout=_STOP_SECONDS).done:
        if is_stopped():
            found.add_done_callback(_close)
            raise psycopg.OperationalError(STOPPED)
    return found.result()


def _close(found: Future[Any]) -> None:
    if found.exception() is None:
        found.result().close()


@cache
def _connection_class() -> Any:
    """Return the driver's class of connections, with a limit on how long an answer is waited for.

    The limits that the server keeps do not hold if it, or the network, hangs.
    """
    import psycopg

    class Watched(psycopg.Connection[Any]):
        def wait(self, gen: Any, *args: Any, **named: Any) -> Any:
            return super().wait(self._watched(gen), *args, **named)

        def _watched(self, steps: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
            """Pass on what the driver waits for. About ten times a second it says that nothing has come yet."""
            end = monotonic() + limits().statement_seconds + _GRACE_SECONDS
            try:
                wants = next(steps)
                while True:
                    came = yield wants
                    if not came and is_stopped():
                        self._give_up(STOPPED)
                    if not came and monotonic() > end:
                        self._give_up("the server does not answer")
                    wants = steps.send(came)
            except StopIteration as ended:
                return ended.value

        def _give_up(self, reason: str) -> NoReturn:
            with suppress(Exception):  # it need not be there
                self.cancel_safe(timeout=_CANCEL_SECONDS)
            self.close()
            raise psycopg.OperationalError(reason)

    return Watched


def _accept_any_row(connection: Any, record: object) -> None:
    """Have a connection return each row, whatever its values are: one that Python does not have would end the read.

    JSON stays text, with the digits of its numbers. So does a time outside of Python's calendar, such as ``infinity``.
    A text of a database without an encoding (SQL_ASCII) that is not UTF-8 has lone surrogates, as in SQLite. Others
    send UTF-8, also where they are set to another encoding, which may lack characters.
    """
    has_encoding = connection.info.encoding != "ascii"
    if has_encoding:
        connection.execute("SET client_encoding = 'UTF8'")
        connection.commit()
    for name, loader in _loaders(has_encoding=has_encoding):
        connection.adapters.register_loader(name, loader)
    if not has_encoding:
        connection.adapters.register_dumper(str, _dumper())


@cache
def _dumper() -> Any:
    """Return what writes a text that was read from a database without an encoding as the bytes that it was read of."""
    from psycopg.types.string import StrDumperUnknown

    class StoredTexts(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            stored = stored_text(obj)
            return stored if isinstance(stored, bytes) else super().dump(stored)

    return StoredTexts


@cache
def _loaders(*, has_encoding: bool) -> list[tuple[str, Any]]:
    from psycopg import DataError
    from psycopg.adapt import Loader
    from psycopg.types import datetime as moments

    def text(data: Any) -> str:
        return bytes(data).decode("utf-8", "surrogateescape")

    class Texts(Loader):
        def load(self, data: Any) -> str:
            return text(data)

    def or_text(loader: Any) -> Any:
        class OrText(loader):  # type: ignore[misc] # one of three
            def load(self, data: Any) -> Any:
                try:
                    return super().load(data)
                except DataError:
                    return text(data)

        return OrText

    times = {"timestamptz": "TimestamptzLoader", "timestamp": "TimestampLoader", "date": "DateLoader"}
    found = [(name, or_text(getattr(moments, loader))) for name, loader in times.items()]
    texts = () if has_encoding else ("text", "varchar", "bpchar", "name")
    return [*found, *((name, Texts) for name in ("json", "jsonb", *texts))]


def _without_options(url: URL) -> tuple[URL, dict[str, str]]:
    """Return a URL without its ``options=-c name=value``, and these settings; unchanged if it has other options."""
    given = url.query.get("options")
    found = _SETTINGS.fullmatch(given) if isinstance(given, str) else None
    if found is None or not isinstance(given, str):
        return url, {}
    settings = {name: re.sub(r"\\(.)", r"\1", value) for name, value in _SETTING.findall(given)}
    return url.difference_update_query(["options"]), settings


def _not_available(error: exc.DBAPIError) -> DatastoreError:
    text = f"the server cannot be asked for what is new: {reason_of(error)}"
    return DatastoreError(text, "What is shown is of before. It is read again when the server is there.")


def _refused(name: str, error: exc.DatabaseError) -> StoreRefusedError:
    reason, connection = reason_of(error), getattr(error.orig, "pgconn", None)
    # Only the server's message tells a refused password from a database that does not exist.
    is_about_password = connection is not None and (
        connection.needs_password or (connection.used_password and "password" in reason.lower())
    )
    hint = LOCKED_HINT if is_locked(error) else "Check the server, the database, user and password."
    wants: Literal["", "password"] = "password" if is_about_password else ""
    return StoreRefusedError(f"{name} cannot be opened: {reason}", hint, wants=wants)
