"""Events are read by their keys, and by the numbers that a store gives them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from es_desktop.core import KnownClasses
from es_desktop.stores import NO_OPTIONS, OpenedStore, OpenOptions, create_store, open_store, parse_location
from es_desktop.stores.writing import append_records
from tests.app.recording import event, snapshot, store_of
from tests.stores.formats.sample import Sample
from tests.stores.formats.samples import SAMPLES
from tests.stores.serving import Server

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)


@contextmanager
def opened(store_name: Path | str, classes: KnownClasses, options: OpenOptions = NO_OPTIONS) -> Iterator[OpenedStore]:
    with closing(open_store(parse_location(str(store_name)), classes, writable=False, options=options)) as store:
        yield store


def assert_keys_hold_what_sequences_do(store: OpenedStore) -> None:
    reader = store.reader
    keys = [(each, event.version) for each in reader.ids() for event in reader.events(each)]
    Random(7).shuffle(keys)
    found = store.reader.events_at([*keys, keys[0], (keys[0][0], 9_999)])
    assert found.pop() is None
    assert found.pop() == found[0], "a key may be asked for twice"
    for (entity_id, version), here in zip(keys, found, strict=True):
        assert [here] == reader.events(entity_id, gt=version - 1, lte=version)
    assert reader.event_count() == len(keys)


@each_sample
def test_events_are_read_by_keys_of_any_sequences(sample: Sample, tmp_path: Path, classes: KnownClasses) -> None:
    with opened(sample.copy_to(tmp_path), classes, OpenOptions(keys=sample.keys)) as store:
        assert_keys_hold_what_sequences_do(store)
        assert store.reader.events_at([]) == []


@each_sample
def test_snapshots_are_counted_by_sequence(sample: Sample, tmp_path: Path, classes: KnownClasses) -> None:
    with opened(sample.copy_to(tmp_path), classes, OpenOptions(keys=sample.keys)) as store:
        reader = store.reader
        counted = {each: len(reader.snapshots(each)) for each in reader.ids()}
        assert reader.snapshot_counts() == {each: count for each, count in counted.items() if count}
        for each, count in list(counted.items())[:3]:
            assert reader.snapshot_counts(each) == ({each: count} if count else {})


@each_sample
def test_numbered_events_are_read_by_number(sample: Sample, tmp_path: Path, classes: KnownClasses) -> None:
    with opened(sample.copy_to(tmp_path), classes, OpenOptions(keys=sample.keys)) as store:
        reader, order = store.reader, store.reader.number_range()
        if order is None:
            return
        assert store.reader.appends_at_end and isinstance(order[0], int)
        message = store.reader.events_between(order[0], order[-1])
        records = list(reader.all_records())
        read = store.tables.events.mapper.to_recorded_event
        assert message == [(record[0], read(record)) for record in records]
        assert store.reader.events_between(order[0] + 1, order[0] + 2) == message[1:3]
        assert store.reader.events_between(order[-1] + 1, order[-1] + 9) == []


def test_numbers_with_a_gap_are_no_order(tmp_path: Path, classes: KnownClasses) -> None:
    path = store_of(tmp_path / "made.esdb", [event("a", at) for at in range(5)])
    with opened(path, classes) as store:
        order = store.reader.number_range()
        assert order is not None and (order[0], order[-1]) == (1, 5)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM integer_sequenced_items WHERE id = 3")
    with opened(path, classes) as store:
        assert store.reader.number_range() is None
        assert store.reader.appends_at_end


def test_an_empty_store_has_no_order(tmp_path: Path, classes: KnownClasses) -> None:
    with opened(store_of(tmp_path / "made.esdb", []), classes) as store:
        assert (store.reader.number_range(), store.reader.event_count()) == (None, 0)
        assert (store.reader.events_at([("a", 0)]), store.reader.snapshot_counts()) == ([None], {})


def test_many_keys_are_read_at_once(tmp_path: Path, classes: KnownClasses) -> None:
    path = store_of(tmp_path / "made.esdb", [event(f"e{at}", 7) for at in range(3_000)])
    with opened(path, classes) as store:
        found = store.reader.events_at([(f"e{at}", 7) for at in range(3_000)])
        assert len(found) == 3_000 and None not in found


def test_on_a_server_the_same_holds(server: Server, classes: KnownClasses) -> None:
    records = [event(each, at) for at in range(4) for each in ("a", "b")] + [snapshot("a", 2)]
    with closing(create_store(parse_location(server.fresh_database()), classes)) as store:
        append_records(store.tables, records)
        assert_keys_hold_what_sequences_do(store)
        assert store.reader.snapshot_counts() == {"a": 1}
        order = store.reader.number_range()
        assert order is not None and order[-1] - order[0] == 7
        assert [each for each, _ in store.reader.events_between(order[0], order[0] + 2)] == ["a", "b", "a"]
