"""The workspace: opening stores, choosing entities and versions, and showing them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.entity.view import EntityView
from es_desktop.app.store.session import open_session
from es_desktop.models.runtime.tasks import Progress
from es_desktop.replay import BLOCK, Exactness
from tests.menagerie.keeping import emmett
from tests.models.working import Working, cancelled_at, files_beside, no_check

# Opening --------------------------------------------------------------------------------------------------------------


def test_an_opened_store_shows_its_entities_and_the_latest_of_them(working: Working, demo_store: Path) -> None:
    workspace = working.workspace
    working.open(demo_store)
    with closing(open_session(str(demo_store), writable=False)) as session:
        latest_first = sorted(session.entities(), key=lambda each: each.modified or 0.0, reverse=True)
        assert working.entities() == latest_first
        assert workspace.facts == session.facts()
        first = working.entities()[0]
        assert workspace.selection.entity_id == first.id
        assert workspace.selection.version == first.version == working.state_view.version
        assert working.state_view.state == session.explain(first.id).state


def test_a_store_can_be_opened_at_an_entity_and_a_version(working: Working, sample: Path) -> None:
    working.open(sample, entity="1d122", version=10)
    assert str(working.view.facts.id).startswith("1d122")
    assert (working.state_view.version, working.state_view.exactness) == (10, Exactness.INFERRED)
    assert working.workspace.session is not None
    assert not working.workspace.session.is_writable


def test_what_cannot_be_opened_leaves_open_what_is(working: Working, demo_store: Path, tmp_path: Path) -> None:
    working.open(demo_store)
    working.open(tmp_path / "nowhere.esdb")
    assert [error.text for error in working.refused] == [f"there is no file {tmp_path / 'nowhere.esdb'}"]
    assert working.workspace.session is not None
    assert working.workspace.session.name == str(demo_store)


def test_a_twin_that_another_program_writes_is_counted_listed_and_shown(working: Working, tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        emmett(connection, [("order-1", n, "Set", {"n": n}) for n in (1, 2)])
    working.open(path, entity="order-1", version=1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO emt_messages SELECT stream_id, 1, 'E', message_data, '{}', 'Set', 0, 7, created "
            "FROM emt_messages LIMIT 1"
        )
    working.wait_until(lambda: working.workspace.facts is not None and working.workspace.facts.events == 3)
    working.settle()
    assert any("no version of its own" in note for note in working.workspace.facts.notes)
    assert [(each.events, each.version) for each in working.entities()] == [(3, 3)]
    assert working.workspace.inspector.timeline.rowCount() == 3
    assert working.workspace.selection.version == 1


def test_an_entity_that_does_not_exist_is_reported(working: Working, demo_store: Path) -> None:
    working.open(demo_store, entity="zzz")
    assert "no entity has an id that begins with 'zzz'" in str(working.refused[0])
    working.workspace.choose(uuid4())
    working.settle()
    assert "there is no entity" in str(working.refused[1])


def test_another_store_replaces_the_first(working: Working, demo_store: Path, tmp_path: Path) -> None:
    working.open(demo_store)
    second = tmp_path / "second.esdb"
    working.workspace.stores.create(str(second))
    working.settle()
    assert (working.entities(), working.workspace.selection.entity_id) == ([], None)
    assert working.workspace.inspector.timeline.rowCount() == 0
    assert files_beside(demo_store) == ["demo.esdb"], "the first is closed"
    working.workspace.close_store()
    working.settle()
    assert files_beside(second) == ["second.esdb"]


def test_a_closed_store_shows_nothing_and_is_one_file(qtbot: QtBot, working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    with qtbot.waitSignal(working.workspace.store_changed):
        working.workspace.close_store()
    working.settle()
    workspace = working.workspace
    assert (workspace.session, workspace.facts, workspace.inspector.view, workspace.inspector.state_view) == (None,) * 4
    models = (
        workspace.entities,
        workspace.inspector.timeline,
        workspace.inspector.state,
        workspace.inspector.snapshots,
    )
    assert [model.rowCount() for model in models] == [0, 0, 0, 0]
    assert files_beside(demo_store) == ["demo.esdb"]


@pytest.mark.parametrize("waits", [False, True])
def test_shutting_down_at_any_time_leaves_one_file(qtbot: QtBot, demo_store: Path, tmp_path: Path, waits: bool) -> None:
    working = Working(qtbot, tmp_path / "notebooks")
    if waits:
        working.open(demo_store)
        working.workspace.refresh()
    else:
        working.workspace.open(str(demo_store))
    working.workspace.shut_down()
    assert files_beside(demo_store) == ["demo.esdb"]
    assert not working.crashed


def test_the_demo_is_made_once_and_can_be_made_afresh(working: Working, tmp_path: Path) -> None:
    results: list[Progress] = []
    working.workspace.runner.progressed.connect(results.append)
    path = tmp_path / "data" / "demo.esdb"

    def steps() -> list[tuple[int, int]]:
        return [(each.done, each.total) for each in results if each.job.title == "Making the demo store"]

    working.workspace.open_demo(path)
    working.settle()
    assert steps() == [(done, 300) for done in range(301)]
    assert working.workspace.facts is not None
    events = working.workspace.facts.events
    working.choose("Example")
    working.change("foo", "mine")
    results.clear()
    working.workspace.open_demo(path)
    working.settle()
    assert steps() == []
    assert working.workspace.facts.events == events + 1
    working.workspace.open_demo(path, recreate=True)
    working.settle()
    assert len(steps()) == 301
    assert working.workspace.facts.events == events


def test_making_the_demo_can_be_cancelled(working: Working, tmp_path: Path) -> None:
    path = tmp_path / "data" / "demo.esdb"
    with cancelled_at(working.workspace.runner):
        working.workspace.open_demo(path)
        working.settle()
    assert (working.workspace.session, list(path.parent.iterdir()), working.refused) == (None, [], [])


# Choosing -------------------------------------------------------------------------------------------------------------


def test_every_version_that_is_chosen_is_shown(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    view = working.choose("Order")
    with closing(open_session(str(demo_store), writable=False)) as session:
        for version in (view.facts.version, 0, 3, 2):
            shown = working.go_to(version)
            expected = session.explain(view.facts.id, version)
            assert (shown.version, shown.state, shown.base) == (version, expected.state, expected.base)
            state = working.workspace.inspector.state
            assert {state.index(row, 0).data() for row in range(state.rowCount())} >= set(expected.state)
            timeline = working.workspace.inspector.timeline
            row = timeline.rows.row_of(version)  # its events count from 0, as its versions do
            assert row is not None and timeline.index(row, 0).data() == str(version), "it has its own row"


def test_the_last_of_many_choices_is_what_is_shown(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    view = working.choose("Account")
    for version in [*range(0, 1000, 13), 777]:
        working.workspace.selection.go_to(version)
    working.settle()
    assert working.state_view.version == 777
    for entity in working.entities()[:20]:
        working.workspace.choose(entity.id)
    working.settle()
    assert working.view.facts.id == working.entities()[19].id != view.facts.id
    assert working.state_view.version == working.view.facts.version


def test_a_rebuild_starts_where_the_person_wants(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    working.choose("Account")
    near = working.go_to(500)
    assert (near.base.version, near.step_count) == (499, 1)
    working.workspace.inspector.set_base(ZERO)
    working.settle()
    assert (working.state_view.base.version, working.state_view.step_count) == (None, 501)
    assert working.state_view.state == near.state


def test_the_steps_of_a_rebuild_arrive_when_they_are_asked_for(
    qtbot: QtBot, working: Working, demo_store: Path
) -> None:
    working.open(demo_store)
    view = working.choose("Account")
    pair = working.workspace.rebuilds
    working.workspace.inspector.set_base(ZERO)
    working.go_to(500)
    asked = (0, BLOCK, 500)
    assert [pair.step_at(True, index) for index in asked] == [None] * 3
    working.settle()
    results = [pair.step_at(True, index) for index in asked]
    assert [step and step.version for step in results] == list(asked)
    assert results[1] is not None
    assert view.steps(500, 1, base=ZERO, checkpoint=no_check)[0].changes == results[1].changes


def test_who_set_a_value_is_known_once_the_history_is_read(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    view = working.choose("Order")
    history = EntityView(view.reading, view.facts.id).history(no_check)
    for version in (view.facts.version, 2):
        working.go_to(version)
        for path in ("customer", "lines", "total"):
            assert working.workspace.inspector.writer_of(path) == history.blame.last_writer(path, version)


def test_the_event_of_a_version_comes_decoded_and_as_a_record(qtbot: QtBot, working: Working, sample: Path) -> None:
    working.open(sample, entity="1d122")
    with qtbot.waitSignal(working.workspace.inspector.event_changed) as results:
        working.workspace.selection.go_to(3)
    assert results.args is not None
    event, record = results.args
    assert (event.version, event.type, record.position, record.topic) == (
        3,
        "ItemAdded",
        3,
        "es3_todo#TodoList.ItemAdded",
    )


def test_the_list_is_filtered_and_sorted_as_asked(qtbot: QtBot, working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    chosen = working.workspace.selection.entity_id
    working.workspace.entities.set_filter("ticket discarded")
    working.settle()
    assert {(each.type, each.discarded) for each in working.entities()} == {("Ticket", True)}
    working.workspace.entities.set_filter("")
    working.workspace.entities.sort(3)
    working.settle()
    events = [each.events for each in working.entities()]
    assert events == sorted(events)
    assert working.workspace.selection.entity_id == chosen, "the selection stays"
