"""Hypothetical branches: the recorded history that they start from, and how their states differ from its states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, count, islice
from typing import Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.store.reader import Reading
from es_desktop.app.text.values import summarise_changes
from es_desktop.core import RecordedEvent
from es_desktop.replay import BLOCK, BranchEdit, Chain, Change, Checkpoint, Mark, PlainTree, Step, compare_states, diff
from es_desktop.replay.branch import Branch, BranchEntry
from es_desktop.replay.chain import Moment, walk
from es_desktop.replay.fold import Fold
from es_desktop.system.counts import format_number

_PAGE: Final = 2_000


class RecordedHistory:
    """All events of one entity. It never changes, so it may be used by several threads."""

    def __init__(self, reading: Reading, entity: EntityFacts, progress: Progress = no_progress) -> None:
        """Read every event; ``progress`` may raise to stop that."""
        self.reading = reading
        self.facts = entity
        events: list[RecordedEvent] = []
        page = reading.events(entity.id, limit=_PAGE)
        while page:
            events += page
            progress(len(events), max(len(events), entity.events))  # the entity may have grown since
            page = reading.events(entity.id, after=page[-1].version, limit=_PAGE) if len(page) == _PAGE else []
        self.events: Sequence[RecordedEvent] = tuple(events)
        self.type_hues = reading.type_hues

    @property
    def last(self) -> int | None:
        """The version of the last event."""
        return self.events[-1].version if self.events else None

    def branch(self, edits: Sequence[BranchEdit] = ()) -> Branch:
        """Return a branch with these edits. Raises ``UserError`` if one of them cannot be carried out."""
        try:
            return Branch(self.events, edits, self.reading.classes)
        except ValueError as error:
            raise UserError(str(error), "Take back the last edit.") from error

    def fold(self) -> Fold:
        """Return what folds the entity: its own mutator, if known here."""
        return self.reading.fold_for(self.facts)

    def chain(self) -> Chain:
        """Return the steps of the history from zero."""
        return self.reading.chain(self.facts, [event.version for event in self.events])


_MOST_SHOWN: Final = 20
"""Changes that are kept with a row."""
_STRIDE: Final = 8 * BLOCK


@dataclass(frozen=True, slots=True)
class Difference:
    """How the state of a branch differs from that of the history: ``before`` is the history, ``after`` the branch."""

    changes: tuple[Change, ...] = ()
    count: int = 0
    """Of all changes; ``changes`` may be only the first of them."""
    was_there: bool = True
    """Whether the entity exists in the history."""
    is_there: bool = True
    """Whether it exists in the branch."""

    @classmethod
    def between(cls, history: PlainTree | None, branch: PlainTree | None, most: int | None = None) -> Difference:
        """Compare two states; keep ``most`` of the changes."""
        changes = compare_states(history, branch)
        if changes and history is not None and branch is not None:
            # An insertion into a list is one change, not a change of each member after it.
            changes = tuple(diff(history, branch, for_people=True))
        return cls(changes[:most], len(changes), history is not None, branch is not None)

    def __bool__(self) -> bool:
        return self.count > 0

    def text(self, limit: int = 3) -> str:
        """Return the difference on one line; empty if there is none."""
        if self.was_there and not self.is_there:
            return "the entity is not there"
        if self.is_there and not self.was_there:
            return "the entity is there, unlike in the history"
        text = summarise_changes(self.changes[:limit], limit)
        return f"{text} · +{format_number(self.count - limit)} more" if self.count > limit else text


@dataclass(frozen=True, slots=True)
class EntryResult:
    """The result of one event of a branch."""

    step: Step | None
    """``None`` for a skipped event."""
    difference: Difference
    """The first differences of the state after it from that of the history after as many of the recorded events."""


@dataclass(frozen=True, slots=True)
class BranchOutcome:
    """The result of a whole branch."""

    first: int | None
    """The row of the first event after which the states differ; ``None`` if none does."""
    at_end: Difference
    failed: tuple[int, ...]
    """The versions of events that cannot be applied."""


@dataclass(frozen=True, slots=True)
class FoldedState:
    """A folded branch and the folded history, for a reader in another thread."""

    branch: Branch
    chain: Chain
    history: Chain


class BranchReader:
    """Folds branches and the recorded history. For one thread at a time; what two branches share is folded once.

    A state of a branch is compared with that of the history after as many recorded events, including skipped ones. So
    an event that is one row later, because another one was inserted before it, is compared with itself.
    """

    def __init__(self, recorded: RecordedHistory) -> None:
        self._recorded = recorded
        self._history = recorded.chain()
        self._last: tuple[Branch, Chain] | None = None

    def results(
        self, branch: Branch, first: int, stop: int, checkpoint: Checkpoint = lambda: None
    ) -> list[EntryResult]:
        """Return the results of the entries at the indexes from ``first`` to before ``stop``."""
        return [
            EntryResult(step, Difference.between(before, after, _MOST_SHOWN))
            for step, before, after in self._states(branch, branch.entries[first:stop], checkpoint)
        ]

    def difference(self, branch: Branch, row: int, checkpoint: Checkpoint = lambda: None) -> Difference:
        """Return all differences after the entry at an index."""
        ((_, before, after),) = self._states(branch, branch.entries[row : row + 1], checkpoint)
        return Difference.between(before, after)

    def outcome(self, branch: Branch, progress: Progress = no_progress) -> BranchOutcome:
        """Walk through the whole branch. ``progress`` may raise to stop that."""
        total = len(self._history) + len(branch.entries)
        done = 0

        def checkpoint() -> None:
            progress(done, total)

        chain = self._chain_of(branch, checkpoint)
        first = None
        is_changed = (each.version != each.name or each.mark is not Mark.KEPT for each in branch.entries)
        start = next(compress(count(), is_changed), len(branch.entries))
        for row, (_, before, after) in enumerate(self._states(branch, branch.entries[start:], checkpoint), start):
            done = branch.entries[row].count_in_history + branch.entries[row].count_in_branch
            if compare_states(before, after):
                first = row
                break
        for each, behind in ((self._history, 0), (chain, len(self._history))):
            for number in range(0, len(each), _STRIDE):
                done = max(done, behind + number)
                each.state_after(number, checkpoint)
        before, after = (each.state_after(len(each), checkpoint)[0] for each in (self._history, chain))
        failed = tuple(chain.versions[index] for index in sorted(chain.failures))
        return BranchOutcome(first, Difference.between(before, after), failed)

    def folded(self, branch: Branch) -> FoldedState:
        """Return what was folded so far, in separate chains."""
        history, chain = self._recorded.chain(), branch.chain(self._recorded.fold())
        history.copy_start_of(self._history, len(history))
        chain.copy_start_of(self._chain_of(branch, lambda: None), len(chain))
        return FoldedState(branch, chain, history)

    def take_over(self, folded: FoldedState) -> None:
        """Continue from what another reader of the recorded history has folded."""
        self._history = folded.history
        if self._last is None or self._last[0] is folded.branch:
            self._last = folded.branch, folded.chain

    def _states(
        self, branch: Branch, entries: tuple[BranchEntry, ...], checkpoint: Checkpoint
    ) -> Iterator[tuple[Step | None, PlainTree | None, PlainTree | None]]:
        """Yield, for each entry of a range, its step, and the states of the history and of the branch after it."""
        if not entries:
            return
        first = entries[0]
        is_there = first.version is not None
        ours = _Course(self._chain_of(branch, checkpoint), first.count_in_branch - is_there, checkpoint)
        theirs = _Course(self._history, max(0, first.count_in_history - 1), checkpoint)
        for entry in entries:
            theirs.go_to(entry.count_in_history)
            step = ours.go_to(entry.count_in_branch)
            yield step, theirs.state, ours.state

    def _chain_of(self, branch: Branch, checkpoint: Checkpoint) -> Chain:
        if self._last is not None and self._last[0] is branch:
            return self._last[1]
        if branch.branches_at is None:
            return self._history
        # The branch takes over the states that it shares with the history, which is folded so far for that.
        self._history.state_after(branch.kept, checkpoint)
        chain = branch.chain(self._recorded.fold())
        known, shared = self._history, branch.kept
        if self._last is not None and branch.common_start(self._last[0]) > shared:
            known, shared = self._last[1], branch.common_start(self._last[0])
        chain.copy_start_of(known, shared)
        self._last = branch, chain
        return chain


class _Course:
    """The states of a chain after ascending numbers of steps."""

    def __init__(self, chain: Chain, count: int, checkpoint: Checkpoint) -> None:
        self.state = chain.state_after(count, checkpoint)[0]
        self._count = count
        self._moments: Iterator[Moment] = walk(chain, checkpoint, count)

    def go_to(self, count: int) -> Step | None:
        """Continue to a number of steps; return the last of them, ``None`` if there was none."""
        step = None
        for moment in islice(self._moments, count - self._count):
            step, self.state = moment.step, moment.after
        self._count = count
        return step


def first_edited(old: Branch, new: Branch) -> int:
    """Return the first row at which two branches of a history differ."""
    alike = new.common_start(old)
    pairs = enumerate(zip(old.entries, new.entries, strict=False))
    most = min(len(old.entries), len(new.entries))
    return next((row for row, (ours, theirs) in pairs if ours != theirs or theirs.count_in_branch > alike), most)
