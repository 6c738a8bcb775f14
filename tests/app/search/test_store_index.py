"""The index of an open store: of all sorts of stores, small and large, kept for the next time, and deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest

from es_desktop.app.runtime.errors import Cancelled
from es_desktop.app.search.lists import EntityQuery, facts_of, find_entities
from es_desktop.app.search.store_index import StoreIndex, indexed_facts
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.app.store.table_maps import map_from_toml
from es_desktop.index import EventSearch
from es_desktop.index.events import event_rows, find_events
from es_desktop.index.source import id_of_raw
from es_desktop.stores import NO_OPTIONS, OpenOptions
from es_desktop.stores.writing import append_records
from tests.app.recording import event, store_of
from tests.app.storing import sql
from tests.stores.formats.sample import Sample
from tests.stores.formats.samples import SAMPLES
from tests.stores.serving import Server
from tests.strangers import EVENTS, MAP, make_database

IN_AES = next(each for each in SAMPLES if each.keys and each.file.startswith("es-9.5.6"))


def to_the_end(done: int, total: int) -> None:
    """Progress that nobody stops."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where indexes are kept."""
    return tmp_path / "indexes"


@pytest.fixture
def every_store_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.app.search.store_index.SMALL", 3)


@contextmanager
def index_of(store: Path | str, folder: Path, options: OpenOptions = NO_OPTIONS) -> Iterator[StoreIndex]:
    """An index that is up to date."""
    with opened(store, folder, options) as index:
        index.update(to_the_end)
        yield index


@contextmanager
def opened(store: Path | str, folder: Path, options: OpenOptions = NO_OPTIONS) -> Iterator[StoreIndex]:
    """An index as it was left."""
    with (
        closing(open_session(str(store), writable=False, options=options)) as session,
        closing(StoreIndex(session, folder)) as index,
    ):
        yield index


def found(index: StoreIndex, text: str) -> list[tuple[object, int]]:
    """The entities and positions of the events with some words."""
    numbers = [number for chunk in find_events(index.database, EventSearch(text=text)) for number in chunk]
    return [(id_of_raw(row.id), row.position) for row in event_rows(index.database, numbers)]


def assert_equals_the_store(index: StoreIndex) -> None:
    session = index.session
    assert indexed_facts(index) == session.facts()
    facts = find_entities(session, index.database, EntityQuery(sort_by="id", descending=False))
    assert len(facts.numbers) == index.state.entities
    by_id = {each.id: each for each in facts_of(session, index.database, facts.numbers)}
    assert by_id == {each.id: each for each in session.entities()}
    assert index.state.is_whole
    assert index.state.events == index.events_in_store


# Of every format ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda sample: sample.file)
def sample_index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreIndex]:
    """The index of a sample, which needs no file."""
    sample: Sample = request.param
    folder = tmp_path_factory.mktemp("sample")
    with index_of(sample.copy_to(folder), folder / "indexes", OpenOptions(keys=sample.keys)) as index:
        yield index
    assert not (folder / "indexes").exists()


def test_the_index_of_any_store_has_the_facts_of_the_store(sample_index: StoreIndex) -> None:
    assert_equals_the_store(sample_index)
    assert (sample_index.path, sample_index.keeps_text) == (None, True)


def test_every_event_that_can_be_read_is_found_by_its_words(sample_index: StoreIndex) -> None:
    session = sample_index.session
    for entity in list(session.entities())[:3]:
        for each in session.events(entity.id):
            texts = [value for value in each.data.values() if isinstance(value, str) and value.isascii()]
            for text in texts[:2] if each.error is None else ():
                if any(map(str.isalnum, text)):
                    assert (entity.id, each.version) in found(sample_index, f'"{text.replace(chr(34), " ")}"')


def test_the_index_of_the_demo_has_the_facts_of_the_store(small_demo: Path, folder: Path) -> None:
    with index_of(small_demo, folder) as index:
        assert_equals_the_store(index)
        vases = found(index, "vase")
        for entity_id, position in vases:
            assert "vase" in index.session.record(entity_id, position).data.lower()  # type: ignore[arg-type]
        assert vases


def test_encrypted_records_are_counted_and_hold_no_words(tmp_path: Path, folder: Path) -> None:
    with index_of(IN_AES.copy_to(tmp_path), folder) as index:
        facts = indexed_facts(index)
        assert facts == index.session.facts()
        assert facts.encrypted == IN_AES.sequences
        assert facts.encrypted_entity is not None
        assert found(index, "name") == []


@pytest.mark.parametrize("entity_id", ["'b'", "7"], ids=["read by SQL", "streamed"])
@pytest.mark.parametrize("value", ["CAST(X'FF2343' AS TEXT)", "X'FF01'", "7", "1.5", "NULL"])
@pytest.mark.parametrize("column", ["topic", "data", "position"])
def test_whatever_an_event_has_in_its_columns_it_is_listed(
    tmp_path: Path, folder: Path, column: str, value: str, entity_id: str
) -> None:
    store = store_of(tmp_path / "store.esdb", [event("a", 0), event("a", 1), event("b", 0)])
    without_not_null = "replace(replace(sql, 'TEXT NOT NULL', 'TEXT'), 'BIGINT NOT NULL', 'BIGINT')"
    sql(store, "PRAGMA writable_schema = 1", f"UPDATE sqlite_master SET sql = {without_not_null}")
    sql(
        store,
        f"UPDATE integer_sequenced_items SET {column} = {value} WHERE position = 1",
        f"UPDATE integer_sequenced_items SET sequence_id = {entity_id} WHERE sequence_id = 'b'",
    )
    with index_of(store, folder) as index:
        listed = find_entities(index.session, index.database, EntityQuery(sort_by="events")).first
        assert [each.events for each in listed] == [2, 1]
        assert indexed_facts(index).events == len(event_rows(index.database, [1, 2, 3])) == 3


def test_an_empty_store_has_an_empty_index(tmp_path: Path, folder: Path) -> None:
    with index_of(store_of(tmp_path / "made.esdb", []), folder) as index:
        assert_equals_the_store(index)
        assert not index.knows_entities


def test_our_own_store_on_a_server(server: Server, folder: Path, every_store_is_large: None) -> None:
    url = server.fresh_database()
    with closing(create_session(url)) as session:
        append_records(session.store.tables, [event("cart", at, '{"note":"teapot"}') for at in range(7)])
        with index_of(url, folder) as index:
            assert_equals_the_store(index)
            assert index.path is not None
            assert found(index, "teapot") == [("cart", at) for at in range(7)]
            append_records(session.store.tables, [event("cart", 7, '{"note":"kettle"}')])
            index.update(to_the_end)
            assert_equals_the_store(index)
            assert found(index, "kettle") == [("cart", 7)]


def test_a_store_of_another_program_on_a_server(server: Server, folder: Path, every_store_is_large: None) -> None:
    options = OpenOptions(table_map=map_from_toml(MAP))
    with index_of(make_database(server.fresh_database()), folder, options) as index:
        assert_equals_the_store(index)
        assert index.state.events == EVENTS
        assert {at for _, at in found(index, "total")} == {0, 1, 2, 3}


# Large ones -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", [each for each in SAMPLES if each.file.startswith(("es-8.2.5", "spatie", "emmett"))])
def test_a_large_store_of_another_program_has_the_same_facts(
    sample: Sample, tmp_path: Path, folder: Path, every_store_is_large: None
) -> None:
    with index_of(sample.copy_to(tmp_path), folder) as index:
        assert_equals_the_store(index)


def test_a_large_one_is_kept_and_used_again(
    small_demo: Path, folder: Path, every_store_is_large: None, new_process: None
) -> None:
    reports: list[tuple[int, int]] = []
    with opened(small_demo, folder) as index:
        assert index.path is not None and not index.knows_entities
        index.update(lambda done, total: reports.append((done, total)))
        assert_equals_the_store(index)
        events = index.state.events
    assert reports[-1] == (events, events)
    assert {total for _, total in reports} == {events}
    assert [done for done, _ in reports] == sorted(done for done, _ in reports)
    with opened(small_demo, folder) as index:
        assert index.knows_entities and index.state.is_whole
        index.update(to_the_end)
        assert_equals_the_store(index)


def test_it_can_be_stopped_and_goes_on(small_demo: Path, folder: Path, every_store_is_large: None) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    for _ in range(2):
        with opened(small_demo, folder) as index, pytest.raises(Cancelled):
            index.update(stop)
    with index_of(small_demo, folder) as index:
        assert_equals_the_store(index)


def test_what_is_appended_to_a_large_one_is_taken_in(tmp_path: Path, folder: Path, every_store_is_large: None) -> None:
    store = store_of(tmp_path / "made.esdb", [event("cart", at) for at in range(9)])
    with index_of(store, folder) as index, closing(open_session(str(store))) as writing:
        for begin, end in ((9, 10), (10, 20)):  # a few, and more than a few
            append_records(writing.store.tables, [event("cart", at) for at in range(begin, end)])
            index.update(to_the_end)
            assert_equals_the_store(index)


def with_fewer_events(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("DELETE FROM integer_sequenced_items WHERE id > 5")


def with_other_events(store: Path) -> None:
    store.unlink()
    store_of(store, [event("other", at, '{"timestamp":5.5}', "bank#Loan.Paid") for at in range(30)])


@pytest.mark.parametrize("change", [with_fewer_events, with_other_events])
def test_the_index_of_another_file_is_thrown_away(
    tmp_path: Path, folder: Path, change: Callable[[Path], None], every_store_is_large: None
) -> None:
    store = store_of(tmp_path / "made.esdb", [event("cart", at, '{"note":"teapot"}') for at in range(20)])
    with index_of(store, folder) as index:
        assert len(found(index, "teapot")) == 20
    change(store)
    with opened(store, folder) as index:
        assert not index.knows_entities
        index.update(to_the_end)
        assert_equals_the_store(index)


def test_a_file_that_became_shorter_while_it_was_open_is_indexed_anew(
    tmp_path: Path, folder: Path, every_store_is_large: None
) -> None:
    store = store_of(tmp_path / "made.esdb", [event("cart", at) for at in range(20)])
    with index_of(store, folder) as index:
        with_fewer_events(store)
        index.update(to_the_end)
        assert_equals_the_store(index)
        assert index.state.events == 5


def test_one_whose_last_record_is_damaged_is_still_the_same_store(
    tmp_path: Path, folder: Path, every_store_is_large: None
) -> None:
    records = [event("cart", at, '{"timestamp":1740787200.123457}') for at in range(5)]
    store = store_of(tmp_path / "made.esdb", [*records, event("cart", 5, '{"timestamp":1740787209.5,"cut')])
    with index_of(store, folder):
        pass
    with opened(store, folder) as index:
        assert index.knows_entities


def test_a_damaged_index_is_made_anew(small_demo: Path, folder: Path, every_store_is_large: None) -> None:
    with index_of(small_demo, folder) as index:
        path = index.path
    assert path is not None
    path.write_bytes(b"no index" * 1000)
    with index_of(small_demo, folder) as index:
        assert_equals_the_store(index)


def test_where_no_index_can_be_kept_it_is_in_memory(small_demo: Path, folder: Path, every_store_is_large: None) -> None:
    folder.write_text("in the way")
    with index_of(small_demo, folder) as index:
        assert index.path is None
        assert_equals_the_store(index)


def test_with_a_key_no_word_is_kept_on_the_disk(tmp_path: Path, folder: Path, every_store_is_large: None) -> None:
    path, options = IN_AES.copy_to(tmp_path), OpenOptions(keys=IN_AES.keys)
    with index_of(path, folder, options) as index:
        assert_equals_the_store(index)
        assert not index.keeps_text
        name = next(text for each in values_of(index.session) for text in each if text.isalpha() and len(text) > 3)
        assert found(index, name) == []
    for file in folder.iterdir():
        assert name.lower().encode() not in file.read_bytes().lower()
    with opened(path, folder) as index:
        assert not index.knows_entities, "with a key it has other words than without"


def values_of(session: Session) -> Iterator[list[str]]:
    for entity in session.entities():
        for each in session.events(entity.id):
            yield [value for value in each.data.values() if isinstance(value, str)]


def test_the_facts_of_an_unfinished_index_have_what_is_known(
    small_demo: Path, folder: Path, every_store_is_large: None
) -> None:
    with opened(small_demo, folder) as index:
        facts = indexed_facts(index)
        assert (facts.entities, facts.snapshots, facts.types) == (0, 0, {})
        assert find_entities(index.session, index.database, EntityQuery()).first == []


def test_several_windows_may_fill_one_index(small_demo: Path, folder: Path, every_store_is_large: None) -> None:
    with opened(small_demo, folder) as ours, opened(small_demo, folder) as theirs:
        results = count()

        def and_they_too(done: int, total: int) -> None:
            if next(results) == 0:
                theirs.update(to_the_end)

        ours.update(and_they_too)
        assert_equals_the_store(ours)
        assert_equals_the_store(theirs)


def test_it_is_found_again_without_being_made(small_demo: Path, folder: Path, every_store_is_large: None) -> None:
    with closing(open_session(str(small_demo), writable=False)) as session:
        assert StoreIndex.kept(session, folder) is None
        with index_of(small_demo, folder):
            pass
        kept = StoreIndex.kept(session, folder)
        assert kept is not None
        with closing(kept):
            assert kept.knows_entities and kept.state.is_whole
