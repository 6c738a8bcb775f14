"""The way of one entity to its state: its events applied, slice by slice, by the session's own fold."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.replay import Exactness, PlainTree
from es_desktop.replay.fold import Fold, FoldError, State
from es_desktop.replay.fold_loop import failure_of


class Unreachable(Exception):
    """A state, or what is asked of it, cannot be worked out; the text goes on from the name of the entity."""


@dataclass(frozen=True, slots=True)
class Start:
    """A snapshot to start from."""

    snapshot: RecordedSnapshot
    first: RecordedEvent
    """The entity's first event, which tells what it is."""
    at: RecordedEvent | None
    """The last event that is in the snapshot."""

    @property
    def version(self) -> int:
        return self.snapshot.version


def is_later(event: RecordedEvent, as_of: float | None) -> bool:
    """Tell whether an event was later than a time. One that tells no time was not."""
    return as_of is not None and event.timestamp is not None and event.timestamp > as_of


class StateWalk:
    """One entity on its way to the state that it had at a time."""

    def __init__(self, reading: Reading, entity_id: EntityId, as_of: float | None, start: Start | None) -> None:
        self.first: RecordedEvent | None = None
        self.last: RecordedEvent | None = None
        """The last event that counted; ``None`` where none did."""
        self.exactness = Exactness.EXACT
        self.base = None if start is None else start.version
        """The version of the snapshot that it started from; ``None`` for zero."""
        self.is_over = False
        """Whether no later event counts any more."""
        self._reading = reading
        self._entity_id = entity_id
        self._as_of = as_of
        self._before: int | None = None
        self._failure = ""
        if start is not None:
            self._start_from(start)

    @property
    def type(self) -> str:
        """The type of the entity, as far as it is known by now."""
        return "" if self.first is None else self.first.entity_type

    @property
    def version(self) -> int:
        """The version that it has come to."""
        assert self._before is not None, "an event counted"
        return self._before

    def take(self, events: Iterable[RecordedEvent]) -> None:
        """Apply the events that come next, as far as they count."""
        for event in () if self.is_over else events:
            if self._as_of is not None and is_later(event, self._as_of):
                self.is_over = True
                return
            if self.first is None:
                self._begin(event, None)
            elif event.version != self.version + 1:
                self._trust_no_more_than(Exactness.BROKEN)  # a version is missing, or is there more than once
            self._before, self.last = event.version, event
            reason = self._why_not_applied(event)
            if reason is not None:
                self._failure, self.is_over = f"fails at version {event.version}: {reason}", True
                return

    def state(self) -> PlainTree | None:
        """Return the state that it has come to; ``None`` where there is no entity.

        Raises ``Unreachable`` where an event could not be applied.
        """
        if self._failure:
            raise Unreachable(self._failure)
        return None if self.last is None else self._view()

    def _start_from(self, start: Start) -> None:
        if is_later(start.first, self._as_of):
            self.is_over = True
            return
        if start.snapshot.is_inferred:
            self.exactness = Exactness.INFERRED
        self._before, self.last = start.version, start.at or start.first
        self._begin(start.first, start.snapshot)

    def _begin(self, first: RecordedEvent, snapshot: RecordedSnapshot | None) -> None:
        self.first = first
        self._facts = EntityFacts.told(self._entity_id, first, first, events=0, snapshots=0)
        self._fold: Fold = self._reading.fold_for(self._facts)
        self._state: State = self._fold.start(snapshot)

    def _why_not_applied(self, event: RecordedEvent) -> str | None:
        try:
            self._state = self._fold.apply(self._state, event)
        except FoldError as error:
            return str(error)
        except Exception as error:  # whatever the code of a model raises
            return failure_of(error).reason
        self._trust_no_more_than(self._fold.exactness(event))
        return None

    def _trust_no_more_than(self, exactness: Exactness) -> None:
        if exactness is not self.exactness:
            self.exactness = self.exactness.worse_of(exactness)

    def _view(self) -> PlainTree | None:
        return self._fold.view(self._state)


class CodeWalk(StateWalk):
    """The same by a person's own code, which is asked once for all events."""

    _versions: array[int]
    _snapshot: RecordedSnapshot | None

    def _begin(self, first: RecordedEvent, snapshot: RecordedSnapshot | None) -> None:
        self.first = first
        self._facts = EntityFacts.told(self._entity_id, first, first, events=0, snapshots=0)
        self._versions, self._snapshot = array("q"), snapshot

    def _why_not_applied(self, event: RecordedEvent) -> str | None:
        self._versions.append(event.version)
        return None

    def _view(self) -> PlainTree | None:
        chain = self._reading.chain(self._facts, self._versions, self._snapshot)
        try:
            state, exactness = chain.state_after(len(chain))
        except FoldError as error:
            raise Unreachable(f"has a state that cannot be told: {error}") from error
        for at, failure in sorted(chain.failures.items()):
            raise Unreachable(f"fails at version {chain.versions[at]}: {failure.reason}")
        self._trust_no_more_than(exactness)
        return state


def begun(reading: Reading, entity_id: EntityId, as_of: float | None, start: Start | None) -> StateWalk:
    """Return the way of an entity, by the code that is trusted, or else by what is known here."""
    walk = StateWalk if reading.trusted is None else CodeWalk
    return walk(reading, entity_id, as_of, start)
