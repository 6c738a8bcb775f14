"""What a person trusts: a folder, modules in it, and the interpreter that runs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Trust:
    """Code that may be run."""

    folder: Path
    """Where modules are looked for first."""
    modules: tuple[str, ...]
    """What is imported; ``module:Application`` names the application whose transcodings are used."""
    python: str
    """The interpreter: a path, or a name to be found."""
    function: str | None = None
    """``module:name`` of what folds in place of the classes of the records."""

    @property
    def title(self) -> str:
        """What it is called in a sentence: its modules, or its function."""
        return self.function or ", ".join(self.modules)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the process may take."""

    seconds: float = 5.0
    """For one event, or one other answer."""
    start_seconds: float = 30.0
    """For importing the modules."""
    memory: int = 2 << 30
    """Bytes of its address space, where the system can limit that."""
    cpu_seconds: int = 3600
    """In all. It ends a process that nobody watches any more."""


LIMITS: Final = Limits()
