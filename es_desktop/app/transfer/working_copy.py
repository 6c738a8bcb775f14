"""Working copies: the entities of a store of another program in a store of ours, where they can be changed.

A copy is made entity by entity, each in one transaction with all that is copied of it. One that was stopped says what
it is a copy of, so that the same call goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.text.values import count_text
from es_desktop.core import DatastoreError, EntityId, SequencedItemError
from es_desktop.core.clock import now

from .copied_records import CopiedRecords
from .copy_check import Mismatch, mismatch
from .records import CopyNotes, Progress
from .store_file import new_store

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore

_RECORDS_TOGETHER: Final = 2_000
"""Of small entities: as many as these share a transaction, which is what takes the time."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy came to, now that it is compared with the store that it was made of."""

    entities: int
    """How many were asked for, all of which are there."""
    already: int
    """How many of them had been there before."""
    events: int
    snapshots: int
    """How many records were written this time."""
    behind: tuple[EntityId, ...]
    """Entities that had been there before, and have got events in the store since; these are not copied."""
    mismatches: tuple[Mismatch, ...]
    """Where an entity is not the same in both; none where the copy is right."""


class StoreCopying:
    """Makes a working copy, or goes on with one."""

    def __init__(self, source: Session, target: Path, entities: Sequence[EntityId] | None = None) -> None:
        """Copy these entities, or the whole store, into a file that is not there or is a copy of the same store."""
        self._source = source
        self._target = target.expanduser().resolve()
        self._chosen = None if entities is None else tuple(dict.fromkeys(entities))
        self.wanted = 0
        """How many entities there are to copy."""
        self.finished = 0
        """How many of them are in the copy, whole."""

    @property
    def standing(self) -> str:
        """How far it is, in words: ``12 of 300 entities``."""
        return f"{self.finished:,} of {count_text(self.wanted, 'entity')}"

    def run(self, progress: Progress = lambda done, total: None) -> Copied:
        """Copy what is not there yet, and compare all of it.

        Raises ``UserError`` where it cannot be copied, and what ``progress`` raises, between any two records: what is
        ``finished`` by then stays.
        """
        facts = self._wanted_entities()
        notes = self._notes()
        if not self._target.exists():
            new_store(self._target, lambda opened: opened.write_copy_notes(notes.to_json()))
        with self._opened(notes) as copy:
            there = {each.id for each in copy.entities()}
            missing = [each for each in facts if each.id not in there]
            self.finished = len(facts) - len(missing)
            total = sum(each.events for each in facts) + sum(each.events + each.snapshots for each in missing)
            records = CopiedRecords(self._source, progress, total)
            for group in _grouped(missing):
                self._append(copy.store, records, group)
                self.finished += len(group)
            behind, mismatches = self._compare(copy, facts, there, records)
        already = len(facts) - len(missing)
        return Copied(len(facts), already, records.events, records.snapshots, behind, mismatches)

    def _wanted_entities(self) -> list[EntityFacts]:
        if self._chosen is None:
            found = list(self._source.entities())
        else:
            found = [self._source.entity(each) for each in self._chosen]
        self.wanted = len(found)
        return found

    def _notes(self) -> CopyNotes:
        source, before = self._source, self._source.copy_notes
        core_types = source.store.tables.tells_core_kinds if before is None else before.core_types
        return CopyNotes(source.place, source.format_name, now(), source.store.tables.scope, core_types)

    @contextmanager
    def _opened(self, notes: CopyNotes) -> Iterator[Session]:
        """Open the copy for writing, where it is one of this very store."""
        with closing(open_session(str(self._target))) as copy:
            if copy.copy_notes is None:
                raise UserError(f"{self._target} exists already, and is no working copy", "Choose another name.")
            if not copy.copy_notes.is_of_same(notes):
                hint = "Choose another name for this one."
                raise UserError(f"{self._target} is of something else: {copy.copy_notes.note}", hint)
            if not copy.is_writable:
                raise UserError(f"{self._target} may not be written", "Choose another name or folder.")
            yield copy

    def _append(self, opened: OpenedStore, records: CopiedRecords, group: Sequence[EntityFacts]) -> None:
        # SQLAlchemy takes longer to load than the window does; see session.py.
        from es_desktop.stores.writing import append_records

        try:
            append_records(opened.tables, records.of(group))
        except (SequencedItemError, DatastoreError) as error:
            hint = "Make room, see that nobody else writes the copy, and run it again: it goes on from there."
            raise UserError(f"{self._target} holds {self.standing}: {error}", hint) from error

    def _compare(
        self, copy: Session, facts: Sequence[EntityFacts], there: set[EntityId], records: CopiedRecords
    ) -> tuple[tuple[EntityId, ...], tuple[Mismatch, ...]]:
        behind: list[EntityId] = []
        found: list[Mismatch] = []
        for each in facts:
            ours = copy.entity(each.id)
            if each.id in there and ours.version < each.version:
                behind.append(each.id)
            difference = mismatch(self._source, copy, each.id, min(each.version, ours.version), records.checkpoint)
            if difference is not None:
                found.append(difference)
            records.passed(each.events)
        return tuple(behind), tuple(found)


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
