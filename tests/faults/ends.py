"""Runs of the program that are ended from outside, or find no room: by signals, closed pipes, full disks, no memory.

Each may print one line and must end with a status of its own; no store is damaged, no log, temporary file or process is
left. What SIGKILL leaves is gone after the next start.
"""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any, Final

from es_desktop.app.store.demo import make_demo
from tests.faults.common import Figures, Finding, Scratch
from tests.patience import PATIENCE

LONG, SHORT = 200, 5
_COMMANDS: Final[tuple[tuple[str, ...], ...]] = (
    ("info", "STORE"),
    ("entities", "STORE"),
    ("find", "STORE", "version > 3"),
    ("verify", "STORE"),
    ("export", "STORE", "--out", "NEW.jsonl"),
    ("export", "STORE", "--format", "esdb", "--out", "NEW.esdb"),
    ("copy", "STORE", "NEW.esdb"),
    ("STORE",),
    ("STORE", "--screenshot", "NEW.png"),
    ("selftest",),
)
"""What is run; the one with the store alone is the window."""
_LATEST_SIGNALS: Final = (0.6, 4.0)
"""Seconds from the start until a signal is sent, at most; half of them while the program and Qt are loaded."""
_TWICE: Final = 0.3
"""The share of runs that get the signal a second time."""
_SECOND_SIGNAL: Final = 0.3
"""Seconds until then, at most."""
_LITTLE_MEMORY: Final = 220 * 1024 * 1024


def run(rounds: int, seed: int) -> Figures:
    """Return the figures; an input is a run of the program. Needs a system with signals."""
    random, figures = Random(seed), Figures(rounds)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever started this may have it ignored, and so would the program
    with Scratch() as scratch:
        demo = scratch / "demo.esdb"
        make_demo(demo, lambda done, total: None)
        for number in range(rounds):
            # The short form tries each kind of end once.
            end = _ENDS[number % len(_ENDS)] if rounds <= SHORT else random.choice(_ENDS)
            folder = scratch / str(number)
            folder.mkdir()
            _Round(folder, demo.read_bytes(), random, figures).run(end)
    return figures


class _Round:
    """One run of the program on a store of its own."""

    def __init__(self, folder: Path, demo: bytes, random: Random, figures: Figures) -> None:
        self._folder, self._random, self._figures = folder, random, figures
        self._store, self._temporary = folder / "store.esdb", folder / "temporary"
        self._store.write_bytes(demo)
        self._temporary.mkdir()
        self._name, self.fine = "", 0

    def run(self, end: Callable[[_Round, list[str]], None]) -> None:
        words = self._random.choice(_COMMANDS)
        if end is not _by_signal and words[0] in ("STORE", "selftest"):
            words = _COMMANDS[1]  # a window prints nothing, and needs more memory
        arguments = [
            each.replace("STORE", str(self._store)).replace("NEW", str(self._folder / "new")) for each in words
        ]
        self._name = f"{end.__name__} {' '.join(words)}"
        self.fine = int(words[0] == "verify")  # the demo has a snapshot that is not true
        end(self, arguments)
        self._figures.inputs += 1
        self._look()

    def start(self, arguments: list[str], **options: Any) -> subprocess.Popen[str]:
        homes = {name: str(self._folder / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
        environment = {**os.environ, **homes, "TMPDIR": str(self._temporary), "QT_QPA_PLATFORM": "offscreen"}
        return subprocess.Popen(
            [sys.executable, "-m", "es_desktop", *arguments],
            env=environment,
            text=True,
            start_new_session=True,
            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **options},
        )

    def wait(self, process: subprocess.Popen[str], *allowed: int) -> None:
        """Wait until it ends, and check its status and its lines."""
        try:
            _, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.note("hang")
            return
        lines = (err or "").splitlines()
        if process.returncode not in allowed:
            self.note(f"status {process.returncode}: {lines[-1:]}")
        if len(lines) > 1:
            self.note("more than a line: " + " | ".join(each.strip() for each in lines[-4:]))

    def note(self, kind: str) -> None:
        self._figures.found.append(Finding(kind, self._name))

    def signal(self, arguments: list[str]) -> None:
        number = self._random.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL))
        is_twice = self._random.random() < _TWICE
        process = self.start(arguments)
        with suppress(subprocess.TimeoutExpired):
            process.wait(self._random.random() * self._random.choice(_LATEST_SIGNALS))
        # A stopped process shows whether it has ended already; whatever else it does comes after the signal.
        process.send_signal(signal.SIGSTOP)
        has_ended = process.returncode is not None or _has_ended(process.pid)
        if not has_ended:
            # A terminal sends its signals to all processes of a run.
            send = os.kill if number in (signal.SIGTERM, signal.SIGKILL) else os.killpg
            send(process.pid, number)
            process.send_signal(signal.SIGCONT)
        if is_twice:
            with suppress(subprocess.TimeoutExpired):
                process.wait(self._random.random() * _SECOND_SIGNAL)
            process.send_signal(number)
        # 128 + number where the program ended itself; before and after Python has handlers, the signal ends it.
        self.wait(process, *((self.fine,) if has_ended else (128 + number, -number)))
        if number == signal.SIGKILL:
            for each in filter(Path.exists, (self._store, self._folder / "new.esdb")):
                self.wait(self.start(["info", str(each)]), 0)

    def _look(self) -> None:
        """Look for what must not be left, or is damaged."""
        for each in self._folder.glob("*.esdb-*"):
            self.note(f"{each.suffix} is left")
        if [*self._temporary.iterdir()]:
            self.note("temporary files are left")
        end = monotonic() + PATIENCE
        while left := [each for each in _processes() if str(self._folder) in each]:
            if monotonic() > end:
                self.note(f"a process is left: {left[0][:60]}")
                break
        for each in (self._store, self._folder / "new.esdb"):
            if each.exists():
                with closing(sqlite3.connect(each)) as connection:
                    if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                        self.note(f"{each.name} is damaged")


def _by_signal(round: _Round, arguments: list[str]) -> None:
    round.signal(arguments)


def _closed_pipe(round: _Round, arguments: list[str]) -> None:
    read, write = os.pipe()
    process = round.start(arguments, stdout=write)
    os.close(write)
    os.close(read)
    round.wait(process, 0, round.fine)


def _closed_output(round: _Round, arguments: list[str]) -> None:
    process = round.start(arguments, stdout=None, preexec_fn=lambda: os.close(1))
    round.wait(process, 2)


def _full_disk(round: _Round, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        # 0 where what is printed is written to a file.
        round.wait(round.start(arguments, stdout=full), round.fine, 2)


def _no_memory(round: _Round, arguments: list[str]) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (_LITTLE_MEMORY, _LITTLE_MEMORY))

    round.wait(round.start(arguments, preexec_fn=limit), round.fine, 2)


_ENDS: Final = (_by_signal, _closed_pipe, _closed_output, _full_disk, _no_memory)


def _has_ended(pid: int) -> bool:
    """Wait until a child that was stopped has stopped, or has ended before; return the latter. It is not reaped."""
    found = os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    return found is not None and found.si_code != os.CLD_STOPPED


def _processes() -> list[str]:
    """Return the command lines and environments of all running processes, where the system lists them."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            texts = (each / name for name in ("cmdline", "environ"))
            found.append(b" ".join(text.read_bytes() for text in texts).replace(b"\0", b" ").decode("utf-8", "replace"))
    return found
