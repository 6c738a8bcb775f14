"""The main job, from the start page to the discarded entity, once by the keyboard alone and once by the mouse alone.

Open a store, choose an entity, go through versions, change an attribute, take a snapshot, see the rebuilds, discard.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from es_desktop.views.entity.change_dialog import ChangeDialog, DiscardDialog
from es_desktop.views.style.fields import ChoiceBox
from tests.views.driving import Driver
from tests.views.hands import Mouse

CONTROL, SHIFT, ALT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Control", "Shift", "Alt"))
KEY = Qt.Key
MOST = 80
"""Presses of Tab that are enough to come to any control."""


@pytest.fixture
def at_start(driver: Driver, demo_store: Path) -> Driver:
    """The start page, which lists the store as a recent one."""
    window = driver.window
    window.settings.add_recent(str(demo_store), None)
    window.start_page.set_recent([str(demo_store)])
    window.activateWindow()
    driver.qtbot.waitUntil(window.isActiveWindow)
    driver.settle()
    return driver


def open_order(driver: Driver) -> int:
    """Return the row of an order that can still be changed, and has no snapshot yet."""
    entities = driver.workspace.entities
    rows = (row for row in range(entities.rowCount()) if entities.at(row).type == "Order")
    return next(row for row in rows if not entities.at(row).discarded and 4 < entities.at(row).events < 9)


def facts(driver: Driver) -> tuple[int, list[int], bool]:
    """Return the last version, the versions of the snapshots and whether the entity is discarded, from the store."""
    view = driver.workspace.inspector.view
    assert view is not None
    return view.facts.version, list(view.snapshot_versions), view.facts.discarded


def tab_to(driver: Driver, is_there: Callable[[QWidget], bool]) -> QWidget:
    """Press Tab until a widget has the focus; return it."""
    for _ in range(MOST):
        focus = QApplication.focusWidget()
        if focus is not None and is_there(focus):
            return focus
        driver.press(KEY.Key_Tab)
    raise AssertionError("Tab does not lead there")


def test_the_main_job_by_keyboard_alone(at_start: Driver, demo_store: Path) -> None:
    driver, window = at_start, at_start.window
    selection = driver.workspace.selection
    tab_to(driver, lambda each: each.accessibleName() == demo_store.name)
    driver.press(KEY.Key_Return)
    driver.settle()

    docks = window.docks
    assert QApplication.focusWidget() is docks.entities.table
    for _ in range(open_order(driver) - docks.entities.table.currentIndex().row()):
        driver.press(KEY.Key_Down)
    driver.settle()
    driver.press(KEY.Key_Return)
    last = selection.version
    assert last is not None and QApplication.focusWidget() is docks.timeline.table

    for key, version in ((KEY.Key_K, last - 1), (KEY.Key_Home, 0), (KEY.Key_J, 1), (KEY.Key_End, last)):
        driver.press(key)
        driver.settle()
        assert selection.version == version

    driver.press(KEY.Key_E)
    dialog = driver.dialog(ChangeDialog)
    tab_to(driver, lambda each: isinstance(each, ChoiceBox) and each.accessibleName() == "Attribute")
    driver.qtbot.keyClicks(QApplication.focusWidget(), "note")
    tab_to(driver, lambda each: each.accessibleName() == "note" and not isinstance(each, QComboBox))
    driver.press(KEY.Key_A, CONTROL)
    driver.qtbot.keyClicks(QApplication.focusWidget(), "by keys")
    driver.qtbot.waitUntil(dialog.agree_button.isEnabled)
    driver.press(KEY.Key_Return)
    driver.settle()
    assert driver.state()["note"].endswith("by keys")
    assert facts(driver)[0] == last + 1

    driver.press(KEY.Key_S, CONTROL)
    driver.settle()
    assert last + 1 in facts(driver)[1]

    assert docks.rebuild.title_bar.badge.text().startswith("same state")
    tab_to(driver, lambda each: each is docks.rebuild.cards)
    for key, version in ((KEY.Key_K, last), (KEY.Key_Left, last - 1), (KEY.Key_End, last + 1)):
        driver.press(key)
        driver.settle()
        assert selection.version == version

    driver.press(KEY.Key_Delete, CONTROL)
    dialog = driver.dialog(DiscardDialog)
    driver.qtbot.waitUntil(dialog.agree_button.isEnabled)
    tab_to(driver, lambda each: each is dialog.agree_button)
    driver.press(KEY.Key_Space)
    driver.settle()
    assert facts(driver)[2]


def pick(driver: Driver, mouse: Mouse, box: QComboBox, text: str) -> None:
    """Open a list of options, and click one."""
    mouse.click(box)
    view = box.view()
    driver.qtbot.waitUntil(view.isVisible)
    index = view.model().index(box.findText(text), 0)
    view.scrollTo(index)

    def is_chosen() -> bool:
        if view.isVisible():  # Qt ignores a click that comes as soon as a second one of a double click
            driver.qtbot.mouseMove(view.viewport(), view.visualRect(index).center())
            mouse.click(view.viewport(), view.visualRect(index).center())
        return box.currentText() == text

    driver.qtbot.waitUntil(is_chosen)


def test_the_main_job_by_mouse_alone(at_start: Driver, demo_store: Path) -> None:
    driver, window, mouse = at_start, at_start.window, Mouse(at_start)
    selection = driver.workspace.selection
    mouse.button(window.start_page, demo_store.name)

    docks = window.docks
    mouse.cell(docks.entities.table, open_order(driver), 1)
    last, strip = selection.version, docks.timeline.strip
    assert last is not None and last > 3

    def at(version: int) -> QPoint:
        return QPoint(round(strip.x_of(version)), strip.height() // 2)

    driver.qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=at(3))
    driver.settle()
    assert selection.version == 3
    driver.qtbot.mouseMove(strip, at(1))
    driver.qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=at(1))
    mouse.button(window.toolbar, "Last event")
    assert selection.version == last

    mouse.menu("Entity", "Change an attribute…")
    dialog = driver.dialog(ChangeDialog)
    boxes = {each.accessibleName(): each for each in dialog.findChildren(ChoiceBox)}
    pick(driver, mouse, boxes["Attribute"], "gift")
    driver.settle()
    boxes = {each.accessibleName(): each for each in dialog.findChildren(ChoiceBox) if each.isVisible()}
    gift = boxes["gift"]
    wanted = "false" if gift.currentText() == "true" else "true"
    pick(driver, mouse, gift, wanted)
    mouse.button(dialog, "Write event")
    assert facts(driver)[0] == last + 1

    mouse.button(window.toolbar, "Take snapshot")
    assert last + 1 in facts(driver)[1]
    assert docks.rebuild.title_bar.badge.text().startswith("same state")
    mouse.button(window.toolbar, "Step back")
    cards = docks.rebuild.cards
    mouse.click(cards.viewport(), cards.card_rect(0).center())
    driver.settle()
    assert (selection.version or 0) < last

    mouse.menu("Entity", "Discard the entity…")
    discard = driver.dialog(DiscardDialog)
    mouse.button(discard, discard.agree_button.text())
    assert facts(driver)[2]
