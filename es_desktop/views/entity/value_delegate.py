"""The rows of a state: pins, and editors for values."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QWidget

from es_desktop.models.entity.state_model import StateModel
from es_desktop.models.table.model import PIN_ROLE
from es_desktop.views.style.rows import PIN_ROOM, Column, RowDelegate, paint_pin

from .editors import FieldEditor, value_or_error

_Index = QModelIndex | QPersistentModelIndex


class ValueDelegate(RowDelegate):
    """Paints a pin in pinned rows; edits values in place, each with an editor for its type."""

    refused = Signal(object)
    """A ``UserError``: the text is not a value of the type."""

    def __init__(self, view: QAbstractItemView, columns: Mapping[int, Column]) -> None:
        super().__init__(view, columns)
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
        if isinstance(editor, FieldEditor):
            value, error = value_or_error(editor)
            if error is None:
                model.setData(index, value)
            else:
                self.refused.emit(error)
