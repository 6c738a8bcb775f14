"""An editor for each type of value that a person can enter, in a dialog or in the rows of a state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLineEdit, QPlainTextEdit, QStyleOptionViewItem, QWidget

from es_desktop.app.entity.fields import EXAMPLES, Field, ValueType, as_text, parse
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.entity.state_model import StateModel
from es_desktop.models.guard import Guarded
from es_desktop.models.table.model import PIN_ROLE
from es_desktop.views.style.builders import fill
from es_desktop.views.style.fields import ChoiceBox, text_page
from es_desktop.views.style.form_dialog import Tone
from es_desktop.views.style.plain_text import set_tip
from es_desktop.views.style.row_shapes import PIN_ROOM, paint_pin
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.theme import Theme

_NOTHING: Final = "–"
_LONGEST: Final = 2**31 - 1
"""Characters; without it, ``QLineEdit`` cuts longer texts."""
_STAYING: Final = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
_ANY_TYPES: Final = (
    ValueType.TEXT, ValueType.INTEGER, ValueType.DECIMAL, ValueType.FLOAT, ValueType.BOOLEAN, ValueType.DATE,
    ValueType.DATETIME, ValueType.TIME, ValueType.DURATION, ValueType.UUID, ValueType.BYTES, ValueType.JSON,
    ValueType.NOTHING,
)  # fmt: skip


class FieldEditor(Guarded, QWidget):
    """Edits the value of a field: a line, a choice, or JSON text; and its type, if the field takes any type."""

    changed = Signal()
    left = Signal()
    """The editor lost the focus while it edits in place."""
    tried = Signal()
    """Enter was pressed: the person takes the form for complete."""

    def __init__(self, field: Field, value: Any, parent: QWidget | None = None, *, in_place: bool = False) -> None:
        super().__init__(parent)
        self._field = field.holding(value)
        self._initial = value
        self._is_edited = False
        self._is_tried = False
        self._in_place = in_place
        self._is_done = False
        self._value_types = ChoiceBox([(each.value, each) for each in _ANY_TYPES], self, name=f"Type of {field.name}")
        if self._field.value_type not in self._value_types.values:
            self._value_types.offer(self._field.value_type.value, self._field.value_type)
        self._value_types.setVisible(field.any_type and not in_place)
        self._value_types.choose(self._field.value_type)
        self._value_types.currentIndexChanged.connect(self._on_value_type_chosen)
        self._input = self._make_input()
        self._layout = fill(QHBoxLayout(self), (self._input, 1), self._value_types, spacing=6)
        self._show(value)
        self.changed.connect(self._on_edited)
        self._take_focus_for(self._input)

    def value(self) -> Any:
        """Return the value. Raises ``UserError`` if the text is not a value of this type."""
        if not self._is_edited and (self._initial is not None or self._field.any_type):
            return self._initial  # unchanged, whatever its text would be parsed as
        if isinstance(self._input, ChoiceBox):
            return self._input.chosen
        return parse(self._field, self._text())

    @property
    def may_complain(self) -> bool:
        """Whether a person edited the value, or tried to use the form."""
        return self._is_edited or self._is_tried

    @property
    def is_open(self) -> bool:
        """Whether a value is still to be entered: there was none, and nothing was typed."""
        return not (self.may_complain or self._field.optional) and as_text(self._initial) == ""

    def complain(self) -> None:
        """Treat the value as one that the person entered: the form was tried."""
        self._is_tried = True

    def finish(self) -> None:
        """Stop reporting a lost focus: the view is closing the editor."""
        self._is_done = True

    def select_all(self) -> None:
        """Select the text, so that the next key replaces it."""
        if isinstance(self._input, QLineEdit):
            self._input.selectAll()

    def _take_focus_for(self, widget: QWidget) -> None:
        if self._in_place:
            # With a focus proxy, the view would take the proxy for the editor, and warn that it is unknown.
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            widget.installEventFilter(self)
        else:
            self.setFocusProxy(widget)

    def _text(self) -> str:
        if isinstance(self._input, QPlainTextEdit):
            return self._input.toPlainText()
        return self._input.text() if isinstance(self._input, QLineEdit) else ""

    def _make_input(self) -> QWidget:
        editor = self._make_choice() or self._make_page() or self._make_line()
        editor.setAccessibleName(self._field.name)
        set_tip(editor, self._field.doc)
        return editor

    def _make_choice(self) -> ChoiceBox[Any] | None:
        field = self._field
        if field.value_type not in (ValueType.CHOICE, ValueType.BOOLEAN):
            return None
        nothing = [(_NOTHING, None)] if field.optional else []
        values = (True, False) if field.value_type is ValueType.BOOLEAN else field.choices
        box: ChoiceBox[Any] = ChoiceBox([*nothing, *((as_text(each), each) for each in values)], self)
        box.currentIndexChanged.connect(self.changed)
        return box

    def _make_page(self) -> QPlainTextEdit | None:
        if self._field.value_type is not ValueType.JSON or self._in_place:
            return None
        page = text_page(self._field.name, self, is_read_only=False)
        page.setFixedHeight(76)
        page.setPlaceholderText(EXAMPLES[ValueType.JSON])
        page.textChanged.connect(self.changed)
        return page

    def _make_line(self) -> QLineEdit:
        is_nothing = self._field.value_type is ValueType.NOTHING
        line = QLineEdit(self, maxLength=_LONGEST, readOnly=is_nothing)
        line.setText(EXAMPLES[ValueType.NOTHING] if is_nothing else "")
        empty = "nothing" if self._field.optional or (self._field.any_type and self._initial is None) else ""
        example = f"e.g. {EXAMPLES[self._field.value_type]}"
        line.setPlaceholderText(empty if self._field.value_type is ValueType.TEXT else example)
        line.textChanged.connect(self.changed)
        line.returnPressed.connect(self.tried)
        return line

    def _show(self, value: Any) -> None:
        if isinstance(self._input, ChoiceBox):
            if value is not None and not self._input.offers(value):
                self._input.offer(as_text(value), value)
            self._input.choose(value)
        elif isinstance(self._input, QPlainTextEdit):
            self._input.setPlainText(as_text(value))
        elif isinstance(self._input, QLineEdit):
            self._input.setText(as_text(value))

    def _on_edited(self) -> None:
        self._is_edited = True

    def _on_value_type_chosen(self) -> None:
        text = "" if self._field.value_type is ValueType.NOTHING else self._text()
        self._field = replace(self._field, value_type=self._value_types.chosen)
        old, self._input = self._input, self._make_input()
        self._layout.replaceWidget(old, self._input)
        old.deleteLater()
        if isinstance(self._input, QLineEdit) and not self._input.isReadOnly():
            self._input.setText(text)
        elif isinstance(self._input, QPlainTextEdit):
            self._input.setPlainText(text)
        self._take_focus_for(self._input)
        self.changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._input.setFocus(event.reason())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # An open drop-down list takes the focus only for a short time.
        goes = isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _STAYING
        if watched is self._input and goes and not self._is_done:
            self.left.emit()
        return super().eventFilter(watched, event)


def value_or_error(editor: FieldEditor) -> tuple[Any, UserError | None]:
    """Return the value of an editor and ``None``, or ``None`` and the error."""
    try:
        return editor.value(), None
    except UserError as error:
        return None, error


@dataclass(frozen=True, slots=True)
class FormValues:
    """What the editors of a form hold, and what is said of it."""

    values: Mapping[str, Any]
    problem: UserError | None
    """Why there are no values that can be used."""
    tone: Tone
    """Of the problem, or of why the values are refused: an error only once a person entered all that is needed."""


def read_form(editors: Mapping[str, FieldEditor]) -> FormValues:
    """Return what editors hold, by name. Of what a person did not edit yet, it is only said that it is needed."""
    values, missing = {}, []
    for name, editor in editors.items():
        label = name.replace("_", " ")
        values[name], error = value_or_error(editor)
        if error is not None and editor.may_complain:
            return FormValues({}, UserError(f"{label}: {error.text}", error.hint), "error")
        if error is not None:
            missing.append(label)
    if missing:
        return FormValues({}, UserError(f"Still needed: {', '.join(missing)}"), "dim")
    is_new = not any(each.may_complain for each in editors.values()) or any(each.is_open for each in editors.values())
    return FormValues(values, None, "dim" if editors and is_new else "error")


def follow_form(editors: Mapping[str, FieldEditor], changed: Callable[[], object]) -> None:
    """Call ``changed`` when a person edits one of the editors, or presses Enter in one: each may complain then."""

    def on_tried() -> None:
        is_wrong = read_form(editors).problem is not None  # otherwise Enter goes on to the button of the dialog
        for each in editors.values():
            each.complain()
        if is_wrong:
            changed()

    for each in editors.values():
        each.changed.connect(changed)
        each.tried.connect(on_tried)


_Index = QModelIndex | QPersistentModelIndex


class ValueDelegate(RowDelegate):
    """Paints a pin in pinned rows; edits values in place, each with an editor for its type."""

    refused = Signal(object)
    """A ``UserError``: the text is not a value of the type."""

    def __init__(self, view: QAbstractItemView, columns: Mapping[int, Column], *, theme: Theme | None = None) -> None:
        super().__init__(view, columns, theme=theme)
        # Connected before the view connects: the view takes the focus from the editor before it closes it.
        self.closeEditor.connect(self._on_close)

    def _paint_shapes(self, painter: QPainter, rect: QRect, box: QRect, index: _Index, tone: object) -> QRect:
        box = super()._paint_shapes(painter, rect, box, index, tone)
        if index.data(PIN_ROLE):
            paint_pin(painter, box.right() - 4, rect, self._colors["faint"])
            box.setRight(box.right() - PIN_ROOM)
        return box

    def _on_close(self, editor: QWidget) -> None:
        if isinstance(editor, FieldEditor):
            editor.finish()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        model = index.model()
        field = model.field_at(index) if isinstance(model, StateModel) else None
        if not isinstance(model, StateModel) or field is None:
            return super().createEditor(parent, option, index)
        editor = FieldEditor(field, model.value_at(index), parent, in_place=True)
        editor.setAutoFillBackground(True)
        editor.left.connect(lambda: self._finish(editor))
        return editor

    def _finish(self, editor: QWidget) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        if isinstance(editor, FieldEditor):
            editor.select_all()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        if isinstance(editor, FieldEditor) and editor.may_complain:
            value, error = value_or_error(editor)
            if error is None:
                model.setData(index, value)
            else:
                self.refused.emit(error)
