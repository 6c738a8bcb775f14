"""A case: the records of some entities with the notes on them and the view, as a store that opens like any other."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from es_desktop.app.entity.commands import Commands
from es_desktop.app.notes.notebook import Bookmark, DisplayPreferences, Notebook, Watchpoint
from es_desktop.app.store.opening import OpenOptions
from es_desktop.app.store.session import open_session
from es_desktop.app.transfer.case import Case
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, export_to_file
from es_desktop.app.transfer.import_ import import_file
from es_desktop.app.transfer.records import Record
from es_desktop.core import clock_set_to
from tests.app.notes.test_notebook import NOTEBOOKS
from tests.app.recording import event, records, snapshot, store_of, stored_rows
from tests.app.storing import sql
from tests.trials import FEW

CASE = ExportFormat.CASE
ONE = UUID("5f2c0000-0000-4000-8000-000000000001")
NOTES = Notebook(
    (Bookmark("a", 1, "here it breaks"), Bookmark("a", 7), Bookmark("b"), Bookmark(str(ONE), None, "mine", 1.5)),
    (Watchpoint("total > 100", "dear", False),),
    {"Cart": DisplayPreferences(("total",), ("note",), ("status",))},
    ("seen before",),
)


def case_of(store: Path, folder: Path, request: ExportRequest) -> Path:
    with closing(open_session(str(store), writable=False)) as session:
        export_to_file(session, folder / "case.esdb", request)
    return folder / "case.esdb"


def read(path: Path) -> tuple[Case, tuple[str, ...]]:
    with closing(open_session(str(path))) as session:
        assert session.case is not None
        return session.case, session.facts().notes


@FEW
@given(records, NOTEBOOKS, st.data())
@example([event("a", 0), snapshot("a", 0), event(ONE, 3, b"\xff"), event("b", 1)], NOTES, None)
def test_records_notes_and_view_come_back(recorded: list[Record], notebook: Notebook, data: st.DataObject) -> None:
    ids = list(dict.fromkeys(each.item.sequence_id for each in recorded if each.record_type == "event"))
    chosen = (
        tuple(ids) if data is None else tuple(data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else ())
    )
    shown = (ids[0], 3) if ids else None
    with tempfile.TemporaryDirectory() as name:
        store = store_of(Path(name) / "shop.esdb", recorded)
        case = case_of(store, Path(name), ExportRequest(CASE, chosen or None, notebook=notebook, shown=shown))
        found, _ = read(case)
        wanted = [each for each in recorded if not chosen or each.item.sequence_id in chosen]
        expected = stored_rows(store_of(Path(name) / "expected.esdb", wanted))
        assert {table: sorted(rows, key=repr) for table, rows in stored_rows(case).items()} == {
            table: sorted(rows, key=repr) for table, rows in expected.items()
        }
    part = notebook if not chosen else notebook.of_entities(frozenset(map(str, chosen)))
    assert found.notebook == msgspec.structs.replace(part, cases=())
    assert (found.source, found.entities) == ("shop.esdb", len(chosen) or None)
    if shown is not None:
        seen = shown if not chosen or ids[0] in chosen else (chosen[0], None)
        assert (found.entity, found.version) == (str(seen[0]), seen[1])


def test_a_case_has_only_the_notes_on_its_entities_and_versions(tmp_path: Path) -> None:
    store = store_of(tmp_path / "shop.esdb", [*(event("a", at) for at in range(9)), snapshot("a", 6), event("b", 0)])
    request = ExportRequest(CASE, ("a",), to=4, notebook=NOTES, shown=("a", 6))
    path = case_of(store, tmp_path, request)
    case, _ = read(path)
    assert [each.key for each in case.notebook.bookmarks] == [("a", 1)]
    assert case.notebook.watchpoints == NOTES.watchpoints
    assert case.notebook.display_preferences == NOTES.display_preferences
    assert case.notebook.cases == ()
    assert (case.entity, case.version, case.to) == ("a", 4, 4)
    found = stored_rows(path)
    assert ([row[2] for row in found["integer_sequenced_items"]], found["snapshots"]) == ([0, 1, 2, 3, 4], [])


@pytest.mark.parametrize(
    ("shown", "expected"),
    [(None, ("b", None)), (("b", 0), ("b", 0)), (("a", 1), ("b", None)), ((ONE, None), ("b", None))],
)
def test_it_opens_at_an_entity_that_is_in_it(
    tmp_path: Path, shown: tuple[UUID | str, int | None] | None, expected: tuple[str, int | None]
) -> None:
    store = store_of(tmp_path / "shop.esdb", [event("a", 0), event("b", 0), event("c", 0)])
    case, _ = read(case_of(store, tmp_path, ExportRequest(CASE, ("b", "c"), shown=shown)))
    assert (case.entity, case.version) == expected


def test_its_facts_say_of_what_and_when(tmp_path: Path) -> None:
    store = store_of(tmp_path / "shop.esdb", [event("a", 0), event("b", 0)])
    with clock_set_to(lambda: 1700000000.0):
        path = case_of(store, tmp_path, ExportRequest(CASE, ("a", "b"), to=7))
    case, notes = read(path)
    assert notes == ("a case: 2 entities of shop.esdb up to version 7, made 2023-11-14 22:13 UTC",)
    assert msgspec.structs.replace(case, entities=None, to=None).note == (
        "a case: everything of shop.esdb, made 2023-11-14 22:13 UTC"
    )
    assert "at an unknown time" in msgspec.structs.replace(case, made=1e300).note


def test_it_stays_a_store_of_ours(demo_store: Path, tmp_path: Path) -> None:
    with closing(open_session(str(demo_store), writable=False)) as session:
        order = next(each for each in session.entities() if each.type == "Order" and not each.discarded)
        export_to_file(session, tmp_path / "more.jsonl", ExportRequest(ExportFormat.JSONL))
    path = case_of(demo_store, tmp_path, ExportRequest(CASE, (order.id,)))
    before = path.read_bytes()
    with closing(open_session(str(path))) as case:
        assert (case.is_writable, case.store.format.is_ours) == (False, True)
        assert "a case is only read" in case.why_read_only.lower() and case.store.waits_for_permission
    assert path.read_bytes() == before
    with closing(open_session(str(path), options=OpenOptions(writes_any=True))) as case:
        assert (case.is_writable, case.why_read_only) == (True, "")
        Commands(case).change_attribute(order.id, "note", "looked at", order.version)
        assert case.entity(order.id).version == order.version + 1
        assert import_file(case, tmp_path / "more.jsonl").events == 5129 - order.events
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM case_notes").fetchone() == (1,)
    connection.close()
    assert sorted(each.name for each in tmp_path.glob("case*")) == ["case.esdb"]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE case_notes SET notes = 'nonsense'",
        "UPDATE case_notes SET notes = '{\"source\":1}'",
        "UPDATE case_notes SET notes = x'ff00'",
        "UPDATE case_notes SET notes = '" + "[" * 100_000 + "'",
        "DELETE FROM case_notes",
        "ALTER TABLE case_notes RENAME COLUMN notes TO other",
    ],
)
def test_one_whose_notes_cannot_be_read_says_so_and_opens(tmp_path: Path, damage: str) -> None:
    store = store_of(tmp_path / "shop.esdb", [event("a", 0)])
    path = case_of(store, tmp_path, ExportRequest(CASE))
    sql(path, damage)
    with closing(open_session(str(path))) as session:
        assert (session.case, session.facts().events) == (None, 1)
        assert session.facts().notes == ("a case, but what came with its records cannot be read",)


def test_a_store_of_another_program_is_no_case(sample: Path) -> None:
    sql(sample, "CREATE TABLE case_notes (id INTEGER, notes TEXT)")
    with closing(open_session(str(sample))) as session:
        assert (session.case, session.facts().events) == (None, 112)


@given(NOTEBOOKS, NOTEBOOKS)
def test_what_a_case_brought_is_taken_over_once(mine: Notebook, other: Notebook) -> None:
    both = mine.with_case("this", other)
    assert both.bookmarks == mine.merged_with(other).bookmarks
    emptied = msgspec.structs.replace(both, bookmarks=(), watchpoints=(), display_preferences={})
    assert emptied.with_case("this", other) == emptied
    assert emptied.with_case("that", other).bookmarks == Notebook().merged_with(other).bookmarks
