"""The status bar says what is true of the open store, and is not there where it would be empty."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from es_desktop.examples import Example
from es_desktop.views.style.painted import FocusRing
from es_desktop.views.window.status import StatusBar
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


def test_it_says_what_is_false_when_something_was_saved_and_the_zone(driver: Driver, demo_store: Path) -> None:
    bar = driver.window.statusBar()
    assert isinstance(bar, StatusBar) and not bar.isVisible(), "the start page has nothing to say"
    driver.open(demo_store)
    assert bar.isVisible() and bar.zone.text() and not bar.saved.isVisible() and not bar.false_button.isVisible()
    driver.workspace.commander.run("Making", lambda commands: commands.create(Example, {"foo": "ours"}))
    driver.settle()
    assert re.fullmatch(r"Saved \d\d:\d\d:\d\d", bar.saved.text())
    driver.act("verify-store")
    driver.settle()
    driver.go_to_history()
    assert bar.false_button.text() == "1 false snapshot"
    driver.qtbot.mouseClick(bar.false_button, Qt.MouseButton.LeftButton)
    assert driver.window.docks.snapshots.found.hasFocus()
    driver.open(demo_store)
    assert not bar.saved.isVisible() and not bar.false_button.isVisible(), "these are of the store before"


def test_the_focus_that_nobody_asked_for_has_no_line_until_a_key_is_pressed(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    table = driver.window.docks.entities.table
    (ring,) = table.findChildren(FocusRing)
    assert table.hasFocus() and not ring.isVisible()
    driver.press(Qt.Key.Key_Down)
    driver.settle()
    assert ring.isVisible()
