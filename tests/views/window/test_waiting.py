"""While another program has the store locked, a write waits, can be cancelled, and the rest of the window goes on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

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
