"""How entities of a type are looked at: remembered for the type, on any store."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.notes.notebook import Notebook, Outlook
from es_desktop.models.entity.display_preferences import Aspect
from tests.models.working import Working

ASPECTS: tuple[Aspect, ...] = ("lanes", "hidden", "pinned")


def names(working: Working) -> list[str]:
    model = working.workspace.inspector.state
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_a_choice_holds_for_every_entity_of_the_type_and_no_other(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    outlook = working.workspace.outlook
    working.choose("Order")
    assert outlook.toggle("pinned", "total")
    assert outlook.toggle("hidden", "note")
    assert names(working)[0] == "total"
    assert "note" not in names(working)
    working.choose("Ticket")
    assert not outlook.has("pinned", "total")
    others = [each for each in working.entities() if each.type == "Order" and not each.discarded]
    working.workspace.choose(others[-1].id)
    working.settle()
    assert names(working)[0] == "total"
    assert "note" not in names(working)


@pytest.mark.parametrize("aspect", ASPECTS)
def test_what_is_chosen_twice_is_chosen_no_longer(working: Working, demo_store: Path, aspect: Aspect) -> None:
    working.open(demo_store)
    working.choose("Order")
    outlook = working.workspace.outlook
    assert outlook.toggle(aspect, "total") and outlook.has(aspect, "total")
    assert not outlook.toggle(aspect, "total")
    assert not outlook.has(aspect, "total")
    assert working.workspace.notes.notebook == Notebook(), "nothing is left behind"


def test_what_is_pinned_is_not_hidden(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    working.choose("Order")
    outlook = working.workspace.outlook
    outlook.toggle("hidden", "total")
    outlook.toggle("lanes", "total")
    outlook.toggle("pinned", "total")
    assert outlook.outlook == Outlook(("total",), (), ("total",))
    outlook.toggle("hidden", "total")
    assert outlook.outlook == Outlook(("total",), ("total",), ())


def test_it_is_there_again_when_the_store_is_opened_again(working: Working, sample: Path) -> None:
    before = sample.read_bytes()
    working.open(sample)
    path = names(working)[-1]
    working.workspace.outlook.toggle("hidden", path)
    working.settle()
    working.workspace.close_store()
    working.settle()
    assert working.workspace.outlook.outlook == Outlook()
    working.open(sample)
    assert path not in names(working)
    assert working.workspace.inspector.state.hidden_count == 1
    assert sample.read_bytes() == before


def test_hidden_values_are_shown_on_demand(qtbot: QtBot, working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    working.choose("Order")
    outlook = working.workspace.outlook
    outlook.toggle("hidden", "note")
    with qtbot.waitSignal(outlook.changed):
        outlook.set_shows_hidden(True)
    assert "note" in names(working)
    with qtbot.assertNotEmitted(outlook.changed):
        outlook.set_shows_hidden(True)


def test_nothing_is_chosen_without_an_entity(working: Working) -> None:
    working.workspace.outlook.toggle("pinned", "total")
    assert working.workspace.notes.notebook == Notebook()


def test_what_is_no_path_in_a_notebook_is_passed_over(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    working.choose("Order")
    working.workspace.notes.set_outlook("Order", Outlook(("a..b", "total"), ("", ".x"), ("a[", "status")))
    working.settle()
    assert working.workspace.outlook.outlook == Outlook(("total",), (), ("status",))
