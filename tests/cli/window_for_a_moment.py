"""Runs the window as the program does, lets it open a store, makes a bookmark, prints its messages, and closes it."""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from es_desktop import gui
from es_desktop.cli.arguments import parse
from es_desktop.views.window.main_window import MainWindow

messages: list[str] = []
refusals: list[str] = []
run_until_closed = QApplication.exec


def run() -> int:
    (window,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    window.workspace.message.connect(messages.append)
    window.workspace.refused.connect(lambda error: refusals.append(str(error)))
    timer = QTimer()
    timer.timeout.connect(lambda: look(window, timer))
    timer.start(20)
    return run_until_closed()


def look(window: MainWindow, timer: QTimer) -> None:
    workspace = window.workspace
    chosen = workspace.selection.entity_id
    if workspace.facts is None or chosen is None or not workspace.runner.is_idle:
        return
    if not workspace.notes.marks:
        workspace.notes.set_bookmark(chosen, None, "kept")
        return
    timer.stop()
    print(workspace.facts.entities)
    print(refusals)
    print(*messages, sep="\n")
    window.close()


QApplication.exec = staticmethod(run)  # type: ignore[method-assign]
sys.exit(gui.run(parse(sys.argv[1:]), None))
