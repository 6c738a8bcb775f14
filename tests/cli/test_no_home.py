"""A home that cannot be written: the program starts and works, and says once that it remembers nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Answer, ask, copied, fine, start

HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
WINDOW = Path(__file__).with_name("window_for_a_moment.py")
UNKEPT = "Nothing is remembered after the program ends"


@pytest.fixture
def homeless(tmp_path: Path) -> dict[str, str]:
    """An environment whose home is below a file, and so cannot be made, not even by one who may do anything."""
    file, passing = tmp_path / "file", tmp_path / "passing"
    file.write_text("")
    passing.mkdir()
    folders = dict.fromkeys((*HOMES, *(f"XDG_{each}_HOME" for each in ("CONFIG", "DATA", "CACHE"))), str(file / "home"))
    return {**folders, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(passing))}


@pytest.fixture(autouse=True)
def _leaves_nothing(homeless: dict[str, str]) -> Iterator[None]:
    yield
    left = {each.name for each in Path(homeless["TMPDIR"]).rglob("*")}
    assert left.isdisjoint({"notebooks", "indexes", "demo.esdb"})


def run_window(home: Path, store: Path | str, env: dict[str, str]) -> Answer:
    """Run the window for a moment, with nobody to see it."""
    return copied(home, store, env={**env, "QT_QPA_PLATFORM": "offscreen"}, script=WINDOW)


def test_a_store_is_described(tmp_path: Path, sample: Path, homeless: dict[str, str]) -> None:
    assert fine(start(tmp_path, "info", sample, env=homeless)) == fine(ask(tmp_path, "info", sample))


@pytest.mark.parametrize("asked", ["STORE", "--demo"])
def test_a_picture_is_drawn(tmp_path: Path, sample: Path, homeless: dict[str, str], asked: str) -> None:
    target = tmp_path / "window.png"
    fine(copied(tmp_path, "--screenshot", target, sample if asked == "STORE" else asked, env=homeless))
    assert target.stat().st_size > 10_000


@pytest.mark.parametrize("asked", ["STORE", "--demo"])
def test_the_window_works_and_says_once_that_it_keeps_nothing(
    tmp_path: Path, sample: Path, homeless: dict[str, str], asked: str
) -> None:
    ended = run_window(tmp_path, sample if asked == "STORE" else asked, homeless)
    assert ended.returncode == 0, ended.stderr
    entities, refusals, *messages = ended.stdout.splitlines()
    assert int(entities) > 0 and refusals == "[]"
    assert ended.stderr.count(UNKEPT) == 1
    assert sum(UNKEPT in each for each in messages) == 1


def test_a_home_that_can_be_written_is_said_nothing_of(tmp_path: Path, sample: Path) -> None:
    ended = run_window(tmp_path, sample, {})
    assert (ended.returncode, ended.stderr) == (0, "")
    assert UNKEPT not in ended.stdout
