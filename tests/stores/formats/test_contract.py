"""What every table format promises, in a file and on a server: all is read, nothing is changed, nothing is made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from es_desktop.core import KnownClasses
from es_desktop.stores import Counts, OpenedStore, OpenOptions, open_store, parse_location
from es_desktop.stores.engines.any_text import AnyTextConnection
from es_desktop.stores.formats import FORMATS
from es_desktop.stores.layout import Layout
from tests.stores.formats.history import STATE, history
from tests.stores.formats.sample import Sample
from tests.stores.formats.samples import DUMPS, SAMPLES
from tests.stores.inspection import files_in, outline_of, rows_in
from tests.stores.serving import driven

CASES = [
    *(pytest.param(("file", sample), id=f"file-{sample.file}") for sample in SAMPLES),
    *(pytest.param(("server", sample), id=f"server-{sample.file}") for sample in [*SAMPLES, *DUMPS]),
]


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, Sample]:
    """An engine, and a store that is opened on it."""
    found: tuple[str, Sample] = request.param
    return found


@pytest.fixture(scope="module")
def sample(case: tuple[str, Sample]) -> Sample:
    return case[1]


@pytest.fixture(scope="module")
def store_name(
    case: tuple[str, Sample], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where the store is: a path, or a URL. What is there stays what it was."""
    engine, sample = case
    if engine == "file":
        folder = tmp_path_factory.mktemp("contract")
        path = sample.copy_to(folder)
        before = files_in(folder)
        yield str(path)
        assert files_in(folder) == before
    else:
        url = sample.serve(request.getfixturevalue("server"))
        rows = rows_in(url)
        yield url
        assert rows_in(url) == rows


@pytest.fixture(scope="module")
def opened(store_name: str, sample: Sample) -> Iterator[OpenedStore]:
    options = OpenOptions(keys=sample.keys)
    found = open_store(parse_location(store_name), KnownClasses(), writable=True, options=options)
    before = files_in(found.location.path.parent) if found.location.path else {}
    yield found
    if found.location.path:
        assert files_in(found.location.path.parent) == before, "while it is open"
    found.close()


def test_it_is_recognised_and_only_read(opened: OpenedStore, sample: Sample) -> None:
    assert opened.format.name == sample.format
    assert (opened.is_writable, opened.may_be_written) == (False, False)
    assert opened.reader.counts() == Counts(sample.sequences, sample.events, sample.snapshots)
    assert opened.tables.scopes == sample.scopes
    assert opened.tables.first_version == sample.first_version


def test_it_is_of_one_format_and_no_other(store_name: str, sample: Sample) -> None:
    """So the order of the list of formats does not matter."""
    if "://" in store_name:
        engine = create_engine(driven(store_name))
    else:
        engine = create_engine(f"sqlite:///{store_name}", connect_args={"factory": AnyTextConnection})
    with engine.connect() as connection:
        layout = Layout(connection)
        found = [each.name for each in FORMATS for _ in each.find(layout)]
    engine.dispose()
    assert found == [sample.format]


def test_entities_have_their_types_and_counts(opened: OpenedStore, sample: Sample) -> None:
    found = list(opened.reader.sequences())
    assert Counter(each.first.entity_type for each in found) == sample.entity_types
    assert sum(each.events for each in found) == sample.events
    assert sum(each.snapshots for each in found) == sample.snapshots
    assert len({each.sequence_id for each in found}) == sample.sequences
    assert sorted(map(str, opened.reader.ids())) == sorted(str(each.sequence_id) for each in found)


def test_every_event_is_read_at_its_position(opened: OpenedStore, sample: Sample) -> None:
    types: Counter[str] = Counter()
    failed = 0
    for sequence in opened.reader.sequences():
        events = opened.reader.events(sequence.sequence_id)
        versions = [event.version for event in events]
        assert versions == list(range(sample.first_version, sample.first_version + sequence.events))
        assert (events[0], events[-1]) == (sequence.first, sequence.last)
        assert outline_of(opened, sequence.sequence_id) == [(event.version, event.type) for event in events]
        types.update(event.type for event in events)
        failed += sum(event.error is not None for event in events)
        assert all(event.error or (event.timestamp is not None) is sample.has_times for event in events)
        later = opened.reader.events(sequence.sequence_id, gt=versions[0], limit=2)
        assert later == events[1:3]
        assert opened.reader.events(sequence.sequence_id, lte=versions[-1] - 1) == events[:-1]
    assert types == sample.event_types
    assert failed == sample.undecodable


def test_what_was_put_in_comes_out(opened: OpenedStore, sample: Sample) -> None:
    found = [
        [
            (event.timestamp and int(event.timestamp), dict(event.data))
            for event in opened.reader.events(each.sequence_id)
        ]
        for each in opened.reader.sequences()
    ]
    assert all(put_in in found for put_in in sample.put_in)


def test_times_are_of_the_time_when_the_store_was_made(opened: OpenedStore, sample: Sample) -> None:
    times = [event.timestamp for each in opened.reader.sequences() for event in (each.first, each.last)]
    known = [time for time in times if time is not None]
    assert bool(known) is sample.has_times or sample.undecodable == sample.events
    assert all(1_577_836_800 < time < 1_830_297_600 for time in known), "of the years 2020 to 2027"


def test_snapshots_are_read(opened: OpenedStore, sample: Sample) -> None:
    for sequence in opened.reader.sequences():
        snapshots = opened.reader.snapshots(sequence.sequence_id)
        assert len(snapshots) == sequence.snapshots
        for snapshot in snapshots:
            assert snapshot.error is None or sample.undecodable
            assert sample.first_version <= snapshot.version <= sequence.last.version
            assert snapshot.error or snapshot.state is None or snapshot.state
            if sample.build:
                assert (snapshot.version - sample.first_version, snapshot.type) == (1, "Order")
                assert dict(snapshot.state or {}).items() >= STATE.items()
                assert sequence.last.data == history()[-1].data, "it is the order that has a snapshot"


def test_every_record_is_found_in_the_order_of_the_store(opened: OpenedStore, sample: Sample) -> None:
    records = list(opened.reader.all_records())
    assert len(records) == sample.events
    assert len({(record[0], record[1]) for record in records}) == sample.events
    assert len(list(opened.reader.all_snapshot_records())) == sample.snapshots
    message = any("no order" in note for note in opened.tables.notes)
    assert message is not sample.has_order
    first = records[0]
    assert opened.reader.record(first[0], first[1]) == first
