"""A pooler of connections in front of a server, such as PgBouncer: it refuses options at the start of a connection."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from es_desktop.core import KnownClasses
from es_desktop.stores import Counts, open_store, parse_location
from tests.stores.serving import Server
from tests.stores.unusual import odd_databases

_REFUSAL = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"


@contextmanager
def pooler(server_socket: str) -> Iterator[str]:
    """Run a pooler for the length of a block; yield the folder of its socket."""
    with tempfile.TemporaryDirectory(prefix="pool") as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/.s.PGSQL.5432")
        listener.listen()

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                start = client.recv(4096)
                if b"\0options\0" in start:
                    client.sendall(b"E" + (len(_REFUSAL) + 4).to_bytes(4) + _REFUSAL)
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(server_socket)
                server.sendall(start)
                for source, target in ((client, server), (server, client)):
                    Thread(target=_pass_on, args=(source, target), daemon=True).start()

        Thread(target=serve, daemon=True).start()
        yield folder
        listener.shutdown(socket.SHUT_RDWR)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with source, suppress(OSError):  # the other thread closes its end
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def test_what_options_of_the_url_ask_for_is_set_after_connecting(server: Server) -> None:
    url = server.fresh_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(odd_databases.TENANT_PER_SCHEMA.encode())
    folder = str(conninfo_to_dict(url)["host"])
    with pooler(next(Path(folder).glob(".s.PGSQL.*[0-9]")).as_posix()) as pool:
        pooled = url.replace(folder, pool)
        asking = f"{pooled}&options=-csearch_path%3Dtenant_a%20-c%20work_mem%3D5MB"
        with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter"):
            psycopg.connect(asking)
        with closing(open_store(parse_location(asking), KnownClasses(), writable=False)) as store:
            assert (store.shown.table_name, store.reader.counts()) == ("tenant_a.emt_messages", Counts(1, 1, 0))
