"""Working copies: the entities of another program's store in a store of ours, where they can be changed.

A copy is made entity by entity, each in one transaction with all that is copied of it. One that was stopped says what
it is a copy of, so that the same call continues it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.store.reader import Reading
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.text.values import summarise_changes
from es_desktop.core import DatastoreError, EntityId, RecordedEvent, RecordedSnapshot, SequencedItem, SequencedItemError
from es_desktop.core.events import now
from es_desktop.replay import Chain, Checkpoint, Exactness, PlainTree, compare_states, plain, plain_state
from es_desktop.replay.diff import same_tree
from es_desktop.system.counts import count_text, format_number

from .records import Record, RecordConverter
from .store_file import CopyNotes, new_store

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore
    from es_desktop.stores.writing import RecordType

_PROGRESS_EVERY: Final = 100
"""Records between two calls of ``progress``."""
_PAGE: Final = 500
_MOST_CHANGES: Final = 3
_RECORDS_TOGETHER: Final = 2_000
"""Small entities share a transaction up to this number of records, because transactions take most of the time."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """How an entity of a copy differs from the store."""

    entity: EntityId
    version: int
    """The last version that was compared."""
    text: str


@dataclass(frozen=True, slots=True)
class CopyResult:
    """The result of copying, after the copy was compared with the store."""

    entities: int
    """How many were requested; all of them are in the copy."""
    already: int
    """How many of them were in the copy before."""
    events: int
    snapshots: int
    """How many records were written this time."""
    outdated: tuple[EntityId, ...]
    """Entities that were in the copy before, and got events in the store later; these events are not copied."""
    mismatches: tuple[Mismatch, ...]
    """The entities that differ; empty if the copy is correct."""


class StoreCopier:
    """Makes a working copy, or continues one."""

    def __init__(self, source: Session, target: Path, entities: Sequence[EntityId] | None = None) -> None:
        """Without ``entities`` the whole store is copied; ``target`` is a new file, or a copy of the same store."""
        self._source = source
        self._target = target.expanduser().resolve()
        self._chosen = None if entities is None else tuple(dict.fromkeys(entities))
        self.wanted = 0
        """How many entities there are to copy."""
        self.finished = 0
        """How many of them are complete in the copy."""

    @property
    def progress_text(self) -> str:
        """Such as ``12 of 300 entities``."""
        return f"{format_number(self.finished)} of {count_text(self.wanted, 'entity')}"

    def run(self, progress: Progress = no_progress) -> CopyResult:
        """Copy what is not there yet, and compare all of it.

        Raises ``UserError`` if it cannot be copied, and what ``progress`` raises, between any two records: entities
        that are ``finished`` by then stay.
        """
        source, chosen = self._source, self._chosen
        facts = list(source.entities()) if chosen is None else [source.entity(each) for each in chosen]
        self.wanted = len(facts)
        before, tables = source.copy_notes, source.store.tables
        core_types = tables.has_core_event_types if before is None else before.core_types
        notes = CopyNotes(source.absolute_name, source.format_name, now(), source.scope, core_types)
        is_new = not self._target.exists()
        if is_new:
            new_store(self._target, lambda opened: opened.write_copy_notes(notes.to_json()))
        with self._removed_if_empty(is_new), self._opened(notes) as copy:
            there = {each.id for each in copy.entities()}
            missing = [each for each in facts if each.id not in there]
            self.finished = len(facts) - len(missing)
            total = sum(each.events for each in facts) + sum(each.events + each.snapshots for each in missing)
            records = CopyRecords(source, progress, total)
            for group in _grouped(missing):
                self._append(copy.store, records, group)
                self.finished += len(group)
            outdated, mismatches = self._compare(copy, facts, there, records)
        already = len(facts) - len(missing)
        return CopyResult(len(facts), already, records.events, records.snapshots, outdated, mismatches)

    @contextmanager
    def _removed_if_empty(self, is_new: bool) -> Iterator[None]:
        """Remove a new copy again if it cannot be written before it has an entity."""
        try:
            yield
        except UserError:
            if is_new and not self.finished:
                for ending in ("", "-wal", "-shm"):
                    self._target.with_name(f"{self._target.name}{ending}").unlink(missing_ok=True)
            raise

    @contextmanager
    def _opened(self, notes: CopyNotes) -> Iterator[Session]:
        """Open the copy for writing. Raises ``UserError`` if it is not a copy of this store."""
        with closing(open_session(str(self._target))) as copy:
            if copy.copy_notes is None:
                raise UserError(f"{self._target} exists already, and is no working copy", "Choose another name.")
            if not copy.copy_notes.is_of_same(notes):
                text = f"{self._target} is of something else: {copy.copy_notes.note}"
                raise UserError(text, "Choose another name for this one.")
            if not copy.is_writable:
                raise UserError(f"{self._target} may not be written", "Choose another name or folder.")
            yield copy

    def _append(self, opened: OpenedStore, records: CopyRecords, group: Sequence[EntityFacts]) -> None:
        # SQLAlchemy takes longer to load than the window does; see session.py.
        from es_desktop.stores.writing import append_records

        try:
            append_records(opened.tables, records.of(group))
        except (SequencedItemError, DatastoreError) as error:
            hint = "Free some space, close other programs that write the copy, and run it again to continue."
            raise UserError(f"{self._target} holds {self.progress_text}: {error}", hint) from error

    def _compare(
        self, copy: Session, facts: Sequence[EntityFacts], there: set[EntityId], records: CopyRecords
    ) -> tuple[tuple[EntityId, ...], tuple[Mismatch, ...]]:
        outdated: list[EntityId] = []
        found: list[Mismatch] = []
        for each in facts:
            ours = copy.entity(each.id)
            if each.id in there and ours.version < each.version:
                outdated.append(each.id)
            difference = mismatch(self._source, copy, each.id, min(each.version, ours.version), records.checkpoint)
            if difference is not None:
                found.append(difference)
            records.add_done(each.events)
        return tuple(outdated), tuple(found)


def _grouped(entities: Sequence[EntityFacts]) -> Iterator[list[EntityFacts]]:
    group: list[EntityFacts] = []
    records = 0
    for each in entities:
        group.append(each)
        records += each.events + each.snapshots
        if records >= _RECORDS_TOGETHER:
            yield group
            group, records = [], 0
    if group:
        yield group


def describe_copy(copied: CopyResult) -> str:
    """Return the result of copying as one sentence without a full stop."""
    there = f", {format_number(copied.already)} of which were there already" if copied.already else ""
    written = f"{count_text(copied.events, 'event')} and {count_text(copied.snapshots, 'snapshot')} written"
    outdated = f"; {count_text(len(copied.outdated), 'entity')} got events since, which are not in it"
    wrong = count_text(len(copied.mismatches), "entity")
    verdict = f"{wrong} NOT as in the store" if copied.mismatches else "each as in the store"
    entities = count_text(copied.entities, "entity")
    return f"{entities}{there}; {written}; {verdict}{outdated if copied.outdated else ''}"


def describe_mismatches(copied: CopyResult) -> str:
    """Return on one line where a copy differs from the store."""
    first = copied.mismatches[0]
    rest = len(copied.mismatches) - 1
    more = f", and so are {format_number(rest)} more" if rest else ""
    return f"the entity {short_id(first.entity)} is not what it is in the store ({first.text}){more}"


# The records that go in ---------------------------------------------------------------------------------------------


class CopyRecords:
    """Yields the records of entities for a copy, counts them, and reports the progress of copying and comparing."""

    def __init__(self, source: Reading, progress: Progress, total: int) -> None:
        self.events = 0
        self.snapshots = 0
        self._source = source
        self._converter = RecordConverter(source)
        self._progress = progress
        self._total = total
        self._done = 0

    def of(self, entities: Sequence[EntityFacts]) -> Iterator[Record]:
        """Yield the records of entities up to the version in their facts."""
        reader = self._source.store.reader
        for each in entities:
            # Snapshots come first: an entity that grows meanwhile never has one beyond the events that are read.
            for item in reader.snapshot_records(each.id, each.version):
                self.snapshots += 1
                yield self._counted("snapshot", self._converter.snapshot(item))
            for item in reader.records(each.id, each.version):
                self.events += 1
                yield self._counted("event", self._converter.event(item))

    def add_done(self, count: int) -> None:
        """Count other work as done."""
        self._done += count
        self.checkpoint()

    def checkpoint(self) -> None:
        """Report progress; raises if the work was cancelled."""
        self._progress(min(self._done, self._total), self._total)

    def _counted(self, record_type: RecordType, item: SequencedItem) -> Record:
        if self._done % _PROGRESS_EVERY == 0:
            self.checkpoint()
        self._done += 1
        return Record(record_type, item)


# Whether the copy is right -------------------------------------------------------------------------------------------


def mismatch(
    source: Reading, copy: Reading, entity_id: EntityId, version: int, checkpoint: Checkpoint
) -> Mismatch | None:
    """Return the first difference of an entity up to a version: of its records, or of the state there."""
    text = (
        _compare_records(source, copy, entity_id, version, checkpoint)
        or _compare_snapshots(source, copy, entity_id, version)
        or _compare_states(source, copy, entity_id, version, checkpoint)
    )
    return Mismatch(entity_id, version, text) if text else None


def _compare_records(source: Reading, copy: Reading, entity_id: EntityId, version: int, checkpoint: Checkpoint) -> str:
    pairs = zip_longest(*(_events(each, entity_id, version, checkpoint) for each in (source, copy)))
    for number, (theirs, ours) in enumerate(pairs):
        if theirs is None or ours is None:
            longer = number + 1 + sum(1 for _ in pairs)
            counts = (longer, number) if ours is None else (number, longer)
            return f"{count_text(counts[0], 'event')} in the store, {counts[1]} in the copy"
        if _envelope(theirs) != _envelope(ours) or not same_tree(plain(theirs.data), plain(ours.data)):
            return f"the event at version {theirs.version} is another one"
    return ""


def _events(reading: Reading, entity_id: EntityId, version: int, checkpoint: Checkpoint) -> Iterator[RecordedEvent]:
    after: int | None = None
    while after is None or after < version:
        checkpoint()
        page = reading.events(entity_id, after, _PAGE)
        # In a damaged store a version may be no whole number: the copy does not have such an event.
        yield from (event for event in page if not isinstance(event.version, int) or event.version <= version)
        after = page[-1].version if page else None
        if len(page) < _PAGE or not isinstance(after, int):
            return


def _envelope(event: RecordedEvent) -> tuple[Any, ...]:
    """Return what an event has besides its payload."""
    is_read = event.error is None
    return event.version, event.type, event.entity_type, is_read, event.timestamp if is_read else None


def _compare_snapshots(source: Reading, copy: Reading, entity_id: EntityId, version: int) -> str:
    """Compare each snapshot of the store; the copy may have more."""
    ours = {each.version: each for each in copy.snapshots(entity_id)}
    theirs = [each for each in source.snapshots(entity_id) if each.version <= version]
    lost = [each.version for each in theirs if each.version not in ours]
    if lost:
        return f"{count_text(len(theirs), 'snapshot')} in the store, {len(theirs) - len(lost)} in the copy"
    wrong = [each.version for each in theirs if not _is_same(each, ours[each.version])]
    return f"the snapshot at version {wrong[0]} is another one" if wrong else ""


def _is_same(theirs: RecordedSnapshot, ours: RecordedSnapshot) -> bool:
    if theirs.error is not None or ours.error is not None:
        return (theirs.error is None) is (ours.error is None)
    states = [None if each.state is None else plain_state(each.state) for each in (theirs, ours)]
    return (theirs.topic, theirs.timestamp) == (ours.topic, ours.timestamp) and same_tree(*states)


def _compare_states(source: Reading, copy: Reading, entity_id: EntityId, version: int, checkpoint: Checkpoint) -> str:
    # Both use one fold, so that only the records count: one of the two may have trusted code.
    fold = copy.fold_for(copy.entity(entity_id))

    def state(reading: Reading) -> tuple[PlainTree | None, Exactness]:
        chain = Chain(fold, reading.player, entity_id, reading.outline(entity_id).versions)
        return chain.state_after(chain.index_of(version), checkpoint)

    theirs, ours = state(source), state(copy)
    changes = compare_states(theirs[0], ours[0])
    if changes:
        return f"the states at version {version} differ: {summarise_changes(changes[:_MOST_CHANGES], _MOST_CHANGES)}"
    if theirs[1] is not ours[1]:
        return f"the state at version {version} is {theirs[1].value} in the store, and {ours[1].value} in the copy"
    return ""
