"""How a run ends: its exit status, its line on standard error, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.running import Answer, copied, environment
from tests.views.window.test_first_window import LIBRARIES

ONLY_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="other systems have no such signals and devices")


def run(program: str, temporary: Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the lines of a function as the program."""
    body = "".join(f"    {line}\n" for line in program.splitlines())
    code = f"import os, signal, sys, tempfile\nfrom es_desktop.cli.ending import run_to_end\ndef program():\n{body}"
    return subprocess.run(
        [sys.executable, "-c", f"{code}sys.exit(run_to_end(program))"],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=PATIENCE,
        check=False,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},  # type: ignore[call-overload]
    )


@pytest.mark.parametrize(
    ("program", "status", "line"),
    [
        ("print('done')\nreturn 0", 0, ""),
        ("return 1", 1, ""),
        ("raise MemoryError", 2, "there is not enough memory"),
        ("raise OSError(28, 'No space left on device')", 2, "the output cannot be written: No space left on device"),
        ("open('/no/such/file')", 2, "/no/such/file cannot be used: No such file or directory"),
        ("raise BrokenPipeError", 0, ""),
        ("raise ValueError('two\\nlines')", 70, "this is a bug"),
        ("signal.raise_signal(signal.SIGINT)", 130, "interrupted"),
        pytest.param("os.kill(os.getpid(), signal.SIGTERM)", 143, "ended by a signal", marks=ONLY_POSIX),
    ],
)
def test_each_end_has_its_status_and_one_line(program: str, status: int, line: str, tmp_path: Path) -> None:
    ended = run(f"tempfile.NamedTemporaryFile(delete=False)\n{program}", tmp_path)
    assert ended.returncode == status
    *before, last = ended.stderr.splitlines() or [""]
    assert last.startswith(f"es-desktop: {line}" if line else "")
    assert bool(before) == (status == 70), "only a bug shows more than a line"
    assert [*tmp_path.iterdir()] == [], "no temporary file is left"


def test_a_signal_during_the_end_does_not_stop_the_cleaning_up(tmp_path: Path) -> None:
    once = "signal.raise_signal(signal.SIGINT)"
    ended = run(f"try:\n    {once}\nfinally:\n    {once}\n    print('clean', flush=True)", tmp_path)
    assert (ended.returncode, ended.stdout) == (130, "clean\n")


def test_a_signal_while_the_run_cleans_up_is_its_end_after_that(tmp_path: Path) -> None:
    program = """
import es_desktop.cli.ending as ending, shutil
removed = shutil.rmtree
def rmtree(*given, **named):
    signal.raise_signal(signal.SIGINT)
    removed(*given, **named)
shutil.rmtree = rmtree
print('done')
return 0"""
    ended = run(program, tmp_path)
    assert (ended.returncode, ended.stdout) == (130, "done\n")
    assert ended.stderr == "es-desktop: interrupted\n"
    assert [*tmp_path.iterdir()] == []


@ONLY_POSIX
def test_a_run_ends_when_its_terminal_is_closed_unless_it_was_to_go_on(tmp_path: Path) -> None:
    program = "os.kill(os.getpid(), signal.SIGHUP)\nreturn 0"
    ended = run(program, tmp_path)
    assert (ended.returncode, ended.stderr) == (129, "es-desktop: its terminal was closed\n")
    nohup = run(program, tmp_path, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    assert (nohup.returncode, nohup.stderr) == (0, "")


SIGNALLED = """
import signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from es_desktop.__main__ import main

run_until_closed = QApplication.exec

def run():
    for name in ("NAME", "SIGINT"):  # the second one changes nothing
        QTimer.singleShot(0, lambda name=name: signal.raise_signal(getattr(signal, name)))
    return run_until_closed()

QApplication.exec = staticmethod(run)
sys.exit(main())
"""


@ONLY_POSIX
@pytest.mark.parametrize(
    ("name", "status", "line", "arguments"),
    [
        ("SIGTERM", 143, "ended by a signal", ["selftest"]),
        ("SIGINT", 130, "interrupted", ["selftest"]),
        ("SIGTERM", 143, "ended by a signal", ["--demo", "--screenshot", "drawn.png"]),
        ("SIGINT", 130, "interrupted", ["--demo", "--screenshot", "drawn.png"]),
        ("SIGHUP", 129, "its terminal was closed", ["--demo"]),
        ("SIGINT", 130, "interrupted", ["--demo"]),
    ],
)
def test_a_signal_ends_what_has_a_window_with_one_line(
    name: str, status: int, line: str, arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "temporary").mkdir()
    script = tmp_path / "signalled.py"
    script.write_text(SIGNALLED.replace("NAME", name))
    environ = {"TMPDIR": str(tmp_path / "temporary"), "QT_QPA_PLATFORM": "offscreen"}
    ended = copied(tmp_path, *arguments, env=environ, script=script)
    assert (ended.returncode, ended.stderr) == (status, f"es-desktop: {line}\n")
    assert [*(tmp_path / "temporary").iterdir()] == [], "no temporary file is left"
    assert [*tmp_path.rglob("drawn.png")] == []


@ONLY_POSIX
def test_the_window_after_a_crash_shows_its_report_and_opens_what_was_shown(tmp_path: Path, demo_store: Path) -> None:
    crashing = """
import ctypes, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from es_desktop.__main__ import main

run_until_closed = QApplication.exec

def look():
    (window,) = (each for each in QApplication.topLevelWidgets() if each.objectName() == "main")
    session, box = window.workspace.session, window.findChild(QMessageBox, "bug")
    if session is not None and len(sys.argv) > 1:
        ctypes.string_at(0)
    elif session is not None:
        print(session.absolute_name)
        window.close()
    elif box is not None:
        print(box.detailedText().splitlines()[1])
        next(each for each in box.buttons() if each.text() == "Open what was shown").click()

def run():
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    return run_until_closed()

QApplication.exec = staticmethod(run)
sys.exit(main())
"""
    script = tmp_path / "crashing.py"
    script.write_text(crashing)

    def start(*arguments: str) -> Answer:
        return copied(tmp_path, *arguments, env={"QT_QPA_PLATFORM": "offscreen"}, script=script)

    assert start(str(demo_store)).returncode == -signal.SIGSEGV
    later = start()
    assert (later.returncode, later.stderr) == (0, "")
    assert later.stdout.splitlines() == ["Fatal Python error: Segmentation fault", str(demo_store)]
    assert [*(tmp_path / "xdg_cache_home" / "es-desktop" / "crashes").iterdir()] == []


@ONLY_POSIX
def test_ctrl_c_before_the_program_is_there_prints_nothing(tmp_path: Path) -> None:
    code = "import sys, signal, builtins\nfrom es_desktop.__main__ import main\nload = builtins.__import__\n"
    code += "def loads(name, *given):\n    if 'ending' in name: signal.raise_signal(signal.SIGINT)\n"
    code += "    return load(name, *given)\nbuiltins.__import__ = loads\nsys.exit(main())"
    ended = subprocess.run([sys.executable, "-c", code, "info"], capture_output=True, timeout=PATIENCE, check=False)
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, b"")


@ONLY_POSIX
def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    killed = run("tempfile.NamedTemporaryFile(delete=False)\nos.kill(os.getpid(), signal.SIGKILL)", tmp_path)
    assert killed.returncode == -signal.SIGKILL
    assert len([*tmp_path.rglob("*")]) == 3, "its folder, the file that locks it, and its temporary file"
    assert run("return 0", tmp_path).returncode == 0
    assert [*tmp_path.iterdir()] == []


@ONLY_POSIX
def test_output_that_cannot_be_written_is_an_error_of_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ended = run("print('much')\nreturn 0", tmp_path, stdout=full)
        assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
        assert run("raise MemoryError", tmp_path, stderr=full).returncode == 2, "also where the line cannot be written"


def test_the_end_is_prepared_with_the_standard_library_alone(tmp_path: Path) -> None:
    ended = run("print(*sys.modules)\nreturn 0", tmp_path)
    loaded = {each.partition(".")[0] for each in ended.stdout.split()}
    assert not loaded & {*LIBRARIES, "PySide6"}


def test_a_signal_that_the_garbage_collector_loses_comes_again(tmp_path: Path) -> None:
    lost = "class Lost:\n    def __del__(self): signal.raise_signal(signal.SIGINT)\nLost()"
    ended = run(f"import threading\n{lost}\nthreading.Event().wait()\nprint('no')", tmp_path)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr.splitlines() == ["es-desktop: interrupted"]


def test_an_error_that_a_signal_became_is_no_bug(tmp_path: Path) -> None:
    """Python 3.11 wraps what is raised while a class is made."""
    once = "class Field:\n    def __set_name__(self, owner, name): signal.raise_signal(signal.SIGINT)"
    ended = run(f"{once}\nclass Owner:\n    field = Field()\nprint('no')", tmp_path)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr.splitlines() == ["es-desktop: interrupted"]


IN_A_STATEMENT = """
from es_desktop.cli import commands
from es_desktop.cli.arguments import parse
from es_desktop.stores.engines import any_text
from es_desktop.system.stop import stoppable
any_text._CHECK_EVERY = 10
open_store, opened = commands.open_store, []
def then(*args, **settings):
    opened.append(open_store(*args, **settings))
    return opened[-1]
commands.open_store = then
with stoppable(lambda: bool(opened and signal.raise_signal(signal.SIGINT))):
    return commands.run(parse(["entities", STORE]))
"""


def test_a_signal_in_a_statement_is_no_error_of_the_store(tmp_path: Path, small_demo: Path) -> None:
    """SQLite says only that its statement was stopped, as one that takes too long."""
    ended = run(IN_A_STATEMENT.replace("STORE", repr(str(small_demo))), tmp_path)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr.splitlines() == ["es-desktop: interrupted"]


def test_a_signal_that_is_held_ends_the_run_at_its_end(tmp_path: Path) -> None:
    held = "from es_desktop.cli.ending import hold_signals, stop_signal\nhold_signals()"
    ended = run(f"{held}\nsignal.raise_signal(signal.SIGINT)\nprint(stop_signal())", tmp_path)
    assert (ended.returncode, ended.stdout) == (130, "2\n")


WITH_A_SIGNAL = """
import signal, sys
module = sys.argv.pop(1)
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            signal.raise_signal(signal.SIGTERM)
sys.meta_path.insert(0, Finder())
from es_desktop.__main__ import main
sys.exit(main())
"""


@ONLY_POSIX
@pytest.mark.parametrize("module", ["PySide6.support.deprecated", "PySide6.QtGui"])
def test_a_signal_while_qt_is_loaded_ends_the_run_and_not_the_process(module: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITH_A_SIGNAL, module, "--screenshot", str(tmp_path / "window.png")]
    ended = subprocess.run(
        command, env=environment(tmp_path), capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert (ended.returncode, ended.stderr) == (143, "es-desktop: ended by a signal\n")
    assert not (tmp_path / "window.png").exists()


def test_each_run_meets_the_others_at_one_address(tmp_path: Path) -> None:
    """Also where the system gives a person no folder for sockets: temporary files are in a folder of each run."""
    body = (
        "    from es_desktop.app.runtime import places\n"
        "    os.environ.pop('XDG_RUNTIME_DIR', None)\n"
        "    print(places.meeting_address(), tempfile.gettempdir())\n    return 0\n"
    )
    lines = [run(body, tmp_path).stdout.split() for _ in range(2)]
    assert lines[0][0] == lines[1][0] and lines[0][1] != lines[1][1]
    assert Path(lines[0][0]).parent == tmp_path
