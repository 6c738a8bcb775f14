"""Importing: what a file holds gets into the store, twice as harmless as once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.exporting import ExportFormat, export_to_file
from es_desktop.app.importing import import_file
from es_desktop.app.session import Session, create_session, open_session
from es_desktop.stores.writing import Appended
from tests.app.importable import HEADER, LINE, OWN, GivenFile, cloud_event
from tests.app.recording import event, snapshot, standing, store_of
from tests.app.storing import sql


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_of(tmp_path / "store.esdb", [event("a", 5), event("b", 0), snapshot("a", 5)])


@pytest.fixture
def session(store: Path) -> Iterator[Session]:
    with closing(open_session(str(store))) as session:
        yield session


@pytest.fixture
def given_file(tmp_path: Path) -> GivenFile:
    def make(content: bytes) -> Path:
        path = tmp_path / "given.jsonl"
        path.write_bytes(content)
        return path

    return make


@pytest.mark.parametrize("format", [ExportFormat.JSONL, ExportFormat.CLOUDEVENTS])
def test_importing_twice_is_harmless(demo_store: Path, tmp_path: Path, format: ExportFormat) -> None:
    before = standing(demo_store)
    with closing(open_session(str(demo_store))) as session:
        done = export_to_file(session, tmp_path / "out", format)
        all_of_it = done.events + done.snapshots
        assert import_file(session, tmp_path / "out") == Appended(0, 0, all_of_it)
        for _ in range(2):
            sql(demo_store, "DELETE FROM integer_sequenced_items WHERE position > 2", "DELETE FROM snapshots")
            there = session.facts().events
            assert import_file(session, tmp_path / "out") == Appended(done.events - there, done.snapshots, there)
    assert {table: sorted(rows) for table, rows in standing(demo_store).items()} == {
        table: sorted(rows) for table, rows in before.items()
    }


def test_a_file_is_known_by_its_content_whatever_an_editor_did_to_it(session: Session, given_file: GivenFile) -> None:
    content = b"\xef\xbb\xbf\r\n" + (HEADER + b"\n" + LINE).replace(b"\n", b"\r\n").rstrip()
    assert import_file(session, given_file(content)) == Appended(1, 0, 0)
    assert import_file(session, given_file(b"\xef\xbb\xbf" + HEADER + HEADER + LINE * 3)) == Appended(0, 0, 3)
    assert import_file(session, given_file(cloud_event(**OWN, data={}))) == Appended(0, 0, 1)
    assert import_file(session, given_file(HEADER)) == Appended(0, 0, 0)
    assert import_file(session, given_file(b"")) == Appended(0, 0, 0)


def test_events_of_others_get_versions_in_order_of_their_subject(session: Session, given_file: GivenFile) -> None:
    file = given_file(
        cloud_event(subject="x", time="2023-11-14T22:13:20.5Z", data={"n": 1})
        + cloud_event(subject="y", data=[1])
        + cloud_event(subject="x", type="com.shop.sent", data={"timestamp": 5, "n": 2}, time="2023-11-14T22:13:20Z")
        + cloud_event(time="2023-11-14t23:13:20.500000000+01:00")
        + cloud_event(subject="x", data_base64="/w==", datacontenttype="image/png", traceparent="00-1")
        + cloud_event(subject="y", data="a, b", datacontenttype="text/csv")
        + cloud_event(subject="y", data="DATA").replace(b'"DATA"', b'{ "big":12345678901234567890 , "a":1.50}')
    )
    assert import_file(session, file) == Appended(7, 0, 0)
    assert [tuple(session.record("x", version))[1:] for version in range(3)] == [
        (0, "com.shop.paid", '{"timestamp":1700000000.5,"n": 1}'),
        (1, "com.shop.sent", '{"timestamp": 5, "n": 2}'),
        (2, "com.shop.paid", '{"data_base64":"/w=="}'),
    ]
    assert [tuple(session.record("y", version))[3] for version in range(3)] == [
        '{"data":[1]}',
        '{"data":"a, b"}',
        '{ "big":12345678901234567890 , "a":1.50}',
    ]
    assert tuple(session.record("/shop", 0))[3] == '{"timestamp":1700000000.5}'
    (first, *_) = session.events("x")
    assert (first.timestamp, dict(first.data), first.type) == (1700000000.5, {"n": 1}, "paid")
    assert session.explain("x").state == {"n": 2, "data_base64": "/w=="}
    assert import_file(session, file) == Appended(0, 0, 7)


def test_progress_counts_the_bytes_and_may_stop_it(demo_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    with closing(open_session(str(demo_store))) as session:
        export_to_file(session, file, ExportFormat.JSONL)
    total = file.stat().st_size
    told: list[tuple[int, int]] = []
    with closing(create_session(str(tmp_path / "made.esdb"))) as made:

        def stopping(done: int, total: int) -> None:
            told.append((done, total))
            if done > total * 0.9:
                raise InterruptedEarly

        with pytest.raises(InterruptedEarly):
            import_file(made, file, progress=stopping)
        assert (told[0], list(made.entities())) == ((0, total), [])
        assert import_file(made, file, progress=lambda *each: told.append(each)).events == 5129
    assert told[-1] == (total, total)


class InterruptedEarly(Exception):
    """The person pressed Cancel."""
