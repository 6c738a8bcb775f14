"""Checks snapshots: each is compared with the state rebuilt from zero at its version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from es_desktop.core import RecordedSnapshot

from .chain import Chain, Checkpoint
from .compare import compare_states
from .diff import PlainTree, plain_state
from .first_difference import Mismatch, first_differences
from .fold import Fold, FoldError
from .steps import Exactness
from .walk import Moment, Walker, base_moment


@dataclass(frozen=True, slots=True)
class SnapshotCheck:
    """The result of comparing one snapshot with the rebuilt state at its version."""

    version: int
    ok: bool | None
    """``False`` for a false snapshot; ``None`` if it cannot be checked."""
    path: str | None = None
    """The first path that differs, in the order of ``diff``; only for a false snapshot, as the next three fields."""
    snapshot: Any = None
    replayed: Any = None
    """The values at the path; ``ABSENT`` if there is none."""
    first_event: int | None = None
    """The first version since which the rebuilt value has not been that of the snapshot."""
    reason: str = ""
    """Why it cannot be checked."""


def check_snapshots(
    chain: Chain, snapshots: Sequence[RecordedSnapshot], checkpoint: Checkpoint = lambda: None
) -> Iterator[SnapshotCheck]:
    """Yield a check of each snapshot of an entity, by version; ``chain`` must start from zero.

    A second walk finds the first events of false snapshots. From the first false snapshot on, checks are yielded after
    it. Raises ``ValueError`` for a chain that starts from a snapshot.
    """
    if chain.base.version is not None:
        raise ValueError("snapshots are compared with a replay from zero, and this one begins at a snapshot")
    unfinished: list[SnapshotCheck] = []
    for check in _compared(chain, sorted(snapshots, key=attrgetter("version")), checkpoint):
        if unfinished or check.ok is False:
            unfinished.append(check)
        else:
            yield check
    yield from _with_first_events(chain, unfinished, checkpoint)


def _compared(chain: Chain, snapshots: list[RecordedSnapshot], checkpoint: Checkpoint) -> Iterator[SnapshotCheck]:
    """Yield the checks in the order of the snapshots, without their first events."""
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
    """Return the state of a snapshot, read by the model's code if that runs in another process."""
    if fold.run is not None:
        return fold.view(fold.start(snapshot))
    return None if snapshot.state is None else plain_state(snapshot.state)


class _Doubt:
    """The first reason why the states of a walk are not exact, from some version on."""

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


def _with_first_events(chain: Chain, checks: list[SnapshotCheck], checkpoint: Checkpoint) -> Iterator[SnapshotCheck]:
    """Yield the checks, with the first events of false snapshots."""
    false = [check for check in checks if check.ok is False]
    found = iter(
        first_differences(chain, [Mismatch(each.version, each.path or "", each.snapshot) for each in false], checkpoint)
    )
    for check in checks:
        yield check if check.ok is not False else replace(check, first_event=next(found))
