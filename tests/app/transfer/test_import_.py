"""Importing: what a file holds gets into the store, twice as harmless as once."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, export_to_file
from es_desktop.app.transfer.import_ import import_file, preview_file
from es_desktop.app.transfer.records import Record
from es_desktop.stores.writing import AppendPreview, AppendResult
from tests.app.recording import event, records, snapshot, store_of, stored_rows
from tests.app.storing import sql
from tests.app.transfer.importable import HEADER, LINE, OWN, GivenFile, cloud_event
from tests.trials import FEW


@pytest.mark.parametrize("format", [ExportFormat.JSONL, ExportFormat.CLOUDEVENTS])
def test_importing_twice_is_harmless(small_demo: Path, tmp_path: Path, format: ExportFormat) -> None:
    before = stored_rows(small_demo)
    with closing(open_session(str(small_demo))) as session:
        done = export_to_file(session, tmp_path / "out", ExportRequest(format))
        all_of_it = done.events + done.snapshots
        assert import_file(session, tmp_path / "out") == AppendResult(0, 0, all_of_it)
        for _ in range(2):
            sql(small_demo, "DELETE FROM integer_sequenced_items WHERE position > 2", "DELETE FROM snapshots")
            there = session.facts().events
            assert import_file(session, tmp_path / "out") == AppendResult(done.events - there, done.snapshots, there)
    assert {table: sorted(rows) for table, rows in stored_rows(small_demo).items()} == {
        table: sorted(rows) for table, rows in before.items()
    }


def test_a_file_is_known_by_its_content_whatever_an_editor_did_to_it(session: Session, given_file: GivenFile) -> None:
    content = b"\xef\xbb\xbf\r\n" + (HEADER + b"\n" + LINE).replace(b"\n", b"\r\n").rstrip()
    assert import_file(session, given_file(content)) == AppendResult(1, 0, 0)
    assert import_file(session, given_file(b"\xef\xbb\xbf" + HEADER + HEADER + LINE * 3)) == AppendResult(0, 0, 3)
    assert import_file(session, given_file(cloud_event(**OWN, data={}))) == AppendResult(0, 0, 1)
    assert import_file(session, given_file(HEADER)) == AppendResult(0, 0, 0)
    assert import_file(session, given_file(b"")) == AppendResult(0, 0, 0)


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
    assert import_file(session, file) == AppendResult(7, 0, 0)
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
    assert import_file(session, file) == AppendResult(0, 0, 7)


def test_progress_counts_the_bytes_and_may_stop_it(small_demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    with closing(open_session(str(small_demo))) as session:
        export_to_file(session, file, ExportRequest(ExportFormat.JSONL))
    total = file.stat().st_size
    results: list[tuple[int, int]] = []
    with closing(create_session(str(tmp_path / "made.esdb"))) as made:

        def stopping(done: int, total: int) -> None:
            results.append((done, total))
            if done > total * 0.9:
                raise InterruptedEarly

        with pytest.raises(InterruptedEarly):
            import_file(made, file, progress=stopping)
        assert (results[0], list(made.entities())) == ((0, total), [])
        assert import_file(made, file, progress=lambda *each: results.append(each)).events == 623
    assert results[-1] == (total, total)


class InterruptedEarly(Exception):
    """The person pressed Cancel."""


# Looking before it is written -----------------------------------------------------------------------------------------


def test_a_survey_says_what_an_import_would_do_and_does_nothing(session: Session, store: Path, tmp_path: Path) -> None:
    given = [event("a", 5), event("a", 6), event("c", 0), event("c", 1), snapshot("c", 1), snapshot("a", 5)]
    with closing(open_session(str(store_of(tmp_path / "other.esdb", given)))) as other:
        export_to_file(other, tmp_path / "out", ExportRequest(ExportFormat.JSONL))
    before = stored_rows(store)
    preview = preview_file(session, tmp_path / "out")
    assert preview == AppendPreview(events=3, snapshots=1, sequences=2, skipped=2, conflicts=0, conflict_positions=())
    assert (stored_rows(store), list(session.facts().types.values())) == (before, [2])
    assert import_file(session, tmp_path / "out") == AppendResult(preview.events, preview.snapshots, preview.skipped)
    assert preview_file(session, tmp_path / "out") == AppendPreview(0, 0, 0, 6, 0, ())


def test_every_conflict_is_counted_and_the_first_are_named(session: Session, tmp_path: Path) -> None:
    given = [*(event("a", at, '{"other":1}') for at in range(9)), event("b", 0, "[]"), snapshot("a", 5, "[]")]
    with closing(open_session(str(store_of(tmp_path / "other.esdb", given)))) as other:
        export_to_file(other, tmp_path / "out", ExportRequest(ExportFormat.CLOUDEVENTS))
    preview = preview_file(session, tmp_path / "out")
    assert (preview.events, preview.snapshots, preview.skipped, preview.conflicts) == (8, 0, 0, 3)
    assert sorted(preview.conflict_positions) == ["position 0 of b", "position 5 of a", "position 5 of a"]
    with pytest.raises(UserError, match="taken by another record"):
        import_file(session, tmp_path / "out")


@pytest.mark.parametrize("format", [ExportFormat.JSONL, ExportFormat.CLOUDEVENTS])
@FEW
@given(stored_already=records, coming=records)
def test_an_import_does_what_it_said(format: ExportFormat, stored_already: list[Record], coming: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        taken = {(each.record_type, *each.item[:2]) for each in stored_already[::2]}
        given = [*(each for each in coming if (each.record_type, *each.item[:2]) not in taken), *stored_already[::2]]
        with closing(open_session(str(store_of(folder / "other.esdb", given)))) as other:
            export_to_file(other, folder / "out", ExportRequest(format))
        with closing(open_session(str(store_of(folder / "mine.esdb", stored_already)))) as mine:
            preview = preview_file(mine, folder / "out")
            if preview.conflicts:
                with pytest.raises(UserError):
                    import_file(mine, folder / "out")
            else:
                results = (preview.events, preview.snapshots, preview.skipped)
                done = import_file(mine, folder / "out")
                assert (done.events, done.snapshots, done.skipped) == results
                assert preview.skipped >= len(stored_already[::2])


def test_looking_counts_the_bytes_and_may_be_stopped(small_demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    results: list[tuple[int, int]] = []
    with closing(open_session(str(small_demo))) as session:
        export_to_file(session, file, ExportRequest(ExportFormat.JSONL))
        assert preview_file(session, file, progress=lambda *each: results.append(each)).skipped == 663
        total = file.stat().st_size
        assert [results[0], results[-1]] == [(0, total), (total, total)]
        assert results == sorted(results)

        def stopping(done: int, total: int) -> None:
            if done:
                raise InterruptedEarly

        with pytest.raises(InterruptedEarly):
            preview_file(session, file, progress=stopping)


def test_bad_files_are_reported_before_the_import(sample: Path, session: Session, given_file: GivenFile) -> None:
    with pytest.raises(UserError, match="cannot be imported: it is not JSON"):
        preview_file(session, given_file(HEADER + b"nonsense"))
    with closing(open_session(str(sample))) as foreign, pytest.raises(UserError, match="cannot be written"):
        preview_file(foreign, given_file(HEADER))
