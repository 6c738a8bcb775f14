"""The rebuild panel: the rebuild from the snapshot above the one from zero, and whether they are the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.watch.series import offered_paths
from es_desktop.examples import FALSE_SNAPSHOT, FALSE_VERSION
from es_desktop.examples.story import NEWER_EVENT
from es_desktop.models.entity.state_model import NAME, SET_AT, VALUE
from es_desktop.models.entity.timeline_model import CHANGED
from es_desktop.models.table.model import TONE_ROLE
from es_desktop.views.entity.cost_line import CostBar, CostLine
from es_desktop.views.style.tokens import LIGHT
from tests.views.driving import Driver

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]


def words(line: CostLine) -> list[str]:
    """What one line on a rebuild says, without its cost."""
    assert line.isVisible()
    return [line.title.text(), line.facts.whole_text()]


def length(line: CostLine) -> int:
    """The length of a line's bar in pixels."""
    bar = line.findChild(CostBar)
    assert isinstance(bar, CostBar)
    image = bar.grab().toImage()
    track = QColor(LIGHT.soft).name()
    return sum(image.pixelColor(x, image.height() // 2).name() != track for x in range(image.width()))


def pills(parent: QWidget, tone: str) -> list[str]:
    """The words of a tone that are in view."""
    labels = parent.findChildren(QLabel)
    return [each.text() for each in labels if each.property("tone") == tone and each.isVisible() and each.text()]


def entity_with(driver: Driver, snapshots: int) -> EntityFacts:
    entities = driver.workspace.entities
    rows = (entities.at(row) for row in range(entities.rowCount()))
    orders = (each for each in rows if each.type == "Order" and each.snapshots == snapshots and not each.discarded)
    return next(each for each in orders if not snapshots or each.events > 12)


def test_the_rebuild_from_the_snapshot_stands_above_the_one_from_zero(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    order = entity_with(driver, 1)
    driver.workspace.choose(order.id, 11)
    driver.settle()
    dock = driver.window.docks.rebuild
    assert words(dock.from_snapshot) == ["From snapshot 9", "2 steps · 10 events not read"]
    assert words(dock.from_zero) == ["From zero", "12 steps · every event read"]
    assert (
        dock.from_snapshot.mapTo(dock, dock.rect().topLeft()).y()
        < dock.from_zero.mapTo(dock, dock.rect().topLeft()).y()
    )
    assert dock.cards.isVisible() and dock.chips.isVisible()
    assert (dock.title_bar.badge.text(), dock.title_bar.badge.property("tone")) == ("same state", "green")
    assert "cheaper" in dock.title_bar.summary() or "the same" in dock.title_bar.summary()
    lengths = sorted([length(dock.from_snapshot), length(dock.from_zero)])
    assert lengths[1] >= 158 and 0 < lengths[0] <= lengths[1], "on one scale"
    assert all(line.cost.text().endswith((" µs", " ms", " s")) for line in (dock.from_snapshot, dock.from_zero))
    driver.qtbot.mouseClick(dock.chips.viewport(), Qt.MouseButton.LeftButton, pos=dock.chips.card_rect(4).center())
    driver.settle()
    assert driver.workspace.selection.version == 4


def test_the_snapshot_itself_takes_no_steps_and_says_so(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.workspace.choose(entity_with(driver, 1).id, 9)
    driver.settle()
    dock = driver.window.docks.rebuild
    assert words(dock.from_snapshot) == ["From snapshot 9", "the snapshot itself · 10 events not read"]
    shown = " ".join(each.text() for each in [*dock.findChildren(QLabel), *dock.title_bar.findChildren(QLabel)])
    assert "0 steps" not in shown.replace("10 steps", "") and "0 µs" not in shown.split()
    assert dock.title_bar.badge.text() == "same state"


def test_without_a_snapshot_there_is_only_the_rebuild_from_zero(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.workspace.choose(entity_with(driver, 0).id, 3)
    driver.settle()
    dock = driver.window.docks.rebuild
    assert not dock.from_snapshot.isVisible() and not dock.chips.isVisible()
    assert words(dock.from_zero) == ["From zero", "4 steps · every event read"]
    assert dock.title_bar.badge.text() == "", "there is nothing to compare"
    driver.qtbot.mouseClick(dock.cards.viewport(), Qt.MouseButton.LeftButton, pos=dock.cards.card_rect(1).center())
    driver.settle()
    assert driver.workspace.selection.version == 1


def test_a_long_rebuild_from_zero_is_run_when_a_person_asks(
    driver: Driver, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("es_desktop.app.entity.rebuilds.MOST_UNASKED", 5)
    driver.open(demo_store)
    driver.workspace.choose(entity_with(driver, 1).id, 11)
    driver.settle()
    dock = driver.window.docks.rebuild
    assert words(dock.from_zero) == ["From zero", "too long to be run each time"]
    assert dock.title_bar.badge.text() == "" and not dock.chips.isVisible()
    driver.qtbot.mouseClick(dock.compare_link, Qt.MouseButton.LeftButton)
    driver.settle()
    assert words(dock.from_zero) == ["From zero", "12 steps · every event read"]
    assert dock.title_bar.badge.text() == "same state" and not dock.compare_link.isVisible()


def test_an_event_that_fails_is_red_with_its_reason_and_what_follows_is_doubtful(
    driver: Driver, demo_store: Path
) -> None:
    driver.open(demo_store)
    driver.workspace.choose(NEWER_EVENT)
    driver.settle()
    docks, model = driver.window.docks, driver.workspace.inspector.timeline
    texts = driver.timeline(CHANGED)
    row = next(row for row in range(model.rowCount()) if model.version_at(row) == 11)
    assert texts[row].startswith("ValueError: this comment has schema version 2")
    assert model.index(row, CHANGED).data(TONE_ROLE) == "failed"
    assert [each.startswith("doubtful after 11 · ") for each in texts[row - 1 : row + 3]] == [False, False, True, True]
    assert "failed" in docks.timeline.strip.describe(11)
    refused = " ".join(each.text() for each in docks.commands.findChildren(QLabel) if each.isVisible())
    assert "cannot be rebuilt" in refused and "schema version 2" in refused, "in place of the commands"


def test_what_begins_or_ends_an_entity_is_not_a_change_of_all_its_values(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    order = entity_with(driver, 1)
    driver.workspace.choose(order.id, 0)
    driver.settle()
    model = driver.window.docks.state.tree.model()
    assert driver.state()["status"] == "OPEN", "and no → where there was nothing before"
    assert {model.index(row, NAME).data(TONE_ROLE) for row in range(model.rowCount())} == {None}
    entities = driver.workspace.entities
    rows = (entities.at(row) for row in range(entities.rowCount()))
    driver.workspace.choose(next(each for each in rows if each.type == "Order" and each.discarded).id)
    driver.settle()
    assert driver.state()["status"].endswith(" → removed")
    assert {model.index(row, NAME).data(TONE_ROLE) for row in range(model.rowCount())} == {"faint"}


def test_a_number_and_the_status_are_lanes_until_a_person_wants_others(driver: Driver, own_demo: Path) -> None:
    driver.open(own_demo)
    driver.workspace.choose(entity_with(driver, 1).id)
    driver.settle()
    lanes, preferences = driver.window.docks.timeline.lanes, driver.workspace.preferences
    assert lanes.isVisible() and driver.workspace.lanes.paths == ("total", "status")
    preferences.toggle("hidden", "note")
    assert not driver.workspace.notes.notebook.preferences_of("Order").lanes, "they are only offered"
    for path in ("status", "total"):
        preferences.toggle("lanes", path)
    driver.workspace.choose(FALSE_SNAPSHOT)
    driver.settle()
    assert driver.workspace.lanes.paths == ("balance",)
    driver.workspace.choose(entity_with(driver, 1).id)
    driver.settle()
    assert not lanes.isVisible(), "a person wants none of this type"
    assert offered_paths({"name": "Zoë", "gift": True, "status": "open"}) == (), "without numbers there are none"


def test_a_false_snapshot_is_known_in_every_view(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.workspace.choose(FALSE_SNAPSHOT)
    driver.settle()
    docks = driver.window.docks
    dock, tree = docks.rebuild, docks.state.tree
    assert pills(driver.window, "green") == [], "no view calls it good"
    assert (dock.title_bar.badge.text(), dock.title_bar.badge.property("tone")) == ("not the same state", "red")
    assert docks.state.title_bar.badge.text() == "false snapshot"
    assert dock.from_snapshot.warning.text() == "1 path differs: balance"
    assert dock.from_zero.warning.text() == f"the two part at {FALSE_VERSION} Withdrawn"
    assert dock.cards.accessibleDescription() == "False snapshot. balance. 3832.98 zero 3770.02. they part at 19"
    assert docks.timeline.strip.describe(FALSE_VERSION).startswith(f"Version {FALSE_VERSION} · false snapshot")
    ring = dock.chips.card_rect(FALSE_VERSION)
    dock.chips.set_current(FALSE_VERSION)
    image = dock.chips.viewport().grab(dock.chips.card_rect(FALSE_VERSION)).toImage()
    assert image.width() == ring.width() * image.devicePixelRatio()
    colors = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert LIGHT.red_soft in colors, "the event where they part"
    model = tree.model()
    row = next(row for row in range(model.rowCount()) if model.index(row, NAME).data() == "balance")
    assert model.index(row, VALUE).data() == "3690.90 zero 3627.94"
    assert (model.index(row, SET_AT).data(), model.index(row, NAME).data(TONE_ROLE)) == ("◆19", "failed")
    driver.click_cell(tree, row, SET_AT)
    driver.settle()
    assert driver.workspace.selection.version == FALSE_VERSION
    assert words(dock.from_snapshot)[1] == "the snapshot itself · 20 events not read"
    driver.act("from-zero")
    driver.settle()
    assert driver.state()["balance"].endswith("→ 3770.02")
    assert model.index(row, SET_AT).data() == str(FALSE_VERSION), "the state from zero is right"
    assert dock.title_bar.badge.text() == "not the same state", "and the snapshot is as false as before"
    driver.workspace.selection.go_to(FALSE_VERSION - 1)
    driver.settle()
    assert dock.title_bar.badge.text() == "same state", "from the snapshot before"


def test_in_a_low_window_the_rebuild_is_one_line_that_an_arrow_unfolds(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.workspace.choose(entity_with(driver, 1).id, 11)
    docks, window = driver.window.docks, driver.window
    dock, before = docks.rebuild, docks.rebuild.height()
    window.resize(1024, 700)
    driver.settle()
    assert dock.is_folded and not dock.cards.isVisible() and dock.height() < 60
    lines = [each for each in dock.title_bar.findChildren(CostLine) if each.isVisible()]
    assert [words(each) for each in lines] == [["◆9", "2 steps"], ["Zero", "12 steps"]]
    assert all(each.cost.text() and 0 < length(each) <= 64 for each in lines)
    assert dock.title_bar.badge.text() == "same state" and dock.title_bar.badge.isVisible()
    driver.qtbot.mouseClick(dock.arrow, Qt.MouseButton.LeftButton)
    driver.settle()
    assert dock.cards.isVisible() and dock.from_zero.isVisible() and not lines[0].isVisible()
    driver.qtbot.mouseClick(dock.arrow, Qt.MouseButton.LeftButton)
    driver.settle()
    assert not dock.cards.isVisible() and dock.height() < 60
    docks.watch.raise_()
    driver.settle()
    assert docks.watch.height() > 120, "another panel in its place has room"
    dock.raise_()
    driver.settle()
    assert dock.height() < 60
    window.resize(1440, 900)
    driver.settle()
    assert dock.cards.isVisible() and not dock.arrow.isVisible() and dock.height() > before * 3 // 4


def test_the_state_is_open_to_the_second_level_but_for_what_a_person_collapsed(
    driver: Driver, demo_store: Path
) -> None:
    driver.open(demo_store)
    driver.workspace.choose(entity_with(driver, 1).id)
    driver.settle()
    tree = driver.window.docks.state.tree
    model = tree.model()
    rows = {str(model.index(row, NAME).data()): model.index(row, NAME) for row in range(model.rowCount())}
    assert tree.isExpanded(rows["lines"]) and tree.isExpanded(rows["address"])
    member = model.index(0, VALUE, rows["lines"])
    assert not tree.isExpanded(member.siblingAtColumn(NAME)) and " × " in member.data(), "as its values, not as {…}"
    tree.setCurrentIndex(rows["lines"])
    tree.setFocus()
    tree.collapse(rows["lines"])
    driver.workspace.selection.step(-1)
    driver.settle()
    assert not tree.isExpanded(rows["lines"]) and tree.isExpanded(rows["address"])
    tree.expand(rows["lines"])
