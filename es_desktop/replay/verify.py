"""Checks snapshots: each is compared with the state rebuilt from zero at its version."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from operator import attrgetter
from typing import Any, Final

from es_desktop.core import RecordedSnapshot

from .chain import Chain, Checkpoint, Moment, Walker, base_moment
from .compare import compare_states, tree_key
from .diff import ABSENT, Part, PlainTree, parse_path, plain_state, value_of
from .fold import Fold, FoldedState, FoldError
from .steps import Exactness, Step

Parts = tuple[Part, ...]
NO_EVENT: Final = "there is no event at version"
"""What the reason begins with where a snapshot is at a version that its entity does not have."""
ONLY_INFERRED: Final = "the state is only inferred"
"""What the reason begins with where a snapshot cannot be checked without the model's code."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A version at which the value at a path is not ``value`` (``ABSENT``: no value is expected)."""

    version: int
    path: str
    value: Any


def first_differences(chain: Chain, mismatches: Sequence[Mismatch], checkpoint: Checkpoint = lambda: None) -> list[int]:
    """Return for each mismatch the first version since which the path has not had the value, up to its version.

    One walk along the chain. The mismatches must ascend by version, and each must be one.
    """
    histories = _Histories({parse_path(each.path) for each in mismatches})
    walker = Walker(chain, checkpoint)
    found: list[int] = []
    for mismatch in mismatches:
        for moment in walker.up_to(mismatch.version):
            histories.see(moment)
        since = histories.last_end_of(mismatch.value, parse_path(mismatch.path))
        found.append(chain.versions[0] if since is None else since)
    return found


class _Histories:
    """The histories of some paths. A step updates only those that it changes."""

    def __init__(self, paths: set[Parts]) -> None:
        self._by_path = {parts: _History(parts) for parts in paths}
        self._at_or_inside: dict[Parts, list[_History]] = {}
        for parts, history in self._by_path.items():
            for outer in _prefixes(parts):
                self._at_or_inside.setdefault(outer, []).append(history)

    def see(self, moment: Moment) -> None:
        assert moment.step is not None, "a walk yields steps"
        for history in self._changed_by(moment.step):
            history.see(moment.step.version, moment.after)

    def last_end_of(self, value: Any, parts: Parts) -> int | None:
        """Return the last version that replaced a value at a path; ``None`` if the path never had it."""
        return self._by_path[parts].ended.get(tree_key(value))

    def _changed_by(self, step: Step) -> Iterator[_History]:
        if () in self._by_path:
            yield self._by_path[()]  # also for a step without changes, such as one that creates an empty state
        for change in step.changes:
            parts = parse_path(change.path)
            yield from self._at_or_inside.get(parts, ())
            yield from (self._by_path[outer] for outer in _prefixes(parts) if outer in self._by_path)


def _prefixes(parts: Parts) -> Iterator[Parts]:
    """Yield the beginnings of a path, from the whole state to the path itself."""
    return accumulate(((part,) for part in parts), initial=())


class _History:
    """The current value of a path, and the last version that replaced each earlier value."""

    def __init__(self, parts: Parts) -> None:
        self.ended: dict[Hashable, int] = {}
        self._parts = parts
        self._now = tree_key(ABSENT)

    def see(self, version: int, state: PlainTree | None) -> None:
        key = tree_key(ABSENT if state is None else value_of(state, self._parts))
        if key != self._now:
            self.ended[self._now] = version
            self._now = key


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


def is_true(fold: Fold, folded: FoldedState, snapshot: RecordedSnapshot) -> bool:
    """Return whether a snapshot is the state of a fold from zero to its version.

    ``False`` also where it cannot be checked: ``check_snapshots`` says what differs, since when, and why.
    """
    if snapshot.error is not None or folded.version != snapshot.version or folded.exactness is not Exactness.EXACT:
        return False
    try:
        return _check(snapshot.version, fold.view(folded.state), _kept(fold, snapshot)).ok is True
    except FoldError:
        return False


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
            self.reason = f"{ONLY_INFERRED} from version {step.version} on: the model's code is not here"


def _obstacle(snapshot: RecordedSnapshot, moment: Moment) -> str:
    if snapshot.error is not None:
        return f"the snapshot cannot be decoded: {snapshot.error}"
    return "" if moment.version == snapshot.version else f"{NO_EVENT} {snapshot.version}"


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
