"""The form of a command: an editor for each argument, and the button that writes the events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLayout, QVBoxLayout, QWidget

from es_desktop.app.entity.fields import Field, ValueType
from es_desktop.app.text.plain import elide
from es_desktop.models.guard import Guarded
from es_desktop.replay import parse_path
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.plain_text import Label

from .editors import FieldEditor, FormValues, follow_form, read_form

_LETTERS: Final = 40
_COLUMNS: Final = 4
_SHORT: Final = (ValueType.INTEGER, ValueType.DECIMAL, ValueType.FLOAT)
_SHORT_NAME: Final = 9
"""Letters."""


class CommandForm(Guarded, QWidget):
    """Editors beside each other, with their names above them, and the button where there is space."""

    changed = Signal()
    """A person changed an argument."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.write_button = push_button("Write event", self, "accent")
        self._cells = QWidget(self)
        self._editors: dict[str, FieldEditor] = {}
        self._rows = fill(QVBoxLayout(self), self._cells)

    def show_fields(self, fields: Sequence[Field], starts: Mapping[str, Any]) -> None:
        """Show new editors, with the values in ``starts`` or else the fields' own."""
        old, self._cells = self._cells, QWidget(self)
        self._rows.replaceWidget(old, self._cells)
        self.write_button.setParent(self._cells)
        old.hide()
        old.deleteLater()
        grid = QGridLayout(self._cells)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        self._editors, free = {}, 0
        for each in fields:
            editor = self._editors[each.name] = FieldEditor(each, starts.get(each.name, each.default), self._cells)
            label = Label(elide(each.name.replace("_", " ").capitalize(), _LETTERS), self._cells, role="dim")
            free = _put(grid, fill(QVBoxLayout(), label, editor, spacing=2), free, _columns_of(each))
        follow_form(self._editors, self.changed.emit)
        _put(grid, fill(QVBoxLayout(), (0, 1), self.write_button), free, _COLUMNS // 2)
        self.write_button.show()
        before: QWidget = self
        for widget in (*self._editors.values(), self.write_button):  # which was created first
            QWidget.setTabOrder(before, widget)
            before = widget

    def editor(self, name: str) -> FieldEditor:
        """Return the editor of an argument."""
        return self._editors[name]

    def read(self) -> FormValues:
        """Return the values of the editors, or why there are none."""
        return read_form(self._editors)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a form that is complete presses its button, as in a dialog."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.write_button.isEnabled():
            self.write_button.click()
        else:
            super().keyPressEvent(event)

    def focus_on(self, path: str = "") -> None:
        """Give the focus to the editor of a path's last name that has one, or to the first."""
        named = (self._editors[each] for each in map(str, reversed(parse_path(path))) if each in self._editors)
        editor = next(named, next(iter(self._editors.values()), None))
        if editor is not None:
            editor.setFocus()
            editor.select_all()


def _columns_of(field: Field) -> int:
    """Return how many columns a field needs: numbers are short, JSON is long."""
    if field.any_type or field.value_type is ValueType.JSON:
        return _COLUMNS
    is_short = field.value_type in _SHORT and len(field.name) <= _SHORT_NAME
    return 1 if is_short else _COLUMNS // 2


def _put(grid: QGridLayout, part: QLayout, free: int, width: int) -> int:
    """Put a part into the first cells that it fits in; return the number of the next cell."""
    row, column = divmod(free, _COLUMNS)
    if column + width > _COLUMNS:
        row, column = row + 1, 0
    grid.addLayout(part, row, column, 1, width)
    return row * _COLUMNS + column + width
