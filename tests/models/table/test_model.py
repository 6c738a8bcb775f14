"""Tables of declared columns: the answers of cells, and that methods that Qt calls never raise."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QTableView, QTreeView
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.models.entity.state_model import SET_AT, StateModel
from es_desktop.models.table.model import (
    CANNOT_BE_SHOWN,
    CHECK_ROLE,
    FONT_ROLE,
    RIGHT,
    TIP_ROLE,
    TONE_ROLE,
    Column,
    Index,
    RowsModel,
    TableModel,
)

ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole


def half(number: int) -> float:
    return 10 / number


class Halves(RowsModel[int]):
    """Numbers with what ten is divided by each: 0 raises in a text, in a tip and in a tone."""

    def __init__(self, *rows: int) -> None:
        self.asked: list[int] = []
        columns = (
            Column("Number", str, RIGHT, tip=lambda row: f"the number {row}", roles={CHECK_ROLE: self._is_even}),
            Column("Ten by it", lambda row: f"{half(row):g}", header_tip="10 / n"),
        )
        super().__init__(columns, rows, row_roles={TONE_ROLE: half, TIP_ROLE: half})

    def _is_even(self, row: int) -> bool:
        self.asked.append(row)
        return row % 2 == 0


class Wild(RowsModel[int]):
    """A table all of whose own methods raise."""

    def __init__(self) -> None:
        super().__init__((Column("Number", str),), (1, 2))

    def refuse(self, *what: Any) -> Any:
        raise ValueError("no")

    def rowCount(self, parent: Index | None = None) -> int:
        return int(self.refuse())

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag(self.refuse())

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        return bool(self.refuse())

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.refuse()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        return self.refuse()


class Unread(TableModel[str]):
    """A table none of whose rows is read yet."""

    def __init__(self) -> None:
        columns = (Column("Name", str, unread="reading…"), Column("Size", len, RIGHT))
        super().__init__(columns, row_roles={TONE_ROLE: lambda row: "failed"})

    def at(self, row: int) -> str | None:
        return None

    def count(self) -> int:
        return 3


def test_a_cell_answers_what_its_column_or_its_row_declares(qtmodeltester: ModelTester) -> None:
    model = Halves(1, 2)
    qtmodeltester.check(model)
    assert [model.index(1, column).data() for column in (0, 1)] == ["2", "5"]
    assert [model.index(1, column).data(TIP_ROLE) for column in (0, 1)] == ["the number 2", 5.0]
    assert [model.index(1, column).data(TONE_ROLE) for column in (0, 1)] == [5.0, 5.0]
    assert [model.index(1, column).data(CHECK_ROLE) for column in (0, 1)] == [True, None]
    assert model.index(0, 0).data(ALIGNMENT) == RIGHT == model.headerData(0, Qt.Orientation.Horizontal, ALIGNMENT)
    assert model.headerData(1, Qt.Orientation.Horizontal, TIP_ROLE) == "10 / n"
    assert [model.headerData(at, Qt.Orientation.Horizontal) for at in (1, 2)] == ["Ten by it", None]
    assert model.headerData(0, Qt.Orientation.Vertical) is None


def test_a_role_that_nobody_answers_costs_no_call(qapp: QObject) -> None:
    model = Halves(1, 2)
    assert [model.index(row, 0).data(FONT_ROLE) for row in (0, 1)] == [None, None]
    assert model.asked == []


def test_rows_that_are_not_read_yet_are_faint(qtmodeltester: ModelTester) -> None:
    model = Unread()
    qtmodeltester.check(model)
    assert [model.index(2, column).data() for column in (0, 1)] == ["reading…", ""]
    assert [model.index(2, 1).data(role) for role in (TONE_ROLE, ALIGNMENT, TIP_ROLE)] == ["faint", RIGHT, None]


def test_other_rows_are_shown_and_those_that_stay_are_painted_again(qtbot: QtBot) -> None:
    model = Halves(1, 2)
    with qtbot.waitSignal(model.modelReset):
        model.set_rows((5, 4, 1))
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.repaint(1, 9)
    assert changed.args is not None
    assert [(each.row(), each.column()) for each in changed.args[:2]] == [(1, 0), (2, 1)]
    with qtbot.assertNotEmitted(model.dataChanged):
        model.repaint(3)
    with qtbot.waitSignal(model.headerDataChanged) as renamed:
        model.set_titles({1: "By it"})
    assert renamed.args == [Qt.Orientation.Horizontal, 1, 1]
    assert model.headerData(1, Qt.Orientation.Horizontal) == "By it"


def test_a_cell_that_raises_cannot_be_shown_and_is_logged_once(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    model = Halves(1, 0, 2)
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    for _ in range(2):
        view.render(QPixmap(400, 200))
        assert [model.index(row, 1).data() for row in range(3)] == ["10", CANNOT_BE_SHOWN, "5"]
        assert [model.index(1, 1).data(role) for role in (TONE_ROLE, TIP_ROLE)] == [None, None]
    logged = [each.getMessage() for each in caplog.records]
    assert logged == ["Halves.data of column 1 failed"]
    assert caplog.records[0].exc_info is not None and caplog.records[0].exc_info[0] is ZeroDivisionError
    caplog.clear()


def test_whatever_a_table_overrides_is_guarded(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    model = Wild()
    index = model.createIndex(0, 0)
    assert (model.rowCount(), model.flags(index)) == (0, Qt.ItemFlag.NoItemFlags)
    assert model.setData(index, "5") is False
    assert model.headerData(0, Qt.Orientation.Horizontal) == CANNOT_BE_SHOWN
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    view.render(QPixmap(400, 200))
    failed = {each.getMessage().split(" ")[0] for each in caplog.records}
    assert failed >= {f"Wild.{name}" for name in ("rowCount", "flags", "setData", "headerData", "sort")}
    caplog.clear()


def test_a_tree_whose_writers_and_members_raise_is_still_shown(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    def writer_of(path: str) -> int:
        raise LookupError(path)

    class Odd(dict[str, Any]):
        """A container that raises when it is iterated."""

        def items(self) -> Any:
            raise RuntimeError("odd")

    model = StateModel()
    model.set_state({"plain": 1, "odd": Odd(a=1)}, (), {})
    model.set_writers(writer_of)
    view = QTreeView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.expandAll()
    view.render(QPixmap(400, 200))
    assert model.index(0, SET_AT).data() == CANNOT_BE_SHOWN
    assert [model.index(row, 0).data() for row in range(2)] == ["plain", "odd"]
    odd = model.index(1, 0)
    assert (model.rowCount(odd), model.hasChildren(odd)) == (0, False)
    assert not model.index(0, 0, odd).isValid() and not QModelIndex().isValid()
    assert "StateModel.data of column 2 failed" in [each.getMessage() for each in caplog.records]
    caplog.clear()
