"""What all harnesses share: the figures that they return, and a process that runs the program and may end badly.

A harness is a module of this folder with ``LONG`` and ``SHORT``, the rounds of its long form and of the one in the
suite, and ``run(rounds, seed)``, which returns ``Figures``. Its numbers come from ``random.Random(seed)`` alone.
"""

from __future__ import annotations

import importlib
import os
import signal
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Final

from tests.faults.worker import MARGIN, PATIENCE, Answer, Request, serve
from tests.forking import new_processes

NO_HARNESS: Final = {
    "__main__",
    "common",
    "guided",
    "powerloss_disk",
    "powerloss_work",
    "worker",
    "test_faults",
    "windows",
}
MOST_SECONDS: Final = 20.0
MOST_MIB: Final = 1024
STARTING_SECONDS: Final = 60.0
MOST_RUNS: Final = 200
"""Of one process. A program ends after one, so what stays of a run in memory would be counted for the later ones."""


def harnesses() -> list[str]:
    """Return the names of all harnesses, in order."""
    return sorted(each.stem for each in Path(__file__).parent.glob("*.py") if each.stem not in NO_HARNESS)


def harness(name: str) -> Any:
    """Return the module of a harness."""
    return importlib.import_module(f"tests.faults.{name}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One failure."""

    kind: str
    """What failed, the same text for the same cause: such as the last lines of a traceback."""
    input: str
    """What it failed with, so that it can be tried again."""


@dataclass(slots=True)
class Figures:
    """What a run tried and found."""

    rounds: int = 0
    inputs: int = 0
    """Command lines, windows, values or writes, whatever the harness hands over."""
    found: list[Finding] = field(default_factory=list)
    peak_mib: int = 0
    """The most memory that one input took."""
    not_run: str = ""
    """Why nothing was tried: something is missing on this machine."""

    def add(self, outcome: Outcome, input: str, kind: str | None = None) -> None:
        """Count an input, and note why it failed: ``kind``, or what is wrong with any outcome."""
        self.inputs += 1
        self.peak_mib = max(self.peak_mib, outcome.peak_mib)
        kind = kind or outcome.fault()
        if kind is not None:
            self.found.append(Finding(kind, input))

    def findings(self) -> Iterable[str]:
        """Return a text for each kind of failure: how often, what, and the first input."""
        first = {each.kind: each.input for each in reversed(self.found)}
        for kind, count in Counter(each.kind for each in self.found).most_common():
            yield f"{count} x {kind}\n    first: {first[kind]}"

    def line(self) -> str:
        if self.not_run:
            return f"not run: {self.not_run}"
        left = len({each.kind for each in self.found})
        numbers = f"{self.rounds} rounds, {self.inputs} inputs, {len(self.found)} found, {left} kinds left"
        return f"{numbers}, peak memory {self.peak_mib} MiB"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run of the program ended."""

    status: int | None
    """Its exit status; ``None`` if it did not end by itself."""
    out: str = ""
    err: str = ""
    seconds: float = 0.0
    """Of a processor: how long it takes also depends on what else the machine does."""
    peak_mib: int = 0
    ended_by: str = ""
    """The signal that ended it, or ``hang``; an empty text if it returned."""

    def fault(self, most_seconds: float = MOST_SECONDS, most_mib: int = MOST_MIB) -> str | None:
        """Return what no run may do, whatever it was handed; ``None`` if all is well.

        A run ends with 0 or 1, or with 2 and one line on standard error that begins with the program's name.
        """
        if self.ended_by:
            return f"{self.ended_by}: {_last_lines(self.err)}"
        if "Traceback" in self.err:
            return f"traceback: {_last_lines(self.err)}"
        if self.seconds > most_seconds:
            return f"slow: more than {most_seconds:g} s"
        if self.peak_mib > most_mib:
            return f"memory: more than {most_mib} MiB"
        if self.status not in (0, 1, 2):
            return f"status {self.status}"
        if self.status == 2 and not (len(self.err.splitlines()) == 1 and self.err.startswith("es-desktop: ")):
            return f"status 2 without one line: {_last_lines(self.err)}"
        return None


class Program:
    """Runs command lines of the program in another process, which is replaced when one of them ends it or hangs.

    A window is drawn offscreen: give ``STORE --screenshot FILE.png``. What the program keeps, and its temporary files,
    are in ``home``.
    """

    def __init__(self, home: Path, most_seconds: float = MOST_SECONDS, most_mib: int = MOST_MIB) -> None:
        self.home = home
        self._most_seconds = most_seconds
        self._most_mib = most_mib
        self._process: Any = None
        self._pipe: Any = None
        self._runs = 0

    def __enter__(self) -> Program:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def run(self, *arguments: object) -> Outcome:
        """Run a command line to its end."""
        if self._runs >= MOST_RUNS:
            self._end()
        if self._process is None:
            self._start()
        self._runs += 1
        began = monotonic()
        self._pipe.send(Request([*map(str, arguments)], self._most_seconds))
        try:
            if not self._pipe.poll(PATIENCE * self._most_seconds + MARGIN):
                outcome = Outcome(None, err=self._dump(), seconds=monotonic() - began, ended_by="hang")
                self._end()
                return outcome
            answer: Answer = self._pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            code = self._process.exitcode or 0
            ended_by = signal.Signals(-code).name if code < 0 else f"exit {code}"
            outcome = Outcome(None, err=self._dump(), seconds=monotonic() - began, ended_by=ended_by)
            self._end()
            return outcome
        return Outcome(answer.status, answer.out, answer.err, answer.seconds, answer.peak_mib)

    def temporary_files(self) -> list[str]:
        """Return the names of the temporary files and folders that the program left."""
        return sorted(each.name for each in self._temporary.iterdir())

    @property
    def _temporary(self) -> Path:
        return self.home / "temporary"

    def _dump(self) -> str:
        """Return what Python wrote when it was ended: where each thread was."""
        return (self.home / "dump").read_text("utf-8", "replace")

    def _start(self) -> None:
        self._temporary.mkdir(parents=True, exist_ok=True)
        (self.home / "dump").write_bytes(b"")
        context = new_processes()
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, self.home, self._most_mib))
        self._process.start()
        theirs.close()
        if not self._pipe.poll(STARTING_SECONDS):
            raise RuntimeError("the process that runs the program does not start")
        self._pipe.recv()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process, self._runs = None, 0
            self._pipe.close()


class Scratch:
    """A temporary folder, in memory where there is one: thousands of small files come and go."""

    def __init__(self) -> None:
        memory = Path("/dev/shm")
        at = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
        self._folder = tempfile.TemporaryDirectory(prefix="es-desktop-faults-", dir=at, ignore_cleanup_errors=True)

    def __enter__(self) -> Path:
        return Path(self._folder.name)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._folder.cleanup()


def _last_lines(text: str, count: int = 3) -> str:
    """Return what tells the cause of an error apart from others: where of ours it was raised, and its text."""
    lines = [each.strip() for each in text.splitlines() if each.strip()]
    ours = [each for each in lines if each.startswith("File ") and "es_desktop" in each]
    place = ours[-1].rpartition("es_desktop")[2].replace('", line ', ":").split(", in ")[0] if ours else ""
    return " | ".join([place, *lines[-1:]] if place else lines[-count:])
