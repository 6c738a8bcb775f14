"""Since when has a value not been what it should be? The first event after which it differs for good."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .chain import Chain, Checkpoint
from .compare import tree_key
from .diff import ABSENT
from .paths import Part, parse_path, value_of
from .steps import Step
from .tree import PlainTree
from .walk import Moment, Walker

Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """At a version, the value at a path is not this one; ``ABSENT`` where it should not be there at all."""

    version: int
    path: str
    value: Any


def first_differences(chain: Chain, mismatches: Sequence[Mismatch], checkpoint: Checkpoint = lambda: None) -> list[int]:
    """Return for each mismatch the earliest version from which on, up to its own, the value at the path is another.

    One walk for all of them. They are to ascend by version, each at one where the value is known to be another.
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
    """The histories of some paths, of which each step only reaches those that it touches."""

    def __init__(self, paths: set[Parts]) -> None:
        self._by_path = {parts: _History(parts) for parts in paths}
        self._at_or_inside: dict[Parts, list[_History]] = {}
        for parts, history in self._by_path.items():
            for length in range(len(parts) + 1):
                self._at_or_inside.setdefault(parts[:length], []).append(history)

    def see(self, moment: Moment) -> None:
        assert moment.step is not None, "a walk yields steps"
        for history in self._touched_by(moment.step):
            history.see(moment.step.version, moment.after)

    def last_end_of(self, value: Any, parts: Parts) -> int | None:
        """Return the version that took a value away from a path last; ``None`` where it was never there."""
        return self._by_path[parts].ended.get(tree_key(value))

    def _touched_by(self, step: Step) -> Iterator[_History]:
        if () in self._by_path:
            yield self._by_path[()]  # even by a step without changes, such as one that makes an empty state
        for change in step.changes:
            parts = parse_path(change.path)
            yield from self._at_or_inside.get(parts, ())
            for length in range(1, len(parts)):
                if parts[:length] in self._by_path:
                    yield self._by_path[parts[:length]]


class _History:
    """Which value a path has now, and for each that it had before, which version took it away last."""

    def __init__(self, parts: Parts) -> None:
        self.ended: dict[Hashable, int] = {}
        self._parts = parts
        self._now = tree_key(ABSENT)

    def see(self, version: int, state: PlainTree | None) -> None:
        key = tree_key(ABSENT if state is None else value_of(state, self._parts))
        if key != self._now:
            self.ended[self._now] = version
            self._now = key
