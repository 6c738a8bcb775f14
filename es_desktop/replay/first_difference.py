"""Finds since which version a value has differed from an expected one."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .chain import Chain, Checkpoint
from .compare import tree_key
from .diff import ABSENT, PlainTree
from .paths import Part, parse_path, value_of
from .steps import Step
from .walk import Moment, Walker

Parts = tuple[Part, ...]


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
            for length in range(len(parts) + 1):
                self._at_or_inside.setdefault(parts[:length], []).append(history)

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
            for length in range(1, len(parts)):
                if parts[:length] in self._by_path:
                    yield self._by_path[parts[:length]]


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
