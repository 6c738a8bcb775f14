"""The fold over trusted code: a store's records go to it, and what it makes of them comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, Final

from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot, ValueDecodingError
from es_desktop.replay import Exactness, FoldError, PlainTree
from es_desktop.replay.fold import Failure, Report, StateLost
from es_desktop.trusted import CodeOutcome, CodeState, Record
from es_desktop.trusted.child.wire import encode

from .trusting import TrustedModel, TrustError, TrustLostError

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore
    from es_desktop.stores.formats.base import SequenceTable

_COPIED: Final = "the record is a copy of another program's, which its class cannot read: name a function that folds"
_INFERRED: Final = "it was taken of a state that was only inferred"
_NO_FRAME: Final = "there is no record beside it to take its id and its time from"


class TrustedFold:
    """Folds one entity with a person's code, many events at once."""

    exactness: ClassVar = Exactness.EXACT

    def __init__(self, model: TrustedModel, store: OpenedStore, entity_id: EntityId) -> None:
        self._model = model
        self._store = store
        self._entity_id = entity_id

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
                # What a state begins with can be made anew; that is tried until it works, or the code is given up.
            except TrustLostError:
                raise
            except TrustError as error:
                raise FoldError(error.text) from error

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
        records = [self._sent(at, event, failures) for at, event in enumerate(events)]
        began = perf_counter()

        def take(at: int, found: CodeOutcome) -> None:
            nonlocal began
            failure = failures.get(at) if found.failure is None else Failure(found.failure, found.traceback)
            report(at, failure, found.before, found.after, perf_counter() - began)
            began = perf_counter()

        return self._model.fold(self._entity_id, start, records, take, views=views)

    def why_no_bases(self, snapshots: Sequence[RecordedSnapshot]) -> list[str]:
        """Return, for each snapshot, why no state can begin with it; an empty text where one can."""
        reasons = [each.error or (_INFERRED if each.is_inferred else "") for each in snapshots]
        sound = [each for each, error in zip(snapshots, reasons, strict=True) if not error]
        if not sound:
            return reasons
        answers = iter(self._model.why_no_bases(self._entity_id, [self._snapshot_record(each) for each in sound]))
        return [error or next(answers) for error in reasons]

    def _sent(self, at: int, event: RecordedEvent, failures: dict[int, Failure]) -> Record:
        """Return what the code is told of an event: that it is only counted, where it is known to fail."""
        if at not in failures:
            try:
                record = self._record(event)
            except (FoldError, ValueDecodingError) as error:
                failures[at] = Failure(str(error))
            else:
                failure = self._model.failure_at(record)
                if failure is None:
                    return record
                failures[at] = failure
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
        """Return the topic and the payload of a record as its program wrote them. Raises ``FoldError``."""
        origin, topic = record.origin, str(record.raw[2])
        if origin is None and (not self._store.format.is_ours or "#" in topic):
            return topic, table.mapper.payload_text(record.raw)
        payload = None if origin is None else origin.payload_text
        if origin is None or payload is None:
            raise FoldError(_COPIED)
        return origin.stored_topic or origin.topic, payload
