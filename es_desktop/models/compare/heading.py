"""What stands on one side of a comparison, in a line."""

from __future__ import annotations

from dataclasses import dataclass

from es_desktop.app.compare.compare import Side
from es_desktop.app.entity.ids import short_id
from es_desktop.app.entity.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Heading:
    """One side as a person would name it."""

    text: str
    note: str
    """Its store, where that is not the open one, and how it moves when another version is chosen."""
    side: Side

    @property
    def verdict(self) -> Verdict:
        """How far its state can be trusted, by what is known now."""
        return self.side.verdict

    @classmethod
    def of(cls, side: Side, moves: str, store: str = "") -> Heading:
        """Name a side; ``store`` is the short name of its store, where that is not the open one."""
        facts, versions = side.view.facts, side.view.outline.versions
        is_there = bool(versions) and side.version >= versions[0]
        text = f"{facts.type} {short_id(facts.id)} " + (f"at {side.version}" if is_there else "before its first event")
        return cls(text, ", ".join(filter(None, [f"in {store}" if store else "", moves])), side)
