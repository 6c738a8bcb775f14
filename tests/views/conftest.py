"""The real window on real stores."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.verdict import NEAREST
from es_desktop.app.notes.notebook import NotebookFolder
from es_desktop.app.store.opening import Opener
from es_desktop.app.store.session import create_session
from es_desktop.examples import Order
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.theme import Theme
from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.settings import Settings
from tests.app.storing import sql
from tests.views.driving import Answers, Driver


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "config" / "settings.ini")


@pytest.fixture(scope="session")
def only_theme(qapp: QApplication) -> Theme:
    """The only theme object of the application. Its folder of drawings exists as long as it does."""
    return Theme(qapp, "light")


@pytest.fixture
def theme(only_theme: Theme) -> Iterator[Theme]:
    """The light theme, whatever tests before have left."""
    only_theme.set_mode("light")
    yield only_theme
    only_theme.set_mode("light")


@pytest.fixture
def opener() -> Opener:
    """What the window opens stores with; one that remembers nothing, unless a test wants another."""
    return Opener()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window(theme: Theme, settings: Settings, tmp_path: Path, opener: Opener, answers: Answers) -> Iterator[MainWindow]:
    """The new window, not shown yet."""
    window = MainWindow(
        lambda: Workspace(TaskRunner(), NotebookFolder(tmp_path / "notebooks"), opener),
        theme,
        settings,
        tmp_path / "demo" / "demo.esdb",
        answers,
    )
    window.resize(1440, 900)
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture(scope="module")
def module_window(only_theme: Theme, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """The window of the tests of one module."""
    folder = tmp_path_factory.mktemp("window")
    window = MainWindow(
        lambda: Workspace(TaskRunner(), NotebookFolder(folder / "notebooks"), Opener()),
        only_theme,
        Settings(folder / "settings.ini"),
        folder / "demo.esdb",
        Answers(),
    )
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture(scope="module")
def module_demo(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo store of the tests of one module that is marked with ``one_store``: they only read it."""
    return Path(shutil.copyfile(demo_template, tmp_path_factory.mktemp("demo") / "demo.esdb"))


@pytest.fixture
def own_demo(demo_template: Path, tmp_path: Path) -> Path:
    """A demo store of the test's own: one that is opened anew, or changed."""
    return Path(shutil.copyfile(demo_template, tmp_path / "demo.esdb"))


@pytest.fixture
def demo_store(request: pytest.FixtureRequest) -> Path:
    """A demo store of the test's own, or of its module if that is marked with ``one_store``."""
    is_shared = request.node.get_closest_marker("one_store") is not None
    found: Path = request.getfixturevalue("module_demo" if is_shared else "own_demo")
    return found


@pytest.fixture
def shared_driver(
    request: pytest.FixtureRequest, module_window: MainWindow, theme: Theme, qtbot: QtBot
) -> Iterator[Driver]:
    """The window of the module, without a store: for tests that change nothing else that would be remembered.

    To make a window takes as long as to open a store and to change an entity.
    """
    window, answers = module_window, module_window.context.prompts
    assert isinstance(answers, Answers)
    answers.forget()
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    driver = Driver(window, qtbot, answers)
    kept = str(request.getfixturevalue("module_demo")) if request.node.get_closest_marker("one_store") else ""
    yield driver
    for each in QApplication.topLevelWidgets():
        if each.isVisible() and isinstance(each, QDialog | QMenu):
            each.close()
    docks = window.docks
    docks.entities.filter.clear()
    window.workspace.inspector.set_base(NEAREST)
    session = window.workspace.session
    if session is not None and session.absolute_name == kept:
        driver.show_as_opened()
    else:
        window.workspace.close_store()
    driver.settle()
    if any(dock.isFloating() for dock in docks.all):
        docks.restore_default()
    for dock in (docks.entities, docks.timeline, docks.state, docks.rebuild):
        dock.raise_()


@pytest.fixture
def driver(request: pytest.FixtureRequest) -> Driver:
    """The window of the test, or of its module if that is marked with ``one_window``."""
    is_shared = request.node.get_closest_marker("one_window") is not None
    found: Driver = request.getfixturevalue("shared_driver" if is_shared else "own_driver")
    return found


@pytest.fixture
def own_driver(window: MainWindow, qtbot: QtBot, answers: Answers) -> Driver:
    window.show()
    qtbot.waitExposed(window)
    return Driver(window, qtbot, answers)


@pytest.fixture
def broken_store(tmp_path: Path) -> Path:
    """An order of events 0 to 9: 2 is cut off, 4 is gone, 6 has a price that the model cannot count with."""
    path = tmp_path / "broken.esdb"
    session = create_session(str(path))
    commands = Commands(session)
    order_id = commands.create(Order, {"customer": "Zoë"}).entity_id
    with session.bus.activated():
        order = session.repository[order_id]
        for number in range(9):
            order.add_item(f"sku-{number}", "Apple", 1, Decimal("2.00"))
    session.close()
    events = "UPDATE integer_sequenced_items SET data"
    sql(
        path,
        f"{events} = substr(data, 1, 20) WHERE position = 2",
        "DELETE FROM integer_sequenced_items WHERE position = 4",
        f"""{events} = json_replace(data, '$.quantity', '"many"') WHERE position = 6""",
    )
    return path
