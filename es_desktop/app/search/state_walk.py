"""The walk of one entity to its state as of a time, slice by slice of its events."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.replay import Exactness, FoldError, PlainTree
from es_desktop.replay.fold import Fold, FoldedState, fold_events, start_of


class EvaluationError(Exception):
    """A state cannot be computed, or the condition not be tested on it; the text continues from the entity's name."""


@dataclass(frozen=True, slots=True)
class Start:
    """A snapshot that the fold of an entity starts from."""

    snapshot: RecordedSnapshot
    first: RecordedEvent
    """The entity's first event, which has its type and topic."""
    at: RecordedEvent | None
    """The last event that is in the snapshot."""


def is_later(event: RecordedEvent, as_of: float | None) -> bool:
    """Return whether an event was later than a time; an event without a time was not."""
    return as_of is not None and event.timestamp is not None and event.timestamp > as_of


def facts_of_first(entity_id: EntityId, first: RecordedEvent) -> EntityFacts:
    """Return the facts that the first event of an entity has; a fold needs no others."""
    return EntityFacts.of_events(entity_id, first, first, events=0, snapshots=0)


class Walk:
    """Folds one entity, slice by slice, to its state as of a time. Trusted code is called once, at the end."""

    _facts: EntityFacts
    _fold: Fold
    _folded: FoldedState

    def __init__(self, reading: Reading, entity_id: EntityId, as_of: float | None, start: Start | None) -> None:
        self.first: RecordedEvent | None = None
        self.last: RecordedEvent | None = None
        """The last event that counted; ``None`` if none did."""
        self.base = None if start is None else start.snapshot.version
        """The version of the snapshot that it started from; ``None`` for zero."""
        self.version = -1 if self.base is None else self.base
        """The version of its last event so far."""
        self.exactness = Exactness.EXACT
        self.is_over = start is not None and is_later(start.first, as_of)
        """Whether no later event counts any more."""
        self._reading = reading
        self._entity_id = entity_id
        self._as_of = as_of
        self._versions = array("q")
        if start is not None and not self.is_over:
            self.last = start.at or start.first
            self._start(start.first, start.snapshot)

    def take(self, events: Sequence[RecordedEvent]) -> None:
        """Apply the next events, as far as they count."""
        if self.is_over:
            return
        if self._as_of is not None:
            counted = list(takewhile(lambda event: not is_later(event, self._as_of), events))
            self.is_over, events = len(counted) < len(events), counted
        if not events:
            return
        if self.first is None:
            self._start(events[0], None)
        self.last, self.version = events[-1], events[-1].version
        if self._reading.trusted is not None:
            self._versions.extend(event.version for event in events)
            return
        self._folded = fold_events(self._fold, self._folded, events, until_failure=True)
        self.exactness = self._folded.exactness
        self.is_over |= self._folded.failure is not None

    def state_before_failure(self) -> PlainTree | None:
        """Return the state before the event that failed; ``None`` if that is not known here."""
        has_fold = self.last is not None and self._reading.trusted is None
        return self._fold.view(self._folded.state) if has_fold else None

    def state(self) -> PlainTree | None:
        """Return the state after the events; ``None`` without an entity. Raises ``EvaluationError`` if one failed."""
        if self.last is None:
            return None
        if self._reading.trusted is not None:
            return self._state_by_code()
        if self._folded.failure is not None:
            raise EvaluationError(f"fails at version {self._folded.version}: {self._folded.failure.reason}")
        return self._fold.view(self._folded.state)

    def _start(self, first: RecordedEvent, snapshot: RecordedSnapshot | None) -> None:
        self.first = first
        self._facts = facts_of_first(self._entity_id, first)
        if self._reading.trusted is None:
            self._fold = self._reading.fold_for(self._facts)
            self._folded = start_of(self._fold, snapshot)
            self.exactness = self._folded.exactness

    def _state_by_code(self) -> PlainTree | None:
        chain = self._reading.chain(self._facts, self._versions, self.base)
        try:
            state, self.exactness = chain.state_after(len(chain))
        except FoldError as error:
            raise EvaluationError(f"has a state that cannot be read: {error}") from error
        for at, failure in sorted(chain.failures.items()):
            raise EvaluationError(f"fails at version {chain.versions[at]}: {failure.reason}")
        return state
