"""A new file is whole or not there, whenever the process that makes it is killed; what it left goes the next time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from es_desktop.core import KnownClasses, SequencedItem, StoreRefusedError
from es_desktop.stores import OpenedStore, StoreLocation, create_store, open_store
from es_desktop.stores.engines.new_file import new_file
from es_desktop.stores.opening import make_store_file
from es_desktop.stores.writing import append_records
from es_desktop.system.kept_file import remove_unfinished
from tests.forking import new_processes
from tests.patience import PATIENCE

STEPS = ["folder", "file", "tables", "filled", "written", "synced", "put", "folder synced"]
EVENTS = 700


def fill(opened: OpenedStore) -> None:
    items = (SequencedItem("a", position, "shop#Cart.Filled", "{}") for position in range(EVENTS))
    append_records(opened.tables, (("event", item) for item in items))


def make_and_die(path: Path, after: str, replaces: bool) -> None:
    """What the child process does: it is killed after a step."""

    def step(name: str) -> None:
        if name == after:
            os.kill(os.getpid(), signal.SIGKILL)

    make_store_file(path, fill, replaces=replaces, step=step)


def killed(path: Path, after: str, *, replaces: bool = False) -> None:
    child = new_processes().Process(target=make_and_die, args=(path, after, replaces))
    child.start()
    child.join(PATIENCE)
    assert child.exitcode == -signal.SIGKILL
    child.close()


def events_in(path: Path) -> int:
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=False)) as opened:
        return opened.reader.counts().events


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by a signal")
@pytest.mark.parametrize("after", STEPS)
def test_killed_after_any_step_there_is_no_file_or_the_whole_store(after: str, tmp_path: Path) -> None:
    path = tmp_path / "made.esdb"
    killed(path, after)
    assert path.exists() is (after in ("put", "folder synced"))
    if path.exists():
        assert events_in(path) == EVENTS
    else:
        make_store_file(path, fill)
    create_store(StoreLocation(tmp_path / "other.esdb"), KnownClasses()).close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["made.esdb", "other.esdb"], "what was left is removed"


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by a signal")
@pytest.mark.parametrize("after", ["filled", "synced", "put"])
def test_killed_before_it_is_put_there_an_older_file_is_as_it_was(after: str, tmp_path: Path) -> None:
    path = tmp_path / "made.esdb"
    path.write_text("older")
    killed(path, after, replaces=True)
    if after == "put":
        assert events_in(path) == EVENTS
    else:
        assert path.read_text() == "older"
    with closing(create_store(StoreLocation(tmp_path / "other.esdb"), KnownClasses())):
        assert not list(tmp_path.glob(".es-desktop*"))


def test_what_a_living_process_makes_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    others = [tmp_path / ".es-desktop", tmp_path / ".es-desktop-notes", tmp_path / "new"]
    for each in others:
        each.mkdir()
    with new_file(tmp_path / "one") as unfinished:
        unfinished.write_text("in the making")
        code = "import sys, pathlib; from es_desktop.system.kept_file import remove_unfinished; "
        code += "remove_unfinished(pathlib.Path(sys.argv[1]))"
        subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=PATIENCE)
        remove_unfinished(tmp_path)
        with new_file(tmp_path / "two") as second:
            second.write_text("beside it")
    assert (tmp_path / "one").read_text() == "in the making"
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*(each.name for each in others), "one", "two"])


def test_opening_a_store_for_writing_removes_what_was_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "made.esdb"
    make_store_file(path, fill)
    (tmp_path / ".es-desktop-new-empty").mkdir()
    left = tmp_path / ".es-desktop-new-left"
    left.mkdir()
    (left / "in-use").touch()
    (left / "made.esdb").write_text("half")
    without_lock = tmp_path / ".es-desktop-new-torn"  # after a loss of power
    without_lock.mkdir()
    (without_lock / "made.esdb").write_text("half")
    for writable in (False, True):
        with closing(open_store(StoreLocation(path), KnownClasses(), writable=writable)):
            assert left.exists() is without_lock.exists() is not writable
    assert [each.name for each in tmp_path.iterdir()] == ["made.esdb"]


@pytest.mark.parametrize("replaces", [False, True])
def test_an_error_leaves_the_file_as_it_was(replaces: bool, tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stopping(opened: OpenedStore) -> Any:
        fill(opened)
        raise Stopped

    path = tmp_path / "made.esdb"
    if replaces:
        path.write_text("older")
    with pytest.raises(Stopped):
        make_store_file(path, stopping, replaces=replaces)
    assert [each.read_text() for each in tmp_path.iterdir()] == (["older"] if replaces else [])


@pytest.mark.parametrize("log", ["-wal", "-journal"])
def test_no_store_is_made_beside_the_log_of_one_that_is_gone(log: str, tmp_path: Path) -> None:
    path = tmp_path / "made.esdb"
    beside = tmp_path / f"made.esdb{log}"
    beside.write_bytes(b"of another store")
    for make in (lambda: create_store(StoreLocation(path), KnownClasses()), lambda: make_store_file(path, fill)):
        with pytest.raises(StoreRefusedError, match=f"made.esdb{log} is the log of a database that is not there"):
            make()
    assert [*tmp_path.iterdir()] == [beside]


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "made"
    with pytest.raises(StoreRefusedError, match="exists already"), new_file(path) as unfinished:
        unfinished.write_text("mine")
        path.write_text("theirs")
    assert [each.read_text() for each in tmp_path.iterdir()] == ["theirs"]


@pytest.mark.parametrize("name", ["/", ".", "", ".."])
def test_a_name_that_can_be_no_file_is_refused_in_words(name: str) -> None:
    with pytest.raises(StoreRefusedError, match="exists already"), new_file(Path(name)):
        raise AssertionError("there is nowhere to write")
