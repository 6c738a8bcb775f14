"""The window before anything is open: little is loaded for it, without a visible difference."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.settings import Settings
from tests.patience import PATIENCE
from tests.running import environment

WHAT_IS_LOADED = """
import sys
from PySide6.QtWidgets import QApplication

def paint(app):
    (window,) = (each for each in QApplication.topLevelWidgets() if each.isVisible())
    window.grab()
    print(*sorted(sys.modules), sep="\\n")
    return 0

QApplication.exec = paint
from es_desktop.__main__ import main
sys.exit(main())
"""
LIBRARIES = {
    *("cryptography", "defusedxml", "keyring", "msgspec", "psycopg", "sqlalchemy", "yaml"),
    *("hashlib", "platform", "sqlite3", "tomllib", "uuid", "zoneinfo"),
}
"""Those of others and of Python that the first picture can do without."""
FOLDERS = {
    "app": {
        *("entity.hues", "search.examples", "store.preview", "tour.summary"),
        *("preferences.kept", "preferences.table", "text.plain", "text.time_format"),
        *("runtime.crash", "runtime.display", "runtime.errors", "runtime.log", "runtime.places"),
    },
    "cli": {"arguments", "command", "ending", "own_arguments", "table"},
    "models": {"entity.player", "guard", "window_view"},
    "system": {"counts", "limits", "locked_folder"},
    "views": {
        *("glossary.parts", "preferences.keys", "preferences.live", "preferences.shortcuts"),
        *("store.recent_button", "store.start_page"),
        *(f"style.{name}" for name in ("builders", "dialogs", "icons", "plain_text", "style_sheet", "theme", "tokens")),
        *(f"window.{name}" for name in ("bug_dialog", "main_window", "recent", "settings", "shortcuts", "status")),
        *("panels.view_pages", "panels.window_views", "window.window_actions", "window.windows"),
    },
}
"""What is loaded for the first picture. Of views also all actions: no other name is right here without a reason."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules that are loaded once the empty window of the real command is painted."""
    home = tmp_path_factory.mktemp("home")
    answer = subprocess.run(
        [sys.executable, "-c", WHAT_IS_LOADED],
        env={**environment(home), "QT_QPA_PLATFORM": "offscreen"},
        cwd=home,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=PATIENCE,
    )
    return set(answer.stdout.split())


def test_the_first_picture_loads_no_library_that_it_can_do_without(loaded: set[str]) -> None:
    assert loaded & LIBRARIES == set()


def test_the_first_picture_loads_only_what_is_seen_in_it(loaded: set[str]) -> None:
    """All else is imported after the first paint, or when it is opened: toolbar, docks, dialogs, a store."""
    packages = {name.rpartition(".")[0] for name in loaded}
    ours = [name.split(".", 2)[1:] for name in loaded - packages if name.startswith("es_desktop.")]
    found = {folder: {rest[0] for each, *rest in ours if each == folder and rest} for folder, *_ in ours}
    found["views"] = {name for name in found["views"] if not name.startswith("actions.")}
    assert found == {"gui": set(), "__main__": set(), "version": set(), **FOLDERS}


def menu_of(window: MainWindow, title: str) -> QMenu:
    return next(each for each in window.menuBar().findChildren(QMenu) if each.title() == title)


def picture(window: MainWindow) -> QImage:
    return window.grab().toImage()


def test_a_window_shows_the_same_before_and_after_its_context_exists(window: MainWindow) -> None:
    seen = picture(window)
    assert window.context.workspace.session is None
    assert picture(window) == seen


def test_a_menu_that_is_opened_first_says_what_is_possible_and_why_the_rest_is_not(window: MainWindow) -> None:
    menu_of(window, "&Store").aboutToShow.emit()
    offered = window.actions_by_id
    assert offered["open"].isEnabled() and not offered["export"].isEnabled()
    assert offered["export"].toolTip() == "Export (Ctrl+E)\nNo store is open."
    assert offered["export"].statusTip() == "No store is open."
    assert not offered["open"].icon().isNull()


def test_the_desk_is_there_once_the_window_is_painted(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.ready):
        window.show()
    assert window.context.docks.area.isHidden()


def test_the_view_menu_has_every_panel_even_where_it_is_opened_first(window: MainWindow) -> None:
    view = menu_of(window, "&View")
    view.aboutToShow.emit()
    panels = {dock.toggleViewAction() for dock in window.docks.all}
    assert panels <= {action for menu in view.findChildren(QMenu) for action in menu.actions()}


def test_a_window_that_is_closed_at_once_makes_no_context_and_keeps_the_layout(
    settings: Settings, window: MainWindow, qtbot: QtBot
) -> None:
    settings.set_layout_of("explore", QByteArray(b"as it was"))
    window.show()
    window.grab()
    window.close()
    with qtbot.waitCallback() as passed:
        QTimer.singleShot(0, passed)
    assert not window.is_ready
    assert settings.layout_of("explore") == b"as it was"
