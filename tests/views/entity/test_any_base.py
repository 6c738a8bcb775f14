"""Rebuilding from a snapshot of one's choice in the window, with the keyboard and with the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from es_desktop.views.entity.rebuild_dock import BaseChooser
from tests.app.storing import sql
from tests.views.driving import Driver

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def till(driver: Driver, demo_store: Path) -> Driver:
    """The window at version 500 of the demo's longest account, with a snapshot at every tenth event."""
    driver.open(demo_store)
    model = driver.workspace.entities
    longest = max((model.at(row) for row in range(model.rowCount())), key=lambda each: each.events)
    driver.workspace.choose(longest.id, 500)
    driver.settle()
    return driver


def switch(driver: Driver) -> str:
    """What the switch of the rebuild says."""
    button = driver.window.docks.rebuild.choice.checkedButton()
    return button.text()


def notes(driver: Driver) -> list[str]:
    """The words in amber in the head of the rebuild."""
    pills = driver.window.docks.rebuild.title_bar.findChildren(QLabel)
    return [each.text() for each in pills if each.property("tone") == "amber" and each.isVisible()]


def is_choosing() -> bool:
    return any(isinstance(each, BaseChooser) and each.isVisible() for each in QApplication.topLevelWidgets())


def shown(driver: Driver) -> tuple[int | None, int]:
    state = driver.workspace.inspector.state_view
    assert state is not None
    return state.base.version, state.step_count


def test_a_snapshot_is_picked_with_the_keyboard(till: Driver) -> None:
    before = till.state()
    assert shown(till) == (499, 1)
    till.press(Qt.Key.Key_R, CTRL)
    chooser = till.dialog(BaseChooser)
    row = chooser.table.currentIndex().row()
    texts = [str(chooser.table.model().index(row, column).data()) for column in (0, 1, 3)]
    assert texts == ["499", "Account", "500 events not read, 1 step"]
    for _ in range(3):
        till.press(Qt.Key.Key_Up)
    till.press(Qt.Key.Key_Return)
    till.settle()
    assert not is_choosing()
    assert (shown(till), switch(till), notes(till)) == ((469, 31), "from snapshot 469 ▾", [])
    assert till.state() == before, "the state is the same from any base"
    till.go_to_history()
    till.press(Qt.Key.Key_R)
    till.settle()
    assert (shown(till), switch(till)) == ((499, 1), "from snapshot")
    till.press(Qt.Key.Key_Z)
    till.settle()
    assert (shown(till), switch(till)) == ((None, 501), "from zero")
    assert till.state() == before


def test_typing_a_version_finds_its_row_and_escape_changes_nothing(till: Driver) -> None:
    till.press(Qt.Key.Key_R, CTRL)
    chooser = till.dialog(BaseChooser)
    till.qtbot.keyClicks(chooser.table, "209")
    assert chooser.table.currentIndex().data() == "209"
    till.press(Qt.Key.Key_Escape)
    assert not is_choosing()
    assert (shown(till), switch(till)) == ((499, 1), "from snapshot")


def test_a_later_snapshot_stays_picked_and_is_the_base_from_its_version_on(till: Driver) -> None:
    till.qtbot.mouseClick(till.window.docks.rebuild.choice.button(2), Qt.MouseButton.LeftButton)
    chooser = till.dialog(BaseChooser)
    later = chooser.table.currentIndex().row() + 1
    assert chooser.table.model().index(later, 3).data() == "later than version 500"
    till.click_cell(chooser.table, later, 0)
    till.settle()
    texts = ["Rebuilt from 499: the snapshot at version 509 is later than version 500"]
    assert (shown(till), switch(till), notes(till)) == ((499, 1), "from snapshot 509 ▾", texts)
    till.workspace.selection.go_to(515)
    till.settle()
    assert (shown(till), notes(till)) == ((509, 6), [])
    till.workspace.selection.go_to(525)
    till.settle()
    assert shown(till) == (509, 16), "although there is a nearer one"


def test_the_chosen_base_is_forgotten_with_its_entity(till: Driver) -> None:
    till.press(Qt.Key.Key_R, CTRL)
    till.dialog(BaseChooser)
    till.press(Qt.Key.Key_Return)
    till.settle()
    assert switch(till) == "from snapshot 499 ▾"
    till.workspace.choose(till.workspace.entities.at(0).id)
    till.settle()
    assert switch(till) == "from snapshot"


def test_a_row_of_the_snapshots_is_used_as_the_base_by_its_key_and_its_menu(till: Driver) -> None:
    dock = till.window.docks.snapshots
    dock.raise_()
    dock.table.setFocus()
    dock.table.setCurrentIndex(dock.table.model().index(2, 0))
    till.press(Qt.Key.Key_Return, SHIFT)
    till.settle()
    assert (shown(till), switch(till)) == ((29, 471), "from snapshot 29 ▾")
    assert till.workspace.selection.version == 500, "only the base is another"
    go, base = dock.table.actions()
    assert dock.table.contextMenuPolicy() == Qt.ContextMenuPolicy.CustomContextMenu, "with what every table can do"
    dock.table.setCurrentIndex(dock.table.model().index(4, 0))
    base.trigger()
    till.settle()
    assert shown(till) == (49, 451)
    go.trigger()
    till.settle()
    assert till.workspace.selection.version == 49


def test_a_snapshot_that_cannot_be_decoded_says_so_and_is_passed_over(driver: Driver, own_demo: Path) -> None:
    sql(own_demo, "UPDATE snapshots SET data = 'cut off' WHERE position = 489")
    driver.open(own_demo)
    model = driver.workspace.entities
    longest = max((model.at(row) for row in range(model.rowCount())), key=lambda each: each.events)
    driver.workspace.choose(longest.id, 500)
    driver.settle()
    driver.press(Qt.Key.Key_R, CTRL)
    chooser = driver.dialog(BaseChooser)
    bad = chooser.table.currentIndex().row() - 1
    assert "not valid JSON" in str(chooser.table.model().index(bad, 3).data())
    driver.press(Qt.Key.Key_Up)
    assert chooser.table.currentIndex().data() == "479"
    driver.press(Qt.Key.Key_Escape)
    dock = driver.window.docks.snapshots
    dock.raise_()
    dock.table.setCurrentIndex(dock.table.model().index(bad, 0))
    dock.table.setFocus()
    driver.press(Qt.Key.Key_Return, SHIFT)
    driver.settle()
    assert shown(driver) == (499, 1)
    (note,) = notes(driver)
    assert note.startswith("Rebuilt from 499: the snapshot at version 489 cannot be used: ")


def test_without_any_snapshot_there_is_nothing_to_pick(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    model = driver.workspace.entities
    bare = next(each for each in map(model.at, range(model.rowCount())) if not each.snapshots)
    driver.workspace.choose(bare.id)
    driver.settle()
    action = driver.window.actions_by_id["from-picked"]
    assert not action.isEnabled()
    assert "This entity has no snapshots." in action.toolTip()
    assert not driver.window.docks.rebuild.choice.button(2).isEnabled()
