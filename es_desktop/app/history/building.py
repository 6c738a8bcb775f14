"""Builds the state history of a store in processes, continues it, and brings it up to date."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from operator import lt
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.find import Candidates, batched, scan_batches
from es_desktop.app.search.state_scan import Batch, Candidate
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.reader import Reading
from es_desktop.app.store.session import Session
from es_desktop.history import is_available
from es_desktop.history.database import HistoryDatabase
from es_desktop.history.folder import HistoryFolder, HistoryList, Segment
from es_desktop.history.segment import SegmentRows, StoredEntity, StoredSteps
from es_desktop.index.growth import EntitySpan, end_of_entities, entity_spans, grown_entities, index_token
from es_desktop.index.source import raw_id
from es_desktop.replay import ABSENT
from es_desktop.replay.histories import HistoryStep
from es_desktop.version import __version__

from .histories import EntityHistory, HistoryScanner
from .stored_values import stored_value, value_key

EVENTS: Final = 50_000
"""Of the entities of one segment, about."""
_MOST_ENTITIES: Final = 20_000
_LONGEST_VERSION: Final = 2**62


class Built(NamedTuple):
    """How far a build is."""

    events: int
    """How many are in the history."""
    total: int
    """How many the index has."""


@dataclass(frozen=True, slots=True)
class SegmentRequest:
    """What entities are scanned for: a segment of each batch. A batch brings the number of its segment."""

    folder: Path

    def scanner(self, reading: Reading, types: frozenset[str] | None) -> SegmentScanner:
        return SegmentScanner(reading, self.folder)


class WrittenSegment(NamedTuple):
    """A segment that a process has written."""

    name: str
    entities: int
    steps: int
    first: int
    until: int
    """It has whole histories of entities from the number ``first`` to before this; for 0 it has later steps only."""


class SegmentScanner:
    """Writes a segment for each batch. For one thread at a time."""

    def __init__(self, reading: Reading, folder: Path) -> None:
        self._reading = reading
        self._folder = folder

    def scan(self, batch: Batch) -> Iterator[WrittenSegment]:
        """Write the segment of a batch; the first of its candidates is none, and has the number of the segment."""
        (mark, *candidates) = batch
        rows = _Rows(mark.number, {each.raw_id: each for each in candidates})
        scanner = HistoryScanner(self._reading, rows.add)
        for part in batched(iter(candidates)):
            for _ in scanner.scan(part):
                pass
        name = f"{mark.number:08}"
        rows.stored.write(self._folder / name)
        whole = [each.number for each in candidates if each.known_to is None]
        numbers = (whole[0], whole[-1] + 1) if whole else (0, 0)
        yield WrittenSegment(name, len(candidates), rows.steps, *numbers)


class _Rows:
    """Collects the rows of a segment, with each value once."""

    def __init__(self, segment: int, candidates: Mapping[Any, Candidate]) -> None:
        self.stored = SegmentRows(segment)
        self.steps = 0
        self._candidates = candidates
        self._known: defaultdict[str, dict[Any, int]] = defaultdict(dict)
        """The numbers of the values of each attribute, by their keys."""

    def add(self, history: EntityHistory) -> None:
        """Add the steps of an entity that are not known yet."""
        candidate = self._candidates[raw_id(history.id)]
        steps = list(history.steps)
        versions = [each.version for each in steps]
        is_kept = all(type(each) is int and abs(each) < _LONGEST_VERSION for each in versions)
        is_kept = is_kept and all(map(lt, versions, versions[1:]))  # not of a damaged store
        known_to = candidate.known_to
        facts = candidate.number, str(history.id), isinstance(history.id, UUID), history.type, is_kept
        starts = (steps[0].version, steps[0].reached) if steps and is_kept and known_to is None else (None, None)
        self.stored.add_entity(StoredEntity(*facts, *starts))
        if is_kept:
            complete = _with_what_is_gone(steps)
            self._add(complete if known_to is None else [each for each in complete if each.version > known_to])

    def _add(self, steps: Sequence[HistoryStep]) -> None:
        if not steps:
            return
        versions, types, times, reached, changes, exist, exactness, failures = zip(*steps, strict=True)
        worst = [each.value for each in exactness]
        self.stored.add_steps(StoredSteps(versions, types, times, reached, exist, worst, failures))
        self.steps += len(steps)
        for version, until, changed in zip(versions, reached, changes, strict=True):
            if changed:
                values = {name: self._number_of(name, value) for name, value in changed.items()}
                self.stored.add_changes(version, until, values)

    def _number_of(self, attribute: str, value: Any) -> int:
        known = self._known[attribute]
        key = value_key(value)
        if key is not None and (number := known.get(key)) is not None:
            return number
        stored = stored_value(value)
        if key is None:
            key = stored
            if (number := known.get(key)) is not None:
                return number
        number = known[key] = self.stored.add_value(attribute, stored)
        return number


def _with_what_is_gone(steps: Sequence[HistoryStep]) -> Sequence[HistoryStep]:
    """Return steps in which a state after one without a state says which attributes of those before it are gone."""
    if all(each.exists for each in steps[:-1]):
        return steps
    found = []
    names: set[str] = set()
    gone: set[str] = set()
    for step in steps:
        if not step.exists:
            gone, names = gone | names, set()
        else:
            missing = dict.fromkeys(gone - step.changed.keys(), ABSENT)
            step = step._replace(changed={**step.changed, **missing})
            gone = set()
            names |= step.changed.keys()
        found.append(step)
    return found


def history_path(index: StoreIndex, folder: Path) -> Path:
    """Return where the state history of a store is kept: beside its index, or for a small store in ``folder``."""
    return (folder / "history") if index.path is None else index.path.with_suffix(".history")


class StateHistory:
    """The state history of a store, beside its index. For one thread at a time, but for ``database``."""

    def __init__(self, index: StoreIndex, path: Path) -> None:
        """``index`` must be up to date before each call; ``path`` is the folder of the history."""
        self._index = index
        self.folder = HistoryFolder(path)
        trusted = index.session.trusted
        key = "" if trusted is None else trusted.key
        self._how = f"{__version__} {index_token(index.database)} {key}"

    @classmethod
    def beside(cls, index: StoreIndex) -> StateHistory | None:
        """Return the state history beside the index of a large store.

        ``None`` where nothing is kept in files, and without the libraries.
        """
        is_kept = index.path is not None and cls.can_be_kept(index) and is_available()
        return cls(index, history_path(index, Path())) if is_kept else None

    @staticmethod
    def can_be_kept(index: StoreIndex) -> bool:
        """Return whether a history may be in a file: not if a key opens records."""
        return index.keeps_text

    @property
    def session(self) -> Session:
        """The open store."""
        return self._index.session

    @property
    def found(self) -> HistoryList:
        """What is there; nothing of a history that was made in another way."""
        there = self.folder.read()
        return there if there.how == self._how else HistoryList(self._how)

    @property
    def is_current(self) -> bool:
        """Whether it has all that the index has."""
        there = self.found
        events = self._index.session.store.reader.event_count()
        return there.is_whole and there.events == self._index.state.events == events

    def open(self) -> HistoryDatabase:
        """Open what is there for questions. Raises ``DatastoreError``."""
        return HistoryDatabase(self.folder.path, self.found.segments)

    def build(self, processes: int | None = None) -> Generator[Built, None, None]:
        """Add what is missing, and yield now and then how far it is; stopped, it continues the next time.

        Raises ``UserError`` if another program adds to it, or it cannot be written.
        """
        try:
            with self.folder.locked() as is_ours:
                if not is_ours:
                    raise UserError("another window builds the state history of this store", "Wait for it.")
                yield from self._build((os.cpu_count() or 1) if processes is None else processes)
        except OSError as error:
            raise UserError(
                f"the state history cannot be written: {error}", "Make room, or give the rights."
            ) from error

    def _build(self, processes: int) -> Generator[Built, None, None]:
        database, total = self._index.database, self._index.state.events
        there = self.found
        if there.is_whole and there.events == total:
            yield Built(total, total)
            return
        self.folder.remove_others(there)
        if not there.segments:
            there = msgspec.structs.replace(there, events=total)  # what comes meanwhile is looked for the next time
        ranges = there.missing(end_of_entities(database))
        new = chain.from_iterable(entity_spans(database, *each) for each in ranges)
        asked = Candidates(_numbered(chain(map(_candidate, new), self._grown(there)), there.next_segment), total)
        with closing(scan_batches(self._index.session, SegmentRequest(self.folder.path), asked, processes)) as results:
            for written in results:
                if written is not None:
                    there = _with(there, written)
                    self.folder.write(there)
                yield Built(min(there.steps, total), total)
        self.folder.write(msgspec.structs.replace(there, is_whole=True, events=total))
        yield Built(total, total)

    def _grown(self, there: HistoryList) -> Iterator[Candidate]:
        """Yield the entities of which it has the first steps only, with the version up to which it has them."""
        if not there.segments:
            return
        missing = there.missing(end_of_entities(self._index.database))
        spans = grown_entities(self._index.database, there.events)
        grown = [each for each in spans if not any(first <= each.number < until for first, until in missing)]
        with closing(HistoryDatabase(self.folder.path, there.segments)) as history:
            query = "SELECT entity, max(version) FROM step WHERE entity IN (SELECT unnest($1::UINTEGER[])) GROUP BY ALL"
            known = dict(history.rows(query, [[each.number for each in grown]])) if grown else {}
        yield from (_candidate(each)._replace(known_to=known.get(each.number)) for each in grown)


def _candidate(span: EntitySpan) -> Candidate:
    return Candidate(span.id, span.events, span.first, span.last, span.number)


def _numbered(candidates: Iterator[Candidate], segment: int) -> Iterator[Batch]:
    """Yield batches of about the events of a segment, each after a mark that has the number of its segment."""
    batch: list[Candidate] = []
    events = 0
    for each in candidates:
        if batch and (events + each.events > EVENTS or len(batch) == _MOST_ENTITIES):
            yield [_mark(segment), *batch]
            batch, events, segment = [], 0, segment + 1
        batch.append(each)
        events += each.events
    if batch:
        yield [_mark(segment), *batch]


def _mark(segment: int) -> Candidate:
    return Candidate("", 0, 0, 0, segment)


def _with(there: HistoryList, written: WrittenSegment) -> HistoryList:
    """Return the list with one more segment."""
    segment = Segment(written.name, written.entities, written.steps, written.first, written.until)
    following = max(there.next_segment, int(written.name) + 1)
    return msgspec.structs.replace(there, segments=(*there.segments, segment), next_segment=following)
