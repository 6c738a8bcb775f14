"""Paints the rows of variants: a bar for the share, and a chip in the colour of each event type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QTableView

from es_desktop.models.process.process_tables import SHARE, TYPES, VariantsModel
from es_desktop.views.style.row_shapes import paint_pill, pill_width
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.theme import SMALL_POINTS, Theme, ui_font
from es_desktop.views.style.tokens import mix

_BAR: Final = 40
_BAR_HEIGHT: Final = 7
_CHIP: Final = 22
_CHIP_HEIGHT: Final = 18
_GAP: Final = 3
_ROOM_FOR_MORE: Final = 30
_ROOM_FOR_RULE: Final = 80
ROW_HEIGHT: Final = 30
"""Of a variant, in pixels."""


class VariantDelegate(RowDelegate):
    """A delegate for a table of variants."""

    def __init__(self, view: QTableView, columns: Mapping[int, Column], theme: Theme) -> None:
        super().__init__(view, columns, theme=theme)
        self.hues: Mapping[str, int] = {}
        """The hue of each event type."""
        self.has_bars = True
        """Whether there is room for bars beside the shares."""

    def _paint_text(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        index: QModelIndex | QPersistentModelIndex,
        tone: object,
        selected: bool,
    ) -> None:
        model, column = index.model(), index.column()
        if isinstance(model, VariantsModel) and column == SHARE:
            if self.has_bars:
                self._paint_share(painter, box, model.row_at(index).share)
            super()._paint_text(painter, box, text, index, tone, selected)
        elif isinstance(model, VariantsModel) and column == TYPES:
            row = model.row_at(index)
            end = self._paint_chips(painter, box, row.types, model.short)
            if row.key in model.wrong:
                self._paint_wrong(
                    painter, box.adjusted(end + _GAP - box.left(), 0, 0, 0), model.wrong[row.key].sentence
                )
        else:
            super()._paint_text(painter, box, text, index, tone, selected)

    def _paint_share(self, painter: QPainter, box: QRect, share: float) -> None:
        tokens = self._tokens
        bar = QRectF(box.left(), box.center().y() - _BAR_HEIGHT / 2 + 1, _BAR, _BAR_HEIGHT)
        painter.fillRect(bar, QColor(tokens.soft))
        painter.fillRect(
            QRectF(bar.left(), bar.top(), max(1.5, bar.width() * share), bar.height()), QColor(tokens.accent)
        )

    def _paint_wrong(self, painter: QPainter, box: QRect, sentence: str) -> None:
        """Paint the rule that a variant breaks, or only a sign where there is no room."""
        (ink, ground), (small, _) = self._tokens.tone("red"), self._face("small")
        text = f"✕ {sentence}" if box.width() >= _ROOM_FOR_RULE else "✕"
        if box.width() >= pill_width(small, "✕"):
            box.setWidth(min(box.width(), pill_width(small, text)))
            paint_pill(painter, box, text, small, QColor(ink), QColor(ground))

    def _paint_chips(self, painter: QPainter, box: QRect, types: tuple[str, ...], names: Mapping[str, str]) -> int:
        """Paint a chip for each event type that has room; return where they end, in pixels."""
        tokens = self._tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(SMALL_POINTS))
        x, top = box.left(), box.center().y() - _CHIP_HEIGHT // 2 + 1
        for number, name in enumerate(types):
            is_last = number == len(types) - 1
            if x + _CHIP + (0 if is_last else _ROOM_FOR_MORE) > box.right() + 1:
                painter.setPen(QColor(tokens.dim))
                rest = QRect(x, box.top(), box.right() - x + 1, box.height())
                painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, f"…+{len(types) - number}")
                x = box.right()
                break
            chip = QRectF(x, top, _CHIP, _CHIP_HEIGHT)
            hue = tokens.hue(self.hues.get(name, 0))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mix(hue, tokens.panel, 0.2)))
            painter.drawRoundedRect(chip, 3, 3)
            painter.fillRect(QRectF(x, top + _CHIP_HEIGHT - 3, _CHIP, 3), QColor(hue))
            painter.setPen(QColor(tokens.text))
            painter.drawText(chip.adjusted(0, -1, 0, -2), Qt.AlignmentFlag.AlignCenter, names.get(name, "?"))
            x += _CHIP + _GAP
        painter.restore()
        return x
