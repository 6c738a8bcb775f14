"""Every view writes a version in one way, and a value of the store in one way: 1,087 and 3690.45."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QSpinBox, QWidget

from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import create_session
from es_desktop.examples import Order
from es_desktop.views.style.painted import PaintedList
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window

VERSION = 1087
_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
_MOST = 40
"""Rows of a table at each end of it."""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """An order that gets its total at version 1,087, where it has a snapshot, and one more event."""
    path = tmp_path / "long.esdb"
    session = create_session(str(path))
    commands = Commands(session)
    entity_id = commands.create(Order, {"customer": "Zoë"}).entity_id
    with session.bus.activated():
        order = session.repository[entity_id]
        for number in range(VERSION - 1):
            order.note = "ab"[number % 2]
        order.add_item("A", "Apple", 1, Decimal("3690.45"))
    commands.take_snapshot(entity_id)
    commands.change_attribute(entity_id, "gift", True, VERSION)
    session.close()
    return path


def cells(model: QAbstractItemModel, parent: QModelIndex | None = None) -> list[str]:
    """Return the texts, tips and spoken texts of a model, at both ends if it is long."""
    parent = QModelIndex() if parent is None else parent
    count, found = model.rowCount(parent), []
    for row in range(count):
        if _MOST <= row < count - _MOST:
            continue
        for column in range(model.columnCount(parent)):
            index = model.index(row, column, parent)
            found += [str(index.data(role)) for role in _ROLES]
        found += cells(model, model.index(row, 0, parent))
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount(parent))]
    return [*found, *map(str, heads)]


def texts_of(window: QWidget) -> list[str]:
    """Return all texts that a window shows or says."""
    found = [text for view in window.findChildren(QAbstractItemView) for text in cells(view.model())]
    for each in window.findChildren(PaintedList):
        found += [part.name for part in map(each.part, range(each.part_count()))]
    found += [each.text() for kind in (QLabel, QSpinBox) for each in window.findChildren(kind)]
    return [*found, *(each.accessibleDescription() for each in window.findChildren(QWidget))]


def test_a_version_and_a_value_have_one_text_in_all_views(driver: Driver, store: Path) -> None:
    driver.open(store)
    workspace, docks = driver.workspace, driver.window.docks
    driver.choose("Order")
    workspace.selection.go_to(VERSION)
    workspace.watchpoints.add("total")
    driver.act("bookmark-event")
    for dock in driver.every_dock():
        dock.build()
        dock.raise_()
        driver.settle()
    assert workspace.selection.version == VERSION
    said = texts_of(driver.window)
    assert [each for each in said if re.search(r"(?<![\d.,-])1087(?![\d.-])", each)] == []
    assert [each for each in said if re.search(r"3,690|3690(?!\.45)|3690\.45\d", each)] == []
    for part in (docks.timeline, docks.state, docks.entities, docks.snapshots, docks.watch, docks.notes):
        assert any("1,087" in each or "1,088" in each for each in texts_of(part)), part.name
    for part in (docks.timeline, docks.state, docks.watch):
        assert any("3690.45" in each for each in texts_of(part)), part.name
