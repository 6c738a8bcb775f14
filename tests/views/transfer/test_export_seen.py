"""What the lists show, written to a file: the entities with values of their states, the log, and what was found."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PySide6.QtCore import QPoint, Qt

from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import create_session
from es_desktop.app.transfer.export import ExportFormat
from es_desktop.examples import Order
from es_desktop.views.ask.question_dock import QuestionDock
from es_desktop.views.transfer.seen_dialog import SeenDialog
from tests.app.transfer.sheets import sheet_of
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def orders(driver: Driver, tmp_path: Path) -> Driver:
    """Five orders in the window; two are open with a total over 100."""
    path = tmp_path / "orders.esdb"
    session = create_session(str(path))
    commands = Commands(session)
    ids = {}
    for number, (customer, price) in enumerate([("Ann", 120), ("Bo", 80), ("Cy", 300), ("Di", 101), ("Ed", 0)]):
        ids[customer] = commands.create(Order, {"customer": customer}).entity_id
        if price:
            with session.bus.activated():
                session.repository[ids[customer]].add_item(f"SKU-{number}", "Tea", 1, Decimal(f"{price}.50"))
    with session.bus.activated():
        session.repository[ids["Di"]].pay("card")
    session.close()
    driver.open(path)
    return driver


def export(driver: Driver, file: Path, *, everything: bool = False, format: ExportFormat | None = None) -> str:
    """Export what is seen by the keyboard; return the message."""
    driver.answers.file = str(file)
    driver.press(Qt.Key.Key_E, CTRL | ALT)
    dialog = driver.dialog(SeenDialog)
    driver.qtbot.waitUntil(dialog.isActiveWindow)
    if everything:
        driver.press(Qt.Key.Key_Tab)
        driver.press(Qt.Key.Key_Down)
        assert dialog.everything.isChecked()
    if format is not None:
        driver.qtbot.mouseClick(dialog.formats[format], Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    return driver.last_message()


def texts(path: Path) -> list[list[str]]:
    return [[each[1] if each else "" for each in row] for row in sheet_of(path)]


def test_open_orders_over_100_with_their_customer_become_a_spreadsheet(orders: Driver, tmp_path: Path) -> None:
    dock = orders.window.docks.entities
    orders.workspace.notes.update(lambda notebook: notebook.with_entity_columns(("status", "total")))
    orders.settle()
    status, total = (dock.table.model().columnCount() - 2 + at for at in range(2))
    orders.type_into(dock.columns.header.line(status), "=open")
    orders.type_into(dock.columns.header.line(total), "> 100")
    orders.qtbot.waitUntil(lambda: dock.table.model().rowCount() == 2)
    orders.settle()
    orders.press(Qt.Key.Key_Return)
    message = export(orders, tmp_path / "open.xlsx")
    assert orders.answers.offered == "entities.xlsx" and message.startswith("open.xlsx was written: 2 rows")
    headings, *rows = sheet_of(tmp_path / "open.xlsx")
    at = {heading[1]: number for number, heading in enumerate(headings) if heading is not None}
    assert {"Id", "Customer", "status", "total"} <= at.keys()
    found = {row[at["Customer"]][1]: row for row in rows if row[at["Customer"]] is not None}  # type: ignore[index]
    assert found.keys() == {"Ann", "Cy"}
    assert found["Cy"][at["total"]] == ("n", "300.5", "0.00")
    assert found["Cy"][at["status"]] == ("inlineStr", "open", "")
    name = found["Cy"][at["Id"]]
    assert name is not None and name[0] == "inlineStr" and len(name[1]) == 36


def test_all_columns_are_every_attribute_with_its_type(orders: Driver, tmp_path: Path) -> None:
    orders.window.docks.entities.table.setFocus()
    export(orders, tmp_path / "all.parquet", everything=True, format=ExportFormat.PARQUET)
    table = pq.read_table(tmp_path / "all.parquet")
    assert table.num_rows == 5
    types = {field.name: str(field.type) for field in table.schema}
    assert types["total"] == "decimal128(5, 2)" and types["Created"] == "timestamp[us, tz=UTC]"
    by_customer = {row["customer"]: row for row in table.to_pylist()}
    assert by_customer["Di"]["total"] == Decimal("101.50") and by_customer["Di"]["Problem"] is None
    assert {row["Exactness"] for row in by_customer.values()} == {"exact"}
    assert by_customer["Ann"]["lines"].startswith('[{"')


def test_the_log_is_exported_as_it_is_filtered(orders: Driver, tmp_path: Path) -> None:
    log = orders.window.docks.log
    log.bring_forward(log.text)
    orders.type_into(log.text, "Tea")
    orders.press(Qt.Key.Key_Return)
    orders.qtbot.waitUntil(lambda: log.title_bar.summary() == "4 events found")
    orders.settle()
    export(orders, tmp_path / "log.csv", everything=True, format=ExportFormat.CSV)
    headings, *rows = csv.reader(io.StringIO((tmp_path / "log.csv").read_text("utf-8"), newline=""))
    assert orders.answers.offered == "log.csv" and len(rows) == 4
    assert {row[headings.index("Event")] for row in rows} == {"ItemAdded"}
    assert {row[headings.index("price")] for row in rows} == {"120.50", "80.50", "300.50", "101.50"}


def test_what_was_found_is_exported_with_the_states_of_its_time(orders: Driver, tmp_path: Path) -> None:
    orders.press(Qt.Key.Key_F, CTRL | Qt.KeyboardModifier.ShiftModifier)
    orders.type_into(orders.window.docks.built(QuestionDock).line, 'status == "open" and total > 100')
    orders.press(Qt.Key.Key_Return)
    orders.settle()
    export(orders, tmp_path / "found.xlsx")
    headings, *rows = texts(tmp_path / "found.xlsx")
    assert "status" in headings and "total" in headings and "customer" not in headings and len(rows) == 2
    export(orders, tmp_path / "whole.xlsx", everything=True)
    headings, *rows = texts(tmp_path / "whole.xlsx")
    assert {row[headings.index("customer")] for row in rows} == {"Ann", "Cy"}
    assert headings.count("status") == 1 and "State" not in headings
    assert {row[headings.index("Exactness")] for row in rows} == {"exact"}


def test_a_list_without_rows_is_not_offered(orders: Driver) -> None:
    orders.act("export-seen")
    dialog = orders.dialog(SeenDialog)
    offered = {each.name: radio.isEnabled() for radio, each in dialog.lists.items()}
    assert {name for name, is_offered in offered.items() if is_offered} == {"entities", "log"}
    assert len(offered) == 4 and dialog.list.name == "entities"
    dialog.reject()


def test_what_cannot_be_read_is_exported_with_the_reason(driver: Driver, broken_store: Path, tmp_path: Path) -> None:
    driver.open(broken_store)
    driver.window.docks.entities.table.setFocus()
    export(driver, tmp_path / "all.parquet", everything=True, format=ExportFormat.PARQUET)
    (row,) = pq.read_table(tmp_path / "all.parquet").to_pylist()
    assert row["Exactness"] == "broken" and "fails at version" in row["Problem"] and row["customer"] == "Zoë"
    log = driver.window.docks.log
    log.bring_forward(log.table)
    driver.settle()
    export(driver, tmp_path / "log.parquet", everything=True, format=ExportFormat.PARQUET)
    rows = pq.read_table(tmp_path / "log.parquet").to_pylist()
    problems = {row["Version"]: row["Problem"] for row in rows if row["Problem"]}
    assert problems.keys() == {2}
