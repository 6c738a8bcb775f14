"""The page of an empty window: three ways to begin, and the stores of before."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from es_desktop.views.store.start_page import StartPage, describe_store
from es_desktop.views.style.tokens import DARK


@pytest.fixture
def page(qtbot: QtBot) -> StartPage:
    page = StartPage()
    qtbot.addWidget(page)
    page.resize(1024, 560)
    page.show()
    return page


def button(page: StartPage, name: str) -> QPushButton:
    return next(each for each in page.findChildren(QPushButton) if each.accessibleName() == name)


def ways(page: StartPage) -> list[tuple[str, SignalInstance]]:
    return [
        ("Open a store…", page.open_requested),
        ("New store…", page.new_requested),
        ("Try the demo", page.demo_requested),
    ]


def test_each_way_to_start_can_be_clicked(page: StartPage, qtbot: QtBot) -> None:
    for name, signal in ways(page):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button(page, name), Qt.MouseButton.LeftButton)


def test_each_way_to_start_can_be_reached_by_keys(page: StartPage, qtbot: QtBot) -> None:
    page.activateWindow()
    page.setFocus()
    for name, signal in ways(page):
        assert page.focusWidget() is button(page, name)
        with qtbot.waitSignal(signal):
            qtbot.keyClick(button(page, name), Qt.Key.Key_Return)
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab)


def test_a_click_on_a_text_is_a_click_on_its_button(page: StartPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.demo_requested):
        label = next(each for each in page.findChildren(QLabel) if each.text() == "Try the demo")
        where = label.mapTo(button(page, "Try the demo"), label.rect().center())
        assert page.childAt(label.mapTo(page, label.rect().center())) is button(page, "Try the demo")
        qtbot.mouseClick(button(page, "Try the demo"), Qt.MouseButton.LeftButton, pos=where)


def test_a_recent_store_is_chosen_by_its_whole_path(page: StartPage, qtbot: QtBot, tmp_path: Path) -> None:
    store = tmp_path / "orders.esdb"
    store.touch()
    page.set_recent([str(store)])
    with qtbot.waitSignal(page.recent_chosen) as chosen:
        qtbot.mouseClick(button(page, "orders.esdb"), Qt.MouseButton.LeftButton)
    assert chosen.args == [str(store)]


def test_a_store_that_is_gone_is_greyed(page: StartPage, tmp_path: Path) -> None:
    page.set_recent([str(tmp_path / "gone.esdb")])
    assert not button(page, "gone.esdb").isEnabled()


def test_a_new_list_replaces_the_old_one(page: StartPage, tmp_path: Path) -> None:
    page.set_recent([str(tmp_path / "a.esdb"), str(tmp_path / "b.esdb")])
    page.set_recent([])
    visible = [each.accessibleName() for each in page.findChildren(QPushButton) if each.isVisible()]
    assert "a.esdb" not in visible
    assert not any(each.isVisible() for each in page.findChildren(QLabel) if each.text() == "Recent stores")


def test_a_secret_of_an_address_is_never_shown(page: StartPage) -> None:
    address = "postgresql+psycopg://me:s3cret@db.example.org:5432/shop"
    page.set_recent([address])
    shown = [each.text() + each.toolTip() for each in page.findChildren(QLabel)]
    shown += [
        each.accessibleName() + each.accessibleDescription() + each.toolTip() for each in page.findChildren(QPushButton)
    ]
    assert "s3cret" not in "".join(shown)
    assert describe_store(address) == ("shop", "postgresql · db.example.org:5432", False)


def test_names_and_folders_of_files(tmp_path: Path) -> None:
    store = tmp_path / "orders.esdb"
    store.touch()
    assert describe_store(str(store)) == ("orders.esdb", str(tmp_path), False)
    assert describe_store(f"sqlite:///{store}") == ("orders.esdb", str(tmp_path), False)
    assert describe_store(str(Path.home() / "x" / "lost.esdb")) == ("lost.esdb", str(Path("~") / "x"), True)


@pytest.mark.parametrize("size", [(1024, 560), (400, 300), (2400, 1400)])
def test_it_fits_windows_small_and_large(page: StartPage, size: tuple[int, int]) -> None:
    page.set_tokens(DARK)
    page.resize(*size)
    first = button(page, "Open a store…")
    assert 200 < first.width() <= 560
    assert page.rect().contains(first.mapTo(page, first.rect().center()))
