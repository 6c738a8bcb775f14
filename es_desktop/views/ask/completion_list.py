"""The list below the question line: the words that may follow, what each means, and an example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QTableView, QVBoxLayout, QWidget

from es_desktop.app.ask.completing import Completion
from es_desktop.models.guard import Guarded
from es_desktop.models.table.model import RIGHT, RowsModel
from es_desktop.models.table.model import Column as ModelColumn
from es_desktop.views.style.builders import fill
from es_desktop.views.style.rows import ROW_HEIGHT, Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table, width_for
from es_desktop.views.style.theme import Theme

_WORD, _MEANING, _EXAMPLE, _KEY = range(4)
_COLUMNS: Final = {
    _WORD: Column(mono=True, tint="accent"),
    _EXAMPLE: Column(mono=True, dim=True),
    _KEY: Column(dim=True),
}
_MOST_ROWS: Final = 8
_MARGIN: Final = 5
_ROOM_FOR_EXAMPLES: Final = 560


def asks_for_list(event: QKeyEvent) -> bool:
    """Return whether a key asks what may be written, wherever the cursor is."""
    return event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier


class CompletionList(Guarded, QFrame):
    """Stands over the window, below the line that has the focus; the line passes keys to it."""

    chosen = Signal(object)
    """A ``Completion`` that was clicked, or taken by a key."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """``parent`` is the widget that is typed into: without the focus, or of another size, it closes the list."""
        super().__init__(parent)
        self._typed_into = parent
        parent.installEventFilter(self)
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.model: RowsModel[Completion] = RowsModel(
            (
                ModelColumn("Word", lambda each: each.word),
                ModelColumn("Meaning", lambda each: each.meaning),
                ModelColumn("Example", lambda each: each.example),
                ModelColumn("Key", lambda each: "Tab" if self.current is each else "", RIGHT),
            ),
            parent=self,
        )
        self.table = QTableView(self)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        delegate = RowDelegate(self.table, _COLUMNS, lines=False, theme=theme)
        set_up_table(self.table, self.model, delegate, "What may follow", stretch=[_EXAMPLE], several=False)
        self.table.horizontalHeader().hide()
        self.table.clicked.connect(lambda index: self.chosen.emit(self.model.row_at(index)))
        fill(QVBoxLayout(self), self.table, margins=(_MARGIN, _MARGIN, _MARGIN, _MARGIN))
        self.is_chosen = False
        """Whether a person went to the current row: then Enter takes it."""
        self.hide()

    @property
    def current(self) -> Completion | None:
        """The current row; ``None`` while the list is closed."""
        row = self.table.currentIndex().row()
        return self.model.at(row) if not self.isHidden() and 0 <= row < self.model.count() else None

    def offer(self, found: Sequence[Completion], line: QWidget, above: QWidget) -> None:
        """Open with these words, as wide as a line and below what is ``above``; without any close."""
        self.is_chosen = False
        self.model.set_rows(found)
        if not found:
            self.hide()
            return
        window = line.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        corner = QPoint(line.mapTo(window, QPoint()).x(), above.mapTo(window, QPoint(0, above.height() + 4)).y())
        rows = min(len(found), _MOST_ROWS, max(1, (window.height() - corner.y() - 2 * _MARGIN) // ROW_HEIGHT))
        self.setGeometry(corner.x(), corner.y(), line.width(), rows * ROW_HEIGHT + 2 * _MARGIN)
        self._fit(found, line.width())
        self.show()
        self.raise_()
        self._go_to(0)

    def step(self, by: int) -> None:
        """Go to another row."""
        self.is_chosen = True
        self._go_to((self.table.currentIndex().row() + by) % max(1, self.model.count()))

    def describe(self) -> None:
        """Have a screen reader say the current row for the widget that is typed into."""
        current = self.current
        text = "" if current is None else f"{current.word}: {current.meaning}. Tab takes it."
        self._typed_into.setAccessibleDescription(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_left = isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut
        is_for_popup = isinstance(event, QFocusEvent) and event.reason() == Qt.FocusReason.PopupFocusReason
        if (is_left and not is_for_popup) or event.type() == QEvent.Type.Resize:
            self.hide()
        return False

    def takes(self, event: QKeyEvent) -> bool:
        """Do what a key does while the list is open; return whether it did anything."""
        current, key = self.current, event.key()
        if current is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Tab or (key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.is_chosen):
            self.chosen.emit(current)
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    def _go_to(self, row: int) -> None:
        self.table.setCurrentIndex(self.model.index(row, 0))
        self.table.scrollTo(self.table.currentIndex())
        self.model.repaint()

    def _fit(self, found: Sequence[Completion], width: int) -> None:
        header = self.table.horizontalHeader()
        header.resizeSection(_WORD, width_for(self.table, [each.word for each in found], mono=True, least=96, most=260))
        header.resizeSection(_MEANING, width_for(self.table, [each.meaning for each in found], least=120, most=240))
        header.resizeSection(_KEY, 44)
        self.table.setColumnHidden(_EXAMPLE, width < _ROOM_FOR_EXAMPLES)
