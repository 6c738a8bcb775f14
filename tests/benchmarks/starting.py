"""Start-up: from the command to a painted window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .measuring import Figure, interleaved

_BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1440, 900)
window.show()
window.grab()
"""
_OURS = """
import os
from pathlib import Path
from PySide6.QtWidgets import QApplication
from es_desktop import gui
from es_desktop.models.tasks import TaskRunner
from es_desktop.models.workspace import Workspace
app = QApplication([])
folder = Path(os.environ["XDG_CONFIG_HOME"])
window = gui.MainWindow(
    Workspace(TaskRunner(), gui.NotebookFolder(folder / "notebooks")),
    gui.Theme(app, "light"),
    gui.Settings(folder / "s.ini"),
    folder / "demo.esdb",
)
window.show()
window.grab()
window.close()
"""


def startup(folder: Path, events: int) -> Figure:
    """Our window, empty and painted, against a bare one of the same size; both drawn offscreen."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(folder)}

    def run(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)

    ours, peer = interleaved(lambda: run(_OURS), lambda: run(_BARE))
    return Figure("startup", ours * 1e3, peer * 1e3, "bare window", "ms", 0)
