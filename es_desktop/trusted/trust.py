"""What a person trusts (a folder, modules in it, an interpreter), the limits of its process, and its errors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Trust:
    """Code that may be run."""

    folder: Path
    """The first folder on the module search path."""
    modules: tuple[str, ...]
    """The modules to import; ``module:Application`` names an application whose transcodings are used."""
    python: str
    """The interpreter: a path, or a name on the path for commands."""
    function: str | None = None
    """``module:name`` of the function that folds, instead of the classes of the records."""

    @property
    def title(self) -> str:
        """A short name for sentences: its modules, or its function."""
        return self.function or ", ".join(self.modules)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child process may use."""

    seconds: float = 5.0
    """For one event, or one other answer."""
    start_seconds: float = 30.0
    """For importing the modules."""
    memory: int = 2 << 30
    """Bytes of the address space of each of its processes; not limited on Windows."""
    cpu_seconds: int = 3600
    """Over its whole life, so that a process that nobody watches any more ends."""
    open_files: int = 256
    file_size: int = 64 << 20
    processes: int = 64
    """With all their threads; limited only where they are counted apart from those of the person."""

    def of_the_system(self) -> dict[str, int]:
        """Return them by the names that the system has for them."""
        return {
            "AS": self.memory,
            "CPU": self.cpu_seconds,
            "NOFILE": self.open_files,
            "FSIZE": self.file_size,
            "NPROC": self.processes,
        }


LIMITS: Final = Limits()


class CodeRefusedError(Exception):
    """The code cannot do what is asked; ``traceback`` has the person's lines, innermost last, or is empty."""

    def __init__(self, text: str, traceback: str = "") -> None:
        super().__init__(text)
        self.traceback = traceback


class CodeEndedError(Exception):
    """The process ended before its answer; ``at`` is the index of the event that it was applying, if any."""

    def __init__(self, text: str, traceback: str = "", at: int | None = None) -> None:
        super().__init__(text)
        self.traceback = traceback
        self.at = at


class StateGoneError(Exception):
    """A state was kept by a process that has ended."""
