"""The bases of rebuilds: the snapshots of one entity, and which of them, or zero, a person chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from es_desktop.core import RecordedSnapshot

_MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class BaseChoice:
    """The base that a person chose for rebuilds: the nearest snapshot, zero, or a picked snapshot."""

    mode: Literal["nearest", "zero", "picked"]
    version: int | None = None
    """Of the snapshot that was picked."""

    @classmethod
    def picked(cls, version: int) -> BaseChoice:
        """Return the choice of the snapshot at a version."""
        return cls("picked", version)


NEAREST: Final = BaseChoice("nearest")
"""The nearest snapshot at or before the version; zero if there is none that can be used."""
ZERO: Final = BaseChoice("zero")


@dataclass(frozen=True, slots=True)
class SnapshotBase:
    """A snapshot as a base."""

    snapshot: RecordedSnapshot
    error: str = ""
    """Why no rebuild can start from it."""

    @property
    def version(self) -> int:
        return self.snapshot.version


@dataclass(frozen=True, slots=True)
class Bases:
    """The snapshots of one entity, in ascending order."""

    rows: Sequence[SnapshotBase] = ()

    def chosen(self, choice: BaseChoice, version: int) -> RecordedSnapshot | None:
        """Return the snapshot that the state at a version is rebuilt from; ``None`` for zero.

        If the picked one cannot be used, the nearest one is returned; ``why_not`` says why.
        """
        if choice.mode == "zero":
            return None
        usable = self._usable(version)
        picked = [each for each in usable if each.version == choice.version]
        return next(reversed(picked or usable), None)

    def why_not(self, choice: BaseChoice, version: int) -> str:
        """Return why the picked snapshot is not what the state at a version is rebuilt from; empty if it is."""
        if choice.mode != "picked":
            return ""
        picked = next((each for each in self.rows if each.version == choice.version), None)
        if picked is None:
            return f"there is no snapshot at version {choice.version}"
        if picked.error:
            return f"the snapshot at version {choice.version} cannot be used: {picked.error}"
        if picked.version > version:
            return f"the snapshot at version {choice.version} is later than version {version}"
        return ""

    def hint(self, version: int) -> str:
        """Return which snapshots the state at a version can be rebuilt from."""
        usable = [str(each.version) for each in self._usable(version)]
        if not usable:
            return f"No snapshot can be the base of version {version}."
        earlier = "…, " if len(usable) > _MOST_NAMED else ""
        return f"Version {version} can be rebuilt from {earlier}{', '.join(usable[-_MOST_NAMED:])}, or from zero."

    def _usable(self, version: int) -> list[RecordedSnapshot]:
        return [each.snapshot for each in self.rows if each.version <= version and not each.error]
