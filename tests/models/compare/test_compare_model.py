"""The table of a comparison: the texts of each path, and the text for the clipboard."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.app.text.cells import Table
from es_desktop.models.compare.compare_model import (
    LEFT_COLUMN,
    PATH_COLUMN,
    RIGHT_COLUMN,
    SET_AT,
    CompareModel,
    CompareRows,
)
from es_desktop.models.table.model import PATH_ROLE, TONE_ROLE
from es_desktop.replay import ABSENT
from es_desktop.replay.compare import ComparedValue, side_by_side
from tests.models.working import titles

LEFT: dict[str, Any] = {"status": "open", "total": 1, "lines": [{"sku": "A"}], "gone": None, "same": "x" * 200}
RIGHT: dict[str, Any] = {"status": "paid", "total": "1", "lines": [{"sku": "B"}], "new": {"a": 1}, "same": "x" * 200}
VALUES = tuple(side_by_side(LEFT, RIGHT))


def made(values: tuple[ComparedValue, ...] = VALUES) -> CompareModel:
    model = CompareModel()
    model.show(CompareRows.of(values), "At 3", "At 5")
    return model


def texts(model: CompareModel, row: int) -> list[Any]:
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_it_is_a_well_behaved_table(qtmodeltester: ModelTester) -> None:
    model = CompareModel()
    qtmodeltester.check(model)
    model.show(CompareRows.of(VALUES), "At 3", "At 5")
    qtmodeltester.check(model)
    model.set_writers(lambda path: [4, 5])
    model.show(CompareRows.of(VALUES[:2]), "At 3", "At 6")
    qtmodeltester.check(model)
    model.show(CompareRows(VALUES, 7), "At 3", "At 6")
    qtmodeltester.check(model)


def test_each_path_is_a_row_with_both_values() -> None:
    model = made()
    assert titles(model) == ["Path", "At 3", "At 5", "Set at"]
    assert [texts(model, row)[:3] for row in range(model.rowCount())] == [
        ["status", "open", "paid"],
        ["total", "1", "'1'"],
        ["lines[0].sku", "A", "B"],
        ["gone", "–", "–"],
        ["same", "x" * 79 + "…", "x" * 79 + "…"],
        ["new", "–", "{a: 1}"],
    ]
    assert [model.index(row, 0).data(TONE_ROLE) for row in range(6)] == [*["changed"] * 4, None, "changed"]
    assert model.index(2, 0).data(PATH_ROLE) == "lines[0].sku"


def test_a_state_that_is_not_there_differs_as_a_whole() -> None:
    assert texts(made(tuple(side_by_side(None, {}))), 0)[0] == "the whole state"


def test_a_tooltip_holds_the_whole_values() -> None:
    model = made()
    tip = str(model.index(4, RIGHT_COLUMN).data(Qt.ItemDataRole.ToolTipRole))
    assert tip == f"same\nAt 3: {'x' * 200}\nAt 5: {'x' * 200}"
    assert "At 5: not there" in model.index(3, LEFT_COLUMN).data(Qt.ItemDataRole.ToolTipRole)


def test_the_writers_of_a_differing_path_are_shown_once_they_are_known(qtbot: QtBot) -> None:
    model = made()
    assert not model.has_writers and texts(model, 0)[SET_AT] == "" and model.writers_at(0) == ()
    with qtbot.waitSignal(model.dataChanged):
        model.set_writers(lambda path: [4, 5] if path == "status" else [])
    assert model.has_writers and texts(model, 0)[SET_AT] == "5" and model.writers_at(0) == [4, 5]
    assert "4, 5" in model.index(0, SET_AT).data(Qt.ItemDataRole.ToolTipRole)
    assert texts(model, 1)[SET_AT] == ""
    model.set_writers(lambda path: [4])
    assert texts(model, 4)[SET_AT] == "", "a value that is equal has no writer between the two"


def copied(model: CompareModel, *rows: int) -> list[list[Any]]:
    found: list[Table] = []
    model.read_table([model.index(row, 0) for row in rows], [PATH_COLUMN, LEFT_COLUMN, RIGHT_COLUMN], found.append)
    (table,) = found
    assert table.headings == ["Path", "At 3", "At 5"]
    return [list(row) for row in table.rows]


def test_a_row_is_copied_with_its_path_and_both_complete_values() -> None:
    model = made()
    same, new, total = copied(model, 4, 5, 1)
    assert same == ["same", "x" * 200, "x" * 200]
    assert new == ["new", ABSENT, {"a": 1}]
    assert total == ["total", 1, "1"]


def test_too_many_values_are_shown_as_their_number() -> None:
    many = {str(number): number for number in range(5003)}
    model = made(tuple(side_by_side(many, {})))
    assert model.rowCount() == 5001
    assert texts(model, 5000) == ["… 3 more", None, None, None]
    assert copied(model, 5000) == [["… 3 more", None, None]] and model.writers_at(5000) == ()


def test_the_same_paths_with_other_values_are_only_painted_again(qtbot: QtBot) -> None:
    model = made()
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignals([model.dataChanged, model.headerDataChanged]):
        model.show(CompareRows.of(side_by_side(LEFT, {**RIGHT, "status": "sent"})), "At 3", "At 6")
    assert texts(model, 0)[:3] == ["status", "open", "sent"]
    assert model.headerData(RIGHT_COLUMN, Qt.Orientation.Horizontal) == "At 6"
    with qtbot.waitSignal(model.modelReset):
        model.show(CompareRows(), "Left", "Right")
    assert model.rowCount() == 0 and not model.index(0, PATH_COLUMN).isValid()
