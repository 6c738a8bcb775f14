"""A history with a broken record, a gap and a mutator that raises: each is reported, and everything else is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from es_desktop.models.entity.timeline_model import CHANGED, EVENT, VERSION
from es_desktop.models.table.model import TONE_ROLE
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


def test_every_event_is_a_row_and_those_that_fail_say_why(driver: Driver, broken_store: Path) -> None:
    driver.open(broken_store)
    model = driver.workspace.inspector.timeline
    texts = dict(zip(driver.timeline(VERSION), driver.timeline(CHANGED), strict=True))
    failed = [version for version, row in zip(texts, range(len(texts)), strict=True) if tone(driver, row) == "failed"]
    assert [int(each) for each in texts] == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert failed == ["2", "5", "6"]
    assert "JSON" in texts["2"]
    assert texts["5"].startswith("version 4 is missing")
    assert texts["6"].startswith("TypeError")
    assert set(driver.timeline(EVENT)) == {"Created", "ItemAdded"}
    assert model.rowCount() == 9


def test_stepping_continues_with_the_state_before_a_failed_event(driver: Driver, broken_store: Path) -> None:
    driver.open(broken_store)
    skus = {}
    for version in (1, 2, 3, 5, 6, 7, 9):
        driver.workspace.selection.go_to(version)
        driver.settle()
        shown = driver.workspace.inspector.state_view
        assert shown is not None
        skus[version] = [line["sku"][-1] for line in shown.state["lines"]]
        badge = driver.window.docks.state.title_bar.badge.text()
        assert badge == ("exact" if version < 2 else "broken")
    assert skus == {
        1: ["0"],
        2: ["0"],
        3: ["0", "2"],
        5: ["0", "2"],
        6: ["0", "2"],
        7: ["0", "2", "6"],
        9: ["0", "2", "6", "7", "8"],
    }


def test_a_later_state_says_which_event_broke_it(driver: Driver, broken_store: Path) -> None:
    driver.open(broken_store)
    driver.workspace.selection.go_to(9)
    driver.settle()
    texts = driver.window.docks.state.hint.text()
    assert texts.startswith("Broken by the event at version 2: the payload is not valid JSON")
    driver.workspace.selection.go_to(1)
    driver.settle()
    assert "roken" not in driver.window.docks.state.hint.text()


def test_the_event_panel_shows_the_reason_the_record_and_the_line_of_the_model(
    driver: Driver, broken_store: Path
) -> None:
    driver.open(broken_store)
    dock = driver.window.docks.event
    dock.raise_()
    driver.workspace.selection.go_to(6)
    driver.settle()
    assert "TypeError" in dock.error.text()
    assert "order.py" in dock.traceback.toPlainText()
    assert "many" in dock.record.toPlainText()
    assert dock.traceback.isVisible()
    driver.workspace.selection.go_to(2)
    driver.settle()
    assert dock.error.isVisible()
    assert not dock.traceback.isVisible(), "no code of the model ran"
    assert dock.record.toPlainText().startswith("{")
    driver.workspace.selection.go_to(1)
    driver.settle()
    assert not dock.error.isVisible()


def tone(driver: Driver, row: int) -> object:
    model = driver.window.docks.timeline.table.model()
    return model.index(row, 0).data(TONE_ROLE)
