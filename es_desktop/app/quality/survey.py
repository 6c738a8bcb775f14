"""The survey of a store: one pass over all records, in processes where there is much, and what is added up of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from time import time
from typing import TYPE_CHECKING, Final

from es_desktop.app.entity.facts import EntityCheck
from es_desktop.app.runtime.errors import Progress, no_progress
from es_desktop.app.search.find import candidates, scan_batches
from es_desktop.app.search.state_scan import Batch
from es_desktop.core import EntityId
from es_desktop.index.source import RawId, id_of_raw

from .scan import QualityScan
from .tally import Tally

if TYPE_CHECKING:
    from es_desktop.app.search.store_index import StoreIndex
    from es_desktop.app.store.session import Session

_MOST_ROWS: Final = 200
_MOST_TEXT_IDS: Final = 500_000
"""Ids that are texts, among which alike ones are searched for."""


@dataclass(slots=True)
class OddIds:
    """Ids of entities that are empty, or differ from another one only in case, spaces or dashes."""

    empty: int = 0
    alike: int = 0
    rows: list[EntityId] = field(default_factory=list)
    """Some of those that are like an earlier one."""
    empty_rows: list[EntityId] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def watch(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """Yield the batches, and look at the ids in them."""
        for batch in batches:
            for each in batch:
                if not isinstance(each.raw_id, bytes):
                    self._see(each.raw_id)
            yield batch

    def _see(self, raw_id: RawId) -> None:
        bare = "".join(str(raw_id).split()).casefold().replace("-", "")
        if not bare:
            self.empty += 1
            self.empty_rows += [id_of_raw(raw_id)] * (len(self.empty_rows) < _MOST_ROWS)
        elif bare in self._seen:
            self.alike += 1
            self.rows += [id_of_raw(raw_id)] * (len(self.rows) < _MOST_ROWS)
        elif len(self._seen) < _MOST_TEXT_IDS:
            self._seen.add(bare)


@dataclass(frozen=True, slots=True)
class Orphans:
    """Snapshots of entities that have no events."""

    snapshots: int = 0
    rows: tuple[tuple[EntityId, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """All that was found in a store."""

    tally: Tally
    checks: tuple[EntityCheck, ...]
    """Of the snapshots that are false, or could not be checked."""
    more_checks: int
    """How many more of these there are."""
    ids: OddIds
    orphans: Orphans
    now: float
    """Seconds since the epoch, when it was made."""
    checks_snapshots: bool


def survey_store(
    session: Session,
    *,
    index: StoreIndex | None = None,
    progress: Progress = no_progress,
    processes: int | None = None,
    checks_snapshots: bool = True,
    now: float | None = None,
) -> Survey:
    """Read all records once, and return what was found.

    ``index`` and ``processes`` are as of ``search_states``: trusted code runs in its own process only. ``progress`` is
    called with the events that are done, and of how many, ten times a second or more often; it may raise to stop the
    work. ``now`` is the time of the clock, in seconds since the epoch. Raises ``DatastoreError``, and ``UserError`` if
    a process ends before it is done.
    """
    made = time() if now is None else now
    count = (os.cpu_count() or 1) if processes is None else processes
    asked, ids = candidates(session, None, None, index), OddIds()
    asked = replace(asked, batches=ids.watch(asked.batches))
    tally, checks, more = Tally(), list[EntityCheck](), 0
    progress(0, asked.events)
    with closing(scan_batches(session, QualityScan(made, checks_snapshots), asked, count)) as parts:
        for part in parts:
            if part is not None:
                tally.merge(part.tally)
                room = max(0, _MOST_ROWS - len(checks))
                checks += part.checks[:room]
                more += part.more_checks + max(0, len(part.checks) - room)
            progress(tally.events, asked.events)
    tally.add_up_shapes()
    return Survey(tally, tuple(checks), more, ids, _orphans(session, tally.snapshots), made, checks_snapshots)


def _orphans(session: Session, of_entities: int) -> Orphans:
    """Return the snapshots that no entity has; ``of_entities`` is how many the entities have."""
    if session.store.tables.snapshots is None:
        return Orphans()
    batches, left = session.store.batches, session.store.reader.snapshot_count() - of_entities
    if left <= 0:
        return Orphans()
    without = set(session.store.reader.snapshot_counts()).difference(session.store.reader.ids())
    some = sorted(without, key=str)[:_MOST_ROWS]
    rows = [(each, version) for each, versions in batches.snapshot_versions(some).items() for version in versions]
    return Orphans(left, tuple(rows[:_MOST_ROWS]))
