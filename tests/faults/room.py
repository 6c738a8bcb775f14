"""No room and no rights: a full disk at every write, and homes that are missing, read-only or files.

The program does what can be done, says in one line what it cannot, and leaves nothing that is half written. A disk of
2 MB is made where that is allowed; elsewhere only homes are tried.
"""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Final

from es_desktop.app.entity.commands import Commands
from es_desktop.app.notes.notebook import Bookmark, Notebook, NotebookFolder
from es_desktop.app.runtime.errors import UserError, no_progress
from es_desktop.app.search import store_index
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.demo import make_demo
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.core import DatastoreError
from es_desktop.examples import Example
from es_desktop.system.waiting import NO_ROOM
from tests.faults.common import Figures, Finding, Outcome, Program, Scratch

LONG, SHORT = 200, 3
_DISK: Final = 2 * 1024 * 1024
_WRITES: Final[tuple[tuple[str, ...], ...]] = (
    *(("export", "STORE", "--format", each, "--out", "NEW.out") for each in ("jsonl", "csv", "cloudevents")),
    ("export", "STORE", "--format", "esdb", "--out", "NEW.esdb"),
    ("copy", "STORE", "NEW.esdb"),
    ("rescue", "STORE", "NEW.esdb"),
    ("import", "OURS", "LINES"),
    ("info", "OURS"),
    ("STORE", "--screenshot", "NEW.png"),
)
_READS: Final[tuple[tuple[str, ...], ...]] = (
    ("info", "STORE"),
    ("find", "STORE", "version > 300"),
    ("STORE", "--screenshot", "NEW.png"),
)
_SECONDS: Final = 120.0


def run(rounds: int, seed: int) -> Figures:
    """Return the figures; an input is a run of the program, or a write. Needs a system with mounts or limits."""
    random, figures = Random(seed), Figures(rounds)
    with Scratch() as scratch, Program(scratch / "home") as program:
        trial = _Trial(scratch, random, figures, program)
        kinds = (_full, _appended, _home) if trial.may_mount() else (_home,)
        for number in range(rounds):
            trial.name = f"round {number} of seed {seed}"
            kind = kinds[number % len(kinds)] if rounds <= SHORT else random.choice(kinds)
            kind(trial)
    return figures


class _Trial:
    """What all rounds share: a store, its export, and a small disk."""

    def __init__(self, scratch: Path, random: Random, figures: Figures, program: Program) -> None:
        self.scratch, self.random, self.figures, self.program = scratch, random, figures, program
        self.name = ""
        self.store, self.ours, self.lines = (scratch / each for each in ("demo.esdb", "ours.esdb", "lines.jsonl"))
        self.disk, self.elsewhere = scratch / "disk", scratch / "elsewhere"
        self.disk.mkdir()
        self.elsewhere.mkdir()
        make_demo(self.store, no_progress)
        with closing(create_session(str(self.ours))) as session:
            Commands(session).create(Example, {"foo": 0})
        program.run("export", self.store, "--out", self.lines)

    def expect(self, holds: bool, kind: str) -> None:
        if not holds:
            self.figures.found.append(Finding(kind, self.name))

    def tried(self, write: Callable[[], object]) -> bool:
        """Return whether a write was acknowledged; it may only be refused because there is no room."""
        try:
            write()
        except (UserError, DatastoreError) as error:
            told = NO_ROOM in str(error) or "No space left" in str(error)
            self.expect(told, f"it is not said that there is no room: {error}")
            return False
        return True

    def may_mount(self) -> bool:
        try:
            with self.small_disk():
                return True
        except (OSError, subprocess.SubprocessError):
            return False

    @contextmanager
    def small_disk(self) -> Iterator[Callable[[], None]]:
        """Mount a small disk for the length of a block; yield what fills it but for some bytes."""
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(self.disk)]
        subprocess.run(mount, check=True, capture_output=True)
        free = self.random.choice((0, self.random.randrange(20_000), self.random.randrange(_DISK // 2)))
        try:
            yield lambda: self._fill(free)
        finally:
            subprocess.run(["umount", "-l", str(self.disk)], check=True)

    def _fill(self, free: int) -> None:
        left = max(0, shutil.disk_usage(self.disk).free - free)
        (self.disk / "filler").write_bytes(bytes(left))

    def arguments(self, words: tuple[str, ...], new: Path) -> list[str]:
        places = {"STORE": self.store, "OURS": self.disk / "ours.esdb", "LINES": self.lines}
        return [str(places.get(each, each.replace("NEW", str(new)))) for each in words]


def _full(trial: _Trial) -> None:
    """A command writes to a full disk."""
    words, before = trial.random.choice(_WRITES), trial.program.temporary_files()
    with trial.small_disk() as fill:
        ours, new = trial.disk / "ours.esdb", trial.disk / "new"
        shutil.copy(trial.ours, ours)
        fill()
        trial.name = f"{' '.join(words)}, {shutil.disk_usage(trial.disk).free} bytes free, {trial.name}"
        outcome = trial.program.run(*trial.arguments(words, new))
        trial.figures.add(outcome, trial.name)
        left = {each.name for each in trial.disk.iterdir()} - {"ours.esdb", "filler"}
        is_part = words[0] == "copy" and "holds" in outcome.err  # which another run continues
        if outcome.status == 2 and not is_part:
            trial.expect(not left, f"{words[0]}: {sorted(left)} is left")
            told = NO_ROOM in outcome.err or "No space left" in outcome.err or "disk is full" in outcome.err
            trial.expect(told, f"{words[0]}: it is not said that there is no room: {outcome.err}")
        # A copy that is continued may hold what there was no room for in its log.
        has_log = any(each.endswith(("-wal", "-shm", "-journal")) for each in left)
        trial.expect(is_part or not has_log, "a log is left")
        (trial.disk / "filler").unlink()  # to look at a store takes room too
        for each in filter(Path.exists, (ours, new.with_suffix(".esdb"))):
            trial.expect(_is_sound(each), f"{words[0]}: {each.name} is damaged")
    is_window = words[0] == "STORE"  # all windows of the process share the drawings of a theme
    trial.expect(is_window or trial.program.temporary_files() == before, f"{words[0]}: temporary files are left")


def _appended(trial: _Trial) -> None:
    """Events and snapshots are appended, notes saved and an index filled, while a disk fills up."""
    with trial.small_disk() as fill:
        ours = trial.disk / "ours.esdb"
        shutil.copy(trial.ours, ours)
        folder, written = NotebookFolder(trial.disk / "notebooks"), 0
        with closing(open_session(str(ours))) as session:
            commands = Commands(session)
            (entity,) = (each.id for each in session.entities())
            fill()
            for number in range(40):
                text = trial.random.choice("ab") * trial.random.randrange(40_000)
                written += trial.tried(lambda text=text, at=written: commands.change_attribute(entity, "foo", text, at))  # type: ignore[misc]
                if number % 10 == 0:
                    trial.tried(lambda: commands.take_snapshot(entity))
                    trial.tried(lambda text=text: folder.save("store", Notebook((Bookmark("a", note=text),))))  # type: ignore[misc]
            trial.tried(lambda: _indexed(session, trial.disk / "indexes"))
            (trial.disk / "filler").unlink()
            folder.load("store")
        trial.expect(_is_sound(ours), "the store is damaged")
        with closing(open_session(str(ours), writable=False)) as session:
            versions = list(session.outline(entity).versions)
            trial.expect(versions == list(range(written + 1)), "what was acknowledged is not what is there")
    trial.figures.inputs += 40


def _indexed(session: Session, folder: Path) -> None:
    small, store_index.SMALL = store_index.SMALL, 0  # type: ignore[misc] # so that it is kept in a file
    try:
        index = StoreIndex(session, folder)
    finally:
        store_index.SMALL = small  # type: ignore[misc]
    with closing(index):
        index.update(no_progress)


def _home(trial: _Trial) -> None:
    """The program is started without a home that can be used."""
    file = trial.elsewhere / "file"
    file.touch()
    xdg = {f"XDG_{each}_HOME": str(file) for each in ("CONFIG", "CACHE", "DATA")}
    homes: tuple[dict[str, str], ...] = (
        {"HOME": str(trial.scratch / "missing")},
        {"HOME": str(file)},
        {"HOME": "/proc"},
        {"HOME": str(trial.elsewhere), **xdg},
        {"HOME": str(trial.elsewhere), **dict(trial.random.sample(sorted(xdg.items()), 1))},
        {"HOME": str(trial.elsewhere), "TMPDIR": str(trial.scratch / "missing")},
    )
    home, words = trial.random.choice(homes), trial.random.choice(_READS)
    picture = trial.elsewhere / "new"
    trial.name = f"{home} {' '.join(words)}"
    trial.figures.add(_start(trial.arguments(words, picture), home), trial.name)
    picture.with_suffix(".png").unlink(missing_ok=True)


def _start(arguments: list[str], variables: dict[str, str]) -> Outcome:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment = {**kept, "QT_QPA_PLATFORM": "offscreen", **variables}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "es_desktop", *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Outcome(ended.returncode, ended.stdout, ended.stderr, after.ru_utime - before.ru_utime)


def _is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
