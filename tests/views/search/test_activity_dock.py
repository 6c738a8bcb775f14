"""What happens in a store, in the window: what is counted, and where a click on it leads."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from es_desktop.app.store.session import create_session
from es_desktop.models.search.event_log import ALL, EVENT
from es_desktop.models.table.model import SWATCH_ROLE
from es_desktop.views.search.activity_dock import ActivityDock
from es_desktop.views.search.bar_list import BarList
from tests.conftest import SAMPLES
from tests.models.working import hold_indexing
from tests.views.driving import Driver

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dock(driver: Driver, demo_store: Path) -> ActivityDock:
    driver.open(demo_store)
    dock = driver.window.docks.activity
    dock.raise_()
    driver.qtbot.waitUntil(dock.histogram.isVisible)
    driver.settle()
    return dock


@pytest.fixture
def wanted(dock: ActivityDock) -> list[str]:
    """How often the log was requested."""
    wanted: list[str] = []
    dock.log_requested.connect(lambda: wanted.append("log"))
    return wanted


def click(qtbot: QtBot, bars: BarList, key: object) -> None:
    number = [row.key for row in bars.rows].index(key)
    qtbot.mouseClick(bars.viewport(), LEFT, pos=bars.row_rect(number).center())


def numbers(bars: BarList) -> dict[object, str]:
    return {row.key: row.number for row in bars.rows}


def hints(dock: ActivityDock) -> list[str]:
    labels = dock.content.findChildren(QLabel, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [label.text() for label in labels if label.isVisible()]


def listed_types(driver: Driver) -> set[str]:
    return {each.type for each in driver.workspace.entities.loaded_entities()}


def test_the_store_is_counted(dock: ActivityDock, driver: Driver) -> None:
    assert dock.title_bar.summary() == "5,129 events · 22 types · 2 Mar – 31 Aug 2026"
    assert numbers(dock.entity_types.list) == {"Order": "136", "Ticket": "94", "Account": "50", "Example": "20"}
    assert numbers(dock.types.list)["Deposited"] == "1,170"
    assert numbers(dock.snapshots.list)["Account"] == "94 %  ◆ 235"
    bars = dock.histogram.content.bars
    assert bars is not None
    assert sum(bars.counts) == 5_129
    facts = driver.workspace.facts
    assert facts is not None
    assert facts.types == {key: int(number) for key, number in numbers(dock.entity_types.list).items()}
    assert hints(dock) == []


def test_a_type_of_event_leaves_only_its_events_in_the_log(
    dock: ActivityDock, driver: Driver, wanted: list[str]
) -> None:
    click(driver.qtbot, dock.types.list, "ItemAdded")
    driver.settle()
    assert driver.workspace.log.search.event_types == {"ItemAdded"}
    assert f"{driver.workspace.log.model.rowCount():,}" == numbers(dock.types.list)["ItemAdded"]
    assert dock.types.list.marked == {"ItemAdded"}
    assert wanted == ["log"]
    click(driver.qtbot, dock.types.list, "ItemAdded")
    driver.settle()
    assert driver.workspace.log.search == ALL
    assert driver.workspace.log.model.rowCount() == 5_129
    assert dock.types.list.marked == frozenset()
    assert wanted == ["log"], "what is cleared need not be seen elsewhere"


def test_a_type_of_event_has_the_colour_that_it_has_in_the_log(dock: ActivityDock, driver: Driver) -> None:
    hues = {row.key: row.hue for row in dock.types.list.rows}
    log = driver.workspace.log.model
    driver.window.docks.log.raise_()
    driver.settle()
    shown = {log.index(row, EVENT).data(): log.index(row, EVENT).data(SWATCH_ROLE) for row in range(200)}
    assert len(shown) > 3
    assert shown == {name: hues[name] for name in shown}


@pytest.mark.parametrize("panel", ["entity_types", "snapshots"])
def test_a_type_of_entity_leaves_only_these_in_both_lists(
    dock: ActivityDock, driver: Driver, wanted: list[str], panel: str
) -> None:
    bars = getattr(dock, panel).list
    click(driver.qtbot, bars, "Ticket")
    driver.settle()
    assert driver.workspace.log.search.entity_types == {"Ticket"}
    assert listed_types(driver) == {"Ticket"}
    assert driver.workspace.entities.rowCount() == 94
    assert dock.entity_types.list.marked == dock.snapshots.list.marked == {"Ticket"}
    button = driver.window.docks.entities.only_types
    assert button.isVisible()
    assert button.text() == "Ticket  ×"
    click(driver.qtbot, bars, "Ticket")
    driver.settle()
    assert driver.workspace.log.search == ALL
    assert driver.workspace.entities.rowCount() == 300
    assert not button.isVisible()
    assert wanted == ["log"]


def test_the_list_of_entities_shows_all_again_by_itself(dock: ActivityDock, driver: Driver) -> None:
    click(driver.qtbot, dock.entity_types.list, "Order")
    driver.settle()
    driver.qtbot.mouseClick(driver.window.docks.entities.only_types, LEFT)
    driver.settle()
    assert driver.workspace.entities.rowCount() == 300
    assert dock.entity_types.list.marked == {"Order"}, "the log still shows these only"
    click(driver.qtbot, dock.entity_types.list, "Order")
    assert dock.entity_types.list.marked == frozenset()


def test_a_long_entity_is_chosen_by_a_click_and_by_a_key(dock: ActivityDock, driver: Driver) -> None:
    bars = dock.longest.list
    longest = bars.rows[0]
    assert longest.number == "1,088"
    assert longest.tip.startswith(f"Account {longest.key}\n1,088 events, 108 snapshots")
    click(driver.qtbot, bars, longest.key)
    driver.settle()
    assert driver.workspace.selection.entity_id == longest.key
    assert bars.marked == {longest.key}
    bars.setFocus()
    driver.press(Qt.Key.Key_Down)
    driver.press(Qt.Key.Key_Space)
    driver.settle()
    assert driver.workspace.selection.entity_id == bars.rows[1].key
    assert not driver.workspace.player.is_playing, "the space bar is this list's own here"


def test_a_time_range_is_chosen_for_the_log(dock: ActivityDock, driver: Driver, wanted: list[str]) -> None:
    histogram, qtbot = dock.histogram, driver.qtbot
    scale = histogram.scale
    assert scale is not None
    first, last = (scale.column(index).center().toPoint() for index in (40, 60))
    qtbot.mousePress(histogram, LEFT, pos=first)
    qtbot.mouseMove(histogram, last)
    qtbot.mouseRelease(histogram, LEFT, pos=last)
    driver.settle()
    search = driver.workspace.log.search
    assert (search.since, search.until) == scale.columns.time_range(40, 60) == histogram.range
    assert driver.workspace.log.model.rowCount() == scale.columns.count(40, 60)
    assert wanted == ["log"]
    qtbot.mouseDClick(histogram, LEFT, pos=first)
    driver.settle()
    assert driver.workspace.log.search == ALL
    assert wanted == ["log"]


def test_a_click_on_a_bar_goes_there_in_the_log(dock: ActivityDock, driver: Driver, wanted: list[str]) -> None:
    scale = dock.histogram.scale
    assert scale is not None
    rows: list[int] = []
    driver.workspace.log.row_wanted.connect(rows.append)
    driver.qtbot.mouseClick(dock.histogram, LEFT, pos=scale.column(40).center().toPoint())
    driver.settle()
    assert wanted == ["log"]
    assert len(rows) == 1


def test_filters_set_elsewhere_are_shown_here(dock: ActivityDock, driver: Driver, wanted: list[str]) -> None:
    bars = dock.histogram.content.bars
    assert bars is not None
    since = bars.begin + 10 * bars.width
    driver.workspace.log.update_search(event_types=frozenset({"Created", "Paid"}), since=since)
    assert dock.types.list.marked == {"Created", "Paid"}
    assert dock.histogram.range == (since, None)
    driver.settle()
    assert wanted == []


def test_panels_are_in_one_row_if_there_is_space(dock: ActivityDock, qtbot: QtBot) -> None:
    assert dock.panels.across == 2
    dock.setFloating(True)
    dock.resize(1200, 420)
    qtbot.waitUntil(lambda: dock.panels.across == 4)
    panels = (dock.types, dock.entity_types, dock.longest, dock.snapshots)
    qtbot.waitUntil(lambda: len({panel.mapTo(dock, QPoint()).y() for panel in panels}) == 1)


def test_without_a_store_it_says_how_to_see_something(dock: ActivityDock, driver: Driver) -> None:
    driver.workspace.entities.set_types(frozenset({"Order"}))
    driver.act("close")
    driver.settle()
    dock.setFloating(True)
    assert dock.why_empty.text() == "No store is open."
    assert dock.title_bar.summary() == ""
    assert driver.workspace.entities.query.types is None


def test_an_empty_store_says_so(driver: Driver, tmp_path: Path) -> None:
    create_session(str(tmp_path / "empty.esdb")).close()
    driver.open(tmp_path / "empty.esdb")
    dock = driver.window.docks.activity
    dock.raise_()
    driver.settle()
    assert hints(dock) == ["This store has no events yet."]


def test_a_store_without_times_says_so_and_counts_the_rest(driver: Driver, tmp_path: Path) -> None:
    name = "es-3.1.0-sqlalchemy-sqlite-aes.db"
    driver.open(Path(shutil.copyfile(SAMPLES / name, tmp_path / name)))
    dock = driver.window.docks.activity
    dock.raise_()
    driver.settle()
    assert hints(dock) == ["The events of this store have no times."]
    assert not dock.histogram.isVisible()
    assert numbers(dock.entity_types.list) == {"TodoList": "8", "User": "3"}
    assert dock.title_bar.summary() == "112 events · 5 types"


def test_a_store_that_is_being_indexed_says_how_far_it_is(driver: Driver, own_demo: Path) -> None:
    dock = driver.window.docks.activity
    texts: list[str] = []
    driver.workspace.listing.indexer.grown.connect(lambda: texts.extend(hints(dock)))
    driver.workspace.store_changed.connect(dock.raise_)  # each store has tabs of its own in front
    driver.workspace.open(str(own_demo))
    driver.settle()
    dock.setFloating(True)
    assert any(text.startswith("The store is being indexed: ") and "of 5,129 events" in text for text in texts), texts
    assert hints(dock) == []


def test_paused_indexing_is_shown(driver: Driver, own_demo: Path) -> None:
    dock = driver.window.docks.activity
    gate = hold_indexing(driver.workspace.listing.indexer, driver.workspace.runner)
    driver.workspace.open(str(own_demo))
    driver.qtbot.waitUntil(lambda: driver.workspace.listing.indexer.index is not None)
    dock.raise_()
    driver.workspace.listing.indexer.pause()
    gate.opened.set()
    driver.settle()
    assert hints(dock) == ["Indexing is paused, and only indexed events can be counted."]
    assert dock.hint.link.text() == "Resume indexing"
    driver.workspace.listing.indexer.resume()
    driver.settle()
    assert hints(dock) == []
