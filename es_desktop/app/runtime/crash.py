"""Reports of crashes: where a process was when a fault ended it, for the next start to show."""

from __future__ import annotations

import faulthandler
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from es_desktop.app.text.plain import without_secrets
from es_desktop.system.locked_folder import locked_folder, remove_leftovers

_PREFIX: Final = "run-"
_REPORT: Final = "report"
_STORE: Final = "store"


@dataclass(frozen=True, slots=True)
class Crash:
    """What a process left that SIGSEGV, SIGABRT or the like ended."""

    report: str
    """Versions, and where each thread was: no values, and no names of stores."""
    store: str
    """The store that was open; an empty text for none."""


@contextmanager
def reports_crash(folder: Path, versions: str) -> Iterator[Callable[[str], None]]:
    """Have a crash of this process leave a report in ``folder``; at a normal end there is none.

    Yields a function that notes which store is open. Where the folder cannot be written, there are no reports.
    """
    with ExitStack() as stack:
        own: Path | None = None
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            own = stack.enter_context(locked_folder(folder, _PREFIX))
            report = stack.enter_context((own / _REPORT).open("wb", buffering=0))
            report.write(f"{versions}\n".encode())
            faulthandler.enable(report)
            stack.callback(faulthandler.disable)

        def note(store: str) -> None:
            if own is not None:
                with suppress(OSError):
                    (own / _STORE).write_text(without_secrets(store), "utf-8", "surrogateescape")

        yield note


def take_crashes(folder: Path) -> list[Crash]:
    """Return what crashed processes left, the latest last, and **remove** it; nothing of those that still run."""
    found: list[tuple[float, Crash]] = []

    def look(left: Path) -> None:
        text = (left / _REPORT).read_text("utf-8", "replace")
        if text.partition("\n")[2].strip():  # a process that was killed left the versions alone
            noted = left / _STORE
            store = noted.read_text("utf-8", "surrogateescape") if noted.exists() else ""
            found.append(((left / _REPORT).stat().st_mtime, Crash(text, store)))

    remove_leftovers(folder, _PREFIX, look)
    return [crash for _, crash in sorted(found, key=lambda each: each[0])]
