"""Writes a person's code into a folder of the test, and runs it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from es_desktop.core import KnownClasses
from es_desktop.trusted import CodeOutcome, CodeState, Limits, Trust, TrustedCode
from tests.patience import PATIENCE

ID = UUID(int=7)
ZERO = CodeState()
PATIENT = Limits(seconds=PATIENCE / 2, start_seconds=PATIENCE)
"""For code that answers."""
QUICK = Limits(seconds=0.6, start_seconds=PATIENCE)
"""For code that never returns; a slow machine needs this much time for any answer."""
COUNTING = """
    def fold(state, event):
        state = state or {"seen": []}
        state["seen"].append(event["version"])
        return state
    """


def write(folder: Path, name: str, source: str) -> Path:
    """Write a module, and return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.py"
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    return path


def trust_in(folder: Path, source: str, *, function: str | None = "mine:fold") -> Trust:
    """Write the module ``mine``, and return the trust in it."""
    write(folder, "mine", source)
    return Trust(folder, ("mine",), sys.executable, function)


@contextmanager
def at_work(trust: Trust, limits: Limits = PATIENT, *, classes: KnownClasses | None = None) -> Iterator[TrustedCode]:
    """Yield the code, and end its process."""
    code = TrustedCode(trust, limits, classes)
    try:
        yield code
    finally:
        code.close()


def without_namespaces(folder: Path) -> str:
    """Return an interpreter in whose place the system permits no namespaces; skip the test if that cannot be done."""
    program = folder / "limited-python"
    inner = f'echo 0 > /proc/sys/user/max_user_namespaces; exec "{sys.executable}" "$@"'
    program.write_text(f"#!/bin/sh\nexec unshare -Ur sh -c '{inner}' sh \"$@\"\n")
    program.chmod(0o755)
    if subprocess.run([program, "-c", ""], check=False, capture_output=True).returncode != 0:
        pytest.skip("no namespace can be made here at all")
    return str(program)


def running_in(folder: Path) -> list[int]:
    """Return the numbers of the processes whose current folder it is, as of all that code there starts, on Linux."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if each.readlink() == folder:
                found.append(int(each.parent.name))
    return found


def failing_at_1(body: str) -> str:
    """Return the source of a function that runs ``body`` at version 1, and otherwise returns the version."""
    head = "def fold(state, event):\n    if event['version'] == 1:\n"
    return f"{head}        {body}\n    return {{'at': event['version']}}\n"


def record(version: int, **data: Any) -> list[Any]:
    """Return the record of an event for a function."""
    return [version, "shop#Cart.Filled", ["Filled", float(version), data]]


@dataclass
class FoldResult:
    """The result of a fold."""

    state: CodeState
    outcomes: list[CodeOutcome]

    @property
    def before(self) -> Any:
        return self.outcomes[0].before


def fold(code: TrustedCode, *records: list[Any], start: CodeState = ZERO, views: bool = True) -> FoldResult:
    outcomes: list[CodeOutcome] = []

    def on_outcome(index: int, outcome: CodeOutcome) -> None:
        assert index == len(outcomes)
        outcomes.append(outcome)

    return FoldResult(code.fold(ID, start, records, on_outcome, views=views), outcomes)


def views(done: FoldResult) -> list[Any]:
    """Return the state after each event."""
    return [each.after for each in done.outcomes]
