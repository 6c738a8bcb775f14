"""Code of a person, written into a folder of the test, and the process that runs it."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from es_desktop.core import KnownClasses
from es_desktop.trusted import LIMITS, CodeOutcome, CodeState, Limits, Trust, TrustedCode

ID = UUID(int=7)
ZERO = CodeState()
QUICK = Limits(seconds=0.6)
"""For code that does not come back; a slow machine needs some time to answer at all."""
COUNTING = """
    def fold(state, event):
        state = state or {"seen": []}
        state["seen"].append(event["version"])
        return state
    """


def write(folder: Path, name: str, source: str) -> Path:
    """Write a module."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.py"
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    return path


def trust_in(folder: Path, source: str, *, function: str | None = "mine:fold") -> Trust:
    """Write the module ``mine``, and return the trust in it."""
    write(folder, "mine", source)
    return Trust(folder, ("mine",), sys.executable, function)


@contextmanager
def at_work(trust: Trust, limits: Limits = LIMITS, *, classes: KnownClasses | None = None) -> Iterator[TrustedCode]:
    """The code, ended in any case."""
    code = TrustedCode(trust, limits, classes)
    try:
        yield code
    finally:
        code.close()


def failing_at_1(body: str) -> str:
    """The source of a function that does something at version 1, and otherwise tells the version."""
    begun = "def fold(state, event):\n    if event['version'] == 1:\n"
    return f"{begun}        {body}\n    return {{'at': event['version']}}\n"


def record(version: int, **data: Any) -> list[Any]:
    """An event for a function."""
    return [version, "shop#Cart.Filled", ["Filled", float(version), data]]


@dataclass
class Done:
    """What came of events."""

    state: CodeState
    outcomes: list[CodeOutcome]

    @property
    def before(self) -> Any:
        return self.outcomes[0].before


def fold(code: TrustedCode, *records: list[Any], start: CodeState = ZERO, views: bool = True) -> Done:
    outcomes: list[CodeOutcome] = []

    def tell(at: int, outcome: CodeOutcome) -> None:
        assert at == len(outcomes)
        outcomes.append(outcome)

    return Done(code.fold(ID, start, records, tell, views=views), outcomes)


def views(done: Done) -> list[Any]:
    """The state after each event."""
    return [each.after for each in done.outcomes]
