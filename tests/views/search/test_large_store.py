"""A journey through a store that counts as large: everything works while it is being indexed, and all of it after."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from es_desktop.models.search.event_log import ALL, PAYLOAD
from es_desktop.views.ask.question_dock import QuestionDock
from tests.benchmarks.stores import make_store
from tests.models.working import Gate, hold_indexing
from tests.views.driving import Driver

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
EVENTS = 5_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("large") / "large.esdb", EVENTS)


@pytest.fixture
def gate(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """What holds up the indexing of any store of more than a thousand events."""
    monkeypatch.setattr("es_desktop.app.search.store_index.SMALL", 1_000)
    return hold_indexing(driver.workspace.listing.indexer, driver.workspace.runner)


def find_states(driver: Driver) -> int:
    """Ask what is typed already; return how many entities there are."""
    driver.act("view-ask")
    driver.qtbot.mouseClick(driver.window.docks.built(QuestionDock).button, LEFT)
    driver.qtbot.waitUntil(lambda: not driver.workspace.questioner.is_asking)
    return driver.workspace.questioner.answers.rowCount()


def see_first_rows(driver: Driver, store: Path) -> None:
    workspace, log = driver.workspace, driver.window.docks.log
    driver.open(store)
    driver.qtbot.waitUntil(lambda: workspace.entities.rowCount() > 0)
    log.raise_()
    driver.settle()
    index = workspace.listing.indexer.index
    assert index is not None and index.state.events == 0, "nothing is indexed yet"
    assert workspace.entities.at(0) is not None, "the first entities are there"
    assert workspace.inspector.state_view is not None, "and one of them shows its state"
    assert log.title_bar.summary() == "5,000 events"
    assert log.table.model().index(0, PAYLOAD).data() not in ("", "reading…")


def find_before_it_is_indexed(driver: Driver) -> int:
    """Look for a word, let indexing rest, and ask for a state; return how many entities that finds."""
    log, question = driver.window.docks.log, driver.window.docks.built(QuestionDock)
    driver.press(Qt.Key.Key_F, CONTROL)
    driver.type_into(log.text, "Porto")
    driver.press(Qt.Key.Key_Return)
    assert log.title_bar.summary() == "0 events found so far…"
    driver.act("pause-index")
    driver.qtbot.waitUntil(lambda: log.title_bar.summary() == "0 events found")
    assert "Indexing is paused" in log.hint.text()
    driver.press(Qt.Key.Key_F, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    driver.type_into(question.line, 'status == "shipped"')
    return find_states(driver)


def go_on_until_it_is_indexed(driver: Driver) -> None:
    workspace, log = driver.workspace, driver.window.docks.log
    driver.act("pause-index")
    driver.qtbot.waitUntil(lambda: workspace.overview.activity is not None and not workspace.log.is_finding)
    log.raise_()
    driver.settle()
    assert log.title_bar.summary() == f"{workspace.log.model.rowCount():,} events found"
    assert "Porto" in log.table.model().index(0, PAYLOAD).data()


def brush_and_clear(driver: Driver) -> None:
    dock, log = driver.window.docks.log, driver.workspace.log
    before, histogram = log.model.rowCount(), dock.histogram
    driver.qtbot.waitUntil(lambda: histogram.isVisible() and histogram.scale is not None)
    scale = histogram.scale
    assert scale is not None
    first, last = (scale.column(index).center().toPoint() for index in (10, 30))
    driver.qtbot.mousePress(histogram, LEFT, pos=first)
    driver.qtbot.mouseMove(histogram, last)
    driver.qtbot.mouseRelease(histogram, LEFT, pos=last)
    driver.qtbot.waitUntil(lambda: log.search.since is not None and not log.is_finding)
    assert 0 < log.model.rowCount() < before
    driver.qtbot.mouseClick(dock.clear, LEFT)
    assert (log.search, log.model.rowCount()) == (ALL, EVENTS)


def jump_to_the_end(driver: Driver) -> None:
    driver.window.docks.log.table.setFocus()
    driver.press(Qt.Key.Key_End)
    driver.settle()
    end, selection = driver.workspace.log.model.at(EVENTS - 1), driver.workspace.selection
    assert end is not None
    assert (selection.entity_id, selection.version) == (end.entity_id, end.event.version)


def scrub_the_longest(driver: Driver) -> None:
    workspace, docks = driver.workspace, driver.window.docks
    assert workspace.overview.activity is not None
    longest = workspace.overview.activity.longest[0]
    docks.activity.raise_()
    driver.settle()
    bars = docks.activity.longest.list
    driver.qtbot.mouseClick(bars.viewport(), LEFT, pos=bars.row_rect(0).center())
    driver.settle()
    assert (workspace.selection.entity_id, workspace.selection.version) == (longest.id, longest.events - 1)
    docks.timeline.raise_()
    balances = []
    for version in (0, longest.events // 2, longest.events - 1, longest.events // 3):
        workspace.selection.go_to(version)
        driver.settle()
        assert workspace.inspector.state_view is not None and workspace.inspector.state_view.version == version
        balances.append(driver.state()["balance"])
    assert len(set(balances)) == 4


def test_a_store_is_searched_while_it_is_being_indexed(driver: Driver, store: Path, gate: Gate) -> None:
    see_first_rows(driver, store)
    shipped = find_before_it_is_indexed(driver)
    gate.opened.set()
    go_on_until_it_is_indexed(driver)
    assert shipped == find_states(driver) > 0, "with the index as without it"
    driver.window.docks.log.raise_()
    brush_and_clear(driver)
    jump_to_the_end(driver)
    scrub_the_longest(driver)


def test_the_index_is_there_the_next_time(driver: Driver, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.app.search.store_index.SMALL", 1_000)
    workspace = driver.workspace
    for sitting in range(2):
        knew: list[bool] = []
        workspace.listing.indexer.opened.connect(lambda index, knew=knew: knew.append(index.knows_entities))
        driver.open(store)
        driver.qtbot.waitUntil(
            lambda: workspace.overview.activity is not None and not workspace.listing.indexer.is_indexing
        )
        driver.settle()
        assert knew == [sitting > 0]
        assert workspace.facts is not None and workspace.facts.events == EVENTS
        driver.act("close")
        driver.settle()
