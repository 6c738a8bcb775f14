"""An order of the demo store in the window, without lanes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from es_desktop.views.entity.value_menu import ValueMenu
from tests.views.driving import Driver


@pytest.fixture
def order(driver: Driver, demo_store: Path) -> Iterator[Driver]:
    driver.workspace.preferences.draws_numbers = False  # no lanes but those of the test
    driver.open(demo_store)
    driver.choose("Order")
    yield driver
    driver.workspace.preferences.draws_numbers = True
    for menu in driver.dialogs(ValueMenu):
        menu.close()
    QApplication.sendPostedEvents()
