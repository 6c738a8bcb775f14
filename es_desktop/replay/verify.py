"""Is a snapshot true? Each is compared with the state that the events from zero lead to at its version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from es_desktop.core import RecordedSnapshot

from .chain import Chain, Checkpoint
from .compare import compare_states
from .first_difference import Mismatch, first_differences
from .fold import Fold, FoldError
from .steps import Exactness
from .tree import PlainTree, plain_state
from .walk import Moment, Walker, base_moment


@dataclass(frozen=True, slots=True)
class SnapshotCheck:
    """What came of comparing one snapshot with the replayed state at its version."""

    version: int
    ok: bool | None
    """``None`` where it cannot be told."""
    path: str | None = None
    """The first path that differs, in the order of ``diff``; this and the rest only where the snapshot is false."""
    snapshot: Any = None
    replayed: Any = None
    """The values there; ``ABSENT`` where there is none."""
    first_event: int | None = None
    """From which version on, up to the snapshot's, the replayed value is never the snapshot's."""
    reason: str = ""
    """Why it cannot be told."""


def check_snapshots(
    chain: Chain, snapshots: Sequence[RecordedSnapshot], checkpoint: Checkpoint = lambda: None
) -> Iterator[SnapshotCheck]:
    """Yield a check of each snapshot of an entity, by version, over its chain from zero.

    One walk along the chain, and a second one where a snapshot is false: from the first such on, checks are yielded
    when that is done. Raises ``ValueError`` for a chain that begins at a snapshot.
    """
    if chain.base.version is not None:
        raise ValueError("snapshots are compared with a replay from zero, and this one begins at a snapshot")
    undated: list[SnapshotCheck] = []
    for check in _compared(chain, sorted(snapshots, key=attrgetter("version")), checkpoint):
        if undated or check.ok is False:
            undated.append(check)
        else:
            yield check
    yield from _dated(chain, undated, checkpoint)


def _compared(chain: Chain, snapshots: list[RecordedSnapshot], checkpoint: Checkpoint) -> Iterator[SnapshotCheck]:
    """Yield the checks in the order of the snapshots; the first event is not known yet."""
    walker, doubt = Walker(chain, checkpoint), _Doubt()
    moment = base_moment(chain)
    for snapshot in snapshots:
        checkpoint()
        for moment in walker.up_to(snapshot.version):
            doubt.see(moment)
        reason = _obstacle(snapshot, moment) or doubt.reason
        try:
            kept = None if reason else _kept(chain.fold, snapshot)
        except FoldError as error:
            reason = f"the snapshot cannot be used: {error}"
        if reason:
            yield SnapshotCheck(snapshot.version, None, reason=reason)
        else:
            yield _check(snapshot.version, moment.after, kept)


def _kept(fold: Fold, snapshot: RecordedSnapshot) -> PlainTree | None:
    """Return what a snapshot holds; as the model's code reads it, where that does more than taking its attributes."""
    if fold.run is not None:
        return fold.view(fold.start(snapshot))
    return None if snapshot.state is None else plain_state(snapshot.state)


class _Doubt:
    """Why the states of a walk cannot be relied on, from where that begins."""

    def __init__(self) -> None:
        self.reason = ""
        self._exactness = Exactness.EXACT

    def see(self, moment: Moment) -> None:
        step = moment.step
        if step is None or step.exactness is self._exactness:
            return
        self._exactness = step.exactness
        if step.exactness is Exactness.BROKEN:
            self.reason = f"the event at version {step.version} could not be applied: {step.error}"
        else:
            self.reason = f"the state is only inferred from version {step.version} on: the model's code is not here"


def _obstacle(snapshot: RecordedSnapshot, moment: Moment) -> str:
    if snapshot.error is not None:
        return f"the snapshot cannot be decoded: {snapshot.error}"
    return "" if moment.version == snapshot.version else f"there is no event at version {snapshot.version}"


def _check(version: int, replayed: PlainTree | None, kept: PlainTree | None) -> SnapshotCheck:
    first = next(iter(compare_states(replayed, kept)), None)
    if first is None:
        return SnapshotCheck(version, True)
    return SnapshotCheck(version, False, first.path, snapshot=first.after, replayed=first.before)


def _dated(chain: Chain, checks: list[SnapshotCheck], checkpoint: Checkpoint) -> Iterator[SnapshotCheck]:
    """Yield checks with the first event of those that are false."""
    false = [check for check in checks if check.ok is False]
    found = iter(
        first_differences(chain, [Mismatch(each.version, each.path or "", each.snapshot) for each in false], checkpoint)
    )
    for check in checks:
        yield check if check.ok is not False else replace(check, first_event=next(found))
