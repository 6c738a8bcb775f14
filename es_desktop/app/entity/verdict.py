"""The verdict on a state: how far it can be trusted, and why. All views, exports and commands use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from es_desktop.app.text.values import format_value
from es_desktop.core import EntityId
from es_desktop.replay import Exactness, Step
from es_desktop.replay.verify import SnapshotCheck

if TYPE_CHECKING:
    from es_desktop.trusted import Trust

    from .facts import EntityCheck

FALSE_SNAPSHOT: Final = "false snapshot"
_MEANINGS: Final = {
    Exactness.EXACT: "Rebuilt by the model's own code.",
    Exactness.INFERRED: "The model's code is not here: this is the last value seen of each field.",
    Exactness.BROKEN: "A step failed, so this state and later ones lack what it did.",
}
_WIDEST: Final = 30


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
) -> Verdict:
    """Return the verdict on a state.

    ``exactness`` is that of the fold of the events after the base: a version that is missing, or there twice, made it
    ``broken``. ``base`` is the version of the snapshot that the rebuild started from, ``None`` for zero; ``checks`` is
    what came of checking the snapshots of the entity, by version. ``trust`` is the code that rebuilt the state, where
    that is a person's own; ``failure`` says which event failed first and why, if known.
    """
    own = _verdict_on_fold(exactness, trust, failure)
    check = None if base is None else checks.get(base)
    if base is None:
        return own
    start = f"The snapshot at version {base:,} that it starts from"
    if check is None:
        return replace(own, reason=f"{own.reason} {start} was not checked.")
    if check.ok is None:
        return replace(own, reason=f"{own.reason} {start} cannot be checked: {check.reason}.")
    if check.ok:
        return replace(own, reason=f"{own.reason} {start} is what the events lead to.")
    reason = f"{start} is false: {difference_text(check)}."
    if exactness is Exactness.BROKEN:
        reason += f" {own.reason}"
    return Verdict(Exactness.BROKEN, reason, FALSE_SNAPSHOT)


def _verdict_on_fold(exactness: Exactness, trust: Trust | None, failure: str) -> Verdict:
    if exactness is Exactness.EXACT and trust is not None:
        return Verdict(exactness, f"Rebuilt by your code: {trust.title} in {trust.folder}.", "exact (your code)")
    if exactness is Exactness.BROKEN and failure:
        ending = "" if failure.endswith((".", "!", "?")) else "."
        return Verdict(exactness, f"{failure[:1].upper()}{failure[1:]}{ending}", exactness.value)
    return Verdict(exactness, _MEANINGS[exactness], exactness.value)


def failure_text(version: int, reason: str) -> str:
    """Return which event broke a state, and why, as ``verdict_on`` takes it."""
    return f"broken by the event at version {version}: {reason}"


def first_failure(steps: Iterable[Step]) -> str:
    """Return which of some steps failed first, and why; empty if none did."""
    return next((failure_text(step.version, step.error) for step in steps if step.error is not None), "")


class KnownChecks:
    """What is known of the snapshots of one open store. It is written in one thread, and may be read in others."""

    def __init__(self) -> None:
        self._checks: dict[EntityId, dict[int, SnapshotCheck]] = {}

    def __bool__(self) -> bool:
        return bool(self._checks)

    def of(self, entity_id: EntityId | None) -> Mapping[int, SnapshotCheck]:
        """Return the checks of an entity's snapshots, by version."""
        return {} if entity_id is None else self._checks.get(entity_id, {})

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
    return f"{check.path} is {values}; they part at event {check.first_event}"
