"""What every table format promises, on real files: all is read, nothing is changed, and nothing is made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from es_desktop.core import KnownClasses
from es_desktop.stores import Counts, OpenedStore, OpenOptions, open_store, parse_location
from tests.stores.formats.samples import SAMPLES, Sample
from tests.stores.looking import files_in

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)


@pytest.fixture
def opened(sample: Sample, tmp_path: Path) -> Iterator[OpenedStore]:
    path = sample.place(tmp_path)
    before = files_in(tmp_path)
    options = OpenOptions(keys=sample.keys)
    opened = open_store(parse_location(str(path)), KnownClasses(), writable=True, options=options)
    yield opened
    assert files_in(tmp_path) == before, "while it is open"
    opened.close()
    assert files_in(tmp_path) == before


@each_sample
def test_it_is_recognised_and_only_read(opened: OpenedStore, sample: Sample) -> None:
    assert opened.format.name == sample.format
    assert (opened.is_writable, opened.may_be_written) == (False, False)
    assert opened.reader.counts() == Counts(sample.sequences, sample.events, sample.snapshots)
    assert opened.tables.scopes == sample.scopes


@each_sample
def test_entities_have_their_types_and_counts(opened: OpenedStore, sample: Sample) -> None:
    found = list(opened.reader.sequences())
    assert Counter(each.first.entity_type for each in found) == sample.entity_types
    assert sum(each.events for each in found) == sample.events
    assert sum(each.snapshots for each in found) == sample.snapshots
    assert len({each.sequence_id for each in found}) == sample.sequences
    assert sorted(map(str, opened.reader.ids())) == sorted(str(each.sequence_id) for each in found)


@each_sample
def test_every_event_is_read_in_its_place(opened: OpenedStore, sample: Sample) -> None:
    types: Counter[str] = Counter()
    failed = 0
    for sequence in opened.reader.sequences():
        events = opened.reader.events(sequence.sequence_id)
        versions = [event.version for event in events]
        assert versions == list(range(sample.first_version, sample.first_version + sequence.events))
        assert (events[0], events[-1]) == (sequence.first, sequence.last)
        assert opened.reader.outline(sequence.sequence_id) == [(event.version, event.type) for event in events]
        types.update(event.type for event in events)
        failed += sum(event.error is not None for event in events)
        assert all(event.error or (event.timestamp is not None) is sample.has_times for event in events)
        later = opened.reader.events(sequence.sequence_id, gt=versions[0], limit=2)
        assert later == events[1:3]
    assert types == sample.event_types
    assert failed == sample.undecodable


@each_sample
def test_times_are_of_the_time_when_the_file_was_made(opened: OpenedStore, sample: Sample) -> None:
    times = [event.timestamp for each in opened.reader.sequences() for event in (each.first, each.last)]
    known = [time for time in times if time is not None]
    assert bool(known) is sample.has_times or sample.undecodable == sample.events
    assert all(1_577_836_800 < time < 1_830_297_600 for time in known), "of the years 2020 to 2027"


@each_sample
def test_snapshots_are_read(opened: OpenedStore, sample: Sample) -> None:
    for sequence in opened.reader.sequences():
        snapshots = opened.reader.snapshots(sequence.sequence_id)
        assert len(snapshots) == sequence.snapshots
        for snapshot in snapshots:
            assert snapshot.error is None or sample.undecodable
            assert sample.first_version <= snapshot.version <= sequence.last.version
            assert snapshot.error or snapshot.state is None or snapshot.state


@each_sample
def test_every_record_is_found_in_the_order_of_the_store(opened: OpenedStore, sample: Sample) -> None:
    records = list(opened.reader.all_records())
    assert len(records) == sample.events
    assert len({(record[0], record[1]) for record in records}) == sample.events
    assert len(list(opened.reader.all_snapshot_records())) == sample.snapshots
    told = any("no order" in note for note in opened.tables.notes)
    assert told is not sample.has_order
    first = records[0]
    assert opened.reader.record(first[0], first[1]) == first
