"""Runs the program until two stores are shown and the first is in front again; prints each time what is shown.

Or hands its store over to such a one, and ends.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from es_desktop import gui
from es_desktop.cli.arguments import parse
from es_desktop.views.window import hand_over
from es_desktop.views.window.main_window import MainWindow

run_until_closed = QApplication.exec
printed: list[str] = []


def say(line: str) -> None:
    if line not in printed:
        printed.append(line)
        print(line, flush=True)


def look() -> None:
    windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible()]
    stores = sorted(each.store for each in windows)
    if not all(stores) or not all(each.workspace.runner.is_idle for each in windows):
        return
    say(" ".join(stores))
    front = QApplication.activeWindow()
    if len(stores) == 2 and isinstance(front, MainWindow) and (len(printed) > 2 or front.store.endswith("b.db")):
        say(f"front: {front.store[-4:]}")
    if len(printed) == 4:
        for each in windows:
            each.close()


def run() -> int:
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    return run_until_closed()


QApplication.exec = staticmethod(run)  # type: ignore[method-assign]
hand_over.PATIENCE = 240_000  # type: ignore[misc]  # a busy machine answers late
sys.exit(gui.run(parse(sys.argv[1:]), None))
