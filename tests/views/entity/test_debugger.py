"""The debugger in the window: snapshots that are checked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

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
    assert (badge.text(), badge.property("tone")) == ("exact", "green")
    assert "was not checked" in badge.toolTip()
    driver.act("compare-mark")
    working.selection.go_to(version + 1)
    driver.settle()
    before = cards.grab().toImage()
    driver.act("verify-entity")
    driver.settle()
    assert (badge.text(), badge.property("tone")) == ("false snapshot", "red"), "at once"
    assert "is false: owner is Not " in badge.toolTip()
    assert docks.state.hint.text() == badge.toolTip()
    assert [each.side.verdict.word for each in working.comparison.headings or ()] == ["false snapshot"] * 2
    assert cards.grab().toImage() != before, "the base is red"
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
