"""What events did to values: each event that set one, and what several of them changed in sum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Final

from es_desktop.app.text.values import describe_change, format_transition, format_value, is_member, summarise_changes
from es_desktop.replay import ABSENT, Change, Checkpoint, Step, join_path, parse_path
from es_desktop.replay.compare import same_tree
from es_desktop.replay.diff import Part, value_of

from .view import EntityView

_MOST_INSIDE: Final = 2


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One event that set a value, removed it, or changed something inside it."""

    version: int
    type: str
    timestamp: float | None
    text: str
    """What it made of the value, in one line."""


def value_changes(
    view: EntityView, path: str, versions: Sequence[int], checkpoint: Checkpoint
) -> Iterator[ValueChange]:
    """Yield what the events at some versions, ascending, did to a path. Raises ``PathError``."""
    parts, chain = parse_path(path), view.chain()
    for version in versions:
        stop = chain.index_of(version)
        for step in chain.steps(max(0, stop - 1), stop, checkpoint):
            yield ValueChange(step.version, step.type, step.timestamp, _described(step, parts))


def _described(step: Step, parts: tuple[Part, ...]) -> str:
    for change in step.changes:
        where = parse_path(change.path)
        if parts[: len(where)] == where:
            before, after = (value_of(side, parts[len(where) :]) for side in (change.before, change.after))
            return format_transition(before, after)
    inside = [*_inside(step.readable_changes, parts)] or [*_inside(step.changes, parts)]
    return summarise_changes(inside, _MOST_INSIDE)


def _inside(changes: Sequence[Change], parts: tuple[Part, ...]) -> Iterator[Change]:
    """Yield the changes inside a path, each named as it is called there."""
    for change in changes:
        where = parse_path(change.path)
        if where[: len(parts)] == parts:
            yield replace(change, path=reduce(join_path, where[len(parts) :], ""))


@dataclass(slots=True)
class _Net:
    """One path over all the steps; what became of a list's or a table's members is only counted."""

    before: Any = ABSENT
    after: Any = ABSENT
    knows_before: bool = True
    knows_after: bool = True
    added: int = 0
    removed: int = 0


def summarise_steps(head: Sequence[Step], tail: Sequence[Step] = (), limit: int = 3) -> str:
    """Return what steps that follow one another changed in sum; an empty text if nothing is other than before.

    Steps between ``head`` and ``tail`` may be missing where there is a tail. A path that changed on one side only is
    told as far as it is known then.
    """
    has_gap = bool(tail)
    nets: dict[str, _Net] = {}
    for change in _changes(head):
        _add(nets, change, knows_before=True, knows_after=not has_gap)
    for change in _changes(tail):
        _add(nets, change, knows_before=not has_gap, knows_after=True)
    texts = (_describe(path, net, has_gap) for path, net in nets.items() if not _is_inside(path, nets))
    texts_shown = [text for text in texts if text]
    more = [f"+{len(texts_shown) - limit:,} more"] if len(texts_shown) > limit else []
    return " · ".join([*texts_shown[:limit], *more])


def _changes(steps: Iterable[Step]) -> Iterable[Change]:
    return (change for step in steps for change in step.readable_changes)


def _add(nets: dict[str, _Net], change: Change, *, knows_before: bool, knows_after: bool) -> None:
    if is_member(change.path) and (change.is_addition or change.is_removal):
        net = nets.setdefault(_owner(change.path), _Net())
        net.added += change.is_addition
        net.removed += change.is_removal
        return
    net = nets.setdefault(change.path, _Net(change.before, knows_before=knows_before))
    net.after, net.knows_after = change.after, knows_after


def _owner(path: str) -> str:
    """Return the path of the list or table that a member is in."""
    return reduce(join_path, parse_path(path)[:-1], "")


def _is_inside(path: str, nets: dict[str, _Net]) -> bool:
    """Return whether a container of the path has a line: a value, or a list whose members moved."""
    return any(mark in ".[" and path[:index] in nets for index, mark in enumerate(path))


def _describe(path: str, net: _Net, has_gap: bool) -> str:
    if net.added or net.removed:
        return _describe_members(path, net, has_gap)
    if not net.knows_after:
        return f"{path} changed"
    if not net.knows_before:
        return f"{path} → {format_value(net.after, 32)}" if net.after is not ABSENT else f"{path} removed"
    return "" if same_tree(net.before, net.after) else describe_change(Change(path, net.before, net.after))


def _describe_members(path: str, net: _Net, has_gap: bool) -> str:
    if has_gap:
        return f"{path} changed"
    counts = [f"+{net.added:,}"] if net.added else []
    counts += [f"−{net.removed:,}"] if net.removed else []
    return f"{path} {' '.join(counts)}"
