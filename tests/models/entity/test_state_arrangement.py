"""The arrangement of the state: pinned values first, hidden ones left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.models.entity.state_model import SET_AT, VALUE, Arrangement, StateModel
from es_desktop.models.table.model import PATH_ROLE, PIN_ROLE, TONE_ROLE
from es_desktop.replay import Blame, join_path, members
from tests.models.entity.test_state_model import at, shown, tree_of
from tests.replay.trees import STATES

STATE = {"status": "open", "total": 5, "lines": [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}], "note": "x"}


@pytest.fixture
def model(qapp: object) -> StateModel:
    model = StateModel()
    model.set_state(STATE, (), {})
    tree_of(model)
    return model


def names(model: StateModel, *rows: int) -> list[str]:
    parent = at(model, *rows)
    return [model.index(row, 0, parent).data() for row in range(model.rowCount(parent))]


def test_pinned_names_come_first_in_their_order_with_a_mark(model: StateModel) -> None:
    model.set_arrangement(Arrangement(pinned=("note", "total")))
    assert names(model) == ["note", "total", "status", "lines"]
    assert [at(model, row).data(PIN_ROLE) for row in range(4)] == [True, True, False, False]
    assert not at(model, 0, column=VALUE).data(PIN_ROLE)
    model.set_arrangement(Arrangement())
    assert names(model) == list(STATE)


def test_a_pinned_value_from_inside_has_a_second_row_with_its_whole_path(model: StateModel) -> None:
    model.set_arrangement(Arrangement(pinned=("lines[1].n", "lines[0]")))
    assert names(model) == ["lines[1].n", "lines[0]", *STATE]
    assert [at(model, row, column=VALUE).data() for row in (0, 1)] == ["2", "A, 1"]
    assert names(model, 1) == ["sku", "n"]
    assert names(model, 4, 1) == ["sku", "n"], "it stays where it was, too"
    assert at(model, 0).data(PATH_ROLE) == at(model, 4, 1, 1).data(PATH_ROLE) == "lines[1].n"


def test_a_pinned_value_that_is_not_there_says_so_and_who_removed_it(model: StateModel) -> None:
    model.set_arrangement(Arrangement(pinned=("lines[1].n", "gone", "lines[7]")))
    model.set_writers({"lines[1].n": 9}.get)
    model.set_state({**STATE, "lines": []}, (), {})
    assert names(model) == ["lines[1].n", "lines[7]", *STATE], "a name that the state does not have takes no row"
    assert at(model, 0, column=VALUE).data() == "not there"
    assert at(model, 0, column=SET_AT).data() == "9"
    model.set_state(None, (), {})
    assert names(model) == []


def test_a_pinned_row_shows_the_change_of_the_step(model: StateModel) -> None:
    model.set_arrangement(Arrangement(pinned=("lines[0].n",)))
    shown(model, STATE, {**STATE, "lines": [{"sku": "A", "n": 7}, {"sku": "B", "n": 2}]})
    assert at(model, 0, column=VALUE).data() == "1 → 7"
    assert at(model, 0).data(TONE_ROLE) == "changed"


def test_what_is_hidden_is_left_out_wherever_it_is_and_counted(model: StateModel) -> None:
    model.set_arrangement(Arrangement(hidden=("note", "lines[0].n", "lines[1]", "lines[1].sku", "nowhere")))
    assert names(model) == ["status", "total", "lines"]
    assert names(model, 2) == ["[0]"]
    assert names(model, 2, 0) == ["sku"]
    assert model.hidden_count == 3, "lines[1].sku is inside of what is hidden, and nowhere is not there"


def test_what_is_hidden_can_be_shown_faint(model: StateModel) -> None:
    hidden = ("note", "lines[1]")
    model.set_arrangement(Arrangement(hidden=hidden, shows_hidden=True))
    assert names(model) == list(STATE)
    tones = [at(model, *rows).data(TONE_ROLE) for rows in ((3,), (2, 1), (2, 1, 0), (2,), (2, 0))]
    assert tones == ["faint", "faint", "faint", None, None]
    assert model.hidden_count == 2


def test_a_container_all_of_whose_members_are_hidden_does_not_open(qtmodeltester: ModelTester) -> None:
    model = StateModel()
    qtmodeltester.check(model)
    model.set_state({"address": {"city": "York"}, "x": 1}, (), {})
    tree_of(model)
    model.set_arrangement(Arrangement(hidden=("address.city",)))
    assert not model.hasChildren(at(model, 0))
    assert model.rowCount(at(model, 0)) == 0
    qtmodeltester.check(model)


def test_what_is_expanded_and_chosen_stays_so_while_rows_come_and_go(qtbot: QtBot, model: StateModel) -> None:
    sku, note = QPersistentModelIndex(at(model, 2, 1, 0)), QPersistentModelIndex(at(model, 3))
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_arrangement(Arrangement(pinned=("note", "lines[0].n"), hidden=("status",)))
        assert names(model) == ["note", "lines[0].n", "total", "lines"]
        shown(model, STATE, {"total": 6, "lines": STATE["lines"], "note": "y", "new": 1})
        model.set_arrangement(Arrangement(hidden=("lines[0]",), shows_hidden=True))
        model.set_arrangement(Arrangement(hidden=("lines[0]",)))
    assert sku.isValid() and note.isValid()
    assert sku.data(PATH_ROLE) == "lines[1].sku"
    assert (note.row(), names(model)) == (2, ["total", "lines", "note", "new", "status"])


def test_the_members_that_are_too_many_are_counted_without_the_hidden_ones(model: StateModel) -> None:
    model.set_state({"items": list(range(1500))}, (), {})
    rest = at(model, 0, 1000)
    assert rest.siblingAtColumn(VALUE).data() == "500 more"
    assert (rest.data(PATH_ROLE), model.path_at(rest), model.writer_at(rest)) == (None, None, None)
    model.set_arrangement(Arrangement(hidden=("items[3]", "items[9]")))
    assert at(model, 0, 1000, column=VALUE).data() == "498 more"
    assert at(model, 0, 3).data() == "[4]"


def test_the_rest_of_a_list_in_a_list_has_no_writer(model: StateModel) -> None:
    blame = Blame()
    model.set_state({"m": [list(range(1001))]}, (), {})
    model.set_writers(lambda path: blame.last_writer(path, 3))
    assert at(model, 0, 0, 1000, column=SET_AT).data() == ""


INDEXES = st.lists(st.integers(0, 30), max_size=4, unique=True)


def all_paths(tree: Any, path: str = "") -> list[str]:
    found = [path] if path else []
    for key, value in members(tree):
        found += all_paths(value, join_path(path, key))
    return found


@given(first=STATES, second=STATES, picks=st.lists(st.tuples(INDEXES, INDEXES, st.booleans()), max_size=4))
def test_however_rows_come_and_go_they_are_those_of_a_model_made_afresh(
    qapp: object, first: Any, second: Any, picks: list[tuple[list[int], list[int], bool]]
) -> None:
    paths = list(dict.fromkeys(all_paths(first) + all_paths(second)))
    grown = StateModel()
    for number, (pinned, hidden, shows) in enumerate([([], [], False), *picks]):
        state = (first, second)[number % 2]
        pinned_paths, hidden_paths = (tuple(paths[at] for at in each if at < len(paths)) for each in (pinned, hidden))
        arrangement = Arrangement(pinned_paths, hidden_paths, shows)
        grown.set_state(state, (), {})
        grown.set_arrangement(arrangement)
        fresh = StateModel()
        fresh.set_arrangement(arrangement)
        fresh.set_state(state, (), {})
        assert tree_of(grown) == tree_of(fresh)
