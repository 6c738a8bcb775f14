"""Writings of a value: the events that set it, and what each made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

from es_desktop.app.text.values import format_transition, summarise_changes
from es_desktop.replay import Change, Checkpoint, Step, join_path, parse_path
from es_desktop.replay.paths import Part, value_of

from .view import EntityView

_MOST_INSIDE: Final = 2


@dataclass(frozen=True, slots=True)
class Writing:
    """One event that set a value, removed it, or changed something inside it."""

    version: int
    type: str
    timestamp: float | None
    text: str
    """What it made of the value, in one line."""


def writings(view: EntityView, path: str, versions: Sequence[int], checkpoint: Checkpoint) -> Iterator[Writing]:
    """Yield what the events at some versions, ascending, did to a path. Raises ``PathError``."""
    parts, chain = parse_path(path), view.chain()
    for version in versions:
        stop = chain.index_of(version)
        for step in chain.steps(max(0, stop - 1), stop, checkpoint):
            yield Writing(step.version, step.type, step.timestamp, _told(step, parts))


def _told(step: Step, parts: tuple[Part, ...]) -> str:
    for change in step.changes:
        where = parse_path(change.path)
        if parts[: len(where)] == where:
            before, after = (value_of(side, parts[len(where) :]) for side in (change.before, change.after))
            return format_transition(before, after)
    inside = [*_inside(step.told, parts)] or [*_inside(step.changes, parts)]
    return summarise_changes(inside, _MOST_INSIDE)


def _inside(changes: Sequence[Change], parts: tuple[Part, ...]) -> Iterator[Change]:
    """Yield the changes inside a path, each named as it is called there."""
    for change in changes:
        where = parse_path(change.path)
        if where[: len(parts)] == parts:
            yield replace(change, path=reduce(join_path, where[len(parts) :], ""))
