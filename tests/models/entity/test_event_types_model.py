"""The event types: their counts and hues, hiding and showing them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.facts import Outline
from es_desktop.models.entity.event_types_model import COUNT, NAME, TICK, EventTypesModel
from es_desktop.models.table.model import SWATCH_ROLE, TONE_ROLE
from tests.models.working import Working


def outline(*types: str) -> Outline:
    return Outline.of([(range(len(types)), types)])


ORDER = outline("Created", "ItemAdded", "ItemAdded", "Paid", "ItemAdded")


@pytest.fixture
def types(qapp: object) -> EventTypesModel:
    types = EventTypesModel()
    types.set_outline("Order", ORDER)
    return types


def ticks(types: EventTypesModel) -> list[bool]:
    states = [types.index(row, TICK).data(Qt.ItemDataRole.CheckStateRole) for row in range(types.rowCount())]
    return [Qt.CheckState(state) == Qt.CheckState.Checked for state in states]


def test_types_are_a_well_behaved_table(qtmodeltester: ModelTester, types: EventTypesModel) -> None:
    qtmodeltester.check(types)
    types.set_outline("Order", outline("Created", "ItemAdded", "Paid", "Shipped"))
    qtmodeltester.check(types)
    types.show_only(1)
    types.set_outline("", Outline())
    qtmodeltester.check(types)


def test_each_type_has_its_count_and_its_hue(types: EventTypesModel) -> None:
    rows = range(types.rowCount())
    assert [types.index(row, NAME).data() for row in rows] == ["Created", "ItemAdded", "Paid"]
    assert [types.index(row, COUNT).data() for row in rows] == ["1", "3", "1"]
    assert tuple(types.index(row, NAME).data(SWATCH_ROLE) for row in rows) == ORDER.hues
    assert types.row_of(4) == 1
    assert types.row_of(None) == 0


def test_types_are_hidden_and_shown_again(qtbot: QtBot, types: EventTypesModel) -> None:
    assert (types.summary, ticks(types), types.hidden) == ("all events", [True] * 3, frozenset())
    with qtbot.waitSignals([types.changed, types.dataChanged]):
        types.set_shown(1, False)
    assert (types.summary, ticks(types), types.hidden) == ("2 of 3 types", [True, False, True], frozenset({1}))
    assert types.index(1, NAME).data(TONE_ROLE) == "faint"
    with qtbot.assertNotEmitted(types.changed):
        types.set_shown(1, False)
    types.show_only(1)
    assert (types.hidden, types.is_only(1), types.is_only(0)) == (frozenset({0, 2}), True, False)
    types.show_all()
    assert types.summary == "all events"


def test_what_is_hidden_holds_for_its_type_of_entity_until_the_store_is_closed(types: EventTypesModel) -> None:
    types.set_shown(2, False)
    types.set_outline("Account", outline("Created", "Paid"))
    assert types.hidden == frozenset(), "an account's payment is another thing than an order's"
    types.set_outline("Order", outline("Paid", "Created"))
    assert types.hidden == frozenset({0})
    types.forget()
    assert types.hidden == frozenset()


def test_more_events_do_not_reset_the_table(qtbot: QtBot, types: EventTypesModel) -> None:
    more = outline("Created", "ItemAdded", "ItemAdded", "Paid", "ItemAdded", "ItemAdded", "Shipped")
    with qtbot.assertNotEmitted(types.modelReset), qtbot.waitSignal(types.rowsInserted):
        types.set_outline("Order", more)
    assert [types.index(row, COUNT).data() for row in range(types.rowCount())] == ["1", "4", "1", "1"]


def test_stepping_and_playing_stop_at_shown_events(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    view = working.choose("Order")
    selection, inspector = working.workspace.selection, working.workspace.inspector
    number = view.outline.types.index("ItemAdded")
    shown = [
        version
        for version, each in zip(view.outline.versions, view.outline.type_numbers, strict=True)
        if each == number
    ]
    inspector.event_types.show_only(number)
    assert (selection.first_stop, selection.last_stop) == (shown[0], shown[-1])
    selection.go_to(0)
    seen = []
    while selection.can_step(1):
        selection.step(1)
        seen.append(selection.version)
    assert seen == shown
    working.choose("Account")
    assert selection.first_stop == 0, "all types of an account are shown"
    working.workspace.close_store()
    assert inspector.event_types.rowCount() == 0


def test_a_filter_stays_for_entities_of_its_type_until_the_store_is_closed(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    working.choose("Order")
    types = working.workspace.inspector.event_types
    types.set_shown(0, False)
    other = next(each for each in working.entities() if each.type == "Order" and each.id != working.view.facts.id)
    working.workspace.choose(other.id)
    working.settle()
    assert types.hidden == frozenset({0})
    assert len(working.workspace.inspector.timeline.rows.events) == other.events - 1
    working.open(demo_store)
    working.choose("Order")
    assert types.hidden == frozenset()
