"""Several stores, each in a window of its own; and what is dropped on a window opens."""

from __future__ import annotations

import gc
import shutil
import sys
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QLibraryInfo, QMimeData, QRect, QSize, Qt, QUrl, QVersionNumber
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from es_desktop.views.store.store_dialog import FolderDialog
from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.settings import Settings
from es_desktop.views.window.windows import place_beside
from tests.conftest import SAMPLES
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


@pytest.fixture
def stores(tmp_path: Path) -> list[Path]:
    """Two stores of other programs in one folder."""
    files = sorted(SAMPLES.glob("es-*sqlite*.db"))[:2]
    return [Path(shutil.copyfile(file, tmp_path / f"{number}.db")) for number, file in enumerate(files)]


@pytest.fixture(autouse=True)
def _one_window(driver: Driver) -> Iterator[None]:
    yield
    for window in others(driver):
        window.close()


def others(driver: Driver) -> list[MainWindow]:
    return [each for each in driver.window.windows.all if isinstance(each, MainWindow) and each is not driver.window]


def another(driver: Driver) -> Driver:
    """Return the driver of the only other window, once it shows what it opens."""
    (window,) = others(driver)
    found = Driver(window, driver.qtbot, driver.answers)
    found.settle()
    return found


def drop(window: MainWindow, at: QWidget, data: QMimeData) -> bool:
    """Drag something over a widget and drop it, as the system tells the window; return whether it was taken."""
    handle, actions = window.windowHandle(), Qt.DropAction.CopyAction
    point = at.mapTo(window, at.rect().center())
    rest = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    # Qt 6.12 warns of a place in whole pixels, and those before it take no other.
    place = point.toPointF() if QLibraryInfo.version() >= QVersionNumber(6, 12) else point
    enters = QDragEnterEvent(place, actions, *rest)
    QApplication.sendEvent(handle, enters)
    drops = QDropEvent(point.toPointF(), actions, *rest, QEvent.Type.Drop)
    QApplication.sendEvent(handle, drops)
    return enters.isAccepted() and drops.isAccepted()


def files(paths: Sequence[Path]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(each)) for each in paths])
    data.setText("\n".join(map(str, paths)))  # as file managers add
    return data


def opened(driver: Driver, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(driver.window.store))
    driver.settle()


def test_a_window_that_is_closed_leaves_nothing(driver: Driver, demo_store: Path) -> None:
    driver.window.another()
    second = another(driver)
    second.open(demo_store)
    second.choose("Order")
    left = [weakref.ref(each) for each in (second.window, second.workspace, second.workspace.runner)]
    second.window.close()
    del second
    driver.settle()
    for _ in range(2):  # the window, and then what belongs to it
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [each() is None for each in left] == [True] * 3


def test_a_file_opens_wherever_it_is_dropped(driver: Driver, qtbot: QtBot, stores: list[Path]) -> None:
    window = driver.window
    assert drop(window, window.start_page, files(stores[:1]))
    opened(driver, qtbot)
    assert window.store == str(stores[0]) and driver.workspace.entities.rowCount()
    places = (window.docks.entities.filter, window.docks.entities.table, window.toolbar, window.statusBar())
    for number, place in enumerate(places):
        assert drop(window, place, files([stores[(number + 1) % 2]]))
        qtbot.waitUntil(lambda number=number: window.store == str(stores[(number + 1) % 2]))
        driver.settle()
    assert window.docks.entities.filter.text() == ""


def test_what_is_no_file_goes_to_the_widget_below(driver: Driver, qtbot: QtBot, stores: list[Path]) -> None:
    driver.open(stores[0])
    data = QMimeData()
    data.setText("cart")
    assert drop(driver.window, driver.window.docks.entities.filter, data)
    assert driver.window.docks.entities.filter.text() == "cart"


def test_several_files_open_several_windows(driver: Driver, qtbot: QtBot, stores: list[Path]) -> None:
    drop(driver.window, driver.window.start_page, files(stores))
    opened(driver, qtbot)
    second = another(driver)
    assert [driver.window.store, second.window.store] == list(map(str, stores))
    second.window.docks.entities.filter.setText("nothing has that")
    second.settle()
    assert second.workspace.entities.rowCount() == 0 < driver.workspace.entities.rowCount()
    assert second.workspace.session is not driver.workspace.session


def test_what_is_no_store_is_the_error_of_opening_it(driver: Driver, qtbot: QtBot, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no store", encoding="utf-8")
    for path in (text, tmp_path / "empty"):
        path.suffix or path.mkdir()
        drop(driver.window, driver.window.start_page, files([path]))
        qtbot.waitUntil(lambda path=path: any(path.name in each.text for each in driver.answers.errors))
    driver.settle()
    texts = [error.text for error in driver.answers.errors]
    assert texts == [f"{text} is not an SQLite database: it is text", f"{tmp_path / 'empty'} holds no store"]
    assert driver.answers.errors[1].hint


def test_of_a_folder_the_stores_are_offered(driver: Driver, qtbot: QtBot, tmp_path: Path, stores: list[Path]) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "notes.txt").write_text("no store", encoding="utf-8")
    for folder in ("sub", ".git"):
        shutil.copyfile(stores[0], tmp_path / folder / "deep.db")
    drop(driver.window, driver.window.start_page, files([tmp_path]))
    dialog = driver.dialog(FolderDialog)
    model = dialog.table.model()
    shown = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert shown == ["0.db", "1.db", str(Path("sub", "deep.db"))]
    assert not driver.window.store
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    opened(driver, qtbot)
    assert [driver.window.store, another(driver).window.store] == list(map(str, stores))


def test_of_a_folder_with_one_store_that_opens(driver: Driver, qtbot: QtBot, stores: list[Path]) -> None:
    stores[1].unlink()
    drop(driver.window, driver.window.start_page, files([stores[0].parent]))
    opened(driver, qtbot)
    assert driver.window.store == str(stores[0])


def window_menu(driver: Driver) -> QMenu:
    menu = next(
        each for each in driver.window.menuBar().findChildren(QMenu) if each.title().replace("&", "") == "Window"
    )
    menu.aboutToShow.emit()
    return menu


def listed(driver: Driver) -> list[tuple[str, bool]]:
    actions = window_menu(driver).actions()
    return [(each.text(), each.isChecked()) for each in actions if each.isCheckable()]


def test_the_menu_lists_the_windows_and_goes_to_them(driver: Driver, qtbot: QtBot, stores: list[Path]) -> None:
    driver.open(stores[0])
    where = stores[0].parent
    assert listed(driver) == [(f"&1 0.db · {where}", True)]
    driver.act("new-window")
    second = another(driver)
    qtbot.waitUntil(second.window.isActiveWindow)
    assert second.window.size() == driver.window.size() and second.window.pos() != driver.window.pos()
    assert [each for each in driver.window.windows.all if each.is_free] == [second.window]
    second.answers.store = str(stores[1])
    second.act("open")
    second.settle()
    assert [text for text, _ in listed(driver)] == [f"&1 0.db · {where}", f"&2 1.db · {where}"]
    assert listed(second) == [(f"&1 0.db · {where}", False), (f"&2 1.db · {where}", True)]
    next(each for each in window_menu(second).actions() if each.text().startswith("&1")).trigger()
    qtbot.waitUntil(driver.window.isActiveWindow)
    driver.press(Qt.Key.Key_F6, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(second.window.isActiveWindow)
    second.press(Qt.Key.Key_F4, Qt.KeyboardModifier.ControlModifier)
    assert others(driver) == [] and driver.window.isVisible()
    assert driver.workspace.session is not None, "the other store stays open"
    assert len(listed(driver)) == 1


def test_a_store_that_is_shown_is_not_opened_twice(driver: Driver, qtbot: QtBot, stores: list[Path]) -> None:
    driver.open(stores[0])
    windows = driver.window.windows
    windows.open(str(stores[1]))
    second = another(driver)
    qtbot.waitUntil(second.window.isActiveWindow)
    session = driver.workspace.session
    windows.open(str(stores[0].parent / "." / "0.db"))
    qtbot.waitUntil(driver.window.isActiveWindow)
    assert driver.workspace.session is session and len(windows.all) == 2
    chosen = driver.workspace.entities.at(1)
    assert chosen is not None
    windows.open(str(stores[0]), entity=str(chosen.id), version=1)
    driver.qtbot.waitUntil(lambda: driver.workspace.selection.entity_id == chosen.id)
    driver.settle()
    assert len(windows.all) == 2 and driver.workspace.selection.version == 1


def test_recent_stores_are_the_same_in_every_window(driver: Driver, stores: list[Path]) -> None:
    driver.act("new-window")
    second = another(driver)
    driver.open(stores[0])
    windows = (driver.window, second.window)
    assert [window.toolbar.recent.actions()[0].text() for window in windows] == [str(stores[0])] * 2


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such name")
def test_a_file_whose_name_is_no_text_is_dropped_and_opened_again(driver: Driver, stores: list[Path]) -> None:
    store = stores[0].rename(stores[0].with_name("caf\udce9.db"))
    data = QMimeData()
    data.setData("text/uri-list", f"{store.with_name('caf').as_uri()}%E9.db\r\n".encode())
    assert drop(driver.window, driver.window.start_page, data)
    opened(driver, driver.qtbot)
    assert (driver.window.store, driver.answers.errors) == (str(store), [])


@pytest.mark.parametrize("name", ["/caf\udce9.db", "/two\nlines.db", '/"q".db', "postgresql://u@host/d"])
def test_a_recent_store_keeps_its_name(settings: Settings, tmp_path: Path, name: str) -> None:
    settings.add_recent("/other.db")
    settings.add_recent(name)
    settings.sync()
    copied = shutil.copytree(tmp_path / "config", tmp_path / "copied")  # which Qt has not read yet
    assert Settings(copied / "settings.ini").recent == [name, "/other.db"]


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (QRect(0, 0, 800, 600), QRect(32, 32, 800, 600)),
        (QRect(0, 0, 1440, 900), QRect(32, 32, 1408, 868)),
        (QRect(900, 500, 500, 400), QRect(0, 0, 500, 400)),
        (QRect(-50, 0, 800, 600), QRect(-18, 32, 800, 600)),
    ],
)
def test_a_second_window_is_on_the_screen_like_the_first(frame: QRect, expected: QRect) -> None:
    assert place_beside(frame, QRect(0, 0, 1440, 900), QSize(500, 400)) == expected


def test_quit_closes_all(theme: object, window: MainWindow, qtbot: QtBot) -> None:
    window.show()
    window.context.windows.all[0].another()
    assert len(window.windows.all) == 2
    window.actions_by_id["quit"].trigger()
    assert window.windows.all == [] and not window.isVisible()
