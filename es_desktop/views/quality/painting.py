"""Paints findings, which have two lines, and the bars of the months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from es_desktop.app.quality.finding import Finding, Severity
from es_desktop.app.quality.shape import ShapeRow
from es_desktop.models.quality.findings_model import FindingsModel, detail_of
from es_desktop.models.quality.shape_model import MONTHS, ShapeLine, ShapeModel
from es_desktop.views.style.painted import AT_RIGHT, paint_text
from es_desktop.views.style.row_shapes import paint_pill, pill_width
from es_desktop.views.style.rows import PAD, RowDelegate
from es_desktop.views.style.tokens import Tokens

FINDING_HEIGHT: Final = 44
_TONES: Final = {Severity.FAULT: "red", Severity.DOUBT: "accent", Severity.NOTE: "neutral"}
_GAP: Final = 8
_MOST_PITCH: Final = 9
_Index = QModelIndex | QPersistentModelIndex


class FindingDelegate(RowDelegate):
    """Paints a finding: its severity, title and number, and below them what it is."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        opt: Any = option  # PySide's stubs leave the fields of style options out.
        is_selected, is_hovered = (
            bool(opt.state & state) for state in (QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_MouseOver)
        )
        self._paint_background(painter, opt, index, None, is_selected, is_hovered)
        model = index.model()
        assert isinstance(model, FindingsModel), "it lists findings"
        box = opt.rect.adjusted(PAD + 2, 4, -PAD, -4)
        self._paint_finding(painter, box, model.row_at(index))

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), FINDING_HEIGHT)

    def _paint_finding(self, painter: QPainter, box: QRect, finding: Finding) -> None:
        tokens, (small, _), (bold, _) = self._tokens, self._face("small"), self._face("plain bold")
        upper = QRect(box.left(), box.top(), box.width(), box.height() // 2)
        lower = upper.translated(0, box.height() // 2)
        ink, fill = tokens.tone(_TONES[finding.severity])
        width = pill_width(small, finding.severity.value)
        paint_pill(painter, QRect(upper.left(), upper.top(), width, upper.height()), finding.severity.value, small,
                   QColor(ink), QColor(fill))  # fmt: skip
        painter.setFont(small)
        count = painter.fontMetrics().horizontalAdvance(finding.counted)
        paint_text(painter, upper.toRectF(), finding.counted, tokens.dim, AT_RIGHT)
        painter.setFont(bold)
        title = upper.adjusted(width + _GAP, 0, -count - _GAP, 0)
        paint_text(painter, title.toRectF(), finding.title, tokens.text)
        painter.setFont(self._face("plain")[0])
        paint_text(painter, lower.toRectF(), detail_of(finding), tokens.dim)


class ShapeDelegate(RowDelegate):
    """Paints the bars of a path by month, as parts of all events of its type."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        model = index.model()
        if index.column() != MONTHS or not isinstance(model, ShapeModel):
            return
        opt: Any = option
        line = model.row_at(index)
        of = line.of_months if isinstance(line, ShapeRow) else line.months
        paint_months(painter, opt.rect.adjusted(PAD, 4, -PAD, -4), model.months, line, of, self._tokens)


def paint_months(
    painter: QPainter, box: QRect, months: Sequence[int], line: ShapeLine, of: Mapping[int, int], tokens: Tokens
) -> None:
    """Paint a bar for each month, as high as it has events, and in front of it how many of them are meant."""
    highest = max((of.get(month, 0) for month in months), default=0)
    if not highest:
        return
    pitch = min(_MOST_PITCH, max(1, box.width() // len(months)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    for at, month in enumerate(months[-(box.width() // pitch) :]):
        for counts, ink in ((of, tokens.line), (line.months, tokens.accent)):
            count = counts.get(month, 0)
            height = max(1.0, count / highest * box.height()) if count else 0.0
            left = box.left() + at * pitch
            painter.fillRect(QRectF(left, box.bottom() + 1 - height, max(1, pitch - 1), height), QColor(ink))
