"""The real window on real stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from es_desktop.app.notebook import NotebookFolder
from es_desktop.models.tasks import TaskRunner
from es_desktop.models.workspace import Workspace
from es_desktop.views.main_window import MainWindow
from es_desktop.views.settings import Settings
from es_desktop.views.theme import Theme
from tests.views.driving import Answers, Driver


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "config" / "settings.ini")


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme(qapp, "light")
    yield theme
    theme.deleteLater()


@pytest.fixture
def driver(qtbot: QtBot, theme: Theme, settings: Settings, tmp_path: Path) -> Iterator[Driver]:
    answers = Answers()
    window = MainWindow(
        Workspace(TaskRunner(), NotebookFolder(tmp_path / "notebooks")),
        theme,
        settings,
        tmp_path / "demo" / "demo.esdb",
        answers,
    )
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    yield Driver(window, qtbot, answers)
    window.close()
    window.deleteLater()
