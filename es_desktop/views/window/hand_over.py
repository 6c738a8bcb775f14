"""A second start of the program hands what it should open to the one that runs, through a local socket.

The second start sends one line of JSON. The running program answers that it reads, and opens it only when the other
says that it has the answer: who got none in time opens the store itself, and it is not opened twice. What is sent is
data: only these names with values of these types are taken.
"""

from __future__ import annotations

import enum
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_LIMIT: Final = 64 * 1024
"""Bytes of a request."""
PATIENCE: Final = 2_000
"""Milliseconds in which the running program must answer, and another must have sent its request."""
_READS, _GO = b"reads\n", b"go\n"


@dataclass(frozen=True, slots=True)
class Request:
    """What a second start should open; nothing brings the window to the front. All paths are absolute."""

    store: str | None = None
    entity: str | None = None
    at: int | None = None
    scope: str | None = None
    key_file: str | None = None
    map: str | None = None
    demo: bool = False
    view: str | None = None

    def to_line(self) -> bytes:
        """Return it as a line of ASCII."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Request:
        """Return the request in a line. Raises ``ValueError`` for any other."""
        found = json.loads(line)
        if not isinstance(found, dict) or not all(_is_valid(name, value) for name, value in found.items()):
            raise ValueError("this is no request")
        return cls(**found)


def _is_valid(name: str, value: Any) -> bool:
    types = {"at": (int,), "demo": (bool,)}.get(name, (str,) if name in Request.__slots__ else ())
    return type(value) in types or (value is None and types not in ((), (bool,)))


class Answer(enum.Enum):
    """What came of handing over."""

    TAKEN = "taken"
    NOBODY = "nobody"
    """No program of this person runs with these settings."""
    SILENT = "silent"
    """One runs, and did not answer in time."""


def is_there(address: str) -> bool:
    """Return whether a program of this person may listen at an address; of another person is as good as none."""
    if sys.platform == "win32":
        return True
    try:
        return Path(address).lstat().st_uid == os.getuid()
    except OSError:
        return False


def hand_over(address: str, request: Request) -> Answer:
    """Hand a request to the program that listens at an address. Waits for its answer, two seconds at most."""
    line, deadline, socket = request.to_line(), QDeadlineTimer(PATIENCE), QLocalSocket()
    if not is_there(address) or len(line) > _LIMIT:
        return Answer.NOBODY
    socket.connectToServer(address)
    if not socket.waitForConnected(PATIENCE):
        is_busy = socket.error() is QLocalSocket.LocalSocketError.SocketTimeoutError
        return Answer.SILENT if is_busy else Answer.NOBODY
    socket.write(line)
    while not socket.canReadLine() and socket.waitForReadyRead(max(0, deadline.remainingTime())):
        pass
    if socket.readLine().data() != _READS:
        return Answer.SILENT
    socket.write(_GO)
    socket.waitForBytesWritten(max(1, deadline.remainingTime()))
    socket.disconnectFromServer()
    return Answer.TAKEN


class Listener(QObject):
    """Takes the requests of later starts; only those of the same person can connect."""

    requested = Signal(object)
    """A ``Request``."""

    def __init__(self, address: str, parent: QObject) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        if not self._server.listen(address) and is_there(address) and hand_over(address, Request()) is Answer.NOBODY:
            QLocalServer.removeServer(address)  # left by a process that was killed
            self._server.listen(address)

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.setReadBufferSize(_LIMIT)
            _Conversation(socket, self)


class _Conversation(QObject):
    """Reads the request of one connection. It lasts as long as that is open, and a short time at most."""

    def __init__(self, socket: QLocalSocket, listener: Listener) -> None:
        super().__init__(socket)
        socket.setParent(listener)
        self._socket, self._listener = socket, listener
        self._request: Request | None = None
        socket.disconnected.connect(socket.deleteLater)
        socket.readyRead.connect(self._read)
        QTimer.singleShot(PATIENCE, socket, socket.abort)
        self._read()

    def _read(self) -> None:
        while self._socket.canReadLine():
            line = bytes(self._socket.readLine().data())
            if self._request is not None:
                if line == _GO:
                    self._listener.requested.emit(self._request)
                self._socket.disconnectFromServer()
                return
            try:
                self._request = Request.from_line(line)
            except (ValueError, TypeError, RecursionError):
                self._socket.abort()
                return
            self._socket.write(_READS)
