"""What is peculiar to DCB tables, evtstore, LiveStore, opencode and sequenced items of release 8."""

from __future__ import annotations

import gc
from contextlib import closing
from itertools import islice
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, text

from es_desktop.core import KnownClasses
from es_desktop.stores import Counts, StoreLocation, open_store, parse_location
from tests.stores.formats.conftest import Opening
from tests.stores.formats.handmade_c import livestore_backend
from tests.stores.formats.history import history
from tests.stores.formats.samples import DUMPS
from tests.stores.serving import Server


def test_an_event_with_tags_is_in_the_timeline_of_each_entity(server: Server) -> None:
    dump = next(each for each in DUMPS if each.file == "es-9.5.6-dcb.sql")
    with closing(open_store(parse_location(dump.serve(server)), KnownClasses(), writable=False)) as opened:
        course = opened.reader.events("course:1")
        assert [each.type for each in course] == [
            "Registered",
            *["StudentJoinedCourse"] * 2,
            "PlacesUpdated",
            "CourseArchived",
        ]
        assert dict(course[0].data) == {"course_id": "course:1", "name": "Logic", "places": 2}
        assert dict(course[-1].data) == {}, "an event without a payload"
        student = opened.reader.events(str(course[1].data["student_id"]))
        assert [each.type for each in student] == ["Registered", *["StudentJoinedCourse"] * 2]
        assert student[1].data == course[1].data
        untagged = opened.reader.events("without entity")
        assert [(each.type, dict(each.data)) for each in untagged] == [
            ("TermStarted", {"year": 2026}),
            ("TermEnded", {"year": 2026}),
        ]


def test_tags_are_read_in_the_layout_of_later_releases_too(server: Server) -> None:
    """They add an id and metadata of each event."""
    dump = next(each for each in DUMPS if each.file == "es-9.5.6-dcb.sql")
    url = dump.serve(server)
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE school_events_tt_main ADD uuid uuid, ADD metadata jsonb DEFAULT '{\"by\": 1}'")
    with closing(open_store(parse_location(url), KnownClasses(), writable=False)) as opened:
        assert opened.format.name == dump.format
        assert opened.reader.counts() == Counts(dump.sequences, dump.events, 0)
        assert opened.reader.record("course:1", 1)[6] == '{"by": 1}'


def test_the_type_of_an_event_of_evtstore_is_the_one_at_the_top(server: Server, opening: Opening) -> None:
    dump = next(each for each in DUMPS if each.file == "evtstore-12.0.1.sql")
    with closing(open_store(parse_location(dump.serve(server)), KnownClasses(), writable=False)) as opened:
        for found in (opened, opening("evtstore-12.0.1-sqlite.db")):
            placed = found.reader.events("o1")[0]
            assert (placed.type, dict(placed.data)) == ("placed", {"source": {"type": "shop"}, "customer": "Ada"})
            opened_account = found.reader.events("a1")[0]
            assert (opened_account.type, dict(opened_account.data)) == ("opened", {"owner": "Grace"})


def test_json_of_evtstore_that_cannot_be_read_is_one_red_row(opening: Opening) -> None:
    opened = opening("evtstore-12.0.1-sqlite.db", "UPDATE events SET event = '{' WHERE position = 2")
    events = opened.reader.events("o1")
    assert [each.type for each in events] == ["placed", "event", "itemAdded"]
    assert [each.error is None for each in events] == [True, False, True]


def test_an_event_that_stays_on_a_client_of_livestore_has_its_position(opening: Opening) -> None:
    found = opening("livestore-0.4.0-sqlite.db").reader.events("eventlog")
    assert [(each.version, each.type) for each in found][2:5] == [
        (3, "v1.TodoCreated"),
        (4, "FilterChosen"),
        (5, "v1.TodoCompleted"),
    ]
    assert dict(found[0].data) == {"id": "a", "text": "Task a"}


def test_the_log_of_a_backend_of_livestore(tmp_path: Path) -> None:
    path = tmp_path / "backend.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        livestore_backend(connection)
    engine.dispose()
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=False)) as opened:
        assert opened.format.name == "LiveStore"
        events = opened.reader.events("eventlog_7_shop")
        assert [(each.version, each.type, dict(each.data)) for each in events] == [
            (each.number, f"v1.{each.type}", dict(each.data)) for each in history()
        ]
        assert all(each.timestamp for each in events)


def test_an_event_of_opencode_without_a_time_has_none(opening: Opening) -> None:
    opened = opening("opencode.db", "UPDATE event SET created = 0 WHERE seq = 0")
    for sequence in opened.reader.sequences():
        assert (sequence.first.timestamp, sequence.last.timestamp is None) == (None, False)


def test_sequenced_items_without_ids_are_read_from_release_8_too(tmp_path: Path) -> None:
    path = tmp_path / "noid.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE integer_sequenced_items_noid (sequence_id BLOB, position INT, topic TEXT, state BLOB)")
        )
        row = """(x'00112233445566778899aabbccddeeff', 0, 'shop#Order.Created', '{"customer": "Ada"}')"""
        connection.execute(text(f"INSERT INTO integer_sequenced_items_noid VALUES {row}"))
    engine.dispose()
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=False)) as opened:
        (sequence,) = opened.reader.sequences()
        assert (sequence.first.type, dict(sequence.first.data)) == ("Created", {"customer": "Ada"})


def test_records_that_cannot_be_decoded_hold_no_connection_until_garbage_is_collected(opening: Opening) -> None:
    reader = opening("evento.db").reader
    ids = [each.sequence_id for each in reader.sequences()]

    def read() -> bool:
        return all(each.first.error for one in ids for each in islice(reader.sequences(one), 1))

    gc.disable()
    try:
        assert all(read() for _ in range(20)), "there are fewer connections than that"
    finally:
        gc.enable()
