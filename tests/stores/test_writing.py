"""Raw records are read unchanged, and appended all or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from es_desktop.core import DatastoreError, ItemRefusedError, KnownClasses, SequencedItem, SequencedItemError
from es_desktop.stores import OpenedStore, StoreLocation, create_store, parse_location
from es_desktop.stores.formats.base import StoreTables
from es_desktop.stores.writing import AppendResult, RecordType, append_records

Records = list[tuple[RecordType, SequencedItem]]


@pytest.fixture
def store(location: StoreLocation) -> Iterator[OpenedStore]:
    opened = create_store(location, KnownClasses())
    yield opened
    opened.close()


def records(sequence_id: UUID | str, *positions: int, record_type: RecordType = "event", data: Any = "{}") -> Records:
    return [(record_type, SequencedItem(sequence_id, position, "shop#Cart.Filled", data)) for position in positions]


def stored_rows(store: OpenedStore) -> Records:
    found: Records = [("event", item) for item in store.reader.all_records()]
    return found + [("snapshot", item) for item in store.reader.all_snapshot_records()]


# Reading --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1000, 1203])
def test_the_records_of_a_sequence_are_read_page_by_page(store: OpenedStore, count: int) -> None:
    mine, other = records("a", *range(count)), records("b", *range(700))
    append_records(store.tables, [*other, *reversed(mine), *records("a", 3, 8, record_type="snapshot")])
    assert list(store.reader.records("a")) == [item for _, item in mine]
    assert [item.position for item in store.reader.snapshot_records("a")] == [3, 8]
    assert list(store.reader.records("nobody")) == list(store.reader.snapshot_records("nobody")) == []


def test_all_records_come_in_the_order_of_appending_or_by_sequence(store: OpenedStore) -> None:
    ids: list[UUID | str] = [uuid4(), "b", "", uuid4(), "a"]
    written = [each for position in range(1100) for sequence in ids for each in records(sequence, position)]
    append_records(store.tables, written)
    assert list(store.reader.all_records()) == [item for _, item in written]
    grouped = list(store.reader.all_records(by_sequence=True))
    assert sorted(map(str, grouped)) == sorted(str(item) for _, item in written)
    for start in range(0, 5500, 1100):
        assert [item.position for item in grouped[start : start + 1100]] == list(range(1100))
        assert len({item.sequence_id for item in grouped[start : start + 1100]}) == 1


def test_reading_holds_up_no_writer(store: OpenedStore, location: StoreLocation) -> None:
    append_records(store.tables, records("a", *range(1100)))
    reading = [store.reader.records("a"), store.reader.all_records(), store.reader.all_records(by_sequence=True)]
    for each in reading:
        next(each)
    with closing(sqlite3.connect(location.path or "")) as other:
        is_busy, *_ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert not is_busy
    append_records(store.tables, records("b", 0))
    for each in reading:
        each.close()  # type: ignore[attr-defined]


# Appending ------------------------------------------------------------------------------------------------------------


def test_records_of_many_sequences_are_appended(store: OpenedStore) -> None:
    one = uuid4()
    written: Records = [
        *records(one, 0, 1),
        *records(str(one), 0),
        *records("", -5, 2**62),
        *records(one, 1, record_type="snapshot"),
        *records("b", 7, data=b"\x00\xff", record_type="snapshot"),
    ]
    assert append_records(store.tables, iter(written)) == AppendResult(5, 2, 0)
    assert stored_rows(store) == written
    assert append_records(store.tables, []) == AppendResult(0, 0, 0)


@pytest.mark.parametrize("at", [0, 1, 700, 1400])
@pytest.mark.parametrize("record_type", ["event", "snapshot"])
def test_a_taken_position_is_named_and_nothing_is_written(store: OpenedStore, record_type: RecordType, at: int) -> None:
    before = records("a", 3, record_type=record_type)
    append_records(store.tables, before)
    many = records("b", *range(1400), record_type=record_type)
    for skip, data, reason in ((False, "{}", "taken"), (False, "[]", "taken"), (True, "[]", "taken by another record")):
        wanted = many[:at] + records("a", 3, record_type=record_type, data=data) + many[at:]
        with pytest.raises(SequencedItemError, match=f"^position 3 of a is {reason}$"):
            append_records(store.tables, wanted, skip_identical=skip)
        assert stored_rows(store) == before


def test_a_position_that_is_given_twice_is_taken_as_well(store: OpenedStore) -> None:
    for between in (0, 1400):
        many = records("b", *range(between))
        for again in (records("a", 0), records("a", 0, data="[]")):
            with pytest.raises(SequencedItemError, match=r"^position 0 of a is taken$"):
                append_records(store.tables, [*records("a", 0), *many, *again])
            assert stored_rows(store) == []
    assert append_records(store.tables, records("a", 0, 0, 1, 0), skip_identical=True) == AppendResult(2, 0, 2)


def test_identical_records_may_be_skipped(store: OpenedStore) -> None:
    first = [*records("a", *range(0, 1200, 2)), *records("a", 4, record_type="snapshot")]
    append_records(store.tables, first)
    whole = [*records("a", *range(1200)), *records("b", 0), *records("a", 4, 5, record_type="snapshot")]
    assert append_records(store.tables, whole, skip_identical=True) == AppendResult(601, 1, 601)
    assert append_records(store.tables, whole, skip_identical=True) == AppendResult(0, 0, len(whole))
    assert sorted(stored_rows(store), key=str) == sorted(whole, key=str)


def test_a_uuid_and_its_text_are_two_sequences(store: OpenedStore) -> None:
    one = uuid4()
    append_records(store.tables, records(one, 0))
    assert append_records(store.tables, records(str(one), 0)) == AppendResult(1, 0, 0)


def test_what_the_records_raise_undoes_everything(store: OpenedStore) -> None:
    def failing() -> Iterator[tuple[RecordType, SequencedItem]]:
        yield from records("a", *range(1100))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        append_records(store.tables, failing())
    assert stored_rows(store) == []
    append_records(store.tables, records("a", 0))


def test_a_record_with_a_field_missing_is_refused(store: OpenedStore) -> None:
    broken = SequencedItem("a", 1, None, "{}")  # type: ignore[arg-type]
    with pytest.raises(ItemRefusedError, match=r"^position 1 of a is free, but .* refuses it: NOT NULL of topic$"):
        append_records(store.tables, [("event", broken)])
    with pytest.raises(ItemRefusedError, match=r"^one of the positions 0 to 1 of a is free.*: NOT NULL of topic$"):
        append_records(store.tables, [*records("a", 0), ("event", broken)])
    assert stored_rows(store) == []


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("CREATE UNIQUE INDEX one_each ON integer_sequenced_items (topic)", "UNIQUE of topic|the constraint one_each"),
        ("{check}", "UNPAID is refused|the constraint paid"),
    ],
)
@pytest.mark.parametrize("system", ["sqlite", "postgresql"])
def test_a_constraint_that_refuses_a_record_is_named(
    system: str, statement: str, constraint: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    is_file = system == "sqlite"
    name = str(tmp_path / "s.esdb") if is_file else request.getfixturevalue("server").fresh_database()
    store = create_store(parse_location(name), KnownClasses())
    checks = {
        True: "CREATE TRIGGER paid BEFORE INSERT ON integer_sequenced_items WHEN NEW.data = 'UNPAID' "
        "BEGIN SELECT RAISE(ABORT, 'UNPAID is refused'); END",
        False: "ALTER TABLE integer_sequenced_items ADD CONSTRAINT paid CHECK (data <> 'UNPAID')",
    }
    with store.tables.events.strategy.engine.begin() as connection:
        connection.execute(text(statement.format(check=checks[is_file])))
    append_records(store.tables, records("a", 0))
    with pytest.raises(ItemRefusedError, match=rf"^position 1 of a is free, but .*: ({constraint})$"):
        append_records(store.tables, records("a", 1, data="UNPAID"))
    assert len(stored_rows(store)) == 1
    store.close()


def test_an_odd_id_is_reported_in_one_line(store: OpenedStore) -> None:
    with pytest.raises(SequencedItemError, match=r"^position 0 of 'a\\nb' is taken$"):
        append_records(store.tables, records("a\nb", 0, 0))


def test_a_store_without_snapshots_is_refused(store: OpenedStore) -> None:
    with pytest.raises(DatastoreError, match="no table of snapshots"):
        append_records(StoreTables(store.tables.events, None), [])


def test_a_connection_that_is_used_again_is_as_a_new_one(store: OpenedStore) -> None:
    engine = store.tables.events.strategy.engine
    insert = text("INSERT INTO snapshots (sequence_id, position, topic, data) VALUES ('a', 0, '', '')")
    with engine.connect() as first:
        first.execute(insert)  # and not committed
    first.close()
    with engine.connect() as second, engine.connect() as third:
        assert second is not third
        assert not second.in_transaction()
        assert second.execute(text("SELECT count(*) FROM snapshots")).scalar() == 0
        third.execution_options(yield_per=1)
    engine.dispose()
    with engine.connect() as fourth, engine.connect() as fifth:
        options = [each.get_execution_options() for each in (fourth, fifth)]
        assert options == [engine.get_execution_options()] * 2
        third.close()
        assert fourth.execute(text("SELECT count(*) FROM snapshots")).scalar() == 0
