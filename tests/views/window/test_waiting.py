"""While another program has the store locked, a write waits, can be cancelled, and the rest of the window goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from es_desktop.app.runtime.errors import UserError
from es_desktop.examples import Example
from es_desktop.models.runtime.tasks import Queue
from tests.stores.test_locked_files import locked
from tests.views.driving import Driver


def test_a_write_that_waits_can_be_cancelled_and_other_work_goes_on(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    workspace, cancel = driver.workspace, driver.window.statusBar().findChild(QPushButton)
    assert isinstance(cancel, QPushButton)
    assert workspace.session is not None
    reader, refused, counts = workspace.session.store.reader, [], []
    workspace.refused.connect(refused.append)
    before = reader.event_count()
    with locked(demo_store):
        workspace.commander.run("Creating an example", lambda commands: commands.create(Example, {"foo": 1}))
        driver.qtbot.waitUntil(cancel.isVisible)
        workspace.runner.run("Counting", lambda job: reader.event_count(), counts.append, queue=Queue.SCAN)
        driver.qtbot.waitUntil(lambda: bool(counts))
        assert not refused, "it still waits"
        driver.qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
        driver.qtbot.waitUntil(lambda: bool(refused))
    (error,) = refused
    assert isinstance(error, UserError)
    assert error.text == "nothing was written: it is locked by another program"
    assert not cancel.isVisible()
    assert counts == [before] == [reader.event_count()]


def test_it_is_said_that_the_index_waits_for_a_lock_and_it_goes_on_after_it(
    driver: Driver, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("es_desktop.app.search.store_index.SMALL", 3)
    monkeypatch.setattr("es_desktop.index.database._BUSY_SECONDS", 1.0)
    driver.open(demo_store)
    log, indexer = driver.window.docks.log, driver.workspace.listing.indexer
    log.raise_()
    driver.settle()
    assert indexer.index is not None and indexer.index.path is not None
    bar, indexed = driver.window.statusBar(), indexer.index.state.events
    with locked(indexer.index.path):
        driver.workspace.commander.run("Creating an example", lambda commands: commands.create(Example, {"foo": 1}))
        waits = "Indexing: waits for a lock of another program"
        driver.qtbot.waitUntil(lambda: waits in [each.text() for each in bar.findChildren(QLabel)])
        driver.qtbot.waitUntil(lambda: indexer.waits_for_lock)
        assert log.title_bar.badge.text() == "index waits"
        assert "locked by another program. It goes on when that program is done." in log.title_bar.badge.toolTip()
        assert log.table.isVisible(), "what was read stays"
    driver.qtbot.waitUntil(lambda: not indexer.waits_for_lock)
    driver.settle()
    assert indexer.problem is None and indexer.index.state.events == indexed + 1
    assert not log.title_bar.badge.text() and not driver.answers.errors
