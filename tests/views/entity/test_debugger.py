"""The debugger in the window: snapshots that are checked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import Qt

from es_desktop.models.table.roles import TONE_ROLE
from tests.views.driving import Driver

CHECK, STATE = 2, 3


def test_a_false_snapshot_is_ringed_and_told(driver: Driver, demo_store: Path) -> None:
    with closing(sqlite3.connect(demo_store)) as connection:
        altered = """UPDATE snapshots SET data = replace(data, '"_owner":"', '"_owner":"Not ') WHERE id = 1"""
        connection.execute(altered)
        (key,) = connection.execute("SELECT sequence_id FROM snapshots WHERE id = 1").fetchone()
        connection.commit()
    driver.open(demo_store)
    driver.workspace.choose_by_id(key.hex())
    driver.settle()
    told: list[str] = []
    driver.workspace.message.connect(told.append)
    driver.press(Qt.Key.Key_V)
    driver.settle()
    model = driver.workspace.inspector.snapshots
    false = [row for row in range(model.rowCount()) if model.index(row, CHECK).data() == "false"]
    assert len(false) == 1
    assert model.index(false[0], 0).data(TONE_ROLE) == "failed"
    assert str(model.index(false[0], STATE).data()).startswith("owner is Not ")
    version = int(model.index(false[0], 0).data())
    assert driver.window.docks.timeline.strip.describe(version).startswith(f"Version {version:,} · false snapshot")
    assert "1 false" in told[-1]


def test_the_whole_store_is_checked_beside_the_window(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    told: list[str] = []
    driver.workspace.message.connect(told.append)
    driver.act("verify-store")
    driver.settle()
    assert "all are true" in told[-1]
    driver.act("close")
    driver.settle()
    assert not driver.workspace.checker.of(None)
