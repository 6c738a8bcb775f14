"""The dialog "About" lists the parts of the program, and shows the licence of the chosen one."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton

from es_desktop import __version__
from es_desktop.views.about.about_dialog import AboutDialog
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


def test_it_shows_the_licence_of_the_chosen_part(driver: Driver) -> None:
    driver.act("about")
    dialog = driver.dialog(AboutDialog)
    rows = [dialog.table.model().index(row, 0).data() for row in range(dialog.table.model().rowCount())]
    assert dialog.text.toPlainText().startswith(f"es-desktop {__version__}\n\nMIT License")
    driver.click_cell(dialog.table, rows.index("cffi"), 0)
    assert dialog.text.toPlainText().startswith("cffi ")
    driver.qtbot.keyClicks(dialog.table, "Qt")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in dialog.text.toPlainText()
    buttons = {each.text(): each for each in dialog.findChildren(QAbstractButton)}
    buttons["Copy the versions"].click()
    assert QGuiApplication.clipboard().text().startswith(f"es-desktop {__version__}, Python ")
    buttons["Close"].click()
    assert not driver.dialogs(AboutDialog)
