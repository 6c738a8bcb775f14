"""How far a state can be trusted: its base, the checks of snapshots, and the verdict, for all views and commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from es_desktop.app.text.values import format_value
from es_desktop.core import EntityId, RecordedSnapshot
from es_desktop.replay import Exactness, Step
from es_desktop.replay.verify import SnapshotCheck
from es_desktop.system.counts import format_number

from .facts import EntityCheck

if TYPE_CHECKING:
    from es_desktop.trusted import Trust

FALSE_SNAPSHOT: Final = "false snapshot"
_MEANINGS: Final = {
    Exactness.EXACT: "Rebuilt by the model's own code.",
    Exactness.INFERRED: "The model's code is not here: this is the last value seen of each field.",
    Exactness.BROKEN: "A step failed, so this state and later ones lack what it did.",
}
_WHOLE: Final = "The model's code is not here, but a snapshot holds the whole state."
_MOST_NAMED: Final = 8
_WIDEST: Final = 30


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
        """Return the base of a version; ``None`` for zero. If the picked one is unusable, it is the nearest one."""
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
        chosen = format_number(choice.version or 0)
        if picked is None:
            return f"there is no snapshot at version {chosen}"
        if picked.error:
            return f"the snapshot at version {chosen} cannot be used: {picked.error}"
        if picked.version > version:
            return f"the snapshot at version {chosen} is later than version {format_number(version)}"
        return ""

    def hint(self, version: int) -> str:
        """Return which snapshots the state at a version can be rebuilt from, with versions as a person types them."""
        usable = [str(each.version) for each in self._usable(version)]
        if not usable:
            return f"No snapshot can be the base of version {version}."
        earlier = "…, " if len(usable) > _MOST_NAMED else ""
        named = f"{earlier}{', '.join(usable[-_MOST_NAMED:])}"
        return f"Version {version} can be rebuilt from {named}, or from zero."

    def _usable(self, version: int) -> list[RecordedSnapshot]:
        return [each.snapshot for each in self.rows if each.version <= version and not each.error]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far one state can be trusted."""

    exactness: Exactness
    """Never ``exact`` where the state is rebuilt from a snapshot that is known to be false."""
    reason: str
    """Why, in one or more whole sentences."""
    word: str
    """What a badge says: the exactness, ``exact (your code)`` or ``false snapshot``."""

    @property
    def is_of_false_snapshot(self) -> bool:
        """Whether the state is rebuilt from a snapshot that is known to be false."""
        return self.word == FALSE_SNAPSHOT


def verdict_on(
    exactness: Exactness,
    base: int | None,
    checks: Mapping[int, SnapshotCheck],
    trust: Trust | None = None,
    failure: str = "",
    *,
    has_code: bool = True,
) -> Verdict:
    """Return the verdict on a state.

    ``exactness`` is that of the fold of the events after the base: a version that is missing, or there twice, made it
    ``broken``. ``base`` is the version of the snapshot that the rebuild started from, ``None`` for zero; ``checks`` are
    the checks of the entity's snapshots, by version. ``trust`` is the code that rebuilt the state, if it is a person's
    own; ``failure`` says which event failed first and why, if known. ``has_code`` says whether the model's code rebuilt
    it: without it, only a whole snapshot is exact.
    """
    own = _verdict_on_fold(exactness, trust, failure)
    if base is None:
        return own
    if exactness is Exactness.EXACT and not has_code:
        own = replace(own, reason=_WHOLE)
    check = checks.get(base)
    start = f"The snapshot at version {format_number(base)} that it starts from"
    if check is None:
        return replace(own, reason=f"{own.reason} {start} was not checked.")
    if check.ok is None:
        return replace(own, reason=f"{own.reason} {start} cannot be checked: {check.reason}.")
    if check.ok:
        return replace(own, reason=f"{own.reason} {start} is what the events lead to.")
    broken = f" {own.reason}" if exactness is Exactness.BROKEN else ""
    return Verdict(Exactness.BROKEN, f"{start} is false: {difference_text(check)}.{broken}", FALSE_SNAPSHOT)


def _verdict_on_fold(exactness: Exactness, trust: Trust | None, failure: str) -> Verdict:
    if exactness is Exactness.EXACT and trust is not None:
        return Verdict(exactness, f"Rebuilt by your code: {trust.title} in {trust.folder}.", "exact (your code)")
    if exactness is Exactness.BROKEN and failure:
        ending = "" if failure.endswith((".", "!", "?")) else "."
        return Verdict(exactness, f"{failure[:1].upper()}{failure[1:]}{ending}", exactness.value)
    return Verdict(exactness, _MEANINGS[exactness], exactness.value)


def failure_text(version: int, reason: str) -> str:
    """Return which event broke a state, and why, as ``verdict_on`` takes it."""
    return f"broken by the event at version {format_number(version)}: {reason}"


def first_failure(steps: Iterable[Step]) -> str:
    """Return which of some steps failed first, and why; empty if none did."""
    return next((failure_text(step.version, step.error) for step in steps if step.error is not None), "")


class KnownChecks:
    """The snapshot checks of one open store so far. It is written in one thread, and may be read in others."""

    def __init__(self) -> None:
        self._checks: dict[EntityId, dict[int, SnapshotCheck]] = {}

    def __bool__(self) -> bool:
        return bool(self._checks)

    def of(self, entity_id: EntityId | None) -> Mapping[int, SnapshotCheck]:
        """Return the checks of an entity's snapshots, by version."""
        return {} if entity_id is None else self._checks.get(entity_id, {})

    def is_false(self, entity_id: EntityId, version: int) -> bool:
        """Return whether the snapshot of an entity at a version is known to be false."""
        check = self.of(entity_id).get(version)
        return check is not None and check.ok is False

    def forget(self, entity_id: EntityId, versions: Iterable[int]) -> None:
        """Forget the checks of snapshots that were taken anew."""
        self._checks[entity_id] = {at: each for at, each in self.of(entity_id).items() if at not in versions}

    def add(self, found: Iterable[EntityCheck]) -> None:
        """Take checks, instead of older ones of the same snapshots."""
        for each in found:
            self._checks[each.entity.id] = {**self.of(each.entity.id), each.check.version: each.check}

    def clear(self) -> None:
        """Forget all: the states that the snapshots were compared with may be others now."""
        self._checks = {}


def difference_text(check: SnapshotCheck) -> str:
    """Return what is false in a snapshot: the first path that differs, both values, and since which event."""
    values = f"{format_value(check.snapshot, _WIDEST)}, replayed {format_value(check.replayed, _WIDEST)}"
    return f"{check.path} is {values}; they part at event {format_number(check.first_event or 0)}"
