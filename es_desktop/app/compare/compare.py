"""Comparing an entity at two versions, two entities, or the same one in two stores."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from es_desktop.app.entity.checks import check_base
from es_desktop.app.entity.facts import no_such_version
from es_desktop.app.entity.verdict import NEAREST, BaseChoice, Verdict
from es_desktop.app.entity.view import EntityView
from es_desktop.app.notes.address import Address
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.store.opening import OpenOptions
from es_desktop.app.store.reader import Reading
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.text.values import ELLIPSIS
from es_desktop.core import EntityId
from es_desktop.replay import Blame, Change, Checkpoint, Exactness, PlainTree, compare_states, diff
from es_desktop.replay.compare import ComparedValue, divergences, side_by_side
from es_desktop.replay.counting import counting
from es_desktop.system.counts import format_number


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: the state of an entity at a version."""

    view: EntityView
    version: int
    state: PlainTree | None
    """``None`` if the entity is discarded, or has no event yet."""
    exactness: Exactness
    base: int | None = None
    """The version of the snapshot that the state was rebuilt from; ``None`` for zero."""

    @property
    def verdict(self) -> Verdict:
        """The verdict on the state, by the checks so far."""
        return self.view.reading.verdict(self.view.facts, self.exactness, self.base)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two states, and what differs between them: ``before`` is the left, ``after`` the right."""

    left: Side
    right: Side
    changes: tuple[Change, ...]
    """Every path that differs."""
    changes_for_people: tuple[Change, ...]
    """The same, with added and removed members of a list: see ``diff``."""

    @property
    def is_one_entity(self) -> bool:
        """Whether both sides are of the same entity of the same store."""
        return self.left.view.is_entity_of(self.right.view)

    def rows(self, *, only_differing: bool) -> Iterator[ComparedValue]:
        """Yield the values that differ, or the values at every path of both states."""
        if only_differing:
            return (ComparedValue(each.path, each.before, each.after, True) for each in self.changes_for_people)
        return side_by_side(self.left.state, self.right.state)

    def writers(self, path: str, blame: Blame) -> list[int]:
        """Return the versions between the two sides, the later one included, whose events wrote a path."""
        low, high = sorted((self.left.version, self.right.version))
        found = blame.writers(path)
        return found[bisect_right(found, low) : bisect_right(found, high)]


def read_side(
    view: EntityView, version: int, *, base: BaseChoice = NEAREST, checkpoint: Checkpoint = lambda: None
) -> Side:
    """Return an entity at a version, or at the last one before it; it has no state before its first event."""
    versions = view.outline.versions
    if not versions or version < versions[0]:
        return Side(view, version, None, Exactness.EXACT)
    nearest = versions[bisect_right(versions, version) - 1]
    found = view.state_at(nearest, base=base, checkpoint=checkpoint)
    return Side(view, nearest, found.state, found.exactness, found.base.version)


def compare(left: Side, right: Side) -> Compared:
    """Return what differs between two sides."""
    changes = compare_states(left.state, right.state)
    for_people = tuple(diff(left.state, right.state, for_people=True)) or changes
    return Compared(left, right, changes, for_people)


@dataclass(frozen=True, slots=True)
class Divergences:
    """The versions at which the states of two entities differ, aligned by version, in ascending order."""

    versions: Sequence[int] = field(default_factory=lambda: array("q"))

    @property
    def first(self) -> int | None:
        return self.versions[0] if self.versions else None

    @property
    def count(self) -> int:
        return len(self.versions)

    def holds(self, version: int) -> bool:
        """Return whether the states differ at a version."""
        index = bisect_left(self.versions, version)
        return index < len(self.versions) and self.versions[index] == version

    def spans(self, most: int = 6) -> str:
        """Return the versions as text, ``12–17, 19``: at most ``most`` spans, then ``…``."""
        # Consecutive versions have the same difference from their index.
        groups = groupby(enumerate(self.versions), key=lambda each: each[1] - each[0])
        found = []
        for _, group in islice(groups, most + 1):
            _, first = next(group)
            last = deque(group, maxlen=1)
            found.append("–".join(format_number(each) for _, each in ((0, first), *last)))
        return ", ".join([*found[:most], ELLIPSIS] if len(found) > most else found)


def find_divergences(left: EntityView, right: EntityView, progress: Progress = no_progress) -> Divergences:
    """Rebuild two entities from zero, independently of other threads, and return where they differ.

    After its last event an entity keeps its state. ``progress`` is called with the numbers of versions.
    """
    found = divergences(left.own_chain(), right.own_chain(), progress=progress)
    return Divergences(array("q", (each.version for each in found)))


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """The differences of two states and, for two entities, of their histories."""

    left_store: str
    right_store: str
    compared: Compared
    divergences: Divergences | None
    """``None`` for two versions of one entity."""

    @property
    def differs(self) -> bool:
        """Whether the two states differ, or the histories at any version."""
        return bool(self.compared.changes or (self.divergences is not None and self.divergences.count))


def report_comparison(
    session: Session, left: str, right: str, store: str | None = None, progress: Progress = no_progress
) -> ComparisonReport:
    """Compare what two texts name: ``ENTITY`` at its last version, or ``ENTITY@VERSION``.

    The right one is in another ``store`` where that is given, by its name or its address. Raises ``UserError`` if there
    is no such store, entity or version. ``progress`` counts the events of each part of the work anew.
    """
    other = session
    if store is not None:
        address = Address.parse(store)
        other = open_session(address.store, writable=False, options=OpenOptions(scope=address.scope))
    try:
        compared = compare(_side(session, left, progress), _side(other, right, progress))
        views = compared.left.view, compared.right.view
        divergences = None if compared.is_one_entity else find_divergences(*views, progress)
        return ComparisonReport(session.name, other.name, compared, divergences)
    finally:
        if other is not session:
            other.close()


def _side(reading: Reading, text: str, progress: Progress) -> Side:
    entity_id, version = _entity_and_version(reading, text)
    view = EntityView(reading, entity_id)
    if version is None:
        version = view.facts.version
    elif version not in view.outline.versions:
        raise no_such_version(entity_id, version, view.outline.versions)
    side = read_side(view, version, checkpoint=counting(progress, bisect_right(view.outline.versions, version)))
    check_base(reading, view.facts, side.base, progress)
    return side


def _entity_and_version(reading: Reading, text: str) -> tuple[EntityId, int | None]:
    name, at, version = text.rpartition("@")
    if not (at and version.isascii() and version.isdecimal()):
        return reading.find_id(text), None
    try:
        return reading.find_id(text), None  # an id may hold such a mark itself
    except UserError:
        return reading.find_id(name), int(version)
