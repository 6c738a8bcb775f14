"""Runs the program with arguments, and returns its output."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from PySide6.QtWidgets import QApplication

from es_desktop import gui
from es_desktop.app.runtime.display import display_problem
from es_desktop.cli import commands
from es_desktop.cli.arguments import parse
from es_desktop.views.style.theme import Theme
from tests.forking import new_processes, run_program
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]
Answer = subprocess.CompletedProcess[str]


def environment(home: Path) -> dict[str, str]:
    """Return an environment without a display, in which the program keeps its files in a folder of the test."""
    left_out = ("QT_", "XDG_", "DISPLAY", "WAYLAND", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    homes = {name: str(home / name.lower()) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    return {**kept, **homes, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def start(home: Path, *arguments: object, env: dict[str, str] | None = None, stdout: int = subprocess.PIPE) -> Answer:
    """Run the program in a separate process, in the folder ``here`` of the test's folder."""
    line = [sys.executable, "-m", "es_desktop", *map(str, arguments)]
    settings: dict[str, Any] = {"env": {**environment(home), **(env or {})}, "cwd": _here(home), "timeout": PATIENCE}
    return subprocess.run(line, stdout=stdout, stderr=subprocess.PIPE, encoding="utf-8", check=False, **settings)


def copied(home: Path, *arguments: object, env: dict[str, str] | None = None, script: Path | None = None) -> Answer:
    """Run the program, or a script, as ``start`` does, but in a copy of a process that has imported the program.

    That takes half the time; a warning is an error.
    """
    line = [*map(str, arguments)]
    with TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("out", "err")]
        given = (line, {**environment(home), **(env or {})}, _here(home), *files, script)
        process = new_processes().Process(target=run_program, args=given)
        process.start()
        process.join(PATIENCE)
        assert process.exitcode is not None, "it has not ended"
        return Answer(line, process.exitcode, *(each.read_text("utf-8") for each in files))


def ask(home: Path, *arguments: object, env: dict[str, str] | None = None) -> Answer:
    """Run a command as ``start`` does, but in this process: in a tenth of the time, and a warning is an error.

    What belongs to a process of its own, such as windows, pipes and the locale, is for ``start``.
    """
    return _in_process(lambda line: commands.run(parse(line)), home, *arguments, env=env)


def _in_process(run: Callable[[list[str]], int], home: Path, *arguments: object, env: dict[str, str] | None) -> Answer:
    line = [*map(str, arguments)]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    with (
        patch.dict(os.environ, {**environment(home), **(env or {})}, clear=True),
        chdir(_here(home)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            status = run(line)
        except SystemExit as end:
            assert isinstance(end.code, int)
            status = end.code
    return Answer(line, status, _text(out), _text(err))


def draw(home: Path, *arguments: object, env: dict[str, str] | None = None) -> Answer:
    """Draw the window as ``start`` does, but in this process: it needs the ``qapp`` of pytest-qt."""

    def run(line: list[str]) -> int:
        app = QApplication.instance()
        assert isinstance(app, QApplication), "the test has no qapp"
        args, earlier = parse(line), [*app.findChildren(Theme), *app.topLevelWidgets()]
        try:
            return gui.run_in(app, args, None if args.screenshot else display_problem(os.environ, sys.platform))
        finally:  # the application of the program would end with these
            app.setStyleSheet("")
            for each in (*app.findChildren(Theme), *app.topLevelWidgets()):
                if each not in earlier and each.parent() in (app, None):
                    each.deleteLater()

    return _in_process(run, home, *arguments, env=env)


def _here(home: Path) -> Path:
    here = home / "here"
    here.mkdir(exist_ok=True)
    return here


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def fine(answer: Answer) -> list[str]:
    """Return the lines of an answer that must have no errors."""
    assert (answer.returncode, answer.stderr) == (0, "")
    return (answer.stdout or "").splitlines()


def refused(answer: Answer) -> str:
    """Return the error of bad input: one line on standard error, and no other output."""
    assert (answer.returncode, answer.stdout) == (2, ""), answer.stderr
    (line,) = answer.stderr.splitlines()
    assert line.startswith("es-desktop: ")
    return line.removeprefix("es-desktop: ")
