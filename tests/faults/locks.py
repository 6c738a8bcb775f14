"""Locks of other programs, servers that stop, hang or lose an answer, and transactions that end late.

A lock is said to be one, and never damage. Each write to a server is acknowledged and there once, or refused and not
there, or it is said that nobody knows. Events that others commit late are in the index once. The window says once that
a server is gone, and shows what is there by itself when it is back.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from random import Random
from threading import Timer
from typing import Any, Final
from uuid import UUID

import psycopg
from PySide6.QtWidgets import QApplication

from es_desktop.app.entity.commands import Commands
from es_desktop.app.notes.notebook import NotebookFolder
from es_desktop.app.runtime.errors import UserError, no_progress
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.demo import make_demo
from es_desktop.app.store.opening import Opener
from es_desktop.app.store.session import Session, create_session
from es_desktop.core import DatastoreError
from es_desktop.examples import Example
from es_desktop.index.source import id_of_raw
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.workspace import Workspace
from es_desktop.system.waiting import LOCKED
from tests.faults.common import Figures, Finding, Program, Scratch
from tests.faults.windows import wait_until
from tests.stores.link import Link
from tests.stores.serving import Server, running_server, serving, standing_by

LONG, SHORT = 60, 3
_COMMANDS: Final[tuple[tuple[str, ...], ...]] = (
    ("info", "STORE"),
    ("entities", "STORE"),
    ("find", "STORE", "version > 300"),
    ("export", "STORE"),
    ("import", "STORE", "LINES"),
    ("STORE", "--screenshot", "NEW.png"),
)
_HOLDS: Final = ("journal_mode = DELETE", "journal_mode = WAL", "locking_mode = EXCLUSIVE")
_INSERT: Final = (
    "INSERT INTO integer_sequenced_items (sequence_id, position, topic, data) VALUES (%s, 0, 'a#A.Created', '{}')"
)
_KILL: Final = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'es-desktop'"
_WRITES: Final = 12
_SHORTLY: Final = 0.3
"""How many seconds a fault of a server lasts."""


def run(rounds: int, seed: int) -> Figures:
    """Return the figures; an input is a command, a write, or a window. Needs PostgreSQL."""
    random, figures = Random(seed), Figures(rounds)
    app = QApplication.instance() or QApplication(["locks"])
    with tempfile.TemporaryDirectory() as runtime, Scratch() as scratch, Program(scratch / "home") as program:
        os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
        with running_server() as socket_folder:
            trial = _Trial(scratch, random, figures, program, Server(socket_folder))
            kinds = (_server, _late, _window) if rounds <= SHORT else _KINDS
            for number in range(rounds):
                trial.name = f"round {number} of seed {seed}"
                (kinds[number % len(kinds)] if rounds <= SHORT else random.choice(kinds))(trial)
    app.processEvents()
    return figures


class _Trial:
    """What all rounds share."""

    def __init__(self, scratch: Path, random: Random, figures: Figures, program: Program, server: Server) -> None:
        self.scratch, self.random, self.figures, self.program, self.server = scratch, random, figures, program, server
        self.name = ""
        self.store, self.lines = scratch / "demo.esdb", scratch / "lines.jsonl"

    def make_files(self) -> None:
        """Make a store, and an export of another, unless they are there."""
        if self.lines.exists():
            return
        make_demo(self.store, no_progress)
        other = self.scratch / "other.esdb"
        with closing(create_session(str(other))) as session:
            Commands(session).create(Example, {"foo": 0})
        self.program.run("export", other, "--out", self.lines)

    def expect(self, holds: bool, kind: str) -> None:
        if not holds:
            self.figures.found.append(Finding(kind, self.name))


def _file(trial: _Trial) -> None:
    """Another program holds a lock on a store of ours for longer than it is waited for."""
    trial.make_files()
    words, hold = trial.random.choice(_COMMANDS), trial.random.choice(_HOLDS)
    store = Path(shutil.copy(trial.store, trial.scratch / "locked.esdb"))
    places = {"STORE": str(store), "LINES": str(trial.lines), "NEW.png": str(trial.scratch / "new.png")}
    arguments = [places.get(each, each) for each in words]
    trial.name = f"{hold}: {' '.join(words)}, {trial.name}"
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute(f"PRAGMA {hold}").fetchall()
        other.execute("BEGIN EXCLUSIVE")
        outcome = trial.program.run(*arguments)
    trial.figures.add(outcome, trial.name)
    is_refused = words[0] == "import" or hold != "journal_mode = WAL"
    trial.expect(outcome.status == (2 if is_refused else 0), f"status {outcome.status}: {outcome.err}")
    trial.expect(not is_refused or LOCKED in outcome.err, f"it is not said to be locked: {outcome.err}")
    trial.expect("damage" not in outcome.err, f"it is said to be damaged: {outcome.err}")
    after = trial.program.run(*arguments)
    trial.figures.add(after, trial.name)
    trial.expect(after.status == 0, f"status {after.status} after the lock: {after.err}")


def _server(trial: _Trial) -> None:
    """Events are appended through a connection that is cut, hangs, loses answers, or waits for a lock."""
    url = trial.server.fresh_database()
    with (
        Link(url) as link,
        psycopg.connect(url, autocommit=True) as other,
        closing(create_session(link.url)) as session,
    ):
        commands = Commands(session)
        entity = commands.create(Example, {"foo": 0}).entity_id
        assert entity is not None
        written: list[str] = []
        for number in range(_WRITES):
            version = session.outline(entity).versions[-1]
            fault = trial.random.choice(_FAULTS)
            trial.name = f"{fault.__name__}, {trial.name.rpartition(', ')[2]}"
            undo = fault(link, other, url)
            text, answer = f"value {number}", ""
            try:
                commands.change_attribute(entity, "foo", text, version)
            except (UserError, DatastoreError) as error:
                answer = str(error)
            undo()
            trial.figures.inputs += 1
            _settle(session)
            stored = [each.data.get("value") for each in session.events(entity)]
            is_there = stored.count(text)
            trial.expect(is_there <= 1, "written twice")
            trial.expect(bool(answer) or is_there == 1, "acknowledged, and not there")
            is_unknown = "has not said" in answer
            trial.expect(not answer or is_unknown or not is_there, f"refused, and there: {answer}")
            written += [text] if is_there else []
        trial.expect(stored == [None, *written], "the events are not those that were written")


def _settle(session: Session) -> None:
    """Wait until the server answers again."""

    def answers() -> bool:
        try:
            session.store.reader.event_count()
        except DatastoreError:
            return False
        return True

    wait_until(answers, "the server")


_Undo = Callable[[], object]


def _no_fault(link: Link, other: Any, url: str) -> _Undo:
    return lambda: None


def _killed(link: Link, other: Any, url: str) -> _Undo:
    other.execute(_KILL)
    return lambda: None


def _lost_answer(link: Link, other: Any, url: str) -> _Undo:
    link.lose_commit(arrives=True)
    return lambda: None


def _lost_commit(link: Link, other: Any, url: str) -> _Undo:
    link.lose_commit(arrives=False)
    return lambda: None


def _cut(link: Link, other: Any, url: str) -> _Undo:
    link.cut()
    return _later(link.restore)


def _hanging(link: Link, other: Any, url: str) -> _Undo:
    link.hang()
    return _later(link.restore)


def _table_lock(link: Link, other: Any, url: str) -> _Undo:
    holder = psycopg.connect(url)
    holder.execute("LOCK TABLE integer_sequenced_items")
    return _later(holder.close)


def _later(undo: Callable[[], object]) -> _Undo:
    timer = Timer(_SHORTLY, undo)
    timer.start()
    return timer.join


_FAULTS: Final = (_no_fault, _killed, _lost_answer, _lost_commit, _cut, _hanging, _table_lock)


def _late(trial: _Trial) -> None:
    """Writers begin transactions, and end them in another order; the index is brought up to date in between."""
    url = trial.server.fresh_database()
    writers: list[Any] = [psycopg.connect(url) for _ in range(4)]
    with closing(create_session(url)) as session, closing(StoreIndex(session, trial.scratch / "indexes")) as index:
        for number in range(1, 41):
            writer = trial.random.choice(writers)
            writer.execute(_INSERT, (UUID(int=number),))
            if trial.random.random() < 0.4:
                trial.random.choice(writers).commit()
            if trial.random.random() < 0.3:
                index.update(no_progress)
            trial.figures.inputs += 1
        session.has_changed()
        for each in writers:
            each.commit()
        wait_until(session.has_changed, "what was committed late is not noticed, and")
        index.update(no_progress)
        rows = index.database.rows("SELECT e.id FROM event v JOIN entity e ON e.no = v.entity")
        found = sorted(UUID(str(id_of_raw(each))).int for (each,) in rows)
        trial.expect(found == list(range(1, 41)), "events are missing in the index, or double")
    for each in writers:
        each.close()


def _window(trial: _Trial) -> None:
    """A window follows a store whose server is gone for a while, and another program writes meanwhile."""
    url = trial.server.fresh_database()
    create_session(url).close()
    with Link(url) as link, psycopg.connect(url, autocommit=True) as other, tempfile.TemporaryDirectory() as name:
        workspace = Workspace(TaskRunner(), NotebookFolder(Path(name)), Opener(), indexes=Path(name))
        refused: list[UserError] = []
        workspace.refused.connect(refused.append)
        workspace.open(link.url)
        wait_until(lambda: workspace.facts is not None and workspace.runner.is_idle, trial.name)
        link.cut()
        wait_until(lambda: bool(refused), trial.name)
        other.execute(_INSERT, (UUID(int=1),))
        link.restore()
        wait_until(lambda: workspace.facts is not None and workspace.facts.events == 1, trial.name)
        trial.figures.inputs += 1
        trial.expect(len(refused) == 1, f"told {len(refused)} times: {refused}")
        workspace.shut_down()


def _restart(trial: _Trial) -> None:
    """The server itself stops, and starts again."""
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        with serving(folder) as socket_folder:
            session = create_session(Server(socket_folder).url("postgres"))
            commands = Commands(session)
            entity = commands.create(Example, {"foo": 0}).entity_id
            assert entity is not None
            session.has_changed()
        with closing(session):
            answers = []
            for _ in range(3):
                try:
                    session.has_changed()
                except DatastoreError as error:
                    answers.append(error)
            trial.expect(len(answers) == 3 and len({*map(id, answers)}) == 1, "it is not one error while it is gone")
            with serving(folder):
                _settle(session)
                commands.change_attribute(entity, "foo", 1, 0)
                trial.expect([*session.outline(entity).versions] == [0, 1], "an event is missing, or double")
    trial.figures.inputs += 1


def _failover(trial: _Trial) -> None:
    """A server stops, and its standby takes over; the program was given the addresses of both."""
    with (
        tempfile.TemporaryDirectory(prefix="pg") as first,
        tempfile.TemporaryDirectory(prefix="pg") as second,
        ExitStack() as both,
    ):
        stop = ExitStack()
        primary = both.enter_context(stop).enter_context(serving(Path(first)))
        standby = both.enter_context(standing_by(primary, Path(second)))
        attributes = trial.random.choice(("", "&target_session_attrs=read-write"))
        trial.name = f"failover{attributes}, {trial.name.rpartition(', ')[2]}"
        session = both.enter_context(
            closing(create_session(f"{Server(primary).url('postgres')},{standby}{attributes}"))
        )
        commands = Commands(session)
        entity = commands.create(Example, {"foo": 0}).entity_id
        assert entity is not None
        session.has_changed()
        stop.close()
        answers = []
        for _ in range(3):
            try:
                session.has_changed()
            except DatastoreError as error:
                answers.append(error)
        trial.expect(len({*map(id, answers)}) <= 1, "it is not one error while it is gone")
        with suppress(UserError, DatastoreError):
            commands.change_attribute(entity, "foo", "too early", 0)
            trial.expect(False, "a standby acknowledges a write")
        with psycopg.connect(Server(standby).url("postgres"), autocommit=True) as other:
            other.execute("SELECT pg_promote()")
        _settle(session)
        commands.change_attribute(entity, "foo", 1, 0)
        stored = [each.data.get("value") for each in session.events(entity)]
        trial.expect(stored == [None, 1], f"an event is missing, or double: {stored}")
    trial.figures.inputs += 1


_KINDS: Final = (_server, _server, _late, _window, _file, _restart, _failover)
