"""Four processes append to the same ten entities while a window follows.

What is shown must come from one moment of the store: no report, no wrong number, and what a person chose stays.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Final

from PySide6.QtWidgets import QApplication

from es_desktop.app.entity.commands import Commands
from es_desktop.app.notes.notebook import NotebookFolder
from es_desktop.app.runtime.errors import ConflictError, UserError
from es_desktop.app.store.opening import Opener
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.examples import Example
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.theme import STYLE, Theme
from es_desktop.views.window.headless import HeadlessPrompts
from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.settings import Settings
from tests.faults.common import Figures, Finding
from tests.faults.windows import wait_until
from tests.forking import new_processes

LONG, SHORT = 20, 1
_LONG_RUN: Final = (4, 2_000)
"""How many writers, and events of each."""
_SHORT_RUN: Final = (2, 30)
_SHARED: Final = 10
_OTHERS: Final = 60
"""Entities that nobody changes, so that the list can be scrolled."""
_MOST_SECONDS: Final = 1.0
"""Until the last event is shown; judged in the long form only, because other tests may have the processors."""
_PATIENCE: Final = 1_200.0
"""In seconds: a round that takes longer hangs."""


def run(rounds: int, seed: int) -> Figures:
    """Return the figures; an input is an event of one of the writers."""
    figures = Figures(rounds)
    app = QApplication.instance() or QApplication(["following", *STYLE])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        theme = Theme(app, "light")
        for number in range(rounds):
            folder = Path(name, str(number))
            folder.mkdir()
            _Round(folder, theme, figures, f"round {number} of seed {seed}", is_long=rounds > SHORT).run(seed + number)
    return figures


class _Round:
    """One window and its writers."""

    def __init__(self, folder: Path, theme: Theme, figures: Figures, name: str, *, is_long: bool) -> None:
        self._figures, self._name, self._is_long = figures, name, is_long
        self._store = folder / "store.esdb"
        with closing(create_session(str(self._store))) as session:
            commands = Commands(session)
            for number in range(_OTHERS + _SHARED):
                made = commands.create(Example, {"foo": number}).entity_id
                assert made is not None
                commands.change_attribute(made, "foo", -number, 0)  # so that version 0 is not the last one
        prompts = HeadlessPrompts()
        self._window = MainWindow(
            lambda: Workspace(TaskRunner(), NotebookFolder(folder / "notebooks"), Opener()),
            theme,
            Settings(folder / "settings.ini"),
            folder / "demo.esdb",
            prompts,
        )
        self._window.resize(1280, 800)

    def run(self, seed: int) -> None:
        window, workspace = self._window, self._window.workspace
        processes, count = _LONG_RUN if self._is_long else _SHORT_RUN
        workspace.runner.crashed.connect(lambda error: self._note(f"report: {error!r}"))
        workspace.refused.connect(lambda error: self._note(f"refusal: {error}"))
        window.show()
        workspace.open(str(self._store))
        self._wait(lambda: workspace.runner.is_idle and workspace.facts is not None)
        with closing(open_session(str(self._store), writable=False)) as session:
            chosen = _shared(session)[seed % _SHARED]
        workspace.choose(chosen, 0)
        self._wait(lambda: workspace.runner.is_idle and workspace.inspector.view is not None)
        bar = window.docks.entities.table.verticalScrollBar()
        bar.setValue(bar.maximum() // 2)
        scrolled = bar.value()
        new = new_processes()
        writers = [new.Process(target=write, args=(str(self._store), count, seed * 100 + n)) for n in range(processes)]
        for each in writers:
            each.start()
        self._wait(lambda: not any(each.is_alive() for each in writers))
        ended = time.monotonic()
        self._expect(not any(each.exitcode for each in writers), "a writer failed")
        total = 2 * (_OTHERS + _SHARED) + count * processes
        self._figures.inputs += count * processes
        self._wait(lambda: workspace.facts is not None and workspace.facts.events >= total)
        self._expect(not self._is_long or time.monotonic() - ended <= _MOST_SECONDS, "the last event is shown late")
        self._wait(lambda: workspace.runner.is_idle)
        selection = workspace.selection
        self._expect((selection.entity_id, selection.version) == (chosen, 0), "another entity or version is chosen")
        self._expect(bar.value() == scrolled, "the list of entities moved")
        self._compare(total)
        window.close()
        window.deleteLater()

    def _compare(self, total: int) -> None:
        """Compare what the window shows with a fresh rebuild of the store."""
        workspace = self._window.workspace
        with closing(open_session(str(self._store), writable=False)) as session:
            facts = session.facts()
            self._expect((facts.events, facts.entities) == (total, _OTHERS + _SHARED), "events are missing or double")
            for entity_id in _shared(session):
                versions = list(session.outline(entity_id).versions)
                self._expect(versions == list(range(len(versions))), "a version is missing or double")
                workspace.choose(entity_id, versions[-1])
                self._wait(lambda: workspace.runner.is_idle)
                shown = workspace.inspector.state_view
                entity = session.repository[entity_id]
                is_same = shown is not None and shown.version == versions[-1] and shown.state["foo"] == entity.foo
                self._expect(is_same, "the state shown is not that of a fresh rebuild")

    def _wait(self, holds: Callable[[], bool]) -> None:
        wait_until(holds, self._name, _PATIENCE)

    def _expect(self, holds: bool, kind: str) -> None:
        if not holds:
            self._note(kind)

    def _note(self, kind: str) -> None:
        self._figures.found.append(Finding(kind, self._name))


def _shared(session: Session) -> list[object]:
    """Return the ids of the entities that all writers change: those that were created last."""
    with_foo = [(session.event(each.id, 0).data["foo"], each.id) for each in session.entities()]
    return [id for foo, id in sorted(with_foo) if foo >= _OTHERS]


def write(store: str, count: int, seed: int) -> None:
    """Append events to entities that others change as well; what conflicts is tried again."""
    random = Random(seed)
    with closing(open_session(store)) as session:
        commands, shared = Commands(session), _shared(session)
        for number in range(count):
            entity_id = random.choice(shared)
            while True:
                version = session.outline(entity_id).versions[-1]
                try:
                    commands.change_attribute(entity_id, "foo", f"{seed}-{number}", version)
                    break
                except ConflictError:
                    continue
                except UserError as error:
                    if "locked" not in str(error):
                        raise
