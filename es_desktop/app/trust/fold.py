"""Trusted code that folds the entities of a store, in a separate process; it is not used if that ends too often."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import uuid4

from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.core import EntityId, KnownClasses, RecordedEvent, RecordedSnapshot, ValueDecodingError
from es_desktop.replay import Exactness, FoldError, PlainTree
from es_desktop.replay.fold import Failure, Report, StateLost
from es_desktop.trusted.child.wire import encode
from es_desktop.trusted.code import CodeOutcome, CodeState, OnOutcome, Record, TrustedCode
from es_desktop.trusted.commands import CodeCommand, Rehearsal
from es_desktop.trusted.trust import LIMITS, CodeEndedError, CodeRefusedError, Limits, StateGoneError, Trust

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore
    from es_desktop.stores.formats.base import SequenceTable


__all__ = ["LIMITS", "Limits", "Trust", "TrustError", "TrustLostError", "TrustedModel"]

_MAX_ENDS: Final = 3
"""How often the code may end its process before it is no longer used."""
_TRACE_LINE: Final = re.compile(r'^ {2}File "(.*)", line (\d+)', re.MULTILINE)
_COPIED: Final = "the record was copied from another program, and its class cannot read it: name a function that folds"
_INFERRED: Final = "it was taken from a state that was only inferred"
_NO_FRAME: Final = "there is no recorded event to take its id and its time from"


class TrustError(UserError):
    """The code cannot be used. ``traceback`` has the lines of the code itself, innermost last, if it was started."""

    def __init__(self, text: str, hint: str, traceback: str = "") -> None:
        super().__init__(text, hint)
        self.traceback = traceback


class TrustLostError(TrustError):
    """The code ended its process too often, and is no longer used."""


class TrustedModel:
    """Trusted code in its process. Safe to call from several threads.

    An event at which the code ends its process, or does not return in time, counts as failed from then on. Its methods
    raise ``TrustError``, and ``StateLost`` if the process that kept a state was replaced by a new one.
    """

    def __init__(self, trust: Trust, limits: Limits, classes: KnownClasses) -> None:
        self.trust = trust
        self.key: Final = uuid4().hex
        """Differs from that of all others: the same files may hold other code the next time."""
        self.lost: TrustLostError | None = None
        """Why the code is no longer used; ``None`` while it is used."""
        self._code = TrustedCode(trust, limits, classes)
        self._ends = 0
        self._fatal: dict[str, Failure] = {}

    @property
    def taken(self) -> frozenset[str]:
        """The rights and limits that the system took from the code: see ``rights_text``."""
        return self._code.taken

    def start(self) -> dict[str, str]:
        """Import the modules, and return the file of each. Raises ``TrustError``."""
        try:
            return self._code.start()
        except CodeRefusedError as error:
            if self._code.is_closed:
                raise Cancelled from error
            text = f"{error}{_location(error.traceback)}"
            raise TrustError(text, f"It was run by {self.trust.python}.", error.traceback) from error

    def fold_of(self, store: OpenedStore, entity_id: EntityId) -> TrustedFold:
        """Return what folds an entity of a store with the code."""
        return TrustedFold(self, store, entity_id)

    def interrupt(self) -> None:
        """End the process during its work; calls that wait for it raise ``Cancelled``. ``close`` is still needed."""
        self._code.interrupt()

    def close(self) -> None:
        """End the process. Calls that wait for it raise ``Cancelled``."""
        self._code.close()

    def failure_at(self, record: Record) -> Failure | None:
        """Return why an event counts as failed without another try; ``None`` if it does not."""
        return self._fatal.get(json.dumps(record)) if self._fatal else None

    def base_errors(self, entity_id: EntityId, snapshots: Sequence[Record]) -> list[str]:
        """Return, for each snapshot, why no state can begin with it; an empty text if one can."""
        try:
            with self._asking():
                return self._code.base_errors(entity_id, snapshots)
        except StateLost as lost:
            return [str(lost)] * len(snapshots)

    def view(self, entity_id: EntityId, state: CodeState) -> Any:
        """Return a state as a plain tree; ``None`` for no state."""
        with self._asking():
            return self._code.view(entity_id, state)

    def commands(self, entity_id: EntityId, state: CodeState, topic: str) -> list[CodeCommand]:
        """Return the commands of a state; ``topic`` is that of its last event."""
        with self._asking():
            return self._code.commands(entity_id, state, topic)

    def rehearse(
        self, entity_id: EntityId, state: CodeState, topic: str, name: str, arguments: Mapping[str, Any]
    ) -> Rehearsal:
        """Run a command on a copy of a state, and return what it would do."""
        with self._asking():
            return self._code.rehearse(entity_id, state, topic, name, arguments)

    def fold(
        self, entity_id: EntityId, state: CodeState, records: Sequence[Record], on_outcome: OnOutcome, *, views: bool
    ) -> CodeState:
        """Apply events to a copy of a state. If this raises, some outcomes may already have been reported."""
        with self._asking(records):
            return self._code.fold(entity_id, state, records, on_outcome, views=views)

    @contextmanager
    def _asking(self, records: Sequence[Record] = ()) -> Iterator[None]:
        if self.lost is not None:
            raise self.lost
        try:
            yield
        except StateGoneError as error:
            raise StateLost from error
        except CodeEndedError as error:
            if self._code.is_closed:
                raise Cancelled from error
            if error.at is not None:
                self._fatal[json.dumps(records[error.at])] = Failure(str(error), error.traceback)
            self._ends += 1
            if self._ends >= _MAX_ENDS:
                text = f"the code of {self.trust.title} is no longer used: it ended {self._ends} times: {error}"
                self.lost = TrustLostError(text, "Repair it, and trust it again.", error.traceback)
                self._code.close()
                raise self.lost from error
            raise StateLost(str(error)) from error
        except CodeRefusedError as error:
            if self._code.is_closed:
                raise Cancelled from error
            text = f"the code of {self.trust.title} cannot be used: {error}{_location(error.traceback)}"
            raise TrustError(text, "Repair it, and trust it again.", error.traceback) from error


def _location(traceback: str) -> str:
    """Return the file and line of the innermost call of a traceback, as `` (file, line 3)``."""
    locations = _TRACE_LINE.findall(traceback)
    return f" ({Path(locations[-1][0]).name}, line {locations[-1][1]})" if locations else ""


class TrustedFold:
    """Folds one entity with trusted code, many events in one call."""

    exactness: ClassVar = Exactness.EXACT

    def __init__(self, model: TrustedModel, store: OpenedStore, entity_id: EntityId) -> None:
        self._model = model
        self._store = store
        self._entity_id = entity_id
        self.first_version: Final = store.tables.first_version

    def start(self, snapshot: RecordedSnapshot | None) -> CodeState:
        return CodeState() if snapshot is None else CodeState(self._snapshot_record(snapshot))

    def apply(self, state: CodeState, event: RecordedEvent) -> CodeState:
        failures: list[Failure | None] = []
        after = self.run(state, [event], {}, lambda at, failure, *rest: failures.append(failure), views=False)
        if failures[0] is not None:
            raise FoldError(failures[0].reason)
        return after

    def pass_over(self, state: CodeState, event: RecordedEvent) -> CodeState:
        known = {0: Failure("it failed before")}
        return self.run(state, [event], known, lambda at, *rest: None, views=False)

    def view(self, state: CodeState) -> PlainTree | None:
        while True:
            try:
                return self._model.view(self._entity_id, state)
            except StateLost:
                if state.handle is not None:
                    raise
                # The first state can be made again; this is repeated until it works or the code is no longer used.
            except TrustLostError:
                raise
            except TrustError as error:
                raise FoldError(error.text) from error

    def commands(self, state: CodeState, last: RecordedEvent) -> list[CodeCommand]:
        """Return the commands of the entity in a state after its last event."""
        return self._model.commands(self._entity_id, state, last.topic)

    def rehearse(self, state: CodeState, last: RecordedEvent, name: str, arguments: Mapping[str, Any]) -> Rehearsal:
        """Run a command on a copy of a state after its last event, and return what it would do."""
        return self._model.rehearse(self._entity_id, state, last.topic, name, arguments)

    def run(
        self,
        start: CodeState,
        events: Sequence[RecordedEvent],
        known: Mapping[int, Failure],
        report: Report,
        *,
        views: bool,
    ) -> CodeState:
        """Apply events to a copy of a state: see ``Run``."""
        failures: dict[int, Failure] = dict(known)
        records = [self._record_to_send(at, event, failures) for at, event in enumerate(events)]
        last = perf_counter()

        def report_outcome(at: int, outcome: CodeOutcome) -> None:
            nonlocal last
            failure = failures.get(at) if outcome.failure is None else Failure(outcome.failure, outcome.traceback)
            report(at, failure, outcome.before, outcome.after, perf_counter() - last)
            last = perf_counter()

        return self._model.fold(self._entity_id, start, records, report_outcome, views=views)

    def base_errors(self, snapshots: Sequence[RecordedSnapshot]) -> list[str]:
        """Return, for each snapshot, why no state can begin with it; an empty text if one can."""
        reasons = [each.error or (_INFERRED if each.is_inferred else "") for each in snapshots]
        sound = [each for each, error in zip(snapshots, reasons, strict=True) if not error]
        if not sound:
            return reasons
        answers = iter(self._model.base_errors(self._entity_id, [self._snapshot_record(each) for each in sound]))
        return [error or next(answers) for error in reasons]

    def _record_to_send(self, at: int, event: RecordedEvent, failures: dict[int, Failure]) -> Record:
        """Return the record of an event for the code; without a payload if the event is known to fail."""
        if at not in failures:
            try:
                record = self._record(event)
                failure = self._model.failure_at(record)
                if failure is None:
                    return record
                failures[at] = failure
            except (FoldError, ValueDecodingError) as error:
                failures[at] = Failure(str(error))
        return [event.version, event.topic, None]

    def _record(self, event: RecordedEvent) -> Record:
        if event.error is not None:
            raise FoldError(event.error)
        if self._model.trust.function is not None:
            return [event.version, event.topic, [event.type, event.timestamp, encode(event.data)]]
        if event.raw is None:
            raise FoldError(_NO_FRAME)
        topic, payload = self._stored(self._store.tables.events, event)
        if event.is_edited:
            return [event.version, event.topic, payload, [encode(dict(event.data)), topic]]
        return [event.version, event.topic, payload]

    def _snapshot_record(self, snapshot: RecordedSnapshot) -> Record:
        assert self._store.tables.snapshots is not None, "it came from there"
        return [snapshot.version, *self._stored(self._store.tables.snapshots, snapshot)]

    def _stored(self, table: SequenceTable, record: RecordedEvent | RecordedSnapshot) -> tuple[str, str]:
        """Return the topic and the payload of a record as the original program wrote them. Raises ``FoldError``."""
        origin, topic = record.origin, str(record.raw[2])
        if origin is None and (not self._store.format.is_ours or "#" in topic):
            return topic, table.mapper.payload_text(record.raw)
        if origin is None or origin.payload_text is None:
            raise FoldError(_COPIED)
        return origin.stored_topic or origin.topic, origin.payload_text
