"""Jobs from beginning to end on the real window, each by the mouse and by the keyboard: clicks and keys are counted.

A developer goes from "the total of this order is wrong" to the event and a test that fails at it; checks all
snapshots, goes to the false one, and replaces it. An analyst writes the open orders over 100 with their customers to a
spreadsheet.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from es_desktop.app.tour.tours import CONDITION, WRONG_VERSION
from es_desktop.app.transfer.export import ExportFormat
from es_desktop.examples import FALSE_SNAPSHOT, FALSE_VERSION
from es_desktop.examples.story import WRONG_TOTAL
from es_desktop.models.entity.state_model import SET_AT
from es_desktop.views.entity.change_dialog import ReplaceSnapshotDialog
from es_desktop.views.transfer import ExportDialog
from es_desktop.views.transfer.seen_dialog import SeenDialog
from es_desktop.views.watch.expression_line import RunDialog
from tests.app.transfer.sheets import sheet_of
from tests.patience import PATIENCE
from tests.views.driving import Driver
from tests.views.hands import ALT, CTRL, KEY, SHIFT, Keyboard, Mouse

pytestmark = pytest.mark.one_window

DIFFERENCE = "balance 3832.98 → 3770.02"


@pytest.fixture
def mouse(driver: Driver, demo_store: Path) -> Mouse:
    """The mouse, before the demo store."""
    driver.open(demo_store)
    return Mouse(driver)


@pytest.fixture
def keyboard(driver: Driver, demo_store: Path) -> Keyboard:
    """The keyboard, before the demo store: the list of entities has the focus."""
    driver.open(demo_store)
    assert driver.window.docks.entities.table.hasFocus()
    return Keyboard(driver)


def row_of(driver: Driver, name: str) -> int:
    """Return the row of the state with a value at the top."""
    return list(driver.state()).index(name)


# The total of this order is wrong


def sees_the_event(driver: Driver) -> None:
    selection = driver.workspace.selection
    assert (selection.entity_id, selection.version) == (WRONG_TOTAL, WRONG_VERSION)
    state = driver.window.docks.state.tree.model()
    assert state.index(row_of(driver, "total"), SET_AT).data() == str(WRONG_VERSION)


def test_a_wrong_total_leads_to_a_test_that_fails_by_mouse(driver: Driver, mouse: Mouse, tmp_path: Path) -> None:
    """The name, the condition and nothing else is typed."""
    docks = driver.window.docks
    mouse.click(docks.entities.filter)
    driver.qtbot.keyClicks(docks.entities.filter, "rossi")
    driver.settle()
    rows = map(driver.workspace.entities.at, range(driver.workspace.entities.rowCount()))
    mouse.cell(docks.entities.table, [each.id for each in rows].index(WRONG_TOTAL), 1)
    mouse.button(driver.window.toolbar, "First event")
    mouse.menu("Debug", "Run", "Run to a condition…")
    run = driver.dialog(RunDialog)
    driver.qtbot.keyClicks(run.line, CONDITION)
    mouse.button(run, "Run forward")
    sees_the_event(driver)
    driver.answers.file = str(tmp_path / "test_order.py")
    mouse.menu("Store", "Export, import and copy", "Export…")
    dialog = driver.dialog(ExportDialog)
    mouse.button(dialog, ExportFormat.PYTEST.about.title)
    assert dialog.fails_where.text() == CONDITION
    mouse.button(dialog, "Choose file…")
    assert mouse.clicks == 12
    fails_at_the_event(tmp_path / "test_order.py")


def fails_at_the_event(file: Path) -> None:
    """Run the test as its first lines say, in a process of its own."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "--rootdir", ".", file.name]
    root = str(Path(__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": root}
    ended = subprocess.run(
        command,
        cwd=file.parent,
        env=environment,
        input="",
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "1 failed" in ended.stdout
    topic = "es_desktop.examples.order#Order.QuantityChanged"
    assert f"AssertionError: after event {WRONG_VERSION}, {topic}: {CONDITION}" in ended.stdout


def test_a_wrong_total_leads_to_a_test_that_fails_by_keyboard(
    driver: Driver, keyboard: Keyboard, tmp_path: Path
) -> None:
    keyboard.press(KEY.Key_Slash)
    keyboard.type("rossi")
    keyboard.press(KEY.Key_Return)
    keyboard.press_until(KEY.Key_Down, lambda: driver.workspace.selection.entity_id == WRONG_TOTAL)
    keyboard.press(KEY.Key_Return)
    keyboard.press(KEY.Key_Home)
    keyboard.press(KEY.Key_F8, CTRL | SHIFT)
    keyboard.type(CONDITION)
    keyboard.press(KEY.Key_Return)
    sees_the_event(driver)
    file = tmp_path / "test_order.py"
    driver.answers.file = str(file)
    keyboard.press(KEY.Key_E, CTRL)
    dialog = driver.dialog(ExportDialog)
    keyboard.tab_to(dialog.formats[ExportFormat.CASE])
    keyboard.press_until(KEY.Key_Down, dialog.formats[ExportFormat.PYTEST].isChecked)
    keyboard.press(KEY.Key_Return)
    assert (keyboard.keys, keyboard.letters) == (19, 63)
    assert f"FAILS_WHERE = {CONDITION!r}" in file.read_text("utf-8")


def test_from_a_value_to_the_event_that_set_it_by_mouse(driver: Driver, mouse: Mouse) -> None:
    driver.workspace.choose(WRONG_TOTAL)
    driver.settle()
    mouse.cell(driver.window.docks.state.tree, row_of(driver, "note"), SET_AT)
    assert (mouse.clicks, driver.workspace.selection.version) == (1, 0)


def test_from_a_value_to_the_event_that_set_it_by_keyboard(driver: Driver, keyboard: Keyboard) -> None:
    driver.workspace.choose(WRONG_TOTAL)
    driver.window.docks.state.tree.setFocus()
    driver.settle()
    tree = driver.window.docks.state.tree
    keyboard.press_until(KEY.Key_Down, lambda: tree.currentIndex().siblingAtColumn(0).data() == "note")
    to_the_value = keyboard.keys
    keyboard.press(KEY.Key_Return, CTRL)
    assert (keyboard.keys - to_the_value, driver.workspace.selection.version) == (1, 0)


# Snapshots


def sees_the_false_one(driver: Driver) -> None:
    docks, selection = driver.window.docks, driver.workspace.selection
    assert (selection.entity_id, selection.version) == (FALSE_SNAPSHOT, FALSE_VERSION)
    assert docks.state.title_bar.badge.text() == "false snapshot"


def sees_it_replaced(driver: Driver) -> None:
    """Nothing that is shown calls a snapshot false any more, and the values are right."""
    docks = driver.window.docks
    assert not driver.answers.errors
    assert docks.state.title_bar.badge.text() == "exact"
    assert docks.rebuild.title_bar.badge.text() == "same state"
    assert driver.state()["balance"].endswith("3770.02")
    assert docks.snapshots.hint.text().endswith("snapshots of the store checked: all are true.")
    assert docks.snapshots.found.model().rowCount() == 0
    assert not driver.window.actions_by_id["replace-snapshot"].isEnabled()
    driver.workspace.selection.go_to(driver.workspace.selection.last)
    driver.settle()
    assert "3627.94" in driver.state()["balance"] and docks.state.title_bar.badge.text() == "exact"


def test_a_false_snapshot_is_found_and_replaced_by_mouse_alone(driver: Driver, mouse: Mouse) -> None:
    found = driver.window.docks.snapshots.found
    mouse.menu("Debug", "Snapshots", "Check every snapshot of the store")
    assert found.isVisible(), "the list opens by itself"
    mouse.cell(found, 0, 2)
    sees_the_false_one(driver)
    mouse.cell(found, 0, 2, right=True)
    mouse.popup("Replace by a true snapshot…")
    dialog = driver.dialog(ReplaceSnapshotDialog)
    driver.qtbot.waitUntil(dialog.agree_button.isEnabled)
    assert DIFFERENCE in [each.text() for each in dialog.findChildren(QLabel)]
    mouse.button(dialog, "Replace snapshot")
    assert mouse.clicks == 7
    sees_it_replaced(driver)


def test_a_false_snapshot_is_found_and_replaced_by_keyboard_alone(driver: Driver, keyboard: Keyboard) -> None:
    keyboard.press(KEY.Key_V, CTRL | SHIFT)
    found = driver.window.docks.snapshots.found
    assert found.isVisible()
    keyboard.tab_to(found)
    keyboard.press(KEY.Key_Return)
    sees_the_false_one(driver)
    keyboard.press(KEY.Key_S, CTRL | ALT)
    dialog = driver.dialog(ReplaceSnapshotDialog)
    driver.qtbot.waitUntil(dialog.agree_button.isEnabled)
    keyboard.press(KEY.Key_Return)
    assert keyboard.keys == 4
    sees_it_replaced(driver)


# Open orders over 100


def read_orders(file: Path) -> dict[str, tuple[str, float]]:
    """Return status and total of each customer in a spreadsheet."""
    headings, *rows = sheet_of(file)
    at = {heading[1]: number for number, heading in enumerate(headings) if heading is not None}
    names = [str(row[at["Customer"]][1]) for row in rows]  # type: ignore[index]
    cells = [(row[at["status"]], row[at["total"]]) for row in rows]
    return {
        name: (status[1], float(total[1]))
        for name, (status, total) in zip(names, cells, strict=True)
        if status and total
    }


def are_the_open_orders(driver: Driver, file: Path) -> None:
    found = read_orders(file)
    assert {status for status, _ in found.values()} == {"open"} and min(total for _, total in found.values()) > 100
    assert f"{driver.window.docks.entities.table.model().rowCount()} of 300" in (
        driver.window.docks.entities.title_bar.summary()
    )
    assert "was written" in driver.last_message()


def test_open_orders_over_100_become_a_spreadsheet_by_mouse(driver: Driver, mouse: Mouse, tmp_path: Path) -> None:
    """The numbers and words of the filters are typed; all else is clicked."""
    dock = driver.window.docks.entities
    mouse.click(dock.filter)
    driver.qtbot.keyClicks(dock.filter, "order")
    driver.settle()
    header, model = dock.columns.header, dock.table.model()
    mouse.click(dock.columns_button)
    mouse.popup("Values of Order", "status")
    mouse.popup("total")
    for back, text in ((2, "=open"), (1, "> 100")):
        line = header.line(model.columnCount() - back)
        mouse.click(line)
        driver.qtbot.keyClicks(line, text)
        driver.settle()
    driver.qtbot.waitUntil(lambda: 0 < model.rowCount() < 60)
    driver.answers.file = str(tmp_path / "open.xlsx")
    mouse.menu("Store", "Export, import and copy", "Export what is seen…")
    dialog = driver.dialog(SeenDialog)
    assert dialog.formats[ExportFormat.XLSX].isChecked() and dialog.list.name == "entities"
    mouse.button(dialog, "Choose file…")
    assert mouse.clicks == 11
    are_the_open_orders(driver, tmp_path / "open.xlsx")


def test_open_orders_over_100_become_a_spreadsheet_by_keyboard(
    driver: Driver, keyboard: Keyboard, tmp_path: Path
) -> None:
    dock = driver.window.docks.entities
    header, model = dock.columns.header, dock.table.model()
    keyboard.press(KEY.Key_Slash)
    keyboard.type("order")
    keyboard.tab_to(dock.columns_button)
    keyboard.press(KEY.Key_Space)
    keyboard.menu("Values of Order", "status")
    keyboard.menu("total")
    keyboard.press(KEY.Key_Escape, times=2)
    for back, text in ((1, "> 100"), (2, "=open")):
        keyboard.tab_to(header.line(model.columnCount() - back), back=True)
        keyboard.type(text)
    driver.qtbot.waitUntil(lambda: 0 < model.rowCount() < 60)
    driver.answers.file = str(tmp_path / "open.xlsx")
    keyboard.press(KEY.Key_E, CTRL | ALT)
    driver.dialog(SeenDialog)
    keyboard.press(KEY.Key_Return)
    assert (keyboard.keys, keyboard.letters) == (17, 15)
    are_the_open_orders(driver, tmp_path / "open.xlsx")
