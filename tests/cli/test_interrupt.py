"""Ctrl-C on a terminal during long work: one line, status 130, nothing half made, and no process left."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.running import ask, environment, fine

CLEAR = "\r\x1b[K"
WAITING = """
import signal, sys
import es_desktop.app.search.find as find
from es_desktop.__main__ import main
from es_desktop.cli import progress

class Waiting:
    '''Standard error that waits for a signal where the line of the progress is shown.'''
    def __getattr__(self, name):
        return getattr(sys.__stderr__, name)
    def write(self, text):
        sys.__stderr__.write(text)
        if ": " in text and text.startswith("\\r"):
            sys.__stderr__.flush()
            signal.pause()

find.FEW_EVENTS = 0  # so that a small store is searched in processes
progress._PATIENCE_SECONDS = 0.0
sys.stderr = Waiting()
if __name__ == "__main__":
    sys.exit(main())
"""


def interrupted(line: list[str], home: Path) -> tuple[int, str, str]:
    """Press Ctrl-C on the terminal of the program when it shows progress; return its status, screen and output."""
    script = home / "waiting.py"
    script.write_text(WAITING, encoding="utf-8")
    ours, theirs = os.openpty()
    with os.fdopen(ours, "r+b", buffering=0) as screen:
        with os.fdopen(theirs, "r+b", buffering=0) as terminal:
            running = subprocess.Popen(
                [sys.executable, str(script), *line],
                stdin=terminal,
                stdout=subprocess.PIPE,
                stderr=terminal,
                env=environment(home),
                cwd=home / "here",
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            )
        shown = b""
        while b": " not in shown:
            shown += screen.read(1000)
        screen.write(b"\x03")
        with suppress(OSError):  # EIO: nobody has the terminal any more
            while more := screen.read(1000):
                shown += more
    # The output comes to its end when no process that was started has it open any more.
    out, _ = running.communicate(timeout=PATIENCE)
    return running.returncode, shown.decode(), out.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such terminals")
@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("export STORE --out out.csv --format csv", "exporting"),
        ("export STORE --out out.esdb --format esdb", "exporting"),
        ("export STORE", "exporting"),
        ("import new.esdb all.jsonl", "importing"),
        ("rescue STORE out.esdb", "rescuing"),
        ("demo out.esdb", "making the demo"),
        ("find STORE total>100", "searching"),
        ("find STORE --text tea", "searching"),
        ("verify STORE", "checking"),
        ("entities STORE", "reading"),
        ("compare STORE 03588f3e 7715f753", "comparing"),
    ],
)
def test_ctrl_c_ends_it_with_one_line_and_leaves_nothing(
    line: str, what: str, demo_store: Path, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    if what == "importing":
        fine(ask(tmp_path, "new", "new.esdb"))
        fine(ask(tmp_path, "export", demo_store, "--out", "all.jsonl"))
    here.mkdir(exist_ok=True)
    before = {each.name: each.read_bytes() for each in here.iterdir()}
    status, screen, _ = interrupted(line.replace("STORE", str(demo_store)).split(), tmp_path)
    *progress, last = screen.replace("^C", "").split(CLEAR)
    assert (status, last) == (128 + signal.SIGINT, "es-desktop: interrupted\r\n")
    assert len(progress) > 1 and progress[-1].startswith(f"{what}: ")
    assert {each.name: each.read_bytes() for each in here.iterdir()} == before, "nothing new, and nothing changed"


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such terminals")
def test_a_copy_that_ctrl_c_stops_says_how_it_is_continued(demo_store: Path, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    status, screen, _ = interrupted(["copy", str(demo_store), "copy.esdb"], tmp_path)
    told = "es-desktop: interrupted: copy.esdb holds 0 of 300 entities. Run it again to continue.\r\n"
    assert (status, screen.rpartition(CLEAR)[2]) == (130, told)
    assert fine(ask(tmp_path, "copy", demo_store, "copy.esdb", "03588f3e"))
