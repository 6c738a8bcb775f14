"""The page of an empty window: three doors, two tours, and the stores of before."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from es_desktop.app.store.preview import StorePreview
from es_desktop.views.store.recent_button import describe_store
from es_desktop.views.store.start_page import StartPage
from es_desktop.views.style.tokens import DARK
from tests.views.driving import Driver

WAYS = {
    "Open the demo": "demo",
    "Start the tour Five steps": "tour-five-steps",
    "Start the tour The wrong total": "tour-wrong-total",
    "Choose a file…": "open",
    "Enter a URL…": "connect",
    "New store…": "new-store",
    "Preferences": "preferences",
}


@pytest.fixture
def actions() -> dict[str, QAction]:
    return {name: QAction(name) for name in WAYS.values()}


@pytest.fixture
def page(qtbot: QtBot, actions: dict[str, QAction]) -> StartPage:
    page = StartPage(actions)
    qtbot.addWidget(page)
    page.resize(1024, 560)
    page.show()
    return page


def button(page: StartPage, name: str) -> QPushButton:
    return next(each for each in page.findChildren(QPushButton) if name in (each.accessibleName(), each.text()))


def shown(page: StartPage) -> list[str]:
    return [each.text() for each in page.findChildren(QLabel) if each.isVisible()]


def test_each_way_to_start_can_be_clicked(page: StartPage, qtbot: QtBot, actions: dict[str, QAction]) -> None:
    for name, action in WAYS.items():
        with qtbot.waitSignal(actions[action].triggered):
            qtbot.mouseClick(button(page, name), Qt.MouseButton.LeftButton)


def test_each_way_to_start_can_be_reached_by_keys(page: StartPage, qtbot: QtBot, actions: dict[str, QAction]) -> None:
    page.activateWindow()
    page.setFocus()
    assert page.focusWidget() is button(page, "Start the tour Five steps"), "what a new person begins with"
    reached = set()
    for _ in range(len(WAYS)):
        focused = page.focusWidget()
        assert isinstance(focused, QPushButton)
        name = focused.accessibleName() or focused.text()
        with qtbot.waitSignal(actions[WAYS[name]].triggered):
            qtbot.keyClick(focused, Qt.Key.Key_Space)
        reached.add(name)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert reached == set(WAYS)


def test_the_tour_to_begin_with_is_the_first_that_was_not_done(page: StartPage) -> None:
    for done, first, lengths in (
        ((), "Five steps", ["4 min", "8 min"]),
        (("five-steps",), "The wrong total", ["✓ done", "8 min"]),
        (("five-steps", "wrong-total"), "Five steps", ["✓ done", "✓ done"]),
    ):
        page.show_done(done)
        assert page.focusProxy() is button(page, f"Start the tour {first}")
        assert [text for text in shown(page) if text.endswith((" min", "done"))] == lengths


def test_a_recent_store_is_chosen_by_its_whole_path(page: StartPage, qtbot: QtBot, tmp_path: Path) -> None:
    store = tmp_path / "orders.esdb"
    store.touch()
    page.set_recent([str(store)])
    with qtbot.waitSignal(page.recent_chosen) as chosen:
        qtbot.mouseClick(button(page, "orders.esdb"), Qt.MouseButton.LeftButton)
    assert chosen.args == [str(store)]


def test_a_click_on_a_text_is_a_click_on_its_button(page: StartPage, qtbot: QtBot, tmp_path: Path) -> None:
    store = tmp_path / "orders.esdb"
    store.touch()
    page.set_recent([str(store)])
    with qtbot.waitSignal(page.recent_chosen):
        label = next(each for each in page.findChildren(QLabel) if each.text() == "orders.esdb")
        where = label.mapTo(button(page, "orders.esdb"), label.rect().center())
        qtbot.mouseClick(button(page, "orders.esdb"), Qt.MouseButton.LeftButton, pos=where)


def test_recent_stores_of_one_name_show_their_folders(page: StartPage, tmp_path: Path) -> None:
    stores = [str(tmp_path / each) for each in ("a/shop.esdb", "b/shop.esdb", "b/other.esdb")]
    preview = StorePreview("300 entities", "Order 1, at 9", 1.5, True, (0, 3), (0.5,), (0.0, 1.0))
    page.set_recent(stores, dict.fromkeys(stores, preview))
    folders = [text for text in shown(page) if text.startswith("· 300 entities")]
    assert [each.removeprefix("· 300 entities") for each in folders] == [
        " · in a",
        " · in b",
        "",
    ]


def test_a_store_that_is_gone_is_greyed(page: StartPage, tmp_path: Path) -> None:
    page.set_recent([str(tmp_path / "gone.esdb")])
    assert not button(page, "gone.esdb").isEnabled()
    assert "not found" in shown(page)


def test_a_new_list_replaces_the_old_one(page: StartPage, tmp_path: Path) -> None:
    page.set_recent([str(tmp_path / "a.esdb"), str(tmp_path / "b.esdb")])
    page.set_recent([])
    visible = [each.accessibleName() for each in page.findChildren(QPushButton) if each.isVisible()]
    assert "a.esdb" not in visible
    assert "Recent" not in shown(page)


def test_more_than_a_few_recent_stores_are_shown_on_request(page: StartPage, qtbot: QtBot, tmp_path: Path) -> None:
    page.set_recent([str(tmp_path / f"{number}.esdb") for number in range(6)])
    assert [button(page, f"{number}.esdb").isVisible() for number in range(6)] == [True] * 4 + [False] * 2
    qtbot.mouseClick(button(page, "Show all 6"), Qt.MouseButton.LeftButton)
    assert all(button(page, f"{number}.esdb").isVisible() for number in range(6))


def test_a_secret_of_an_address_is_never_shown(page: StartPage) -> None:
    address = "postgresql+psycopg://me:s3cret@db.example.org:5432/shop"
    page.set_recent([address])
    texts = [each.text() + each.toolTip() for each in page.findChildren(QLabel)]
    texts += [
        each.accessibleName() + each.accessibleDescription() + each.toolTip() for each in page.findChildren(QPushButton)
    ]
    assert "s3cret" not in "".join(texts)
    assert describe_store(address) == ("shop", "postgresql · db.example.org:5432", False)


def test_names_and_folders_of_files(tmp_path: Path) -> None:
    store = tmp_path / "orders.esdb"
    store.touch()
    assert describe_store(str(store)) == ("orders.esdb", str(tmp_path), False)
    assert describe_store(f"sqlite:///{store}") == ("orders.esdb", str(tmp_path), False)
    assert describe_store(str(Path.home() / "x" / "lost.esdb")) == ("lost.esdb", str(Path("~") / "x"), True)


@pytest.mark.parametrize("size", [(1024, 560), (480, 340), (2400, 1400)])
def test_it_fits_windows_small_and_large(page: StartPage, size: tuple[int, int]) -> None:
    page.set_tokens(DARK)
    page.resize(*size)
    first = button(page, "Start the tour Five steps")
    assert page.rect().contains(first.mapTo(page, first.rect().center()))


def test_a_preview_is_kept_as_it_was_and_a_damaged_one_is_none() -> None:
    preview = StorePreview("300 entities", "Order 1, at 9", 1.5, True, (0, 3), (0.5,), (0.0, 1.0))
    text = preview.to_json()
    assert StorePreview.from_json(text) == preview
    for damaged in ("", "[]", "{}", text[:-9], text.replace("[0.5]", "[7]"), text.replace("[0.5]", '["x"]')):
        assert StorePreview.from_json(damaged) is None


@pytest.mark.one_window
def test_a_store_that_was_open_is_shown_with_its_last_place(driver: Driver, demo_store: Path, sample: Path) -> None:
    page = driver.window.start_page
    driver.open(sample)
    driver.workspace.choose_by_id("ccc273ce", 9)
    driver.settle()
    name, settings = str(sample), driver.window.settings
    driver.qtbot.waitUntil(lambda: settings.preview_of(name) is not None)
    driver.open(demo_store)
    driver.choose("Order")
    driver.workspace.selection.go_to(4)
    driver.settle()
    driver.qtbot.waitUntil(lambda: " at 4" in str(settings.preview_of(str(demo_store))))
    driver.act("close")
    driver.settle()
    texts = shown(page)
    assert [text for text in texts if text in ("WRITABLE", "READ ONLY")] == ["WRITABLE", "READ ONLY"]
    assert "· 300 entities" in texts
    assert ", 11 entities" in button(page, sample.name).accessibleDescription()
    assert any("Order " in text and ", at 4 · today " in text for text in texts)
    preview = settings.preview_of(str(demo_store))
    assert preview is not None and len(preview.hues) > 4 and preview.snapshots
