"""Each change is read again once, by whatever program: its tasks and SQL statements are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from es_desktop.app.entity.commands import Changes, Commands, Initiator
from es_desktop.app.store.session import create_session
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, export_to_file
from es_desktop.core import EntityId
from es_desktop.examples import Example
from es_desktop.models.runtime.tasks import Queue
from es_desktop.models.transfer.transfer import PlannedImport
from tests.models.working import Working, only_looking_at_conflicts, somebody_else

LOOKING = "Looking for changes"
INDEX = ("Indexing", "Listing the entities", "Counting the entities", "Counting for the overview")
"""The tasks after a change of the index."""
LOG = ("Counting the events",)
COMPARING = "Comparing both rebuilds of"
"""It reads what it measures from the store, twice."""
SHOWN = ("Reading the entity", "Rebuilding", COMPARING, "Reading the event", "Reading the history")
SNAPSHOT_SHOWN = ("Reading the entity", "Rebuilding", COMPARING)


@dataclass
class Counted:
    """The tasks of a workspace, and the statements that it sends to the store."""

    working: Working
    tasks: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)

    def begin(self) -> None:
        self.look_twice()
        self.tasks.clear()
        self.statements.clear()

    def look_twice(self) -> None:
        """Wait for two more polls, and all tasks that follow."""
        self.working.settle()
        looks: list[object] = []

        def on_ended(job: Any) -> None:
            if job.title == LOOKING:
                looks.append(job)

        self.working.workspace.runner.ended.connect(on_ended)
        self.working.wait_until(lambda: len(looks) >= 2)
        self.working.workspace.runner.ended.disconnect(on_ended)
        self.working.settle()

    def of(self, act: Callable[[], object]) -> tuple[Counter[str], Counter[str]]:
        """Return how often each task was started and each statement sent because of an act."""
        self.begin()
        act()
        self.look_twice()
        titles = (" ".join(word for word in each.split() if not word.isdigit()) for each in self.tasks)
        return Counter(each.removesuffix(" version") for each in titles if each != LOOKING), Counter(self.statements)


@pytest.fixture
def counted(working: Working, demo_store: Path) -> Iterator[Counted]:
    working.open(demo_store)
    working.choose("Example")
    found = Counted(working)
    working.workspace.runner.started.connect(lambda job: found.tasks.append(job.title))

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        found.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def once(*titles: str) -> Counter[str]:
    return Counter(titles)


def run(working: Working, title: str, command: Callable[[Commands, EntityId], Any]) -> None:
    entity_id = working.view.facts.id
    working.workspace.commander.run(title, lambda commands: command(commands, entity_id))


def test_a_change(counted: Counted) -> None:
    tasks, statements = counted.of(lambda: counted.working.change("foo", "tried"))
    assert tasks == once("Changing", *INDEX, *LOG, *SHOWN)
    assert statements.total() <= 31
    assert counted.working.state_view.state["foo"] == "tried"


def test_a_change_under_a_policy_that_takes_a_snapshot(counted: Counted) -> None:
    counted.working.workspace.commander.set_frequency(1)
    tasks, statements = counted.of(lambda: counted.working.change("foo", "tried"))
    assert tasks == once("Changing", *INDEX, *LOG, *SHOWN)
    assert statements.total() <= 34
    assert counted.working.state_view.base.version == counted.working.state_view.version


def test_a_snapshot_leaves_the_events_as_they_are(counted: Counted) -> None:
    last = counted.working.view.facts.version
    history = counted.working.workspace.inspector.history
    tasks, statements = counted.of(
        lambda: run(counted.working, "Snapshot", lambda commands, id_: commands.take_snapshot(id_))
    )
    assert tasks == once("Snapshot", *INDEX, *SNAPSHOT_SHOWN)
    assert statements.total() <= 27
    assert counted.working.state_view.base.version == last
    assert counted.working.workspace.inspector.history is history


def test_a_snapshot_that_is_there_already_changes_nothing(counted: Counted) -> None:
    run(counted.working, "Snapshot", lambda commands, id_: commands.take_snapshot(id_))
    tasks, _ = counted.of(lambda: run(counted.working, "Snapshot", lambda commands, id_: commands.take_snapshot(id_)))
    assert tasks == once("Snapshot")


def test_an_end(counted: Counted) -> None:
    tasks, statements = counted.of(
        lambda: counted.working.workspace.commander.run_on_entity("Discarding", Commands.discard)
    )
    assert tasks == once("Discarding", *INDEX, *LOG, *SHOWN)
    assert statements.total() <= 31


def test_a_new_entity(counted: Counted) -> None:
    tasks, _ = counted.of(lambda: run(counted.working, "Making", lambda commands, _: commands.create(Example, {})))
    assert tasks == once("Making", *INDEX, *LOG, *SHOWN)


def test_what_somebody_else_writes(counted: Counted, demo_store: Path) -> None:
    entity = counted.working.view.facts

    def write() -> None:
        with somebody_else(demo_store) as others:
            others.change_attribute(entity.id, "foo", "theirs", entity.version)

    tasks, _ = counted.of(write)
    assert tasks == once(*INDEX, *LOG, *SHOWN)


def test_events_written_right_after_ours_are_seen(counted: Counted, demo_store: Path) -> None:
    entity = counted.working.view.facts

    def change(commands: Commands, entity_id: EntityId) -> Any:
        changes = commands.change_attribute(entity_id, "foo", "mine", entity.version)
        with somebody_else(demo_store) as others:  # in the thread of the poll, before it runs
            others.change_attribute(entity_id, "a", "theirs", entity.version + 1)
        return changes

    run(counted.working, "Changing", change)
    counted.working.wait_until(lambda: counted.working.view.facts.version == entity.version + 2)
    counted.working.go_to(entity.version + 2)
    assert (counted.working.state_view.state["foo"], counted.working.state_view.state["a"]) == ("mine", "theirs")


def test_a_conflict(counted: Counted, demo_store: Path) -> None:
    entity = counted.working.view.facts

    def change(commands: Commands, entity_id: EntityId, at: int) -> Any:
        with somebody_else(demo_store) as others:
            others.change_attribute(entity_id, "a", "theirs", at)
        return commands.change_attribute(entity_id, "foo", "mine", at)

    def act() -> None:
        with only_looking_at_conflicts(counted.working.workspace):
            counted.working.workspace.commander.run_on_entity("Changing", change)
            counted.working.settle()

    tasks, _ = counted.of(act)
    assert tasks == once("Changing", *INDEX, *LOG, *SHOWN)
    assert (len(counted.working.conflicts), counted.working.view.facts.version) == (1, entity.version + 1)


def test_an_import(counted: Counted, tmp_path: Path) -> None:
    workspace, planned = counted.working.workspace, list[PlannedImport]()
    assert workspace.session is not None
    with closing(create_session(str(tmp_path / "other.esdb"))) as other:
        Commands(other).create(Example, {"foo": "theirs"})
        export_to_file(other, tmp_path / "events.jsonl", ExportRequest(ExportFormat.JSONL))
    workspace.transfer.import_planned.connect(planned.append)
    workspace.transfer.plan_import(workspace.session, tmp_path / "events.jsonl")
    counted.working.settle()
    tasks, _ = counted.of(lambda: workspace.transfer.carry_out(planned[0]))
    assert tasks == once("Importing events.jsonl", *INDEX, *LOG, *SHOWN)


def test_a_working_copy_that_is_opened(counted: Counted, tmp_path: Path) -> None:
    workspace = counted.working.workspace
    assert workspace.session is not None
    before = workspace.session
    workspace.copier.copy(before, tmp_path / "copy.esdb", [counted.working.view.facts.id])
    counted.working.wait_until(lambda: workspace.session is not before)
    tasks, _ = counted.of(lambda: None)
    assert tasks == Counter(), "what is copied while it is made is not read again when it is shown"


def test_the_demo_made_afresh(counted: Counted, demo_store: Path) -> None:
    tasks, _ = counted.of(lambda: counted.working.workspace.open_demo(demo_store, recreate=True))
    assert tasks.pop("Closing the store") == len(Queue), "once in each queue"
    assert tasks.pop("Closing the index") == 1
    opening = ("Making the demo store", "Opening the index", "Reading notes")
    assert tasks == once(*opening, *INDEX, *LOG, *SHOWN)


def test_other_trust_reads_the_entity_alone(counted: Counted) -> None:
    tasks, _ = counted.of(
        lambda: counted.working.workspace.trust_control.changed.emit(Changes(initiator=Initiator.TRUST))
    )
    assert tasks == once(*SHOWN)


def test_a_refresh(counted: Counted) -> None:
    tasks, _ = counted.of(counted.working.workspace.refresh)
    assert tasks == once(*INDEX, *LOG, *SHOWN)
