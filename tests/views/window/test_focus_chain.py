"""Tab and Shift+Tab all round the window: only visible widgets get the focus, and nothing else is chosen by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from tests.views.driving import Driver
from tests.views.window.test_plain_keys import click_tab, is_seen, tabs

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]

MOST = 120
"""Presses that are enough for a full round, whatever is shown."""


def round_trip(driver: Driver, key: Qt.Key, modifier: Qt.KeyboardModifier) -> list[QWidget]:
    """Press a key until the focus is where it began; return what had it."""
    seen: list[QWidget] = []
    for _ in range(MOST):
        driver.press(key, modifier)
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus in seen:
            return seen
        seen.append(focus)
    raise AssertionError("the focus does not come round")


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_only_what_is_seen_takes_the_focus(
    driver: Driver, demo_store: Path, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    driver.open(demo_store)
    driver.act("bookmark-entity")
    driver.settle()
    chosen = driver.workspace.selection.entity_id, driver.workspace.selection.version
    of_explore = ("Entities", "Notes", "Activity", "Event", "Watch")
    docks = {each.title: each for each in driver.every_dock()}
    of_others = [each.title for each in docks.values() if each not in driver.window.docks.explore.all]
    for title in (*of_explore, *of_others):
        if title in of_explore:
            click_tab(driver, title)
        else:
            docks[title].bring_forward(docks[title])
            driver.settle()
        seen = round_trip(driver, key, modifier)
        driver.settle()
        assert len(seen) > 3
        unseen = [f"{each} {each.accessibleName()}" for each in seen if not is_seen(each)]
        assert not unseen, title
        assert (driver.workspace.selection.entity_id, driver.workspace.selection.version) == chosen, title


def test_a_filtered_list_keeps_the_chosen_entity_when_it_takes_the_focus(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    chosen = driver.workspace.entities.at(0)
    other = "Order" if chosen.type != "Order" else "Account"
    driver.type_into(driver.window.docks.entities.filter, other)
    driver.settle()
    assert driver.workspace.entities.row_of(chosen.id) is None
    driver.press(Qt.Key.Key_Tab)
    driver.settle()
    assert QApplication.focusWidget() is driver.window.docks.entities.table
    assert driver.workspace.selection.entity_id == chosen.id


def test_what_is_behind_other_panels_is_not_there_for_anybody(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    for title in tabs(driver):
        click_tab(driver, title)
        behind = [each for each in driver.window.docks.explore.all if not Driver.is_in_front(each)]
        assert len(behind) == 8
        assert not [each for dock in behind for each in (dock.widget(), dock.title_bar) if each.isVisible()]
    docks = driver.window.docks
    docks.log.setFloating(True)
    docks.log.show()
    assert docks.log.widget().isVisible() and docks.log.title_bar.isVisible()
    docks.restore_default()
    driver.qtbot.waitUntil(lambda: Driver.is_in_front(docks.timeline))
    assert not docks.log.widget().isVisible()


def test_the_panels_keep_their_sizes_whichever_is_in_front(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    docks = driver.window.docks
    columns = (docks.entities, docks.timeline, docks.state, docks.rebuild)
    before = [each.size() for each in columns]
    assert columns[1].width() > columns[0].width() + 100 and columns[1].width() > columns[2].width() + 100
    for title in (*tabs(driver), "Entities", "Timeline", "State", "Rebuild"):
        click_tab(driver, title)
    for each, size in zip(columns, before, strict=True):
        assert (each.width(), abs(each.height() - size.height()) < 5) == (size.width(), True), each.windowTitle()


def test_the_panel_that_covers_another_has_its_focus(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    docks = driver.window.docks
    docks.timeline.table.setFocus()
    docks.log.raise_()
    driver.qtbot.waitUntil(docks.log.text.hasFocus)
    docks.entities.table.setFocus()
    docks.timeline.raise_()
    driver.settle()
    assert docks.entities.table.hasFocus(), "who is elsewhere stays there"


def test_each_focus_shows(driver: Driver, demo_store: Path) -> None:
    """Where the focus is, something is painted that is not there without it."""
    driver.open(demo_store)
    driver.act("bookmark-entity")
    driver.settle()
    unseen = set()
    for title in ("Entities", "Activity", "Event", "Watch", "Snapshots"):
        click_tab(driver, title)
        for each in round_trip(driver, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier):
            driver.window.activateWindow()
            driver.qtbot.waitUntil(driver.window.isActiveWindow)
            each.setFocus(Qt.FocusReason.TabFocusReason)
            with_focus = picture(each)
            driver.window.centralWidget().setFocus()
            if picture(each) == with_focus:
                unseen.add(f"{title}: {type(each).__name__} {each.accessibleName() or each.objectName()}")
    assert not unseen, "\n".join(sorted(unseen))


def picture(widget: QWidget) -> QImage:
    """Return what is painted at a widget and around it."""
    top = widget.window()
    place = QRect(widget.mapTo(top, QPoint(0, 0)), widget.size()).adjusted(-3, -3, 3, 3)
    return top.grab(place).toImage()
