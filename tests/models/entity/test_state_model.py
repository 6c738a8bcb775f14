"""The state as a tree: names, values with their changes, writers, and editing in a cell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.fields import Field, ValueType
from es_desktop.app.entity.verdict import NEAREST
from es_desktop.app.entity.view import EntityView
from es_desktop.app.store.session import Session, open_session
from es_desktop.models.entity.state_model import NAME, SET_AT, VALUE, StateModel
from es_desktop.models.table.model import PATH_ROLE, TONE_ROLE
from es_desktop.replay import ABSENT, Change, diff
from tests.models.working import no_check

NOTE = Field("note", ValueType.TEXT)


@pytest.fixture(scope="module")
def session(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture
def model(qapp: object) -> StateModel:
    return StateModel()


def shown(model: StateModel, before: Any, after: Any, fields: dict[str, Field] | None = None) -> None:
    """Show a state as the step from another one."""
    model.set_state(after, tuple(diff(before, after)), fields or {})


def at(model: StateModel, *rows: int, column: int = NAME) -> QModelIndex:
    index = QModelIndex()
    for row in rows:
        index = model.index(row, 0, index)
    return index.siblingAtColumn(column)


def tree_of(model: StateModel, parent: QModelIndex | None = None) -> list[Any]:
    """All texts of the tree: name and value, and those of the members."""
    parent = parent or QModelIndex()
    lines: list[Any] = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        inner = tree_of(model, index)
        line = (index.data(), index.siblingAtColumn(VALUE).data())
        lines.append((*line, inner) if inner else line)
    return lines


@pytest.mark.parametrize("name", ["Order", "Ticket", "Account", "Example"])
def test_states_of_the_demo_are_well_behaved_trees(qtmodeltester: ModelTester, session: Session, name: str) -> None:
    model = StateModel()
    qtmodeltester.check(model)
    entity = max(
        (each for each in session.entities() if each.type == name and each.events < 99), key=lambda e: e.events
    )
    view = EntityView(session, entity.id)
    for version in [*view.outline.versions[-6:], 0, view.facts.version]:
        state = view.state_at(version, base=NEAREST, checkpoint=no_check)
        model.set_state(state.state, state.changes, {})
        tree_of(model)
        qtmodeltester.check(model)


def test_a_state_is_a_tree_of_names_and_values(model: StateModel) -> None:
    model.set_state({"note": "x", "lines": [{"sku": "A", "price": Decimal("1.50")}], "empty": {}}, (), {})
    assert tree_of(model) == [
        ("note", "x"),
        ("lines", "1 item", [("[0]", "A, 1.50", [("sku", "A"), ("price", "1.50")])]),
        ("empty", "{}"),
    ]
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in range(3)] == ["Name", "Value", "Set at"]
    price = at(model, 1, 0, 1)
    assert (price.data(PATH_ROLE), model.value_at(price)) == ("lines[0].price", Decimal("1.50"))
    assert model.hasChildren(at(model, 1))
    assert not model.hasChildren(at(model, 2))
    assert model.parent(price) == at(model, 1, 0)
    assert not model.parent(at(model, 1)).isValid()


def test_changes_of_the_step_are_shown_before_and_after_and_marked_up_to_the_top(model: StateModel) -> None:
    shown(model, {"note": "a", "lines": [{"n": 1}], "x": 1}, {"note": "b", "lines": [{"n": 2}], "x": 1})
    assert at(model, 0, column=VALUE).data() == "a → b"
    assert at(model, 1, 0, 0, column=VALUE).data() == "1 → 2"
    tones = [at(model, *rows).data(TONE_ROLE) for rows in ((0,), (1,), (1, 0), (1, 0, 0), (2,))]
    assert tones == ["changed"] * 4 + [None]


def test_removed_values_are_shown_once_more(model: StateModel) -> None:
    shown(model, {"note": "a", "x": 1}, {"x": 1})
    assert tree_of(model) == [("x", "1"), ("note", "a → removed")]
    shown(model, {"note": "a", "x": 1}, None)
    assert tree_of(model) == [("note", "a → removed"), ("x", "1 → removed")]
    model.set_state(None, (), {})
    assert tree_of(model) == []


def test_what_is_expanded_stays_so_from_step_to_step(qtbot: QtBot, model: StateModel) -> None:
    shown(model, None, {"lines": [{"n": 1}, {"n": 2}], "note": "a"})
    tree_of(model)
    line = QPersistentModelIndex(at(model, 0, 1))
    note = QPersistentModelIndex(at(model, 1))
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_state({"lines": [{"n": 1}, {"n": 5}], "note": "b"}, (), {})
        assert line.data() == "[1]"
        assert model.index(0, VALUE, line).data() == "5"
        shown(model, None, {"lines": [{"n": 1}], "note": "c"})
        shown(model, None, {"lines": "no list", "note": "c"})
        shown(model, None, {"lines": [1, 2, 3], "note": "c"})
        model.set_state({"lines": [1, 2, 3], "note": "c"}, (), {})
    assert note.isValid()
    assert tree_of(model) == [("lines", "3 items", [("[0]", "1"), ("[1]", "2"), ("[2]", "3")]), ("note", "c")]


def test_other_names_are_another_tree(qtbot: QtBot, model: StateModel) -> None:
    shown(model, None, {"a": 1})
    with qtbot.waitSignal(model.modelReset):
        shown(model, None, {"b": 1})


def test_a_long_list_is_shown_in_part_and_says_so(qtmodeltester: ModelTester, model: StateModel) -> None:
    def rest() -> tuple[str, str]:
        last = at(model, 0, 1000)
        assert not model.hasChildren(last)
        return last.data(), last.siblingAtColumn(VALUE).data()

    model.set_state({"items": [{"n": each} for each in range(1001)]}, (), {})
    assert model.rowCount(at(model, 0)) == 1001
    assert rest() == ("…", "1 more")
    model.set_state({"items": [{"n": each} for each in range(3500)]}, (), {})
    assert rest() == ("…", "2,500 more")
    model.set_state({"items": [1, 2]}, (), {})
    assert model.rowCount(at(model, 0)) == 2


def test_the_writer_of_a_value_is_shown_once_it_is_known(qtbot: QtBot, model: StateModel) -> None:
    model.set_state({"note": "a", "lines": [1]}, (), {})
    assert at(model, 0, column=SET_AT).data() == ""
    with qtbot.waitSignal(model.dataChanged):
        model.set_writers({"note": 4, "lines[0]": 7}.get)
    assert at(model, 0, column=SET_AT).data() == "4"
    assert at(model, 1, 0, column=SET_AT).data() == "7"
    assert (model.writer_at(at(model, 0)), model.writer_at(at(model, 1)), model.writer_at(QModelIndex())) == (
        4,
        None,
        None,
    )


# Editing --------------------------------------------------------------------------------------------------------------


def test_only_the_value_of_an_attribute_that_may_change_can_be_edited(model: StateModel) -> None:
    model.set_state({"note": "a", "total": 1, "lines": [1]}, (), {"note": NOTE})
    editable = Qt.ItemFlag.ItemIsEditable
    cells = [(row, column) for row in range(3) for column in range(3)]
    assert [cell for cell in cells if at(model, cell[0], column=cell[1]).flags() & editable] == [(0, VALUE)]
    assert model.field_at(at(model, 0, column=VALUE)) == NOTE
    assert model.field_at(at(model, 1, column=VALUE)) is None


def test_an_edit_is_asked_for_and_not_carried_out(qtbot: QtBot, model: StateModel) -> None:
    model.set_state({"note": "a"}, (), {"note": NOTE})
    with qtbot.waitSignal(model.edited) as edited:
        assert model.setData(at(model, 0, column=VALUE), "b")
    assert edited.args == [NOTE, "b"]
    assert at(model, 0, column=VALUE).data() == "a"


@pytest.mark.parametrize(("value", "is_emitted"), [(1, False), (True, True), (2, True), (None, True)])
def test_the_same_value_is_no_edit(qtbot: QtBot, model: StateModel, value: Any, is_emitted: bool) -> None:
    lines: list[Any] = []
    model.edited.connect(lambda field, given: lines.append(given))
    model.set_state({"note": 1}, (), {"note": NOTE})
    assert model.setData(at(model, 0, column=VALUE), value)
    assert bool(lines) == is_emitted


def test_what_may_not_change_is_not_edited(qtbot: QtBot, model: StateModel) -> None:
    model.set_state({"note": "a", "total": 1}, (Change("total", ABSENT, 1),), {"note": NOTE})
    with qtbot.assertNotEmitted(model.edited):
        assert not model.setData(at(model, 1, column=VALUE), 2)
        assert not model.setData(at(model, 0, column=NAME), "b")
        assert not model.setData(QModelIndex(), "b")
