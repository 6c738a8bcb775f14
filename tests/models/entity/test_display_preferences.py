"""Display preferences: kept for an entity type."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.notes.notebook import DisplayPreferences, Notebook
from es_desktop.models.entity.display_preferences import Aspect
from tests.models.working import Working

ASPECTS: tuple[Aspect, ...] = ("lanes", "hidden", "pinned")


def names(working: Working) -> list[str]:
    model = working.workspace.inspector.state
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_a_choice_holds_for_every_entity_of_the_type_and_no_other(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    preferences = working.workspace.preferences
    working.choose("Order")
    assert preferences.toggle("pinned", "total")
    assert preferences.toggle("hidden", "note")
    assert names(working)[0] == "total"
    assert "note" not in names(working)
    working.choose("Ticket")
    assert not preferences.has("pinned", "total")
    others = [each for each in working.entities() if each.type == "Order" and not each.discarded]
    working.workspace.choose(others[-1].id)
    working.settle()
    assert names(working)[0] == "total"
    assert "note" not in names(working)


@pytest.mark.parametrize("aspect", ASPECTS)
def test_what_is_chosen_twice_is_chosen_no_longer(working: Working, demo_store: Path, aspect: Aspect) -> None:
    working.open(demo_store)
    working.choose("Order")
    preferences = working.workspace.preferences
    assert preferences.toggle(aspect, "total") and preferences.has(aspect, "total")
    assert not preferences.toggle(aspect, "total")
    assert not preferences.has(aspect, "total")
    assert working.workspace.notes.notebook == Notebook(), "nothing is left behind"


def test_what_is_pinned_is_not_hidden(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    working.choose("Order")
    preferences = working.workspace.preferences
    preferences.toggle("hidden", "total")
    preferences.toggle("lanes", "total")
    preferences.toggle("pinned", "total")
    assert preferences.current == DisplayPreferences(("total",), (), ("total",))
    preferences.toggle("hidden", "total")
    assert preferences.current == DisplayPreferences(("total",), ("total",), ())


def test_it_is_there_again_when_the_store_is_opened_again(working: Working, sample: Path) -> None:
    before = sample.read_bytes()
    working.open(sample)
    path = names(working)[-1]
    working.workspace.preferences.toggle("hidden", path)
    working.settle()
    working.workspace.close_store()
    working.settle()
    assert working.workspace.preferences.current == DisplayPreferences()
    working.open(sample)
    assert path not in names(working)
    assert working.workspace.inspector.state.hidden_count == 1
    assert sample.read_bytes() == before


def test_hidden_values_are_shown_on_demand(qtbot: QtBot, working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    working.choose("Order")
    preferences = working.workspace.preferences
    preferences.toggle("hidden", "note")
    with qtbot.waitSignal(preferences.changed):
        preferences.set_shows_hidden(True)
    assert "note" in names(working)
    with qtbot.assertNotEmitted(preferences.changed):
        preferences.set_shows_hidden(True)


def test_nothing_is_chosen_without_an_entity(working: Working) -> None:
    working.workspace.preferences.toggle("pinned", "total")
    assert working.workspace.notes.notebook == Notebook()


def test_what_is_no_path_in_a_notebook_is_passed_over(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    working.choose("Order")
    odd = DisplayPreferences(("a..b", "total"), ("", ".x"), ("a[", "status"))
    working.workspace.notes.update(lambda notebook: notebook.with_preferences("Order", odd))
    working.settle()
    assert working.workspace.preferences.current == DisplayPreferences(("total",), (), ("status",))
