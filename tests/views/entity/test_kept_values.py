"""What a person keeps in view of a state: values pinned, hidden, and drawn as lanes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from es_desktop.models.table.model import TONE_ROLE
from es_desktop.views.entity.value_menu import ValueMenu
from es_desktop.views.watch.lane_paint import ROW
from tests.views.driving import Driver
from tests.views.entity.state_rows import (
    entry,
    names,
    right_click,
    row_of,
    take,
)

pytestmark = pytest.mark.one_window

SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_values_are_pinned_and_hidden_by_key_and_it_is_remembered(order: Driver, demo_store: Path) -> None:
    take(order, "lines[0].price")
    order.press(Qt.Key.Key_P)
    take(order, "total")
    order.press(Qt.Key.Key_P)
    for path in ("note", "channel"):
        take(order, path)
        order.press(Qt.Key.Key_H)
    take(order, "lines[1]")
    order.press(Qt.Key.Key_H)
    link, shown = order.window.docks.state.hidden_link, names(order)
    assert shown[:2] == ["lines[0].price", "total"] and not {"note", "channel"} & set(shown)
    assert link.isVisible() and link.text() == "3 values hidden · show"
    order.settle()
    order.act("close")
    order.settle()
    order.open(demo_store)
    order.choose("Order")
    assert names(order)[:2] == ["lines[0].price", "total"]
    assert not {"note", "channel"} & set(names(order))


def test_what_is_hidden_is_shown_faint_and_hidden_no_longer(order: Driver) -> None:
    take(order, "note")
    order.press(Qt.Key.Key_H)
    tree, link = order.window.docks.state.tree, order.window.docks.state.hidden_link
    assert tree.currentIndex().isValid() and QApplication.focusWidget() is tree, "the next row is current"
    order.qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert row_of(order, "note").data(TONE_ROLE) == "faint"
    assert link.text() == "1 hidden value · hide again"
    assert order.window.actions_by_id["show-hidden"].isChecked()
    order.press(Qt.Key.Key_H, SHIFT)
    assert "note" not in names(order)
    assert not order.window.actions_by_id["show-hidden"].isChecked()
    order.press(Qt.Key.Key_H, SHIFT)
    take(order, "note")
    order.press(Qt.Key.Key_H)
    assert row_of(order, "note").data(TONE_ROLE) is None
    assert not link.isVisible()
    order.press(Qt.Key.Key_H, SHIFT)
    assert not order.window.actions_by_id["show-hidden"].isChecked(), "as before"


def test_the_choice_is_kept_for_a_store_that_is_only_read(driver: Driver, sample: Path) -> None:
    before = sample.read_bytes()
    driver.open(sample)
    path, other = names(driver)[1], names(driver)[0]
    take(driver, path)
    driver.press(Qt.Key.Key_P)
    take(driver, other)
    driver.press(Qt.Key.Key_H)
    take(driver, path)
    driver.press(Qt.Key.Key_L)
    driver.settle()
    driver.open(sample)
    assert names(driver)[0] == path
    assert other not in names(driver)
    assert driver.workspace.lanes.paths[-1] == path, "after the one that was there without being asked for"
    assert sample.read_bytes() == before
    assert not driver.answers.errors


def test_l_draws_a_value_under_the_strip_and_dragging_there_scrubs(order: Driver) -> None:
    lanes, strip = order.window.docks.timeline.lanes, order.window.docks.timeline.strip
    assert not lanes.isVisible()
    for path in ("total", "status"):
        take(order, path)
        order.press(Qt.Key.Key_L)
    order.settle()
    assert lanes.isVisible() and lanes.height() == 2 * ROW
    viewport = lanes.viewport()
    order.qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(round(strip.x_of(3)), 20))
    order.qtbot.mouseMove(viewport, QPoint(round(strip.x_of(6)), 20))
    order.qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(round(strip.x_of(6)), 20))
    order.settle()
    assert order.workspace.selection.version == 6
    shown = order.workspace.inspector.state_view
    assert shown is not None
    assert lanes.accessibleDescription() == f"total at version 6: {shown.state['total']:,.2f}"
    order.press(Qt.Key.Key_Left)
    assert order.workspace.selection.version == 5, "arrows step, as everywhere in the timeline"


def test_a_lane_is_removed_by_the_same_key_by_delete_and_from_its_menu(order: Driver) -> None:
    lanes = order.window.docks.timeline.lanes
    for path in ("total", "status", "gift", "priority"):
        take(order, path)
        order.press(Qt.Key.Key_L)
    order.settle()
    take(order, "total")
    order.press(Qt.Key.Key_L)
    assert order.workspace.lanes.paths == ("status", "gift", "priority")
    lanes.setFocus()
    order.press(Qt.Key.Key_L)
    assert order.workspace.lanes.paths == ("gift", "priority")
    order.press(Qt.Key.Key_Delete)
    assert order.workspace.lanes.paths == ("priority",)
    right_click(lanes.viewport(), QPoint(20, 20))
    entry(order.dialogs(ValueMenu)[-1], "Remove the lane").trigger()
    assert order.workspace.lanes.paths == ()
    assert not lanes.isVisible()


def test_lanes_share_the_room_with_the_table(order: Driver) -> None:
    timeline = order.window.docks.timeline
    for path in ("total", "status", "gift", "priority", "note", "customer", "due", "channel"):
        order.workspace.preferences.toggle("lanes", path)
    order.settle()
    assert timeline.table.height() > timeline.lanes.height()
    order.window.resize(1024, 700)
    order.settle()
    assert timeline.lanes.height() >= ROW
    assert timeline.table.height() >= 3 * 26
