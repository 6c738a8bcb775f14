"""Why there can be no window: asked of this very machine, with an environment that is passed in."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import run
from es_desktop.app.runtime.display import (
    QT_LIBRARIES,
    WINDOW_LIBRARIES,
    DisplayProblem,
    display_problem,
    missing_libraries,
    qt_problem,
    unsupported_pyside,
)
from tests.patience import PATIENCE

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has displays to look for")
with_window_libraries = pytest.mark.skipif(
    bool(missing_libraries(WINDOW_LIBRARIES)), reason="this machine lacks libraries for a window"
)


@pytest.fixture
def x_display() -> Iterator[str]:
    """A real X server of its own."""
    xvfb = shutil.which("Xvfb")
    if xvfb is None:
        pytest.skip("Xvfb is not installed")
    reading, writing = os.pipe()
    with subprocess.Popen([xvfb, "-displayfd", str(writing)], pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as answer:
            yield f":{answer.readline().strip()}"
        server.terminate()


def results(environ: dict[str, str]) -> DisplayProblem:
    """The problem with this environment, which must be there and take one line for each of its parts."""
    problem = display_problem(environ, "linux")
    assert problem is not None
    for line in (problem.reason, problem.remedy):
        assert line.endswith(".")
        assert "\n" not in line
    return problem


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_always_have_a_display(platform: str) -> None:
    assert display_problem({}, platform) is None


def test_a_platform_that_was_asked_for_is_left_alone() -> None:
    assert display_problem({"QT_QPA_PLATFORM": "offscreen"}, "linux") is None


@pytest.mark.parametrize("environ", [{}, {"DISPLAY": "", "WAYLAND_DISPLAY": ""}, {"QT_QPA_PLATFORM": ""}])
def test_no_display_is_named(environ: dict[str, str]) -> None:
    problem = results(environ)
    assert "neither DISPLAY nor WAYLAND_DISPLAY is set" in problem.reason
    assert "ssh -X" in problem.remedy


@on_linux
@pytest.mark.parametrize("display", [":9999", "nonsense"])
def test_a_display_that_cannot_be_had_gives_a_reason(display: str) -> None:
    results({"DISPLAY": display})


@on_linux
@with_window_libraries
def test_a_dead_x_server_and_a_wrong_address_have_different_messages() -> None:
    assert "The X server at DISPLAY=:9999 does not answer" in results({"DISPLAY": ":9999"}).reason
    assert "DISPLAY=nonsense is not the address" in results({"DISPLAY": "nonsense"}).reason


@on_linux
@with_window_libraries
def test_a_wayland_server_is_tried_at_its_socket(tmp_path: Path) -> None:
    environ = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert "Wayland server wayland-7 does not answer" in results(environ).reason
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert display_problem(environ, "linux") is None
        assert display_problem({"WAYLAND_DISPLAY": str(tmp_path / "wayland-7")}, "linux") is None
        assert display_problem({**environ, "DISPLAY": ":9999"}, "linux") is None, "one that works is enough"


@on_linux
@with_window_libraries
def test_where_no_problem_is_seen_qt_opens_a_window(x_display: str) -> None:
    assert display_problem({"DISPLAY": x_display}, "linux") is None
    assert display_problem({"DISPLAY": x_display, "WAYLAND_DISPLAY": "/nowhere"}, "linux") is None
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("QT_", "WAYLAND_"))}
    code = (
        "import os, sys; from es_desktop.app.runtime.display import display_problem\n"
        "assert display_problem(os.environ, sys.platform) is None\n"
        "assert not any(name.startswith('PySide6') for name in sys.modules)\n"
        "from PySide6.QtGui import QGuiApplication; print(QGuiApplication([]).platformName())"
    )
    line = [sys.executable, "-c", code]
    answer = subprocess.run(
        line, env={**environ, "DISPLAY": x_display}, capture_output=True, text=True, timeout=PATIENCE
    )
    assert (answer.stdout.strip(), answer.returncode) == ("xcb", 0), answer.stderr


def test_qt_can_draw_on_this_machine() -> None:
    assert qt_problem(sys.platform) is None


@on_linux
def test_missing_libraries_are_named() -> None:
    table = {"libc.so.6": "libc6", "libno-such-thing.so.7": "libno-such-thing7"}
    assert missing_libraries(table) == ("libno-such-thing.so.7",)


@on_linux
def test_run_py_reads_this_file_alone() -> None:
    missing = [QT_LIBRARIES[name] for name in missing_libraries(QT_LIBRARIES)]
    assert run.lacking("run")[0][: len(missing)] == missing


@pytest.mark.parametrize(
    ("version", "python", "refused"),
    [
        ("6.12.0", (3, 11), True),
        ("6.12.0", (3, 12), False),
        ("6.12.0", (3, 13), False),
        ("6.11.3", (3, 11), False),
        ("6.12.1", (3, 11), False),
    ],
)
def test_the_release_that_aborts_is_refused(version: str, python: tuple[int, int], refused: bool) -> None:
    answer = unsupported_pyside(version, python)
    assert (answer is not None) == refused
    if answer:
        assert version in answer
        assert "\n" not in answer
