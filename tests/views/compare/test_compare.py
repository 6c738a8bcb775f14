"""Comparing in the window, by keyboard: what a person sees next to the events."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from es_desktop.models.compare.compare_model import PATH_COLUMN
from es_desktop.views.compare.compare_dialog import CompareDialog
from es_desktop.views.compare.compare_dock import CompareDock
from tests.altering import ORDER, with_more_vases
from tests.views.driving import Driver

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def altered(demo_template: Path, tmp_path: Path) -> Path:
    return with_more_vases(Path(shutil.copyfile(demo_template, tmp_path / "altered.esdb")))


@pytest.fixture
def dock(driver: Driver, demo_store: Path) -> CompareDock:
    """The dock of a window that shows the order at version 5, with the focus on its events."""
    driver.open(demo_store)
    driver.workspace.choose(ORDER, 5)
    driver.settle()
    driver.window.docks.timeline.table.setFocus()
    return driver.window.docks.compare


def shown(dock: CompareDock) -> list[list[str]]:
    """The rows that can be seen, and the texts of the visible columns."""
    model, table = dock.table.model(), dock.table
    columns = [column for column in range(model.columnCount()) if not table.isColumnHidden(column)]
    if not table.isVisible():
        return []
    return [[str(model.index(row, column).data()) for column in columns] for row in range(model.rowCount())]


def test_without_a_comparison_it_says_how_to_start(driver: Driver, dock: CompareDock) -> None:
    dock.bring_forward(dock.table)
    assert dock.hint.isVisible() and dock.hint.text().startswith("Press M to compare from the chosen version")
    assert not dock.headings.isVisible() and not dock.table.isVisible() and not dock.first.isVisible()
    for name in ("compare-swap", "compare-stop", "compare-follow", "compare-everything", "compare-first"):
        assert not driver.window.actions_by_id[name].isEnabled()


def test_m_keeps_a_version_and_the_other_side_follows_the_keys(driver: Driver, dock: CompareDock) -> None:
    assert not dock.isVisible() or dock.visibleRegion().isEmpty()
    driver.press(Qt.Key.Key_M)
    driver.settle()
    assert dock.isVisible() and not dock.visibleRegion().isEmpty()
    assert dock.hint.text() == "Go to another version to see what differs from version 5."
    driver.press(Qt.Key.Key_J)
    driver.settle()
    assert dock.headings.texts() == ("Order 03588f3e at 5", "Order 03588f3e at 6 follows")
    assert [row[0] for row in shown(dock)] == ["lines[5]", "total"]
    assert shown(dock)[1] == ["total", "255.85", "444.85", "6"]
    driver.press(Qt.Key.Key_End)
    driver.settle()
    assert ["status", "OPEN", "SHIPPED", "17"] in shown(dock)
    assert not dock.hint.isVisible() and not dock.first.isVisible()


def test_the_focus_does_not_stay_in_a_panel_that_is_covered(driver: Driver, dock: CompareDock) -> None:
    driver.window.docks.state.tree.setFocus()
    driver.press(Qt.Key.Key_M)
    driver.press(Qt.Key.Key_J)
    driver.settle()
    assert driver.window.focusWidget() is dock.table
    driver.window.docks.rebuild.cards.setFocus()
    driver.press(Qt.Key.Key_M)
    driver.settle()
    assert driver.window.focusWidget() is driver.window.docks.rebuild.cards


def test_shift_m_goes_along_with_each_version(driver: Driver, dock: CompareDock) -> None:
    driver.press(Qt.Key.Key_M, SHIFT)
    driver.settle()
    assert dock.headings.texts()[0] == "Order 03588f3e at 4 version before"
    for _ in range(9):
        driver.press(Qt.Key.Key_J)
    driver.settle()
    assert shown(dock) == [["note", '""', "Joyeux anniversaire, maman !", "14"]]


def test_all_values_are_side_by_side_and_sides_are_swapped_and_it_ends(driver: Driver, dock: CompareDock) -> None:
    driver.press(Qt.Key.Key_M)
    driver.press(Qt.Key.Key_J)
    driver.settle()
    driver.act("compare-everything")
    driver.settle()
    assert driver.window.actions_by_id["compare-everything"].isChecked()
    assert dock.choice.button(1).isChecked()
    assert ["customer", "Kateryna Öztürk", "Kateryna Öztürk", ""] in shown(dock)
    driver.qtbot.mouseClick(dock.choice.button(0), Qt.MouseButton.LeftButton)
    driver.act("compare-swap")
    driver.settle()
    assert dock.headings.texts() == ("Order 03588f3e at 6 follows", "Order 03588f3e at 5")
    assert shown(dock)[1] == ["total", "444.85", "255.85", "6"]
    driver.act("compare-follow")
    driver.press(Qt.Key.Key_End)
    driver.settle()
    assert dock.headings.texts()[0] == "Order 03588f3e at 6 fixed"
    driver.act("compare-stop")
    driver.settle()
    assert shown(dock) == [] and dock.hint.text().startswith("Press M")
    assert not driver.window.actions_by_id["compare-stop"].isEnabled()


def test_a_row_leads_to_the_event_that_set_it_and_can_be_copied(driver: Driver, dock: CompareDock) -> None:
    driver.press(Qt.Key.Key_M)
    driver.press(Qt.Key.Key_End)
    driver.settle()
    dock.bring_forward(dock.table)
    dock.table.selectRow([row[0] for row in shown(dock)].index("priority"))
    driver.press(Qt.Key.Key_C, CONTROL)
    assert QApplication.clipboard().text() == "Path\tAt 5\tAt 17\tSet at\npriority\t1\t2\t16"
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert driver.workspace.selection.version == 16
    row = [each[0] for each in shown(dock)].index("status")
    driver.click_cell(dock.table, row, 3)
    driver.settle()
    assert driver.workspace.selection.version == 13
    driver.click_cell(dock.table, row, PATH_COLUMN)
    assert driver.workspace.selection.version == 13
    driver.press(Qt.Key.Key_Escape)
    assert driver.window.focusWidget() is driver.window.docks.timeline.table


def test_an_altered_copy_is_compared_by_keyboard_up_to_its_first_difference(
    driver: Driver, dock: CompareDock, altered: Path
) -> None:
    """Ctrl+M, the button for a file, Return: the same entity is offered; then the link to where the two part."""
    driver.answers.store = str(altered)
    driver.press(Qt.Key.Key_M, CONTROL)
    dialog = driver.dialog(CompareDialog)
    driver.settle()
    file = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Browse…")
    file.setFocus()
    driver.press(Qt.Key.Key_Space)
    driver.settle()
    assert dialog.store.currentText() == str(altered)
    assert dialog.follow.isEnabled() and dialog.follow.isChecked()
    dialog.filter.setFocus()
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert dock.headings.texts() == (
        "Order 03588f3e at 5 in altered.esdb, same version",
        "Order 03588f3e at 5 follows",
    )
    assert shown(dock) == [["lines[1].quantity", "3", "1"], ["total", "340.85", "255.85"]]
    assert dock.first.text() == "First difference: version 2"
    assert dock.versions.whole_text() == "9 versions: 2–10"
    strip = driver.window.docks.timeline.strip
    assert [at for at in range(18) if "differs" in strip.describe(at)] == list(range(2, 11))
    assert driver.window.focusWidget() is driver.window.docks.timeline.table

    dock.first.setFocus()
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert driver.workspace.selection.version == 2
    assert shown(dock) == [["lines[1].quantity", "3", "1"], ["total", "202.40", "117.40"]]
    driver.workspace.selection.go_to(10)
    driver.settle()
    assert (
        shown(dock) == []
        and dock.hint.text() == "The events differ, but snapshots hide it. Press Z to rebuild from zero."
    )
    driver.go_to_history()
    driver.press(Qt.Key.Key_Z)
    driver.settle()
    assert [row[0] for row in shown(dock)] == ["lines[0].quantity", "total"] and not dock.hint.isVisible()
    driver.act("close")
    driver.settle()
    assert "differs" not in strip.describe(2)
    assert [each.name for each in altered.parent.glob("altered.esdb*")] == ["altered.esdb"]


def test_another_entity_is_found_by_its_id_and_compared_at_a_version(driver: Driver, dock: CompareDock) -> None:
    entities = driver.workspace.entities
    rows = [entities.at(row) for row in range(entities.rowCount())]
    other = next(each for each in rows if each.type == "Order" and each.version > 8 and each.id != ORDER)
    driver.press(Qt.Key.Key_M, CONTROL)
    dialog = driver.dialog(CompareDialog)
    driver.settle()
    assert not dialog.follow.isEnabled() and dialog.version.isEnabled(), "an entity is not compared with itself"
    driver.qtbot.keyClicks(dialog.filter, str(other.id)[:8])
    driver.settle()
    assert dialog.table.model().rowCount() == 1 and dialog.follow.isEnabled()
    driver.qtbot.mouseClick(dialog.follow, Qt.MouseButton.LeftButton, pos=dialog.follow.rect().center() / 2)
    assert dialog.version.isEnabled()
    dialog.version.setValue(8)
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert dock.headings.texts()[0] == f"Order {str(other.id)[:8]} at 8"
    assert dock.first.text() == "First difference: version 0"
    assert dock.table.isColumnHidden(3)


def test_a_file_that_is_no_store_is_refused_in_the_dialog(driver: Driver, dock: CompareDock, tmp_path: Path) -> None:
    driver.answers.store = str(tmp_path / "nothing.esdb")
    driver.act("compare-other")
    dialog = driver.dialog(CompareDialog)
    driver.settle()
    button = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Compare")
    driver.qtbot.mouseClick(
        next(each for each in dialog.findChildren(QPushButton) if each.text() == "Browse…"), Qt.MouseButton.LeftButton
    )
    driver.settle()
    assert not button.isEnabled() and "no file" in dialog.result_line.text()
    driver.press(Qt.Key.Key_Escape)
    driver.settle()
    assert not driver.workspace.comparison.is_on and not driver.answers.errors


def test_an_earlier_store_that_was_opened_is_offered(own_driver: Driver, altered: Path, demo_store: Path) -> None:
    own_driver.open(altered)
    own_driver.workspace.open(str(demo_store), entity=str(ORDER))
    own_driver.settle()
    own_driver.act("compare-other")
    dialog = own_driver.dialog(CompareDialog)
    own_driver.settle()
    assert [dialog.store.itemText(at) for at in range(dialog.store.count())] == [
        f"{demo_store.name} (open)",
        str(altered),
    ]
    dialog.reject()
    own_driver.settle()


def test_in_a_narrow_panel_nothing_is_cut_but_who_set_it_gives_way(driver: Driver, dock: CompareDock) -> None:
    driver.window.resize(1024, 700)
    driver.window.docks.share_room()
    dock.raise_()
    driver.window.docks.timeline.table.setFocus()
    driver.press(Qt.Key.Key_M)
    driver.press(Qt.Key.Key_End)
    driver.settle()
    assert dock.width() < 300 and dock.table.isColumnHidden(3)
    assert dock.headings.texts()[1] == "Order 03588f3e at 17 follows"
    dock.setFloating(True)
    dock.resize(900, 500)
    driver.settle()
    assert not dock.table.isColumnHidden(3)
