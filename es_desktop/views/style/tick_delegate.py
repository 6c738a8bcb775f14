"""Paints the rows of tables in which rows are chosen by check boxes."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from .rows import RowDelegate

_SIDE: Final = 15


class TickDelegate(RowDelegate):
    """Paints a check box in cells that can be checked."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None:
            return
        box: Any = QStyleOptionViewItem(option)  # PySide's stubs leave the fields of style options out.
        box.rect = QStyle.alignedRect(
            Qt.LayoutDirection.LeftToRight, Qt.AlignmentFlag.AlignCenter, QSize(_SIDE, _SIDE), QRect(box.rect)
        )
        is_on = Qt.CheckState(state) == Qt.CheckState.Checked
        box.state |= QStyle.StateFlag.State_On if is_on else QStyle.StateFlag.State_Off
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        primitive = QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck
        self._view.style().drawPrimitive(primitive, box, painter, self._view)
        painter.restore()
