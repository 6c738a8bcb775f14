"""The writers of a path as a table, around the chosen version."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.models.entity.writers_model import EVENT, MOST, TIME, VERSION, WHAT
from es_desktop.models.runtime.tasks import Queue
from es_desktop.models.table.model import SWATCH_ROLE, TONE_ROLE
from tests.models.working import Gate, Working, titles


@pytest.fixture
def order(working: Working, demo_store: Path) -> Working:
    working.open(demo_store)
    working.choose("Order")
    return working


def column(working: Working, number: int) -> list[str]:
    model = working.workspace.writers
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_each_writer_is_a_row_with_what_it_did(qtmodeltester: ModelTester, order: Working) -> None:
    model = order.workspace.writers
    qtmodeltester.check(model)
    model.show("lines")
    assert set(column(order, WHAT)) == {"…"}, "which events they are is known at once, what they did is read"
    order.settle()
    qtmodeltester.check(model)
    blame = order.workspace.inspector.history.blame
    assert column(order, VERSION) == [str(version) for version in blame.writers("lines")]
    assert set(column(order, EVENT)[1:]) <= {"ItemAdded", "ItemRemoved"}
    assert column(order, WHAT)[:2] == ["– → 0 items", "+ [0] KNF-0180, Chef's knife, 18 cm × 1, 74.90"]
    assert all(column(order, TIME))
    assert titles(model) == ["Ver", "Event", "Time", "What it did"]
    assert [model.index(1, each).data(SWATCH_ROLE) is None for each in range(4)] == [True, False, True, True]
    model.show(None)
    assert model.rowCount() == 0


def test_the_last_writer_at_the_chosen_version_is_marked(order: Working) -> None:
    model = order.workspace.writers
    writers = order.workspace.inspector.history.blame.writers("lines")
    order.go_to(writers[2])
    model.show("lines")
    assert model.current == 2
    assert [model.index(row, 0).data(TONE_ROLE) for row in range(4)] == [None, None, None, "faint"]
    payment = order.workspace.inspector.history.blame.writers("payment.amount")
    order.go_to(payment[0] - 1)
    model.show("payment.amount")
    assert (model.current, model.rowCount()) == (None, len(payment))
    assert model.index(0, 0).data(TONE_ROLE) == "faint"


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_of_many_writers_those_around_the_version_are_listed(working: Working, demo_store: Path, part: float) -> None:
    working.open(demo_store)
    longest = max(working.entities(), key=lambda each: each.events)
    working.workspace.choose(longest.id)
    working.settle()
    writers = working.workspace.inspector.history.blame.writers("balance")
    assert len(writers) > 10 * MOST
    wanted = writers[round(part * (len(writers) - 1))]
    working.go_to(wanted)
    model = working.workspace.writers
    model.show("balance")
    working.settle()
    assert model.rowCount() == MOST
    assert model.earlier + MOST + model.later == len(writers)
    assert model.current is not None and model.version_at(model.current) == wanted
    assert all(" → " in text for text in column(working, WHAT))
    if part == 0.5:
        assert 10 < model.current < 20


def test_writers_are_listed_once_they_are_known(qtbot: QtBot, working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    gate = Gate()
    working.workspace.runner.run("Long reading", gate, queue=Queue.WALK)
    gate.wait_until_started()
    order = next(each for each in working.entities() if each.type == "Order")
    working.workspace.choose(order.id)
    model = working.workspace.writers
    working.wait_until(lambda: working.workspace.inspector.state_view is not None)
    model.show("total")
    assert (model.rowCount(), model.is_known) == (0, False)
    gate.opened.set()
    working.settle()
    assert model.is_known
    assert model.rowCount() > 0
    working.workspace.close_store()
    assert model.rowCount() == 0
    working.settle()


def test_a_value_that_nobody_set_has_no_writers(order: Working) -> None:
    model = order.workspace.writers
    model.show("nowhere")
    assert (model.rowCount(), model.current, model.earlier, model.later) == (0, None, 0, 0)
