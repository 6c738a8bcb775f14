"""The line that shows the progress of long work: on a terminal only, with the time left, and gone at the end."""

from __future__ import annotations

import io
import os
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from itertools import pairwise
from pathlib import Path

import pytest

from es_desktop import api
from es_desktop.cli import commands, progress
from es_desktop.cli.arguments import parse
from es_desktop.cli.progress import ProgressLine
from es_desktop.cli.table import COMMANDS
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


LONG = {
    "info": ("reading", "info {store}"),
    "entities": ("reading", "entities {store}"),
    "events": ("reading", "events {store} 03588f3e"),
    "snapshots": ("reading", "snapshots {store} 03588f3e"),
    "explain": ("rebuilding", "explain {store} 03588f3e"),
    "find": ("searching", "find {store} --text tea"),
    "sql": ("reading all versions", "sql {store} SELECT+count(*)+FROM+events"),
    "watch": ("watching", "watch {store} d23f0824 version"),
    "compare": ("comparing", "compare {store} 03588f3e 7715f753"),
    "process": ("indexing", "process {store} --type Order"),
    "common": ("comparing", "common {store} total>300"),
    "rules": ("looking for rules", "rules {store} --type Order"),
    "verify": ("checking", "verify {store} 03588f3e"),
    "quality": ("reading", "quality {store}"),
    "export": ("exporting", "export {store} --format csv --out out.csv"),
    "import": ("importing", "import new.esdb all.jsonl"),
    "copy": ("copying", "copy {store} copy.esdb 03588f3e"),
    "rescue": ("rescuing", "rescue {store} rescued.esdb"),
}
"""Each command that reads a store: what the line says of it, and how it is called; ``+`` stands for a space."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the program's own files, in which commands run."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_command_that_reads_a_store_is_among_the_long_ones() -> None:
    assert [*LONG] == [each.name for each in COMMANDS.values() if each.reads_store]


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such terminals")
@pytest.mark.parametrize("command", LONG)
def test_each_long_command_shows_it_on_a_terminal_and_clears_it(
    command: str, demo_template: Path, small_demo: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    what, line = LONG[command]
    store = demo_template if command == "watch" else small_demo  # a history of several blocks
    if command == "import":
        fine(ask(folder, "export", small_demo, "03588f3e", "--out", folder / "all.jsonl"))
        fine(ask(folder, "new", folder / "new.esdb"))
    words = [each.replace("+", " ") for each in line.format(store=store).split()]
    monkeypatch.setattr(progress, "_PATIENCE_SECONDS", 0.0)
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen, os.fdopen(theirs, "w") as terminal:
        with redirect_stderr(terminal), redirect_stdout(io.StringIO()) as out:
            assert commands.run(parse(words)) in (0, 1)
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


def test_numbers_of_a_search_do_not_go_back_within_a_part(folder: Path, small_demo: Path) -> None:
    found: list[tuple[int, int]] = []
    with api.open(small_demo) as store:
        list(store.find("total > 100", progress=lambda done, total: found.append((done, total))))
    assert found[-1][0] == found[-1][1] > 0
    assert all(first[0] <= second[0] for first, second in pairwise(found))
