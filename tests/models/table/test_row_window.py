"""The row window of a model: what Qt has of a list that is longer than Qt's numbers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from pytestqt.modeltest import ModelTester

from es_desktop.models.table.model import DESCRIPTION_ROLE, Column, RowsModel, TableModel
from es_desktop.models.table.row_window import RowsChange

MOST = 100
ROOT = QModelIndex()
HUGE = 4_000_000_000


class Numbers(RowsModel[int]):
    """Rows that are inserted and removed."""

    def __init__(self, count: int, most: int = MOST) -> None:
        super().__init__([Column("Number", str)], range(count))
        self.set_most_rows(most)

    def insert(self, first: int, count: int) -> None:
        self.beginInsertRows(ROOT, first, first + count - 1)
        self.rows = [*self.rows[:first], *(-each for each in range(1, count + 1)), *self.rows[first:]]
        self.endInsertRows()

    def remove(self, first: int, count: int) -> None:
        self.beginRemoveRows(ROOT, first, first + count - 1)
        self.rows = [*self.rows[:first], *self.rows[first + count :]]
        self.endRemoveRows()

    def given(self) -> list[int]:
        """The values of the rows that Qt has."""
        return [int(self.index(row, 0).data()) for row in range(self.rowCount())]


class Made(TableModel[int]):
    """As many rows as one likes, in no memory."""

    def __init__(self, count: int = HUGE) -> None:
        super().__init__([Column("Number", str)])
        self._made = count

    def at(self, row: int) -> int:
        return row

    def count(self) -> int:
        return self._made


@pytest.mark.parametrize("first", [0, 40, 150, 400])
def test_the_window_is_a_well_behaved_table_wherever_it_is(qtmodeltester: ModelTester, first: int) -> None:
    model = Numbers(500)
    qtmodeltester.check(model)
    model.move_window(first)
    kept = QPersistentModelIndex(model.index_at(min(first + 20, 410)))
    value = kept.data()
    for change in (
        lambda: model.insert(0, 7),
        lambda: model.insert(first + 10, 30),
        lambda: model.remove(first + 45, 5),
        lambda: model.remove(0, 3),
        lambda: model.insert(model.count(), 50),
        lambda: model.remove(model.count() - 20, 20),
    ):
        change()
        assert model.given() == list(model.rows[model.first_row : model.first_row + MOST])
        assert not kept.isValid() or kept.data() == value, "an index stays that of its row"
    assert model.rowCount() == MOST


@pytest.mark.parametrize("most", [MOST, 1_000])
def test_rows_change_as_in_a_list_that_qt_has_whole(qapp: object, most: int) -> None:
    model, changes = Numbers(90, most), list[RowsChange]()
    model.rows_changed.connect(changes.append)
    model.insert(85, 20)  # more than the window has
    assert (model.count(), model.rowCount()) == (110, min(most, 110))
    model.remove(50, 30)
    assert (model.count(), model.rowCount(), model.given()) == (80, 80, list(model.rows))
    model.insert(80, 500)
    model.remove(0, 570)
    assert model.given() == list(model.rows) == [*range(-491, -501, -1)]
    assert changes[0] == RowsChange(85, 104) and len(changes) == 4


def test_qt_reaches_any_of_four_thousand_million_rows(qapp: object) -> None:
    model = Made()
    assert (model.count(), model.rowCount()) == (HUGE, model.most_rows)
    assert not model.index_at(HUGE - 1).isValid()
    model.move_window(HUGE)
    last = model.index_at(HUGE - 1)
    assert (last.data(), model.row_number(last)) == (str(HUGE - 1), HUGE - 1)
    assert last.data(DESCRIPTION_ROLE) == "row 4,000,000,000 of 4,000,000,000"
    assert model.row_number(QModelIndex()) == -1
    model.set_most_rows(10)
    assert model.given_rows == range(10)


def test_a_list_that_qt_has_whole_says_nothing_more(qapp: object) -> None:
    model = Made(1_000)
    model.move_window(500)
    assert model.given_rows == range(1_000) and not model.is_part
    assert model.index_at(5).data(DESCRIPTION_ROLE) is None


def test_what_is_read_is_painted_where_qt_has_it(qapp: object) -> None:
    model, painted = Numbers(500), list[tuple[int, int]]()
    model.dataChanged.connect(lambda first, last: painted.append((model.row_number(first), model.row_number(last))))
    model.move_window(200)
    model.repaint(0, 199)
    model.repaint(150, 250)
    model.repaint(290)
    model.repaint()
    assert painted == [(200, 250), (290, 299), (200, 299)]
    assert RowsChange(3, 4, inserts=False).ranges([range(10), range(3, 5)]) == [range(3), range(3, 8)]
    assert RowsChange(3, 4).ranges([range(10)]) == [range(3), range(5, 12)]
