"""The lanes of the chosen entity: computed in a task, and again when it has more events."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.notes.notebook import DisplayPreferences
from es_desktop.models.runtime.tasks import Queue
from tests.models.working import Gate, Working


@pytest.fixture
def order(working: Working, demo_store: Path) -> Working:
    working.open(demo_store)
    working.choose("Order")
    return working


def test_no_lane_is_drawn_until_one_is_chosen(order: Working) -> None:
    assert order.workspace.lanes.paths == ()
    assert order.workspace.lanes.get("total") is None


def test_a_chosen_value_becomes_a_lane(order: Working) -> None:
    lanes = order.workspace.lanes
    order.workspace.preferences.toggle("lanes", "total")
    order.workspace.preferences.toggle("lanes", "status")
    assert lanes.paths == ("total", "status")
    order.settle()
    total, status = lanes.get("total"), lanes.get("status")
    assert total is not None and status is not None
    assert total.is_line and not status.is_line
    for version in order.view.outline.versions:
        state = order.go_to(version).state
        assert total.text_at(version) == str(state["total"])
        assert status.text_at(version) == state["status"].name


def test_known_lanes_are_not_computed_again(qtbot: QtBot, order: Working) -> None:
    lanes = order.workspace.lanes
    order.workspace.preferences.toggle("lanes", "total")
    order.settle()
    total = lanes.get("total")
    order.workspace.preferences.toggle("lanes", "gift")
    order.settle()
    assert lanes.get("total") is total
    assert lanes.get("gift") is not None


def test_lanes_follow_an_entity_that_grows(order: Working) -> None:
    lanes = order.workspace.lanes
    order.workspace.preferences.toggle("lanes", "note")
    order.settle()
    before = lanes.get("note")
    assert before is not None
    version = order.view.facts.version
    order.change("note", "a later one")
    after = lanes.get("note")
    assert after is not None
    assert (before.last, after.last) == (version, version + 1)
    assert after.text_at(version + 1) == "a later one"


def test_the_old_lane_stays_until_the_new_one_is_there(order: Working) -> None:
    lanes = order.workspace.lanes
    order.workspace.preferences.toggle("lanes", "note")
    order.settle()
    before, version = lanes.get("note"), order.view.facts.version
    gate = Gate()
    order.workspace.runner.run("Long reading", gate, queue=Queue.SCAN)
    gate.wait_until_started()
    order.workspace.commander.run_on_entity(
        "Changing", lambda commands, id_, at: commands.change_attribute(id_, "note", "later", at)
    )
    order.wait_until(lambda: order.view.facts.version == version + 1)
    assert lanes.get("note") is before
    gate.opened.set()
    order.settle()
    assert lanes.get("note") is not before


def test_each_entity_has_its_own_lanes(order: Working) -> None:
    lanes = order.workspace.lanes
    order.workspace.preferences.toggle("lanes", "total")
    order.settle()
    first = lanes.get("total")
    order.choose("Ticket")
    assert (lanes.paths, lanes.get("total")) == ((), None)
    other = next(each for each in order.entities() if each.type == "Order" and each.id != order.view.facts.id)
    order.workspace.choose(other.id)
    order.settle()
    assert lanes.paths == ("total",)
    assert lanes.get("total") is not None and lanes.get("total") is not first


def test_a_lane_that_is_not_wanted_is_not_worked_out(order: Working) -> None:
    lanes = order.workspace.lanes
    gate = Gate()
    order.workspace.runner.run("Long reading", gate, queue=Queue.SCAN)
    gate.wait_until_started()
    order.workspace.preferences.toggle("lanes", "total")
    lanes.remove("total")
    lanes.remove("total")
    gate.opened.set()
    order.settle()
    assert (lanes.paths, lanes.get("total")) == ((), None)
    assert order.workspace.notes.notebook.preferences_of("Order") == DisplayPreferences()


def test_a_person_may_cancel_and_begin_again(qtbot: QtBot, order: Working) -> None:
    lanes, gate = order.workspace.lanes, Gate()
    order.workspace.runner.run("Long reading", gate, queue=Queue.SCAN)
    gate.wait_until_started()
    order.workspace.preferences.toggle("lanes", "total")
    assert lanes.is_running
    order.cancel("Drawing lanes")
    gate.opened.set()
    with qtbot.waitSignal(lanes.changed):
        order.settle()
    assert not lanes.is_running
    assert lanes.get("total") is None
    order.workspace.refresh()
    order.settle()
    assert lanes.get("total") is not None
    assert not lanes.is_running


def test_a_closed_store_has_no_lanes(order: Working) -> None:
    order.workspace.preferences.toggle("lanes", "total")
    order.settle()
    order.workspace.close_store()
    order.settle()
    assert (order.workspace.lanes.paths, order.workspace.lanes.get("total")) == ((), None)
