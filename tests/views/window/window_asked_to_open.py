"""Runs the window as the program does, is asked by the system to open stores, prints what is shown, and closes."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from es_desktop import gui
from es_desktop.cli.arguments import parse
from es_desktop.views.window.main_window import MainWindow

early, address = sys.argv[1:]
run_until_closed = QApplication.exec


def ask(event: QFileOpenEvent) -> None:
    application = QCoreApplication.instance()
    assert application is not None
    QCoreApplication.postEvent(application, event)


def look(timer: QTimer) -> None:
    windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible()]
    if not windows or not all(each.store and each.workspace.runner.is_idle for each in windows):
        return
    if len(windows) == 1:
        ask(QFileOpenEvent(QUrl(address)))
        return
    timer.stop()
    for each in sorted(windows, key=lambda window: window.store):
        print(each.store, each.workspace.selection.entity_id, each.workspace.selection.version)
    for each in windows:
        each.close()


def run() -> int:
    ask(QFileOpenEvent(early))  # before the window is ready
    timer = QTimer()
    timer.timeout.connect(lambda: look(timer))
    timer.start(20)
    return run_until_closed()


QApplication.exec = staticmethod(run)  # type: ignore[method-assign]
sys.exit(gui.run(parse([]), None))
