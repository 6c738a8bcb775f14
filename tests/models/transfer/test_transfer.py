"""Export and import in tasks: reported, cancelled, and complete or not made at all."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.notes.notebook import Bookmark, Notebook
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, export_to_file
from es_desktop.models.runtime.tasks import Progress
from es_desktop.models.transfer.transfer import PlannedImport
from tests.app.recording import event, store_of, stored_rows
from tests.models.working import Working, cancelled_at


@pytest.fixture
def messages(working: Working) -> list[str]:
    messages: list[str] = []
    working.workspace.message.connect(messages.append)
    return messages


def session_of(working: Working) -> Session:
    assert working.workspace.session is not None
    return working.workspace.session


def test_an_export_reports_its_progress(
    working: Working, messages: list[str], demo_store: Path, tmp_path: Path
) -> None:
    working.open(demo_store)
    seen: list[Progress] = []
    working.workspace.runner.progressed.connect(seen.append)
    out = tmp_path / "out.jsonl"
    working.workspace.transfer.export(session_of(working), out, ExportRequest(ExportFormat.JSONL))
    working.settle()
    assert messages == ["out.jsonl was written: 5,129 events and 369 snapshots."]
    assert {each.job.title for each in seen} == {"Exporting out.jsonl"}
    assert [(each.done, each.total) for each in seen][:: len(seen) - 1] == [(0, 5498), (5498, 5498)]
    assert len(out.read_bytes().splitlines()) == 5499


@pytest.mark.parametrize("older", ["older", None])
def test_a_cancelled_export_leaves_no_half_file(
    working: Working, messages: list[str], demo_store: Path, tmp_path: Path, older: str | None
) -> None:
    working.open(demo_store)
    folder = tmp_path / "folder"
    folder.mkdir()
    if older is not None:
        (folder / "out.esdb").write_text(older)
    with cancelled_at(working.workspace.runner):
        working.workspace.transfer.export(session_of(working), folder / "out.esdb", ExportRequest(ExportFormat.CASE))
        working.settle()
    assert messages == []
    left = {each.name: each.read_text() for each in folder.iterdir()}
    assert left == ({} if older is None else {"out.esdb": older})


def test_an_import_is_planned_confirmed_and_shown(
    working: Working, messages: list[str], demo_store: Path, tmp_path: Path
) -> None:
    with closing(open_session(str(demo_store))) as session:
        export_to_file(session, tmp_path / "out.jsonl", ExportRequest(ExportFormat.JSONL))
    create_session(str(tmp_path / "made.esdb")).close()
    working.open(tmp_path / "made.esdb")
    plans: list[PlannedImport] = []
    working.workspace.transfer.import_planned.connect(plans.append)
    working.workspace.transfer.plan_import(session_of(working), tmp_path / "out.jsonl")
    working.settle()
    (plan,) = plans
    assert (plan.preview.events, plan.preview.sequences, working.entities()) == (5129, 300, [])
    working.workspace.transfer.carry_out(plan)
    working.wait_until(lambda: len(working.entities()) == 300)
    assert messages == ["5,129 events and 369 snapshots imported."]
    working.workspace.transfer.carry_out(plan)
    working.settle()
    assert messages[1:] == ["0 events and 0 snapshots imported; 5,498 were there already."]


def test_a_cancelled_import_writes_nothing(working: Working, demo_store: Path, tmp_path: Path) -> None:
    with closing(open_session(str(demo_store))) as session:
        export_to_file(session, tmp_path / "out.jsonl", ExportRequest(ExportFormat.JSONL))
    create_session(str(tmp_path / "made.esdb")).close()
    working.open(tmp_path / "made.esdb")
    plans: list[PlannedImport] = []
    working.workspace.transfer.import_planned.connect(plans.append)
    working.workspace.transfer.plan_import(session_of(working), tmp_path / "out.jsonl")
    working.settle()
    with cancelled_at(working.workspace.runner):
        working.workspace.transfer.carry_out(plans[0])
        working.settle()
    assert session_of(working).facts().events == 0


def test_a_failure_is_reported_to_the_person(working: Working, demo_store: Path, tmp_path: Path) -> None:
    working.open(demo_store)
    transfer, session = working.workspace.transfer, session_of(working)
    transfer.export(session, demo_store, ExportRequest(ExportFormat.JSONL))
    working.settle()
    transfer.plan_import(session, tmp_path / "nowhere")
    working.settle()
    assert ["none is written over" in working.refused[0].text, "cannot be read" in working.refused[1].text] == [
        True
    ] * 2


# Cases and addresses --------------------------------------------------------------------------------------------------


def case_of(tmp_path: Path, **request: Any) -> Path:
    store = store_of(tmp_path / "shop.esdb", [event(name, at) for name in "ab" for at in range(6)])
    with closing(open_session(str(store))) as session:
        export_to_file(session, tmp_path / "case.esdb", ExportRequest(ExportFormat.CASE, **request))
    return tmp_path / "case.esdb"


def test_a_case_opens_at_its_view_with_its_notes(working: Working, tmp_path: Path) -> None:
    notebook = Notebook((Bookmark("a", 3, "look here"),))
    working.open(case_of(tmp_path, notebook=notebook, shown=("a", 3)))
    selection, notes = working.workspace.selection, working.workspace.notes
    assert (selection.entity_id, selection.version) == ("a", 3)
    assert notes.bookmark("a", 3) == notebook.bookmarks[0]
    working.open(tmp_path / "case.esdb", entity="b", version=1)
    assert (selection.entity_id, selection.version) == ("b", 1), "who asks for another view gets it"


def test_removed_notes_of_a_case_stay_removed(working: Working, tmp_path: Path) -> None:
    case = case_of(tmp_path, notebook=Notebook((Bookmark("a", 3, "theirs"), Bookmark("b", 1, "theirs"))))
    working.open(case)
    notes = working.workspace.notes
    notes.remove_bookmark("a", 3)
    notes.set_bookmark("b", 1, "mine")
    working.settle()
    before = stored_rows(case)
    working.open(case)
    assert [(each.key, each.note) for each in notes.notebook.bookmarks] == [(("b", 1), "mine")]
    assert stored_rows(case) == before


def test_a_store_is_the_same_from_wherever_it_is_opened(
    working: Working, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    working.open(demo_store)
    entity = working.choose("Order").facts.id
    working.workspace.notes.set_bookmark(entity, None, "seen")
    working.settle()
    monkeypatch.chdir(demo_store.parent)
    working.open(Path(demo_store.name))
    assert session_of(working).absolute_name == str(demo_store)
    mark = working.workspace.notes.bookmark(entity)
    assert mark is not None and mark.note == "seen"
