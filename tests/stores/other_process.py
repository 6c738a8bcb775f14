"""Another process that runs SQL on an SQLite file for a test, and reports when it has finished."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

INSERT = "INSERT INTO integer_sequenced_items VALUES (randomblob(16), ?, 'shop#Cart.Filled', '{}')"
"""Inserts an event of a new entity into a table of Python eventsourcing 3.1."""


class OtherProcess:
    """Runs SQL in another process, without a transaction unless the SQL starts one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, *statements: str) -> list[Any]:
        """Run statements, wait for them, and return the rows of the last one."""
        return self._ask({"run": statements})

    def write_all_the_time(self, pages: int, *, reopens: bool = False) -> None:
        """Commit two events again and again until ``stop``, with a checkpoint every ``pages`` pages of the log."""
        self._ask({"write": pages, "reopens": reopens})

    def stop(self) -> int:
        """Stop writing; return the number of transactions."""
        count: int = self._ask({"stop": True})
        return count

    def _ask(self, request: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def other_process(path: Path) -> Iterator[OtherProcess]:
    """Yield another process with the file open. It is killed at the end, like a program that crashes."""
    command = [sys.executable, "-W", "error", __file__, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield OtherProcess(process)
        finally:
            process.kill()


def _connect(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=240, check_same_thread=False)


def _serve(path: str) -> None:
    import threading

    connection = _connect(path)
    stopped, count, writer = threading.Event(), 0, None

    def write(pages: int, reopens: bool) -> None:
        nonlocal count
        while not stopped.is_set():
            at_work = _connect(path) if reopens else connection
            at_work.execute(f"PRAGMA wal_autocheckpoint = {pages}")
            at_work.execute("PRAGMA synchronous = OFF")
            at_work.execute("BEGIN IMMEDIATE")
            for _ in range(2):
                at_work.execute(INSERT, (0,))
            at_work.execute("COMMIT")
            if reopens:
                at_work.close()
            count += 1

    for line in sys.stdin:
        request = json.loads(line)
        answer: Any = None
        if "run" in request:
            for statement in request["run"]:
                answer = connection.execute(statement).fetchall()
        elif "write" in request:
            if request["reopens"]:
                connection.close()
            writer = threading.Thread(target=write, args=(request["write"], request["reopens"]))
            writer.start()
        elif writer is not None:
            stopped.set()
            writer.join()
            answer = count
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])
