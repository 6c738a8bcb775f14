"""Both rebuilds of one state, from a snapshot and from zero: what each one costs, and whether they are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from es_desktop.app.text.times import format_cost
from es_desktop.replay import BLOCK, Chain, Change, Checkpoint, Step
from es_desktop.replay.compare import compare_states
from es_desktop.replay.verify import SnapshotCheck, check_snapshots
from es_desktop.system.counts import count_text, format_number

from .verdict import FALSE_SNAPSHOT, NEAREST, ZERO, BaseChoice, difference_text
from .view import EntityView, StateView

MOST_UNASKED: Final = 5_000
"""So many steps are folded once more, only to measure them, in a quarter of a second."""
_MOST_REPEATED: Final = 500
"""So many steps are measured twice, as something else may run at the same time; the least time counts."""
_REPEATS: Final = 2
_ALIKE: Final = 1.05
_MOST_PATHS: Final = 2


@dataclass(frozen=True, slots=True)
class MeasuredRebuild:
    """The rebuild of a state from one base, and what it cost."""

    base: int | None
    """The version of the snapshot; ``None`` for zero."""
    base_state: Any
    skipped: int
    """How many events were not read because of the base."""
    step_count: int
    seconds: float
    """For the base and all steps: reading, decoding and applying."""
    state: Any
    base_seconds: float = 0.0
    """For reading and decoding the snapshot."""
    is_of_view: bool = False
    """Whether it is the rebuild of the state in view, because it is too long to be done once more."""

    @classmethod
    def of_view(cls, shown: StateView) -> MeasuredRebuild:
        """Return the rebuild of a state in view."""
        found = shown.base.version, shown.base_state, shown.skipped, shown.step_count, shown.seconds, shown.state
        return cls(*found, is_of_view=True)

    @property
    def title(self) -> str:
        return "From zero" if self.base is None else f"From snapshot {format_number(self.base)}"

    @property
    def steps_text(self) -> str:
        """What was done: ``8 steps``, or that the state is the snapshot itself."""
        return count_text(self.step_count, "step") if self.step_count or self.base is None else "the snapshot itself"

    @property
    def read_text(self) -> str:
        """How much was read."""
        return "every event read" if self.base is None else f"{count_text(self.skipped, 'event')} not read"

    @property
    def text(self) -> str:
        return f"{self.steps_text} · {self.read_text}"

    @property
    def cost_text(self) -> str:
        return format_cost(self.seconds)


@dataclass(frozen=True, slots=True)
class Rebuilds:
    """The rebuilds of the state at a version."""

    version: int
    snapshot: MeasuredRebuild | None = None
    """The one from a snapshot; ``None`` if there is none at or before the version that can be used."""
    zero: MeasuredRebuild | None = None
    """The one from zero; ``None`` if it has too many steps to be run without being asked for."""
    differences: tuple[Change, ...] = ()
    """The values that differ: ``before`` is the one from zero, ``after`` the one from the snapshot."""
    check: SnapshotCheck | None = None
    """The check of the snapshot."""

    @property
    def is_same(self) -> bool | None:
        """Whether both are the same state; ``None`` if that is not known. Never true of a false snapshot."""
        if self.snapshot is None or self.zero is None:
            return None
        if self.is_false:
            return False
        return None if self.differences else True

    @property
    def is_false(self) -> bool:
        """Whether the snapshot is not what its events lead to."""
        return self.check is not None and self.check.ok is False

    @property
    def word(self) -> str:
        """The verdict on both, in few words; empty if there is nothing to compare."""
        if self.snapshot is None or self.zero is None:
            return ""
        if self.differences:
            is_known = self.check is None or self.check.ok is not None
            return "not the same state" if is_known else "cannot be compared"
        return FALSE_SNAPSHOT if self.is_false else "same state"

    @property
    def reason(self) -> str:
        """Why the verdict is that, as a sentence; empty if there is nothing to say."""
        if self.check is None:
            return self.differences_text
        if self.check.ok is None:
            return f"The snapshot cannot be checked: {self.check.reason}."
        start = f"The snapshot at version {format_number(self.check.version)}"
        return f"{start} is false: {difference_text(self.check)}." if self.is_false else f"{start} is true."

    @property
    def most_seconds(self) -> float:
        """What the dearer one of them cost."""
        return max((each.seconds for each in (self.snapshot, self.zero) if each is not None), default=0.0)

    @property
    def saving_text(self) -> str:
        """How much cheaper one of them was; empty unless both are known."""
        if self.snapshot is None or self.zero is None or not min(self.snapshot.seconds, self.zero.seconds) > 0:
            return ""
        ratio, better = self.zero.seconds / self.snapshot.seconds, "from the snapshot"
        if ratio < 1:
            ratio, better = 1 / ratio, "from zero"
        return "both cost the same" if ratio < _ALIKE else f"{format_number(ratio, 1)} times cheaper {better}"

    @property
    def differences_text(self) -> str:
        """Which paths differ: ``2 paths differ: lines[1].price, total``; empty if none does."""
        if not self.differences:
            return ""
        paths = [each.path or "the whole state" for each in self.differences[:_MOST_PATHS]]
        count, more = len(self.differences), ", …" * (len(self.differences) > _MOST_PATHS)
        return f"{count_text(count, 'path')} differ{'s' * (count == 1)}: {', '.join(paths)}{more}"


class RebuildReader:
    """Rebuilds the states of one entity twice, and measures it. For one thread at a time, whatever its view does.

    Its chains read from the store and not from what the view has in memory, so that both are measured alike.
    """

    def __init__(self, view: EntityView) -> None:
        self._view = view
        self._chains: dict[int | None, Chain] = {}

    def at(self, shown: StateView, choice: BaseChoice, checkpoint: Checkpoint, *, is_asked: bool = False) -> Rebuilds:
        """Return both rebuilds of a state in view, whose base was chosen by ``choice``.

        The one from zero is left out if it is long, unless it is the one in view, or ``is_asked``.
        """
        view, version = self._view, shown.version
        snapshot = view.bases.chosen(NEAREST if choice == ZERO else choice, version)
        is_long = view.outline.count_to(version) > MOST_UNASKED
        has_zero = not is_long or is_asked or shown.base.version is None
        zero = self._rebuild(None, shown, checkpoint) if has_zero else None
        if snapshot is None:
            return Rebuilds(version, zero=zero)
        ours = self._rebuild(snapshot.version, shown, checkpoint)
        check = view.reading.checks.of(view.facts.id).get(snapshot.version)
        if zero is None:
            return Rebuilds(version, ours, check=check)
        if check is None and not zero.is_of_view:
            check = next(check_snapshots(self._chains[None], [snapshot], checkpoint))
        return Rebuilds(version, ours, zero, compare_states(zero.state, ours.state), check)

    def steps(self, rebuild: MeasuredRebuild, number: int, checkpoint: Checkpoint) -> list[Step]:
        """Return a block of the steps of a rebuild that is not of the view; none if it is not the last one."""
        chain = self._chains.get(rebuild.base)
        return [] if chain is None else chain.steps(number * BLOCK, (number + 1) * BLOCK, checkpoint)

    def _rebuild(self, base: int | None, shown: StateView, checkpoint: Checkpoint) -> MeasuredRebuild:
        if shown.step_count > MOST_UNASKED and shown.base.version == base:
            return MeasuredRebuild.of_view(shown)
        chain, count = self._measured(base, shown.version, checkpoint)
        seconds = chain.base_seconds + chain.seconds(count, checkpoint)
        state, _ = chain.state_after(count, checkpoint)
        return MeasuredRebuild(base, chain.base_state, chain.skipped, count, seconds, state, chain.base_seconds)

    def _measured(self, base: int | None, version: int, checkpoint: Checkpoint) -> tuple[Chain, int]:
        """Return the chain from a base, its steps up to a version computed, and their number."""
        if base not in self._chains:
            # A person compares one snapshot after another with zero: only the chain from there serves all of them.
            self._chains = {each: chain for each, chain in self._chains.items() if each is None}
            found = [self._computed(base, version, checkpoint)]
            while found[0].index_of(version) <= _MOST_REPEATED and len(found) < _REPEATS:
                found.append(self._computed(base, version, checkpoint))
            self._chains[base] = min(found, key=lambda each: each.base_seconds + each.seconds(each.index_of(version)))
        chain = self._chains[base]
        return chain, chain.index_of(version)

    def _computed(self, base: int | None, version: int, checkpoint: Checkpoint) -> Chain:
        chain = self._view.reading.chain(self._view.facts, self._view.outline.versions, base)
        chain.seconds(chain.index_of(version), checkpoint)
        return chain
