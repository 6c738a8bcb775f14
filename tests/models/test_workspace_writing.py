"""The workspace writes: the effect of each command, events of other programs, and conflicts."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from es_desktop.app.entity.commands import Changes, Commands
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import open_session
from es_desktop.core import EntityId
from es_desktop.examples import Example, Order
from tests.models.working import Working, files_beside, somebody_else
from tests.patience import PATIENCE


@pytest.fixture
def store(working: Working, demo_store: Path) -> Path:
    """A demo store that is open."""
    working.open(demo_store)
    return demo_store


def timeline(working: Working) -> list[str]:
    model = working.workspace.inspector.timeline
    return [model.index(row, 3).data() for row in range(model.rowCount())]


# Commands -------------------------------------------------------------------------------------------------------------


def test_a_change_shows_everywhere(working: Working, store: Path) -> None:
    before = working.choose("Example").facts
    working.change("foo", "tried")
    version = before.version + 1
    assert working.written == [Changes(before.id, ((version, "AttributeChanged"),))]
    assert (working.view.facts.version, working.workspace.selection.version, working.state_view.version) == (
        version,
    ) * 3
    assert working.state_view.state["foo"] == "tried"
    assert timeline(working)[-1] == "AttributeChanged"
    assert working.entities()[0].id == before.id, "it changed last"
    assert working.entities()[0].events == before.events + 1
    assert working.workspace.facts is not None
    assert working.workspace.inspector.writer_of("foo") == version


def test_a_new_entity_is_chosen(working: Working, store: Path) -> None:
    working.workspace.commander.run("Making", lambda commands: commands.create(Order, {"customer": "Zoë"}))
    working.settle()
    (changes,) = working.written
    assert working.view.facts.id == changes.entity_id == working.entities()[0].id
    assert (working.state_view.version, working.state_view.state["customer"]) == (0, "Zoë")


def test_five_changes_under_a_policy_show_their_snapshots(working: Working, store: Path) -> None:
    workspace = working.workspace
    workspace.commander.set_frequency(2)
    assert workspace.commander.frequency == 2
    workspace.commander.run("Making", lambda commands: commands.create(Example, {"foo": 0}))
    working.settle()
    for number in range(1, 6):
        working.change("foo", number)
    assert [changes.snapshots for changes in working.written] == [(), (1,), (), (3,), (), (5,)]
    assert working.view.snapshot_versions == [1, 3, 5]
    assert workspace.inspector.snapshots.rowCount() == 3
    assert (working.state_view.base.version, working.state_view.state["foo"]) == (5, 5)
    shown = working.go_to(2)
    assert (shown.base.version, shown.state["foo"], shown.changes[0].before) == (1, 2, 1)


def test_a_snapshot_by_hand_shows(working: Working, store: Path) -> None:
    entity = working.choose("Example").facts
    working.workspace.commander.run("Snapshot", lambda commands: commands.take_snapshot(entity.id, 2))
    working.settle()
    assert working.written == [Changes(entity.id, snapshots=(2,))]
    assert 2 in working.view.snapshot_versions


def test_an_entity_that_was_discarded_keeps_its_history(working: Working, store: Path) -> None:
    entity = working.choose("Ticket").facts
    working.workspace.commander.run_on_entity("Discarding", Commands.discard)
    working.settle()
    assert (working.state_view.state, working.view.facts.discarded) == (None, True)
    assert timeline(working)[-1] == "Discarded"
    assert working.go_to(entity.version).state["title"]


def test_a_refused_command_is_reported_and_changes_nothing(working: Working, store: Path) -> None:
    entity = working.choose("Account").facts
    working.change("balance", 1_000_000)
    assert "changes through events of its own" in str(working.refused[0])
    assert (working.written, working.view.facts) == ([], entity)


def test_a_store_that_is_only_read_refuses(working: Working, sample: Path) -> None:
    before = sample.read_bytes()
    working.open(sample)
    working.change("title", "mine")
    assert "open for reading only" in str(working.refused[0])
    assert sample.read_bytes() == before


def test_without_a_store_there_are_no_commands(working: Working) -> None:
    assert working.workspace.commander.frequency is None
    working.workspace.commander.set_frequency(2)
    working.workspace.commander.run_on_entity("Discarding", Commands.discard)
    working.workspace.refresh()
    with pytest.raises(UserError, match="no store is open"):
        _ = working.workspace.commander.commands
    working.settle()


@pytest.mark.parametrize("ends", ["shut_down", "close_store"])
def test_a_command_is_carried_out_even_where_the_store_is_closed_at_once(
    working: Working, store: Path, ends: str
) -> None:
    entity = working.choose("Example").facts
    is_closing = Event()
    working.workspace.store_changed.connect(is_closing.set)
    working.workspace.runner.run("Something longer", lambda job: is_closing.wait(PATIENCE), protected=True)
    working.workspace.commander.run_on_entity(
        "Changing", lambda commands, id_, at: commands.change_attribute(id_, "foo", 7, at)
    )
    getattr(working.workspace, ends)()
    if ends == "close_store":
        working.settle()
    assert files_beside(store) == ["demo.esdb"]
    with closing(open_session(str(store), writable=False)) as session:
        assert session.explain(entity.id).state["foo"] == 7


def test_another_entity_is_shown_while_a_write_waits_for_a_lock(working: Working, store: Path) -> None:
    other, changed = working.choose("Order").facts, working.choose("Example").facts
    with closing(sqlite3.connect(store, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        working.workspace.commander.run_on_entity(
            "Changing", lambda commands, id_, at: commands.change_attribute(id_, "foo", 7, at)
        )
        working.workspace.choose(other.id)
        working.wait_until(lambda: working.workspace.inspector.state_view is not None)
        assert (working.view.facts.id, working.state_view.version) == (other.id, other.version)
        working.workspace.selection.go_to(0)
        working.wait_until(lambda: working.state_view.version == 0)
        assert (working.written, working.refused) == ([], [])
    working.settle()
    assert [each.entity_id for each in working.written] == [changed.id]
    assert working.view.facts.id == other.id, "who has gone on reading stays there"


# Others write ---------------------------------------------------------------------------------------------------------


def test_events_of_another_program_are_noticed_and_followed(working: Working, store: Path) -> None:
    entity = working.choose("Example").facts
    with somebody_else(store) as others:
        others.change_attribute(entity.id, "foo", "theirs", entity.version)
        working.wait_until(lambda: working.view.facts.version == entity.version + 1)
    working.settle()
    assert working.state_view.state["foo"] == "theirs"
    assert timeline(working)[-1] == "AttributeChanged"


def test_an_earlier_version_stays_chosen(working: Working, store: Path) -> None:
    entity = working.choose("Example").facts
    working.go_to(1)
    with somebody_else(store) as others:
        others.change_attribute(entity.id, "foo", "theirs", entity.version)
        working.wait_until(lambda: working.view.facts.version == entity.version + 1)
    working.settle()
    assert (working.workspace.selection.version, working.state_view.version) == (1, 1)
    assert working.workspace.selection.last == entity.version + 1


def test_an_entity_that_somebody_else_makes_is_listed(working: Working, store: Path) -> None:
    chosen = working.choose("Order").facts.id
    with somebody_else(store) as others:
        made = others.create(Example, {"foo": "theirs"})
        working.wait_until(lambda: working.workspace.entities.row_of(made.entity_id) is not None)
    working.settle()
    assert working.workspace.selection.entity_id == chosen


# Conflicts ------------------------------------------------------------------------------------------------------------


def test_a_conflict_names_what_arrived_and_trying_again_works(working: Working, store: Path) -> None:
    entity = working.choose("Example").facts
    left = [1]

    def change(commands: Commands, entity_id: EntityId, at: int) -> Any:
        if left:
            left.pop()
            with somebody_else(store) as others:
                others.change_attribute(entity_id, "a", "theirs", at)
        return commands.change_attribute(entity_id, "foo", "mine", at)

    working.workspace.commander.run_on_entity("Changing", change)
    working.settle()
    (conflict,) = working.conflicts
    assert [(event.version, event.data["value"]) for event in conflict.arrived] == [(entity.version + 1, "theirs")]
    assert (working.written, working.refused) == ([], [])
    assert working.state_view.state["a"] == "theirs", "the person sees the new events"

    working.workspace.commander.try_again()
    working.settle()
    assert [changes.events for changes in working.written] == [((entity.version + 2, "AttributeChanged"),)]
    assert (working.state_view.state["foo"], working.state_view.state["a"]) == ("mine", "theirs")
    assert len(working.conflicts) == 1

    working.workspace.commander.try_again()
    working.settle()
    assert len(working.written) == 1, "there is nothing left to try"


def test_a_conflict_that_is_not_tried_again_leaves_what_arrived(working: Working, store: Path) -> None:
    entity = working.choose("Example").facts

    def discard(commands: Commands, entity_id: EntityId, at: int) -> Any:
        with somebody_else(store) as others:
            others.change_attribute(entity_id, "a", "theirs", at)
        return commands.discard(entity_id, at)

    working.workspace.commander.run_on_entity("Discarding", discard)
    working.settle()
    assert len(working.conflicts) == 1
    assert (working.view.facts.version, working.view.facts.discarded) == (entity.version + 1, False)


# A store that is another file now -------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody replace a file that is open")
def test_a_store_that_is_replaced_is_refused_once(
    working: Working, store: Path, demo_template: Path, tmp_path: Path
) -> None:
    working.choose("Example")
    working.change("foo", "kept")
    Path(shutil.copyfile(demo_template, tmp_path / "new.esdb")).replace(store)
    working.wait_until(lambda: bool(working.refused))
    (refused,) = working.refused
    assert "replaced" in refused.text and "Open it again" in refused.hint
    looks: list[object] = []
    working.workspace.runner.ended.connect(looks.append)
    working.wait_until(lambda: len(looks) >= 3)
    assert working.refused == [refused], "later polls report it no more"
    working.change("foo", "lost")
    assert [each.text for each in working.refused] == [refused.text] * 2, "a change is refused for itself"
    assert files_beside(store) == [store.name]
    working.workspace.close_store()
    assert store.read_bytes() == demo_template.read_bytes()

    working.open(store)
    working.choose("Example")
    working.change("foo", "new")
    assert len(working.refused) == 2 and working.state_view.state["foo"] == "new"
