"""Start-up: from the command to a painted window."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from .measuring import Figure, alternated, ratio_of_at_most

_OBSERVED = """
import runpy, sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Painting(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, report)  # what the window holds is painted right after it, before any timer
        return False

def report():
    print("painted", flush=True)
    QApplication.quit()

def run(app, loop=QApplication.exec):
    painting = Painting()
    for window in QApplication.topLevelWidgets():
        window.installEventFilter(painting)
    return loop()

QApplication.exec = run
"""
"""Tells the first paint, and ends the program then; for both in the same way."""
_OURS = "runpy.run_module('es_desktop', run_name='__main__')"
_BARE = """
app = QApplication([])
window = QMainWindow()
window.resize(1440, 900)
window.show()
app.exec()
"""


def startup(folder: Path, events: int) -> Figure:
    """``python -m es_desktop`` until its empty window is painted, against a bare one; both are drawn offscreen."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {
        "QT_QPA_PLATFORM": "offscreen",
        # Both find what Python compiled at the first run, which does not count.
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
    }

    def until_painted(code: str) -> float:
        start = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-c", _OBSERVED + code],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            taken = time.perf_counter() - start
        assert (line, process.returncode) == ("painted\n", 0)
        return taken

    ours, peer = alternated(lambda: until_painted(_OURS), lambda: until_painted(_BARE))
    return Figure("startup", ours * 1e3, peer * 1e3, "bare window", "ms", 0, ratio_of_at_most(2))
