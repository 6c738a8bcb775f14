"""The selection of a table: also of rows that its model does not give to Qt now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject

from es_desktop.models.guard import Guarded
from es_desktop.models.table.row_window import NO_CHANGE, Index, RowsChange, RowWindow

_FLAG = QItemSelectionModel.SelectionFlag


class ListSelection(Guarded, QItemSelectionModel):
    """Selects rows by what Qt asks for, and keeps those that leave the row window of the model.

    ``leave`` is called before Qt gets other rows, ``enter`` after it. While Qt has all rows it does nothing of its own.
    """

    def __init__(self, model: RowWindow, parent: QObject) -> None:
        super().__init__(model, parent)
        self._model = model
        self._others: list[range] = []
        """Selected rows that Qt does not have."""
        self._reached: list[range] = []
        """Of the last range that Shift selects, the rows that Qt does not have."""
        self._anchor: int | None = None
        """The row where the last range began."""
        self._is_anchor_lost = False
        """Whether Qt has forgotten where that was."""
        self._current: tuple[int, int] | None = None
        """The row and column of the current cell, if Qt does not have it."""
        self._inside: list[range] = []
        self._is_unchanged = False

    @property
    def current_row(self) -> int | None:
        """The current row, whether or not Qt has it; ``None`` if there is none."""
        index = self.currentIndex()
        if index.isValid():
            return self._model.row_number(index)
        return None if self._current is None else self._current[0]

    @property
    def rows(self) -> list[range]:
        """The selected rows, from the top down: one index for each row is slow when many are selected."""
        return _joined([*self._given(), *self._others, *self._reached])

    def _given(self) -> list[range]:
        first, spans = self._model.first_row, self.selection()
        found = [spans.at(number) for number in range(spans.count())]
        return [range(first + each.top(), first + each.bottom() + 1) for each in found]

    # What Qt asks for

    def hasSelection(self) -> bool:
        return super().hasSelection() or bool(self._others or self._reached)

    def select(self, what: Index | QItemSelection, command: QItemSelectionModel.SelectionFlag) -> None:
        if not isinstance(what, QItemSelection) or not self._model.is_part:
            super().select(what, command)  # a cell comes again as a selection
            return
        if command & _FLAG.Clear:
            self._others, self._reached = [], []
        if command & _FLAG.Current:
            what = self._reach(what)
        else:
            self._others, self._reached = [*self._others, *self._reached], []
            self._begin(what, command)
        super().select(what, command)

    def _begin(self, what: QItemSelection, command: QItemSelectionModel.SelectionFlag) -> None:
        """Note where a range begins; what is all that Qt has means all rows."""
        given, rows = self._model.given_rows, [what.at(number) for number in range(what.count())]
        if len(rows) == 1 and rows[0].height() == len(given) and command & _FLAG.Clear:
            self._others = [each for each in (range(given.start), range(given.stop, self._model.count())) if each]
        elif rows:
            self._anchor, self._is_anchor_lost = given.start + rows[0].top(), False

    def _reach(self, what: QItemSelection) -> QItemSelection:
        """Return what Qt has of the range to the current row; as Qt asks for it, if it knows where that begins."""
        self._reached, current = [], self.current_row
        if not self._is_anchor_lost or self._anchor is None or current is None:
            return what
        given, whole = self._model.given_rows, range(min(self._anchor, current), max(self._anchor, current) + 1)
        self._reached = _without([whole], given)
        return self._selection([range(max(whole.start, given.start), min(whole.stop, given.stop))])

    def begin_at(self, index: QModelIndex) -> None:
        """Make a cell current without selecting it, as keys with Ctrl do; the next range begins there."""
        self.setCurrentIndex(index, _FLAG.NoUpdate)
        self._anchor, self._is_anchor_lost = self.current_row, True

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Let no current cell be set meanwhile, if there is one that Qt does not have."""
        self._is_unchanged = True
        yield
        self._is_unchanged = False

    def setCurrentIndex(self, index: Index, command: QItemSelectionModel.SelectionFlag) -> None:
        if self._is_unchanged and self._current is not None:
            return
        self._current = None
        super().setCurrentIndex(index, command)

    def add(self, rows: Iterable[int]) -> None:
        """Select some rows, too: as one range where they are next to each other, which is fast."""
        for each in _joined(range(row, row + 1) for row in rows):
            inside = range(max(each.start, self._model.given_rows.start), min(each.stop, self._model.given_rows.stop))
            super().select(self._selection([inside]), _FLAG.Select)
            self._others += _without([each], self._model.given_rows)

    def clear(self) -> None:
        self._forget()
        super().clear()

    def reset(self) -> None:
        self._forget()
        super().reset()

    def _forget(self) -> None:
        self._others, self._reached, self._inside = [], [], []
        self._anchor, self._current, self._is_anchor_lost = None, None, False

    # The window moves

    def leave(self) -> None:
        """Keep what is selected, before Qt gets other rows."""
        index = self.currentIndex()
        if index.isValid():
            self._current = self._model.row_number(index), index.column()
        self._inside = self._given()
        self._quietly(QItemSelection(), _FLAG.Clear)

    def enter(self, change: RowsChange = NO_CHANGE) -> None:
        """Select again what was selected, of the rows that Qt has now."""
        given = self._model.given_rows
        rows = _joined(change.ranges([*self._inside, *self._others, *self._reached]))
        self._inside = []
        if self._anchor is not None:
            self._anchor = change.row(self._anchor)
            self._is_anchor_lost |= self._anchor not in given
        if self._current is not None:
            row = change.row(self._current[0])
            self._current = None if row is None else (row, self._current[1])
            if row is not None and row in given:
                self._choose(self._model.index_at(*self._current or (row, 0)))
                self._current = None
        current = self.current_row
        span = range(0)
        if self._anchor is not None and current is not None:
            span = range(min(self._anchor, current), max(self._anchor, current) + 1)
        if not any(each.start <= span.start and span.stop <= each.stop for each in rows):
            span = range(0)
        self._others, self._reached = _without(_without(rows, given), span), _without([span], given)
        # The last range is Qt's last one, too: Shift goes on with it.
        for ranges in (_without(rows, span), [span]):
            inside = [range(max(each.start, given.start), min(each.stop, given.stop)) for each in ranges]
            self._quietly(self._selection(inside), _FLAG.Select)

    def _selection(self, rows: Iterable[range]) -> QItemSelection:
        found, last = QItemSelection(), self._model.columnCount() - 1
        for each in filter(None, rows):
            found.select(self._model.index_at(each.start), self._model.index_at(each.stop - 1, last))
        return found

    def _quietly(self, what: QItemSelection, command: QItemSelectionModel.SelectionFlag) -> None:
        before = self.blockSignals(True)
        super().select(what, command)
        self.blockSignals(before)

    def _choose(self, index: QModelIndex) -> None:
        if index != self.currentIndex():
            before = self.blockSignals(True)
            super().setCurrentIndex(index, _FLAG.NoUpdate)
            self.blockSignals(before)


def _joined(ranges: Iterable[range]) -> list[range]:
    """Return the same rows as ranges from the top down that do not touch each other."""
    found: list[range] = []
    for each in sorted(filter(None, ranges), key=lambda each: each.start):
        if found and each.start <= found[-1].stop:
            found[-1] = range(found[-1].start, max(found[-1].stop, each.stop))
        else:
            found.append(each)
    return found


def _without(ranges: Sequence[range], gone: range) -> list[range]:
    """Return the rows of some ranges that are not in another."""
    if not gone:
        return list(filter(None, ranges))
    parts = [range(each.start, min(each.stop, gone.start)) for each in ranges]
    parts += [range(max(each.start, gone.stop), each.stop) for each in ranges]
    return [each for each in parts if each]
