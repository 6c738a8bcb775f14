"""Ctrl+C in the tables and trees of the window, and the other formats by menu."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QTableView, QTreeView

from es_desktop.app.entity.commands import Commands
from es_desktop.app.search.questions import AskedQuestion
from es_desktop.app.store.session import create_session
from es_desktop.app.text.json_view import iso_time
from es_desktop.examples import Order
from es_desktop.models.table.model import DeclaredColumns
from es_desktop.replay import BLOCK
from es_desktop.views.ask.answer_dock import AnswerDock
from es_desktop.views.style.copying import copy_rows
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.table.rows import choose_row
from es_desktop.views.window.messages_popup import MessagesPopup
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window
CONTROL = Qt.KeyboardModifier.ControlModifier
FORMULA = f"=1+{'1' * 200}"
"""The name of a customer that is too long to be shown."""
CHANGES = 2 * BLOCK


@pytest.fixture
def orders(driver: Driver, tmp_path: Path) -> Driver:
    """Three orders in the window: one of Ann with many events, and one of a customer whose name is a formula."""
    path = tmp_path / "orders.esdb"
    session = create_session(str(path))
    commands = Commands(session)
    ann = commands.create(Order, {"customer": "Ann"})
    for number in range(CHANGES):
        commands.change_attribute(ann.entity_id, "priority", number % 3 + 2, number)
    for customer in ("Bo", FORMULA):
        commands.create(Order, {"customer": customer})
    session.close()
    driver.open(path)
    return driver


def copied(driver: Driver, dock: WorkspaceDock, view: QAbstractItemView) -> list[list[str]]:
    """Select all rows of a view, and return the cells that Ctrl+C puts on the clipboard."""
    dock.bring_forward(view)
    driver.settle()
    driver.press(Qt.Key.Key_A, CONTROL)
    QGuiApplication.clipboard().setText("")
    driver.press(Qt.Key.Key_C, CONTROL)
    driver.qtbot.waitUntil(lambda: bool(QGuiApplication.clipboard().text()))
    return [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]


def copied_as(driver: Driver, view: QAbstractItemView, format: str) -> str:
    """Return what the entry of the context menu for a format puts on the clipboard."""
    view.scrollTo(view.currentIndex())
    point = view.visualRect(view.currentIndex()).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)
    (menu,) = driver.dialogs(QMenu)
    (copying,) = (each for each in menu.findChildren(QMenu) if each.title().replace("&", "") == "Copy rows")
    QGuiApplication.clipboard().setText("")
    next(each for each in copying.actions() if each.text() == format).trigger()
    menu.close()
    driver.qtbot.waitUntil(lambda: bool(QGuiApplication.clipboard().text()))
    return QGuiApplication.clipboard().text()


def test_entities_are_copied_with_whole_ids_names_and_times(orders: Driver) -> None:
    dock = orders.window.docks.entities
    for column in range(8):
        dock.table.setColumnHidden(column, False)
    entities = [orders.workspace.entities.at(row) for row in range(3)]
    headings, *rows = copied(orders, dock, dock.table)
    assert headings == ["Type", "Id", "Customer", "Version", "Events", "Snapshots", "Created", "Changed"]
    for row, entity in zip(rows, entities, strict=True):
        assert entity is not None
        counts = [str(entity.version), str(entity.events), str(entity.snapshots)]
        times = [iso_time(entity.created), iso_time(entity.modified)]
        assert row == ["Order", str(entity.id), row[2], *counts, *times]
    assert [row[2] for row in rows] == [f"'{FORMULA}", "Bo", "Ann"]
    objects = json.loads(copied_as(orders, dock.table, "As JSON"))
    assert [each["Customer"] for each in objects] == [row[2].removeprefix("'") for row in rows]
    assert {type(each["Events"]) for each in objects} == {int}
    lines = copied_as(orders, dock.table, "As Markdown").splitlines()
    assert orders.last_message() == "3 rows copied as Markdown."
    assert lines[0].startswith("| Type | Id | Customer |") and len(lines) == 5


def test_events_that_were_never_in_view_are_copied_too(orders: Driver) -> None:
    orders.choose("Order")
    timeline, workspace = orders.window.docks.timeline, orders.workspace
    orders.act("fold-runs")
    headings, *rows = copied(orders, timeline, timeline.table)
    shown = [each for each in ("Version", "Time", "Seconds since", "Event", "What changed") if each in headings]
    assert headings == shown and len(rows) == CHANGES + 1
    assert [row[0] for row in rows] == [str(version) for version in range(CHANGES + 1)]
    assert rows[-1][-1] == f"priority {(CHANGES - 2) % 3 + 2} → {(CHANGES - 1) % 3 + 2}"
    assert workspace.selection.version == CHANGES
    orders.act("fold-runs")


def test_the_log_is_copied_with_whole_payloads(orders: Driver) -> None:
    log = orders.window.docks.log
    headings, *rows = copied(orders, log, log.table)
    assert len(rows) == CHANGES + 3
    payload = json.loads(copied_as(orders, log.table, "As JSON"))[-1]["Payload"]
    assert headings[-1] == "Payload" and payload["customer"] == FORMULA
    choose_row(log.table, 3)
    orders.settle()
    (found,) = json.loads(copied_as(orders, log.table, "As JSON"))
    assert (found["Event"], found["Payload"]["value"]) == ("AttributeChanged", 4)


def test_found_entities_have_a_column_for_each_value_and_trees_their_paths(orders: Driver) -> None:
    docks = orders.window.docks
    answer = docks.built(AnswerDock)
    orders.workspace.search_requested.emit('customer == "Ann" and priority > 1')
    orders.qtbot.waitUntil(answer.table.isVisible)
    headings, row = copied(orders, answer, answer.table)
    values = dict(zip(headings, row, strict=True))
    assert (values["customer"], values["priority"], values["Version"]) == ("Ann", str(CHANGES % 3 + 1), str(CHANGES))
    orders.choose("Order")
    headings, *rows = copied(orders, docks.state, docks.state.tree)
    assert headings == ["Path", "Value", "Set at"]
    assert ["customer", "Ann", "0"] in rows and ["priority", values["priority"], str(CHANGES)] in rows
    docks.event.raise_()
    orders.settle()
    assert ["value", values["priority"]] in [row[:2] for row in copied(orders, docks.event, docks.event.tree)]


def test_without_a_selection_the_clipboard_stays_and_a_message_says_why(orders: Driver) -> None:
    dock = orders.window.docks.log
    dock.bring_forward(dock.table)
    dock.table.clearSelection()
    QGuiApplication.clipboard().setText("mine")
    orders.press(Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "mine"
    orders.act("messages")
    assert orders.dialog(MessagesPopup).table.model().index(0, 1).data() == "Select rows to copy first."


def test_every_table_and_tree_of_the_panels_can_be_copied(orders: Driver) -> None:
    workspace = orders.workspace
    orders.choose("Order")
    orders.act("snapshot")
    orders.settle()
    workspace.watchpoints.add("priority > 2")
    workspace.questioner.ask(AskedQuestion("priority > 0"))
    for action in ("verify-store", "compare-before", "bookmark-event", "what-if"):
        orders.act(action)
        orders.settle()
    tables = []
    for dock in orders.every_dock():
        dock.raise_()
        orders.settle()
        for view in (*dock.findChildren(QTableView), *dock.findChildren(QTreeView)):
            model = view.model()
            assert isinstance(model, DeclaredColumns), view.accessibleName()
            tables.append(view.accessibleName())
            if not model.rowCount():
                continue
            view.selectAll()
            QGuiApplication.clipboard().setText("")
            copy_rows(view, "JSON")
            orders.qtbot.waitUntil(lambda: bool(QGuiApplication.clipboard().text()))
            rows = json.loads(QGuiApplication.clipboard().text())
            assert len(rows) == model.rowCount(), view.accessibleName()
            assert all(rows[0]), "each column has a heading"
    assert len(tables) >= 14
    workspace.watchpoints.remove(0)
    orders.act("what-if-end")
