"""A connection to a server that can be cut, hang, or lose an answer."""

from __future__ import annotations

import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

from psycopg.conninfo import conninfo_to_dict


class Link:
    """Passes on what a program and a server send each other, for the length of a block."""

    def __init__(self, url: str) -> None:
        """``url`` is that of a database of ``Server``."""
        folder = str(conninfo_to_dict(url)["host"])
        self._server = next(Path(folder).glob(".s.PGSQL.*[0-9]")).as_posix()
        self._folder = tempfile.TemporaryDirectory(prefix="link")
        self.url = url.replace(folder, self._folder.name)
        self._listener = socket.socket(socket.AF_UNIX)
        self._ends: list[socket.socket] = []
        self._is_cut = False
        self._passes = Event()
        self._passes.set()
        self._loses = ""

    def __enter__(self) -> Link:
        self._listener.bind(f"{self._folder.name}/.s.PGSQL.5432")
        self._listener.listen()
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._folder.cleanup()

    def cut(self) -> None:
        """End all connections, and refuse others, until ``restore``."""
        self._is_cut = True
        self._passes.set()
        for each in self._ends:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def hang(self) -> None:
        """Pass nothing on, until ``restore``; connections stay."""
        self._passes.clear()

    def restore(self) -> None:
        self._is_cut = False
        self._passes.set()

    def lose_commit(self, *, arrives: bool) -> None:
        """End the connection of the next commit: before the server has it, or if it ``arrives``, before its answer."""
        self._loses = "answer" if arrives else "commit"

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._passes.wait()
            if self._is_cut:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            self._ends += [client, server]
            for source, target, is_client in ((client, server, True), (server, client, False)):
                Thread(target=self._pass_on, args=(source, target, is_client), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_client: bool) -> None:
        with source, suppress(OSError):  # the other thread closes its end
            while data := source.recv(65536):
                self._passes.wait()
                is_lost = is_client and self._loses and b"COMMIT" in data
                if is_lost and self._loses == "answer":
                    source.shutdown(socket.SHUT_RDWR)  # so that no answer comes through
                if not is_lost or self._loses == "answer":
                    target.sendall(data)
                if is_lost:
                    self._loses = ""
                    break
        # Also after an error, as of a server that was killed: then it sends nothing, and has not read everything.
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
