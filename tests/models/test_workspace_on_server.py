"""The workspace on a store of ours on a database server: writing, policy, conflicts, and other programs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import create_session
from es_desktop.core import EntityId
from es_desktop.examples import Example, Order
from tests.models.working import Working, somebody_else
from tests.patience import PATIENCE
from tests.stores.serving import Server, serving

PROGRAM = Path(__file__).parents[1] / "stores" / "append_events.py"
LOOKS = 5
"""How often the window may look for a commit of another process until it has it: on any machine two seconds."""


@pytest.fixture
def store(working: Working, server: Server) -> str:
    """An empty store of ours that is open."""
    url = server.fresh_database()
    working.workspace.stores.create(url)
    working.settle()
    return url


def looks(working: Working) -> int:
    return sum(each.title == "Looking for changes" for each in working.started)


def made(working: Working, model: type[Any] = Example, **arguments: Any) -> EntityId:
    working.workspace.commander.run("Making", lambda commands: commands.create(model, arguments))
    working.settle()
    entity_id: EntityId = working.written[-1].entity_id
    return entity_id


# Writing --------------------------------------------------------------------------------------------------------------


def test_an_entity_is_made_changed_under_a_policy_and_discarded(working: Working, store: str) -> None:
    workspace = working.workspace
    workspace.commander.set_frequency(2)
    entity_id = made(working, foo=0)
    for number in range(1, 6):
        working.change("foo", number)
    assert [changes.snapshots for changes in working.written] == [(), (1,), (), (3,), (), (5,)]
    assert working.view.snapshot_versions == [1, 3, 5]
    shown = working.go_to(2)
    assert (shown.base.version, shown.state["foo"]) == (1, 2)
    workspace.commander.run("Snapshot", lambda commands: commands.take_snapshot(entity_id, 4))
    working.settle()
    assert working.view.snapshot_versions == [1, 3, 4, 5]
    workspace.commander.run_on_entity("Discarding", Commands.discard)
    working.settle()
    assert (working.state_view.state, working.view.facts.discarded) == (None, True)
    assert working.refused == []


def test_what_is_written_is_there_when_the_store_is_opened_again(working: Working, store: str) -> None:
    entity_id = made(working, Order, customer="Zoë")
    working.workspace.close_store()
    working.settle()
    working.workspace.open(store)
    working.settle()
    assert working.view.facts.id == entity_id
    assert working.state_view.state["customer"] == "Zoë"


def test_a_conflict_names_what_arrived_and_trying_again_works(working: Working, store: str) -> None:
    made(working, foo=0)
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
    assert [event.data["value"] for event in conflict.arrived] == ["theirs"]
    working.workspace.commander.try_again()
    working.settle()
    assert (working.state_view.state["foo"], working.state_view.state["a"]) == ("mine", "theirs")


# Others ---------------------------------------------------------------------------------------------------------------


def test_commits_of_another_process_show_within_two_seconds(working: Working, store: str) -> None:
    """Also two commits of one connection in the same second: the server counts the second one much later."""
    entity_id = made(working, foo=0)
    with somebody_else(store) as others:
        for version, text in enumerate(("first", "second", "third")):
            others.change_attribute(entity_id, "foo", text, version)
            committed = looks(working)
            working.wait_until(lambda version=version: working.view.facts.version == version + 1)
            assert looks(working) - committed <= LOOKS
    working.settle()
    assert working.state_view.state["foo"] == "third"


def test_events_of_another_process_are_shown(working: Working, store: str) -> None:
    entity_id = uuid4()
    command = [sys.executable, str(PROGRAM), store, str(entity_id), "3"]
    environment = {**os.environ, "PYTHONPATH": str(PROGRAM.parents[2])}
    subprocess.run(command, input="\n", text=True, env=environment, check=True, timeout=PATIENCE)
    ended = looks(working)
    working.wait_until(lambda: working.workspace.entities.row_of(entity_id) is not None)
    assert looks(working) - ended <= LOOKS


# The server goes away -------------------------------------------------------------------------------------------------


def test_a_server_that_stops_is_reported_and_used_again_later(working: Working, tmp_path_factory: Any) -> None:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        with serving(folder) as socket_folder:
            url = Server(socket_folder).fresh_database()
            create_session(url).close()
            working.workspace.open(url)
            working.settle()
            entity_id = made(working, foo=1)
        working.workspace.refresh()
        working.settle()
        assert working.refused, "the person sees it"
        assert all("\n" not in str(error) and error.hint for error in working.refused)
        assert "connection to server" in working.refused[-1].text
        assert working.workspace.session is not None, "it stays open"
        working.change("foo", 2)
        assert working.written[1:] == []
        working.refused.clear()
        with serving(folder):
            working.workspace.refresh()
            working.settle()
            assert working.refused == []
            working.change("foo", 3)
            assert working.state_view.state["foo"] == 3
            assert working.view.facts.id == entity_id
            working.workspace.close_store()
            working.settle()
