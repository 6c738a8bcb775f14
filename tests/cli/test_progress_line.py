"""The line that shows the progress of long work: on a terminal only, with the time left, and gone at the end."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from itertools import pairwise
from pathlib import Path

import pytest

from es_desktop import api
from es_desktop.cli import commands, progress
from es_desktop.cli.arguments import parse
from es_desktop.cli.progress import ProgressLine
from tests.running import ask, environment, fine

CLEAR = "\r\x1b[K"


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines_of(
    monkeypatch: pytest.MonkeyPatch, *reports: tuple[float, int, int], stream: io.StringIO | None = None
) -> list[str]:
    """Return what is shown of work that reports at some seconds what is done and of how much."""
    stream, clock = stream or Terminal(), Clock()
    monkeypatch.setattr(sys, "stderr", stream)
    with ProgressLine(clock) as line:
        report = line.of("exporting", "records")
        for seconds, done, total in reports:
            clock.now = 100.0 + seconds
            report(done, total)
    shown = stream.getvalue()
    assert not shown or (shown.startswith(CLEAR) and shown.endswith(CLEAR)), "it goes away at the end"
    return [each for each in shown.split(CLEAR) if each]


def test_it_shows_how_much_is_done_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = lines_of(monkeypatch, (0, 0, 20_000), (2, 1_000, 20_000), (2.05, 1_025, 20_000), (20, 10_000, 20_000))
    assert shown == ["exporting: 1,000 of 20,000 records, 38 s left", "exporting: 10,000 of 20,000 records, 20 s left"]
    assert lines_of(monkeypatch, (0, 0, 900), (60, 100, 900)) == ["exporting: 100 of 900 records, 8 m left"]


def test_what_is_not_known_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines_of(monkeypatch, (2, 70, 900)) == ["exporting: 70 of 900 records"], "nothing says how fast it is"
    assert lines_of(monkeypatch, (0, 0, 0), (2, 70, 0)) == ["exporting: 70 records"], "nor how much there is"


def test_work_of_two_parts_is_timed_anew_for_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = lines_of(monkeypatch, (0, 0, 100), (50, 100, 100), (51, 0, 100), (52, 10, 100))
    assert shown[-1] == "exporting: 10 of 100 records, 9 s left"


def test_short_work_shows_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines_of(monkeypatch, (0, 0, 10), (0.9, 10, 10)) == []


def test_a_file_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines_of(monkeypatch, (0, 0, 10), (5, 5, 10), stream=io.StringIO()) == []


@pytest.fixture
def work(demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The command line of each long command, and a folder to run it in."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    fine(ask(tmp_path, "export", demo_store, "--out", tmp_path / "all.jsonl"))
    fine(ask(tmp_path, "new", tmp_path / "new.esdb"))
    yield {
        "exporting": f"export {demo_store} --format csv --out out.csv",
        "copying": f"copy {demo_store} copy.esdb 03588f3e",
        "checking": f"verify {demo_store}",
        "searching": f"find {demo_store} --text tea",
        "watching": f"watch {demo_store} 03588f3e total",
        "importing": "import new.esdb all.jsonl",
        "rescuing": f"rescue {demo_store} rescued.esdb",
        "reading": f"info {demo_store}",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such terminals")
@pytest.mark.parametrize("what", ["exporting", "copying", "checking", "searching", "importing", "rescuing", "reading"])
def test_each_long_command_shows_it_on_a_terminal_and_clears_it(
    what: str, work: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_PATIENCE_SECONDS", 0.0)
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen, os.fdopen(theirs, "w") as terminal:
        with redirect_stderr(terminal), redirect_stdout(io.StringIO()) as out:
            assert commands.run(parse(work[what].split())) in (0, 1)
        terminal.write("end")
        terminal.flush()
        shown = b""
        while not shown.endswith(b"end"):
            shown += screen.read(1000)
    parts = shown.decode().removesuffix("end").split(CLEAR)
    assert parts[0] == parts[-1] == "" and len(parts) > 2, "each begins with an empty line, and nothing is left"
    assert any(re.fullmatch(rf"{what}.*: [\d,]+ .*", each) for each in parts)
    assert all("\n" not in each and len(each) < 80 for each in parts)
    assert "\x1b" not in out.getvalue()


def test_numbers_of_a_search_do_not_go_back_within_a_part(work: dict[str, str], demo_store: Path) -> None:
    found: list[tuple[int, int]] = []
    with api.open(demo_store) as store:
        list(store.find("total > 100", progress=lambda done, total: found.append((done, total))))
    assert found[-1][0] == found[-1][1] > 0
    assert all(first[0] <= second[0] for first, second in pairwise(found))
