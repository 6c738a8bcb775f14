"""What a registration with a desktop has done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Registration:
    """What was done: each file, folder or registry key by its full name."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    """What was there before and is not of this registration."""
    advice: tuple[str, ...] = ()
    """What a person has to do for the rest."""

    def lines(self) -> list[str]:
        """Return what was done, one line for each file, and then what a person has to do."""
        verbs = {"wrote": self.written, "removed": self.removed, "left, as it was there before:": self.left}
        done = [f"{verb} {name}" for verb, names in verbs.items() for name in names]
        return [*done, *self.advice] or ["nothing was registered"]
