"""The debugger in the window: snapshots that are checked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from es_desktop.models.entity.timeline_model import CHANGED
from es_desktop.models.table.model import MARK_ROLE, TONE_ROLE
from tests.altering import with_true_snapshots
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window

CHECK, STATE = 2, 3


def test_a_false_snapshot_is_ringed_and_reported(driver: Driver, demo_store: Path) -> None:
    make_false(demo_store, driver)
    messages: list[str] = []
    driver.workspace.message.connect(messages.append)
    driver.go_to_history()
    driver.press(Qt.Key.Key_V)
    driver.settle()
    model = driver.workspace.inspector.snapshots
    false = [row for row in range(model.rowCount()) if model.index(row, CHECK).data() == "false"]
    assert len(false) == 1
    assert model.index(false[0], 0).data(TONE_ROLE) == "failed"
    assert str(model.index(false[0], STATE).data()).startswith("owner is Not ")
    version = int(model.index(false[0], 0).data())
    assert driver.window.docks.timeline.strip.describe(version).startswith(f"Version {version:,} · false snapshot")
    assert "1 false" in messages[-1]


def test_the_whole_store_is_checked_in_a_task(driver: Driver, demo_store: Path) -> None:
    driver.open(with_true_snapshots(demo_store))
    messages: list[str] = []
    driver.workspace.message.connect(messages.append)
    driver.act("verify-store")
    driver.settle()
    assert "all are true" in messages[-1]
    driver.act("close")
    driver.settle()
    assert not driver.workspace.checker.checks_of(None)


def test_what_is_rebuilt_from_a_false_snapshot_is_not_called_exact(driver: Driver, demo_store: Path) -> None:
    version = make_false(demo_store, driver)
    working, docks = driver.workspace, driver.window.docks
    working.selection.go_to(version)
    driver.settle()
    badge, cards = docks.state.title_bar.badge, docks.rebuild.cards
    assert (badge.text(), badge.property("tone")) == ("false snapshot", "red"), "without being asked"
    driver.act("compare-mark")
    working.selection.go_to(version + 1)
    driver.settle()
    assert "is false: owner is Not " in badge.toolTip()
    assert badge.toolTip().startswith(docks.state.hint.text())
    assert [each.side.verdict.word for each in working.comparison.headings or ()] == ["false snapshot"] * 2
    assert cards.accessibleDescription().startswith("False snapshot. owner. Not ")
    row = next(row for row in range(99) if working.inspector.timeline.version_at(row) == version)
    assert working.inspector.timeline.index(row, CHANGED).data(MARK_ROLE) == "red"
    driver.act("from-zero")
    driver.settle()
    assert badge.text() == "exact", "no snapshot has a part in it"


def make_false(store: Path, driver: Driver) -> int:
    """Change the first snapshot of a store, open it at its entity, and return its version."""
    with closing(sqlite3.connect(store)) as connection:
        altered = """UPDATE snapshots SET data = replace(data, '"_owner":"', '"_owner":"Not ') WHERE id = 1"""
        connection.execute(altered)
        key, version = connection.execute("SELECT sequence_id, position FROM snapshots WHERE id = 1").fetchone()
        connection.commit()
    driver.open(store)
    driver.workspace.choose_by_id(key.hex())
    driver.settle()
    return int(version)


def test_one_key_leads_to_the_list_of_what_is_not_true(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.act("from-snapshot")
    dock, modifier = driver.window.docks.snapshots, Qt.KeyboardModifier
    keys = Qt.Key.Key_V, modifier.ControlModifier | modifier.AltModifier
    driver.act("verify-store")
    driver.settle()
    driver.go_to_history()
    driver.press(*keys)
    assert Driver.is_in_front(dock) and dock.found.hasFocus()
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    badge = driver.window.docks.state.title_bar.badge
    assert badge.text() == "false snapshot" and "Press Ctrl+Alt+V for the list" in badge.toolTip()
    driver.workspace.checker.clear()
    driver.go_to_history()
    driver.press(*keys)
    driver.settle()
    assert dock.found.hasFocus(), "those of the entity are checked where none was"


def test_a_check_lists_what_is_not_true_and_a_click_goes_there(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.act("from-snapshot")
    dock = driver.window.docks.snapshots
    driver.window.docks.timeline.table.setFocus()
    driver.act("verify-store")
    driver.settle()
    assert Driver.is_in_front(dock) and dock.found.isVisible() and not dock.table.isVisible()
    assert driver.window.focusWidget() is dock.found, "who asked for all, and went nowhere else, is led there"
    model = dock.found.model()
    assert model.rowCount() == 1, "the story of the demo has one"
    entity, name, version, check = (str(model.index(0, column).data()) for column in range(4))
    assert name == driver.workspace.listing.name_of(driver.workspace.checker.found.at(0).entity) != ""
    assert entity.startswith("Account ") and check.startswith("false: balance is ")
    assert model.index(0, 0).data(TONE_ROLE) == "failed"
    assert "1 false" in dock.hint.text()
    driver.click_cell(dock.found, 0, 2)
    driver.settle()
    assert dock.reason.text() == check, "the whole reason"
    selection = driver.workspace.selection
    assert entity == f"Account {str(selection.entity_id)[:8]}" and str(selection.version) == version
    assert driver.window.docks.state.title_bar.badge.text() == "false snapshot"
    driver.qtbot.mouseClick(dock.choice.button(0), Qt.MouseButton.LeftButton)
    assert dock.table.isVisible() and not dock.found.isVisible()
    driver.act("close")
    driver.settle()
    driver.qtbot.mouseClick(dock.choice.button(1), Qt.MouseButton.LeftButton)
    assert not model.rowCount() and dock.hint.text().startswith("No snapshot was checked yet")
    driver.qtbot.mouseClick(dock.choice.button(0), Qt.MouseButton.LeftButton)


def test_what_a_false_snapshot_makes_of_a_line_is_drawn_beside_it(driver: Driver, demo_store: Path) -> None:
    driver.workspace.open(str(demo_store), entity="cce1c12a", version=22)
    driver.settle()
    lanes, red = driver.window.docks.timeline.lanes, QColor(driver.window.theme.tokens.red)
    assert lanes.part(0).name == "balance at version 22: 3691.35, 3754.31 from the false snapshot"

    def is_dashed() -> bool:
        plot = lanes.lane_layout.plot().toRect()
        picture = lanes.viewport().grab(plot).toImage()
        return any(picture.pixelColor(x, y) == red for x in range(picture.width()) for y in range(picture.height()))

    assert is_dashed()
    driver.workspace.selection.go_to(12)
    driver.settle()
    assert lanes.part(0).name == "balance at version 12: 2306.24" and not is_dashed()
