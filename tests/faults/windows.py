"""A window in a process of its own, for harnesses that reach into it: it may end the process."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.faults.common import Figures, Outcome
from tests.forking import new_processes

if TYPE_CHECKING:
    from es_desktop.views.window.main_window import MainWindow

_WAIT_SECONDS: Final = 60.0
_SETTLE_SECONDS: Final = 10.0
_LOOK_AGAIN: Final = 5
"""Milliseconds."""


class OpenWindow:
    """The window on a store, offscreen, and what reached the program that nothing handled."""

    def __init__(self, home: Path, store: Path, *, has_dialogs: bool = False) -> None:
        """Open a store in a window with the real dialogs, or with ``Answers`` instead of them."""
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from PySide6.QtWidgets import QApplication

        from es_desktop.app.notes.notebook import NotebookFolder
        from es_desktop.app.store.opening import Opener
        from es_desktop.models.runtime.tasks import TaskRunner
        from es_desktop.models.workspace import Workspace
        from es_desktop.views.style.theme import STYLE, Theme
        from es_desktop.views.window.main_window import MainWindow
        from es_desktop.views.window.settings import Settings
        from tests.views.driving import Answers, every_dock

        logging.disable()
        self.failures: list[str] = []
        sys.excepthook = lambda cls, error, where: self.failures.append(repr(error))
        self.app = QApplication.instance() or QApplication(["es-desktop", *STYLE])
        self.theme = Theme(self.app, "light")
        self.settings = Settings(home / "settings.ini")
        self.window: MainWindow = MainWindow(
            lambda: Workspace(TaskRunner(), NotebookFolder(home), Opener()),
            self.theme,
            self.settings,
            home / "demo.esdb",
            None if has_dialogs else Answers(),
        )
        self.window.show()
        self.settle()
        self.window.workspace.open(str(store))
        self.settle()
        for dock in every_dock(self.window):
            dock.build()  # what is first shown later would seem to be left

    def settle(self) -> None:
        """Wait until no task runs, but not for ever."""
        end = time.monotonic() + _SETTLE_SECONDS
        self.app.processEvents()
        while not self.window.workspace.runner.is_idle and time.monotonic() < end:
            self.app.processEvents()
        self.app.processEvents()


def wait_until(holds: Callable[[], bool], what: str, seconds: float = _WAIT_SECONDS) -> None:
    """Let windows work until something holds. Raises ``TimeoutError`` that says what hangs."""
    from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer

    deadline = QDeadlineTimer(int(seconds * 1000))
    while not holds():
        if deadline.hasExpired():
            raise TimeoutError(f"{what} hangs")
        loop = QEventLoop()  # events alone would be asked for without a pause
        QTimer.singleShot(_LOOK_AGAIN, loop.quit)
        loop.exec()


def run_driven(drive: Callable[..., None], figures: Figures, *arguments: Any) -> None:
    """Call ``drive(*arguments, pipe)`` in a process. It sends the name of each input, then a list of what it found.

    It may send its most memory in MiB.
    """
    context = new_processes()
    ours, theirs = context.Pipe()
    process = context.Process(target=_driven, args=(drive, arguments, theirs), daemon=True)
    process.start()
    theirs.close()
    name = "the start"
    while name != "end":
        try:
            if not ours.poll(_WAIT_SECONDS):
                raise EOFError
            found = ours.recv()
        except EOFError:
            process.join(1)
            figures.add(Outcome(0), name, f"the process ended or hung: {process.exitcode}")
            break
        if isinstance(found, str):
            name = found
            continue
        if isinstance(found, int):
            figures.peak_mib = found
            continue
        figures.inputs += 1
        for each in found:
            figures.add(Outcome(0), name, each)
    process.kill()
    process.join()


def _driven(drive: Callable[..., None], arguments: tuple[Any, ...], pipe: Any) -> None:
    drive(*arguments, pipe)
    pipe.send("end")
    os._exit(0)  # what is left of Qt is not tried here
