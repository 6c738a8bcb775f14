"""The view Quality: the report is made beside the window, and its rows lead to the events."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from es_desktop.app.entity.commands import Changes
from es_desktop.examples import FALSE_SNAPSHOT, FALSE_VERSION
from es_desktop.examples.story import NEWER_EVENT
from es_desktop.models.quality.shape_model import PATH, SHARE, TYPES
from es_desktop.models.quality.surveyor import FEW_EVENTS
from es_desktop.models.window_view import EXPLORE
from es_desktop.views.quality.findings_dock import FindingRowsDock, FindingsDock
from es_desktop.views.quality.painting import FINDING_HEIGHT
from es_desktop.views.quality.shape_dock import ShapeChangesDock, ShapeDock
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


@pytest.fixture
def shown(driver: Driver, small_demo: Path) -> Driver:
    """The view with the report of a store, which is made as soon as it is shown."""
    driver.open(small_demo)
    driver.act("view-quality")
    driver.settle()
    return driver


def texts(driver: Driver, dock_class: type[FindingsDock | FindingRowsDock | ShapeDock | ShapeChangesDock]) -> list[str]:
    model = driver.window.docks.built(dock_class).table.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_a_finding_leads_to_its_rows_and_these_to_the_event(shown: Driver) -> None:
    findings, rows = shown.window.docks.built(FindingsDock), shown.window.docks.built(FindingRowsDock)
    assert [each.partition(",")[0] for each in texts(shown, FindingsDock)] == [
        "fault: Events are not applied",
        "fault: Snapshots are false",
        "doubt: A value has another type",
    ]
    assert findings.table.rowHeight(0) == FINDING_HEIGHT == 44
    assert texts(shown, FindingRowsDock) == [str(NEWER_EVENT)[:8]], "those of the first finding"
    shown.click_cell(findings.table, 1, 0)
    assert texts(shown, FindingRowsDock) == [str(FALSE_SNAPSHOT)[:8]]
    assert rows.title_bar.summary() == "1 snapshot"
    shown.click_cell(rows.table, 0, 0)
    shown.settle()
    selection = shown.workspace.selection
    assert (selection.entity_id, selection.version) == (FALSE_SNAPSHOT, FALSE_VERSION)
    assert shown.workspace.shown_view.name == "quality", "a click only chooses"
    rows.table.setFocus()
    shown.press(Qt.Key.Key_Return)
    assert shown.workspace.shown_view.name == EXPLORE
    assert shown.workspace.checker.checks_of(FALSE_SNAPSHOT)[FALSE_VERSION].ok is False, "the verdict knows it now"


def test_the_shape_is_searched_by_path_and_type(shown: Driver) -> None:
    dock = shown.window.docks.built(ShapeDock)
    shown.type_into(dock.line, "author")
    lines = dock.model
    found = [tuple(str(lines.index(row, column).data()).strip() for column in (PATH, TYPES)) for row in range(4)]
    assert lines.rowCount() == 4
    assert [path for path, _ in found] == ["Ticket ▸ Commented", "author", "author.name", "author.role"]
    assert found[1][1].endswith("object 1")
    assert str(lines.index(2, SHARE).data()).endswith("%")
    shown.type_into(dock.line, "nobody has this")
    assert not dock.table.isVisible()


def test_a_change_leads_to_its_first_event(shown: Driver) -> None:
    changes = shown.window.docks.built(ShapeChangesDock)
    changes.table.activated.emit(changes.table.model().index(0, 0))
    shown.settle()
    assert (shown.workspace.selection.entity_id, shown.workspace.selection.version) == (NEWER_EVENT, 11)
    assert shown.workspace.shown_view.name == EXPLORE


@pytest.mark.parametrize("format", ["html", "json"])
def test_the_report_is_written_to_a_file(shown: Driver, tmp_path: Path, format: str) -> None:
    shown.answers.file = str(tmp_path / f"report.{format}")
    shown.act(f"quality-{format}")
    shown.settle()
    assert shown.answers.offered == f"demo-quality.{format}"
    text = Path(shown.answers.file).read_text("utf-8")
    assert "Snapshots are false" in text
    assert format == "html" or len(json.loads(text)["findings"]) == 3
    assert shown.last_message() == f"report.{format} was written."


def test_a_report_of_before_a_change_says_so_until_it_is_made_again(shown: Driver) -> None:
    dock, surveyor = shown.window.docks.built(FindingsDock), shown.workspace.surveyor
    before = surveyor.report
    surveyor.on_changes(Changes())
    assert surveyor.is_outdated and dock.title_bar.badge.text() == "outdated"
    shown.act("quality")
    shown.settle()
    assert not surveyor.is_outdated and surveyor.report is not before


def test_a_large_store_is_read_only_when_a_person_asks_and_can_be_stopped(driver: Driver, small_demo: Path) -> None:
    driver.open(small_demo)
    surveyor = driver.workspace.surveyor
    surveyor.start_if_few(FEW_EVENTS + 1)
    assert not surveyor.is_running
    surveyor.start()
    surveyor.stop()
    driver.act("view-quality")
    driver.settle()
    assert surveyor.report is None, "what a person stopped does not begin by itself"
    driver.qtbot.mouseClick(driver.window.docks.built(FindingsDock).button, Qt.MouseButton.LeftButton)
    driver.settle()
    assert surveyor.report is not None
    driver.workspace.close_store()
    assert surveyor.report is None and surveyor.chosen is None
