"""A menu in which several entries are checked stays open; one entry of several closes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from es_desktop.views.style.dialogs import open_menu

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def menu(qtbot: QtBot) -> Iterator[QMenu]:
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = QMenu(parent)
    for text in ("Name", "Total"):
        menu.addAction(text).setCheckable(True)
    menu.addAction("Plain")
    group = QActionGroup(menu)
    for text in ("Light", "Dark"):
        group.addAction(menu.addAction(text)).setCheckable(True)
    open_menu(menu, QPoint(20, 20))
    qtbot.waitExposed(menu)
    yield menu
    parent.close()


def click(qtbot: QtBot, menu: QMenu, at: int) -> None:
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.actions()[at]).center())


def test_entries_are_checked_one_after_another_by_mouse(qtbot: QtBot, menu: QMenu) -> None:
    for at in (0, 1, 0):
        click(qtbot, menu, at)
    assert [each.isChecked() for each in menu.actions()[:2]] == [False, True]
    assert menu.isVisible()
    menu.close()


def test_entries_are_checked_one_after_another_by_keys(qtbot: QtBot, menu: QMenu) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_N):
        qtbot.keyClick(menu, key)
    assert [each.isChecked() for each in menu.actions()[:2]] == [False, True]
    assert menu.isVisible()
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()


@pytest.mark.parametrize("at", [2, 4])
def test_a_choice_closes_it(qtbot: QtBot, menu: QMenu, at: int) -> None:
    with qtbot.waitSignal(menu.actions()[at].triggered):
        click(qtbot, menu, at)
    assert not menu.isVisible()


def test_an_entry_of_something_else_outlives_the_menu(qtbot: QtBot) -> None:
    """A table adds its own actions to its menu, and goes on with them."""
    parent = QWidget()
    qtbot.addWidget(parent)
    action, menu = QAction("Replace", parent), QMenu(parent)
    menu.addAction(action)
    open_menu(menu, QPoint(20, 20))
    qtbot.waitExposed(menu)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    with qtbot.waitSignals([action.triggered, menu.destroyed]):
        click(qtbot, menu, 0)
    action.setEnabled(False)
    assert not action.isEnabled()
