"""The process that runs command lines of the program, one after another, for ``common.Program``."""

from __future__ import annotations

import faulthandler
import io
import logging
import os
import sys
import tempfile
import traceback
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any, Final

PATIENCE: Final = 6
"""A run hangs when it takes so many times as long as it may use a processor."""
MARGIN: Final = 2.0
"""Seconds after that: for Python to write where it hangs."""
_STATUS: Final = Path("/proc/self/status")
_CLEAR_REFS: Final = Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Request:
    arguments: list[str]
    most_seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    out: str
    err: str
    seconds: float
    peak_mib: int


def serve(pipe: Any, home: Path, most_mib: int) -> None:
    """Answer requests until the other end is closed or killed."""
    _prepare(home, most_mib)
    dump = (home / "dump").open("w", encoding="utf-8")
    faulthandler.enable(dump)
    os.dup2(dump.fileno(), 2)  # what ends the process from C is written there too
    pipe.send(None)
    while True:
        try:
            request: Request = pipe.recv()
        except EOFError:
            return
        dump.seek(0)
        dump.truncate()
        faulthandler.dump_traceback_later(PATIENCE * request.most_seconds, file=dump)
        answer = _run(request.arguments)
        faulthandler.cancel_dump_traceback_later()
        pipe.send(answer)


def _prepare(home: Path, most_mib: int) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = str(home / name.lower())
    os.environ["TMPDIR"] = tempfile.tempdir = str(home / "temporary")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.chdir(home)
    if sys.platform == "linux":
        import resource

        # What takes far more than it may must not take the machine.
        most = 4 * most_mib * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _run(arguments: list[str]) -> Answer:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    handler = logging.StreamHandler(err)
    logging.getLogger().addHandler(handler)
    _forget_peak()
    began = process_time()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = _main(arguments)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
            status = 1
    seconds = process_time() - began
    logging.getLogger().removeHandler(handler)
    return Answer(status, _text(out), _text(err), seconds, peak_mib())


def _main(arguments: list[str]) -> int:
    """Run the program as ``es_desktop.__main__`` does; all windows of this process share one application."""
    from es_desktop.cli import commands
    from es_desktop.cli.arguments import parse

    args = parse(arguments)
    return _draw(args) if args.command in ("window", "selftest") else commands.run(args)


def _draw(args: Any) -> int:
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    from es_desktop import gui
    from es_desktop.views.style.theme import STYLE, Theme

    app = QApplication.instance() or QApplication(["es-desktop", *STYLE])
    assert isinstance(app, QApplication)
    try:
        return gui.run_in(app, args, None)
    finally:  # the application of the program would end with these
        app.processEvents()  # what a window has yet to do would do it without its window
        app.setStyleSheet("")
        for each in (*app.findChildren(Theme), *(top for top in app.topLevelWidgets() if top.parent() is None)):
            each.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


def _forget_peak() -> None:
    """Have the system count the most memory anew."""
    if _CLEAR_REFS.exists():
        _CLEAR_REFS.write_text("5")


def peak_mib() -> int:
    """Return the most memory since then; 0 where the system does not count it so."""
    if not _STATUS.exists():
        return 0
    found = next((each for each in _STATUS.read_text().splitlines() if each.startswith("VmHWM")), "0 0")
    return int(found.split()[1]) // 1024
