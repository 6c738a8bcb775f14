"""The power is lost at a random moment of writing: what was acknowledged is there, and everything opens.

A process writes stores, exports, copies, notes and maps while ``powerloss.c`` records each change of a file. Each round
cuts this journal somewhere, writes the disk as it may be after that (``powerloss_disk.py``), and opens what is there.
Needs Linux and a C compiler.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, Final
from unittest.mock import patch

import msgspec

from es_desktop.app.notes.notebook import Notebook, NotebookFolder
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.opening import MapFolder
from es_desktop.app.store.session import create_session, open_session
from es_desktop.app.store.table_maps import map_from_toml
from tests.faults.common import Figures, Finding, Scratch
from tests.faults.powerloss_disk import MARK, Change, Disk, read_journal
from tests.faults.powerloss_work import MAP, NOTED, Done, fill_index, notebook, records_of

LONG, SHORT = 300, 12
_ROUNDS_A_JOURNAL: Final = 100
_SHIM: Final = Path(__file__).with_suffix(".c")


def run(rounds: int, seed: int) -> Figures:
    """Return the figures; an input is a file or a value that is looked for after a power loss."""
    random, figures = Random(seed), Figures(rounds)
    with Scratch() as scratch, patch("es_desktop.app.search.store_index.SMALL", -1):
        shim = scratch / "powerloss.so"
        figures.not_run = _compile(shim)
        if figures.not_run:
            return figures
        for first in range(0, rounds, _ROUNDS_A_JOURNAL):
            recording = _Recording(scratch.resolve(), shim, seed + first)
            for number in range(first, min(rounds, first + _ROUNDS_A_JOURNAL)):
                _Round(recording, random, figures, f"round {number} of seed {seed}").run()
    figures.peak_mib = _peak_mib()
    return figures


def _peak_mib() -> int:
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _compile(shim: Path) -> str:
    """Compile the library that records changes. Returns why that cannot be done; an empty text if it was."""
    compiler = shutil.which("cc")
    if not sys.platform.startswith("linux") or compiler is None:
        return "there is no C compiler, or this is not Linux"
    line = [compiler, "-shared", "-fPIC", "-O1", "-U_FORTIFY_SOURCE", "-o", str(shim), str(_SHIM), "-ldl"]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", check=False)
    return "" if done.returncode == 0 else f"cc: {done.stderr.strip()[-200:]}"


class _Recording:
    """What a process did, and what there was at its end."""

    def __init__(self, scratch: Path, shim: Path, seed: int) -> None:
        self.folder = scratch / "disk"
        """Where the disk is written too: indexes and notes are kept by the whole name of a store."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        journal = scratch / "journal"
        journal.unlink(missing_ok=True)
        recorded = {"LD_PRELOAD": str(shim), "POWERLOSS_FOLDER": str(self.folder), "POWERLOSS_JOURNAL": str(journal)}
        line = [sys.executable, "-m", "tests.faults.powerloss_work", str(self.folder), str(journal), str(seed)]
        subprocess.run(line, env={**os.environ, **recorded}, check=True)
        self.changes: list[Change] = read_journal(journal)
        self.acknowledgements = [
            (at + 1, msgspec.json.decode(each.data, type=Done))
            for at, each in enumerate(self.changes)
            if each.what == MARK
        ]
        """Each with the number of changes until then."""
        self.files = {each.name: each.read_bytes() for each in self.folder.iterdir() if each.is_file()}
        self.rows = {name: _rows(self.folder / name) for name in self.files if name.endswith(".esdb")}


class _Round:
    def __init__(self, recording: _Recording, random: Random, figures: Figures, name: str) -> None:
        self._recording, self._random, self._figures, self._name = recording, random, figures, name
        self._folder = recording.folder
        acknowledgements, changes = recording.acknowledgements, recording.changes
        # The moment after an acknowledgement is the hardest one.
        is_after = random.random() < 0.4
        self._cut = random.choice(acknowledgements)[0] if is_after else random.randrange(len(changes) + 1)
        self._done = [each for at, each in acknowledgements if at <= self._cut]

    def run(self) -> None:
        shutil.rmtree(self._folder)
        self._folder.mkdir()
        Disk(self._recording.changes[: self._cut]).write_after_loss(self._folder, self._random)
        for name in sorted({each.name for _, each in self._recording.acknowledgements if each.name}):
            self._try(self._look_at_store if name.endswith(".esdb") else self._look_at_file, name)
        self._try(self._look_at_notes)
        self._try(self._look_at_map)
        self._try(self._look_for_leftovers)

    def _try(self, look: Callable[..., None], *given: Any) -> None:
        self._figures.inputs += 1
        try:
            look(*given)
        except (UserError, sqlite3.Error, AssertionError) as error:
            text = str(error).replace(str(self._folder), "")
            self._expect(False, f"{look.__name__.removeprefix('_look_at_')}: {type(error).__name__}: {text}")

    def _is_there(self, name: str) -> bool:
        is_there = (self._folder / name).exists()
        self._expect(is_there or all(each.name != name for each in self._done), "an acknowledged file is lost")
        return is_there

    def _look_at_store(self, name: str) -> None:
        path = self._folder / name
        if not self._is_there(name):
            return
        with closing(open_session(str(path))) as session:
            there = {key for each in records_of(session) for key in each}
            for each in session.entities():
                session.explain(each.id)
            if name == "work.esdb":
                events = fill_index(session, self._folder / "indexes")
                self._expect(events == session.facts().events, "the index differs from the store")
        with closing(sqlite3.connect(path)) as connection:
            self._expect(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "a store is damaged")
        rows = _rows(path)
        self._expect(rows <= self._recording.rows[name], "a record is another one")
        for _, each in self._recording.acknowledgements:
            if each.name == name and each.kind == "file":
                self._expect(rows == self._recording.rows[name], "a new store is not whole")
            elif each.name == name:
                for group in map(set, each.groups):
                    self._expect(group <= there or not group & there, "a list is there by half")
                    self._expect(group <= there or each not in self._done, "an acknowledged record is lost")

    def _look_at_file(self, name: str) -> None:
        if self._is_there(name):
            is_whole = (self._folder / name).read_bytes() == self._recording.files[name]
            self._expect(is_whole, "a new file is not whole")

    def _look_at_notes(self) -> None:
        last = self._count_of("notes")
        found = NotebookFolder(self._folder / "kept" / "notebooks").load(NOTED)
        possible = [notebook(last) if last else Notebook(), notebook(last + 1)]
        self._expect(found in possible, "an acknowledged notebook is lost")

    def _look_at_map(self) -> None:
        found = MapFolder(self._folder / "kept" / "maps").load(NOTED)
        if found is None:
            self._expect(not self._count_of("map"), "an acknowledged map is lost")
        else:
            self._expect(found == map_from_toml(MAP), "a map is another one")

    def _look_for_leftovers(self) -> None:
        """Write once more into each folder, which removes what is left there."""
        create_session(str(self._folder / "next.esdb")).close()
        NotebookFolder(self._folder / "kept" / "notebooks").save(NOTED, notebook(1))
        MapFolder(self._folder / "kept" / "maps").save(NOTED, map_from_toml(MAP))
        self._expect(not [*self._folder.rglob(".es-desktop-new-*")], "an unfinished file is left")

    def _count_of(self, kind: str) -> int:
        return max((each.number for each in self._done if each.kind == kind), default=0)

    def _expect(self, holds: bool, kind: str) -> None:
        if not holds:
            self._figures.found.append(Finding(kind, f"{self._name}, after {self._cut} changes"))


def _rows(path: Path) -> set[tuple[Any, ...]]:
    """Return all events and snapshots of a store of ours."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            (table, *row)
            for table in ("integer_sequenced_items", "snapshots")
            for row in connection.execute(f"SELECT sequence_id, position, topic, data FROM {table}")
        }
