"""A workspace without a window: its signals, and waiting until its tasks have ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt, QTimer
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.commands import Changes, Commands
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.view import EntityView, StateView
from es_desktop.app.notes.notebook import NotebookFolder
from es_desktop.app.runtime.errors import ConflictError, UserError
from es_desktop.app.search.lists import Listing
from es_desktop.app.store.session import open_session
from es_desktop.models.runtime.tasks import Job, Progress, Queue, TaskRunner
from es_desktop.models.search.indexer import Indexer
from es_desktop.models.store.poll import Poll
from es_desktop.models.workspace import Workspace
from tests.patience import PATIENCE


class Gate:
    """Work that starts, and waits until the test opens the gate."""

    def __init__(self, result: Any = None) -> None:
        self.started, self.opened = Event(), Event()
        self._result = result

    def __call__(self, job: Job) -> Any:
        self.started.set()
        assert self.opened.wait(PATIENCE)
        return self._result

    def wait_until_started(self) -> None:
        assert self.started.wait(PATIENCE)


def hold_indexing(indexer: Indexer, runner: TaskRunner) -> Gate:
    """Have each index that opens from now on wait before it is filled, until the gate is opened."""
    gate = Gate()
    indexer.opened.connect(lambda index: runner.run("Waiting", gate, queue=Queue.INDEX, quiet=True))
    return gate


@contextmanager
def cancelled_at(
    runner: TaskRunner, wanted: Callable[[Progress], bool] = lambda each: True
) -> Iterator[list[Progress]]:
    """Cancel tasks at their progress, as a person does; return it. Their work waits for that, however fast it is."""
    seen: list[Progress] = []
    reported, cancelled = Job.report, Event()

    def report(job: Job, done: int, total: int) -> None:
        reported(job, done, total)
        if wanted(Progress(job, done, total)):
            assert cancelled.wait(PATIENCE)

    def cancel(progress: Progress) -> None:
        seen.append(progress)
        if wanted(progress):
            progress.job.cancel()
            cancelled.set()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Job, "report", report)
        runner.progressed.connect(cancel)
        yield seen
        runner.progressed.disconnect(cancel)


class Working:
    """A workspace with real threads."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.shelf = NotebookFolder(folder)
        self.workspace = Workspace(TaskRunner(), self.shelf, indexes=folder.with_name("indexes"))
        self.written: list[Changes] = []
        self.refused: list[UserError] = []
        self.conflicts: list[ConflictError] = []
        self.crashed: list[BaseException] = []
        self.started: list[Job] = []
        """All jobs that were started, in order."""
        self._qtbot = qtbot
        self.workspace.runner.started.connect(self.started.append)
        self.workspace.commander.written.connect(self.written.append)
        self.workspace.refused.connect(self.refused.append)
        self.workspace.commander.conflicted.connect(self.conflicts.append)
        self.workspace.runner.crashed.connect(self.crashed.append)

    def settle(self) -> None:
        """Wait until no task is left."""
        self.wait_until(lambda: self.workspace.runner.is_idle)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(holds)
        assert not self.crashed, self.crashed

    def cancel(self, title: str) -> None:
        """Cancel the newest job with a title, as a person does in the status bar."""
        next(job for job in reversed(self.started) if job.title == title).cancel()

    def open(self, store: Path, **choice: Any) -> None:
        self.workspace.open(str(store), **choice)
        self.settle()

    def choose(self, type_name: str) -> EntityView:
        """Choose the entity of a type that has the most events and is not discarded."""
        alive = [each for each in self.entities() if each.type == type_name and not each.discarded]
        self.workspace.choose(max(alive, key=lambda each: each.events).id)
        self.settle()
        return self.view

    def go_to(self, version: int) -> StateView:
        self.workspace.selection.go_to(version)
        self.settle()
        return self.state_view

    def entities(self) -> list[EntityFacts]:
        """The entities of all rows; only of lists that one page holds."""
        found = list(self.workspace.entities.loaded_entities())
        assert len(found) == self.workspace.entities.rowCount()
        return found

    @property
    def view(self) -> EntityView:
        view = self.workspace.inspector.view
        assert view is not None
        return view

    @property
    def state_view(self) -> StateView:
        shown = self.workspace.inspector.state_view
        assert shown is not None
        return shown

    def change(self, name: str, value: Any) -> None:
        """Change an attribute of the chosen entity, as the window does."""
        self.workspace.commander.run_on_entity(
            "Changing", lambda commands, id_, at: commands.change_attribute(id_, name, value, at)
        )
        self.settle()


@contextmanager
def only_looking_at_conflicts(workspace: Workspace) -> Iterator[None]:
    """Have a workspace learn of what others write from its own commands alone, however long that takes them."""
    poll = workspace.findChild(Poll)
    assert isinstance(poll, Poll)
    timer = poll.findChild(QTimer)
    assert isinstance(timer, QTimer) and timer.isActive()
    timer.stop()
    yield
    timer.start()


@contextmanager
def somebody_else(store: Path) -> Iterator[Commands]:
    """Another program's session on the same store."""
    with closing(open_session(str(store))) as session:
        yield Commands(session)


def no_check() -> None:
    """A checkpoint that never stops the work."""


def files_beside(store: Path) -> list[str]:
    return sorted(file.name for file in store.parent.glob(f"{store.name}*"))


def titles(model: QAbstractItemModel) -> list[str]:
    """The heading of each column of a model."""
    return [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]


def listing_of(entities: Sequence[EntityFacts]) -> Listing:
    """A listing of these entities, as an index would number them."""
    return Listing([hash(each.id) for each in entities], entities)
