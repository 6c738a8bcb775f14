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
