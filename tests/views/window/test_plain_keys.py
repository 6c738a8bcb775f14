"""Keys without Ctrl or Alt: shortcuts where the history of an entity is shown, letters everywhere else; none writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabBar,
    QWidget,
)

from es_desktop.views.actions import ACTIONS
from es_desktop.views.entity.change_dialog import DiscardDialog
from es_desktop.views.preferences.dialog import PreferencesDialog
from es_desktop.views.style.dock_frame import Dock
from es_desktop.views.watch.expression_line import ExpressionLine
from tests.views.driving import Driver

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]

PLAIN = sorted({key for spec in ACTIONS for key in spec.plain_keys})


def click_tab(driver: Driver, title: str) -> QWidget:
    """Click the tab of a dock; return what has the focus then, which is inside the dock."""
    dock = next(each for each in driver.window.docks.all if each.windowTitle() == title)
    for bar in driver.window.docks.area.findChildren(QTabBar):
        for index in range(bar.count()):
            if bar.tabText(index) == title:
                driver.window.activateWindow()  # a list of what could be typed has closed, perhaps
                driver.qtbot.waitUntil(driver.window.isActiveWindow)
                driver.window.setFocus()
                driver.qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(index).center())
                driver.qtbot.waitUntil(lambda: holds_focus(dock))
                driver.settle()
                focus = QApplication.focusWidget()
                assert Driver.is_in_front(dock) and focus is not None
                return focus
    raise AssertionError(f"no tab {title}")


def holds_focus(dock: Dock) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is dock or dock.holds(focus))


def is_seen(widget: QWidget) -> bool:
    """Return whether a part of a widget is painted: of one that scrolls, what it shows covers it whole."""
    inner = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    return not inner.visibleRegion().isEmpty()


def opened() -> list[QWidget]:
    return [each for each in QApplication.topLevelWidgets() if each.isVisible() and isinstance(each, QDialog)]


def content(driver: Driver) -> tuple[object, ...]:
    session = driver.workspace.session
    assert session is not None
    facts = session.facts()
    return facts.events, facts.entities, facts.snapshots


def tabs(driver: Driver) -> list[str]:
    bars = driver.window.docks.area.findChildren(QTabBar)
    return [bar.tabText(index) for bar in bars for index in range(bar.count())]


def test_a_click_on_a_tab_puts_the_focus_inside_and_what_is_typed_writes_nothing(
    driver: Driver, demo_store: Path
) -> None:
    driver.open(demo_store)
    before, chosen = content(driver), driver.workspace.selection.entity_id
    assert len(tabs(driver)) == 12
    for title in tabs(driver):
        focus = click_tab(driver, title)
        assert is_seen(focus), title
        if title in ("Timeline", "State", "Rebuild", "Compare"):
            continue  # here keys are shortcuts
        if isinstance(focus, ExpressionLine):
            continue  # the names that it offers are a window of their own, which offscreen takes the focus back
        driver.qtbot.keyClicks(focus, "status")
        driver.settle()
        assert not opened(), title
        if isinstance(focus, QLineEdit):
            assert focus.text() == "status"
            focus.clear()
            driver.settle()
    assert (content(driver), driver.workspace.selection.entity_id) == (before, chosen)


@pytest.mark.parametrize("title", ["Entities", "Log", "Watch"])
def test_of_a_panel_with_a_line_the_line_has_the_focus(driver: Driver, demo_store: Path, title: str) -> None:
    driver.open(demo_store)
    assert isinstance(click_tab(driver, title), QLineEdit)


def test_no_plain_key_writes_wherever_the_focus_is(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    before, docks = content(driver), driver.window.docks
    for dock in docks.all:
        dock.build()
    views = [view for dock in docks.all for view in dock.history_views]
    assert len(views) == 9
    for view in (*views, docks.entities.table):
        for keys in PLAIN:
            view.setFocus()
            pressed = QKeySequence(keys)[0]
            driver.qtbot.keyClick(view, pressed.key(), pressed.keyboardModifiers())
            driver.settle()
            for each in opened():
                each.close()
    assert content(driver) == before


def test_plain_keys_act_where_the_history_is_and_not_in_the_list(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    selection, entities = driver.workspace.selection, driver.window.docks.entities
    last, chosen = selection.version, selection.entity_id
    assert last is not None
    entities.table.setFocus()
    driver.press(Qt.Key.Key_K)
    driver.settle()
    assert (selection.version, selection.entity_id) == (last, chosen)
    driver.press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is driver.window.docks.timeline.table
    driver.press(Qt.Key.Key_K)
    assert selection.version == last - 1
    entities.table.setFocus()
    driver.press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert selection.version == last - 2, "with Alt it acts everywhere"
    driver.press(Qt.Key.Key_Slash)
    assert QApplication.focusWidget() is entities.filter


def test_the_same_in_a_panel_that_floats(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock: Dock = driver.window.docks.snapshots
    dock.setFloating(True)
    dock.show()
    dock.activateWindow()
    driver.qtbot.waitUntil(dock.isActiveWindow)
    dock.take_focus()
    driver.qtbot.keyClicks(QApplication.focusWidget(), "e")
    driver.settle()
    assert not opened()
    dock.setFloating(False)


def test_enter_presses_the_button_that_has_the_focus(driver: Driver, demo_store: Path) -> None:
    window = driver.window
    driver.workspace.close_store()
    driver.settle()
    (link,) = (each for each in window.findChildren(QPushButton) if each.text() == "Preferences" and each.isVisible())
    link.setFocus()
    driver.press(Qt.Key.Key_Return)
    driver.dialog(PreferencesDialog).reject()
    driver.open(demo_store)
    driver.choose("Order")
    dock = window.docks.commands
    button = next(each for each in dock.findChildren(QPushButton) if each.text() == "Discard…")
    for floats in (False, True):
        dock.setFloating(floats)
        dock.show()
        button.window().activateWindow()
        driver.qtbot.waitUntil(button.isActiveWindow)
        button.setFocus()
        driver.qtbot.keyClick(button, Qt.Key.Key_Return)
        dialog = driver.dialog(DiscardDialog)
        view = driver.workspace.inspector.view
        assert view is not None
        name = driver.workspace.listing.name_of(view.facts)
        assert any(name in each.text() for each in dialog.findChildren(QLabel))
        dialog.reject()
        driver.settle()
    dock.setFloating(False)
