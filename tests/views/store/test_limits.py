"""Limits that are met are raised in the window, kept, and hold for what is read from then on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox

from es_desktop.app.runtime.errors import UserError
from es_desktop.system.limits import VARIABLE, Limits, keep_limits, limits, over, raise_limits
from es_desktop.views.preferences.dialog import PreferencesDialog
from tests.views.driving import Driver


@pytest.fixture(autouse=True)
def default_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "values=2")


def test_the_notice_of_an_event_raises_the_limit_and_it_is_read_again(driver: Driver, sample: Path) -> None:
    driver.open(sample)
    driver.workspace.selection.go_to(driver.workspace.selection.first)
    driver.settle()
    dock = driver.window.docks.event
    assert "the limit values is 2" in dock.error.text() and not dock.raise_limit.isHidden()
    dock.raise_limit.click()
    dialog = driver.dialog(PreferencesDialog)
    box = dialog.rows["values"].editor
    assert isinstance(box, QSpinBox) and box.value() == 2 and dialog.focusWidget() is box
    driver.type_into(box, "200000")
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert os.environ[VARIABLE] == "values=200000" and limits().values == 200_000
    assert driver.window.settings.preferences.number("values") == 200_000
    dialog.close()
    assert dock.error.text() == "" and dock.raise_limit.isHidden()


def test_a_refusal_offers_it_and_reset_brings_the_defaults_back(driver: Driver) -> None:
    driver.answers.chosen = "Raise the limit"
    driver.workspace.refused.emit(UserError(over("it takes too long", "statement_seconds")))
    assert driver.answers.offers == ["Raise the limit…"]
    dialog = driver.dialog(PreferencesDialog)
    assert dialog.focusWidget() is dialog.rows["statement_seconds"].editor
    assert limits().values == 2, "given for this run"
    dialog.rows["values"].reset.click()
    assert limits() == Limits()


def test_what_is_given_at_the_start_counts_more_than_what_is_kept() -> None:
    keep_limits("values=5 payload_mb=9")
    assert (limits().values, limits().payload_mb) == (2, 9)
    keep_limits("nonsense=1")
    raise_limits(["values=7"])
    assert (limits().values, limits().payload_mb) == (7, 9)
