"""How a row of a table or tree looks: ground, selection bar, thin lines, and what stands in its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QHoverEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
)

from es_desktop.models.roles import MARK_ROLE as MARK_ROLE
from es_desktop.models.roles import SWATCH_ROLE as SWATCH_ROLE
from es_desktop.models.roles import TONE_ROLE as TONE_ROLE

from .theme import SMALL_POINTS, mono_font, ui_font
from .tokens import LIGHT, Tokens, mix

ROW_HEIGHT: Final = 26
PAD: Final = 8
BAR: Final = 3

_Index = QModelIndex | QPersistentModelIndex
_POSITION = QStyleOptionViewItem.ViewItemPosition


@dataclass(frozen=True, slots=True)
class Column:
    """How the cells of one column are set."""

    mono: bool = False
    dim: bool = False
    tint: str = ""
    """A tone of ``Tokens.tone`` that the text takes: ``"amber"`` for a number of snapshots."""
    strong: bool = False
    """Bold in the selected row."""
    arrow: bool = False
    """Text like ``open → paid`` tells old from new: dim, and amber and bold."""
    pill: bool = False
    """The text stands in a pill."""


PLAIN: Final = Column()


class RowDelegate(QStyledItemDelegate):
    """Paints cells in the colours of a look; honours Qt's font, foreground and alignment roles."""

    def __init__(
        self, view: QAbstractItemView, columns: Mapping[int, Column] | None = None, lines: bool = True
    ) -> None:
        super().__init__(view)
        self._view = view
        self._columns = dict(columns or {})
        self._lines = lines
        self._is_tree = isinstance(view, QTreeView)
        self._hover = -1
        self._fonts: dict[str, tuple[QFont, QFontMetrics]] = {}
        self.set_tokens(LIGHT)
        # A table tells only the cell under the pointer that it is hovered; the row is wanted.
        self._viewport = view.viewport()
        self._viewport.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._viewport.installEventFilter(self)

    def set_tokens(self, tokens: Tokens) -> None:
        """Take the colours of a look."""
        self._tokens = tokens
        self._grounds = {
            "failed": QColor(tokens.red_soft),
            "changed": QColor(tokens.amber_soft),
            "selected": QColor(tokens.accent_soft),
            "hover": QColor(tokens.hover),
        }
        inks = ("text", "dim", "faint", "red", "amber", "accent")
        self._colors = {name: QColor(getattr(tokens, name)) for name in inks}
        self._line = QColor(tokens.line_soft)
        self._view.viewport().update()

    def _ground(self, tone: object, selected: bool, hovered: bool) -> QColor | None:
        if selected:
            return self._grounds["selected"]
        if tone in ("failed", "changed"):
            return self._grounds[str(tone)]
        return self._grounds["hover"] if hovered else None

    def _paint_ground(self, painter: QPainter, option: Any, tone: object, selected: bool) -> None:
        rect: QRect = option.rect
        first = option.viewItemPosition in (_POSITION.Beginning, _POSITION.OnlyOne)
        last = option.viewItemPosition in (_POSITION.End, _POSITION.OnlyOne)
        # A tree's first cell starts behind its indentation; the row does not.
        left = 0 if first and self._is_tree else rect.left()
        ground = self._ground(tone, selected, option.state & QStyle.StateFlag.State_MouseOver)
        if ground is not None:
            painter.fillRect(left, rect.top(), rect.right() - left + 1, rect.height(), ground)
        if self._lines:
            start = left + PAD if first else left
            end = rect.right() - PAD if last else rect.right()
            painter.fillRect(start, rect.bottom(), end - start + 1, 1, self._line)
        if first and selected:
            painter.fillRect(left, rect.top(), BAR, rect.height(), self._colors["accent"])

    def _paint_branch(self, painter: QPainter, rect: QRect, is_open: bool) -> None:
        x, y = rect.left() - 7.0, rect.center().y() + 0.5
        painter.setPen(QPen(self._colors["dim"], 1.4, c=Qt.PenCapStyle.RoundCap))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = ((-3.5, -1.8), (0, 1.8), (3.5, -1.8)) if is_open else ((-1.8, -3.5), (1.8, 0), (-1.8, 3.5))
        painter.drawPolyline([QPointF(x + dx, y + dy) for dx, dy in shape])

    def _paint_swatch(self, painter: QPainter, x: int, rect: QRect, hue: int, tone: object) -> None:
        color = self._tokens.hue(hue)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(color, self._tokens.panel, 0.5) if tone in ("faint", "failed") else color))
        painter.drawRoundedRect(QRectF(x, rect.center().y() - 4, 9, 9), 2, 2)

    def _paint_diamond(self, painter: QPainter, x: float, rect: QRect) -> None:
        y = rect.center().y() + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tokens.amber))
        painter.drawPolygon([QPointF(x - 5, y), QPointF(x, y - 5), QPointF(x + 5, y), QPointF(x, y + 5)])

    def _paint_pill(self, painter: QPainter, box: QRect, text: str, tone: object) -> None:
        ink, fill = self._tokens.tone("accent" if tone == "changed" else "neutral")
        font, metrics = self._face("small")
        width = max(28, metrics.horizontalAdvance(text) + 14)
        pill = QRectF(box.right() - width + 1, box.center().y() - 8, width, 17)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(pill, 8.5, 8.5)
        painter.setPen(QColor(ink))
        painter.setFont(font)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_arrow_text(self, painter: QPainter, box: QRect, text: str, mono: bool) -> None:
        before, after = text.split(" → ", 1)
        plain, plain_metrics = self._face("mono" if mono else "plain")
        strong, strong_metrics = self._face("mono bold" if mono else "bold")
        elide = Qt.TextElideMode.ElideRight
        # The new value goes first where there is not room for both.
        arrow = plain_metrics.horizontalAdvance(" → ")
        wanted = min(strong_metrics.horizontalAdvance(after), int((box.width() - arrow) * 0.7))
        old = plain_metrics.elidedText(before, elide, box.width() - arrow - wanted)
        lead = f"{old} → " if old.strip("…") else "→ "
        left = box.left() + plain_metrics.horizontalAdvance(lead)
        painter.setFont(plain)
        painter.setPen(self._colors["dim"])
        painter.drawText(box.left(), self._baseline(box), lead)
        painter.setFont(strong)
        painter.setPen(self._colors["amber"])
        shown = strong_metrics.elidedText(after, elide, box.right() - left + 1)
        painter.drawText(left, self._baseline(box), shown)

    def _face(self, name: str) -> tuple[QFont, QFontMetrics]:
        if name not in self._fonts:
            bold = name.endswith("bold")
            font = mono_font(bold=bold) if name.startswith("mono") else ui_font(bold=bold)
            if name == "small":
                font = ui_font(SMALL_POINTS)
            self._fonts[name] = (font, QFontMetrics(font))
        return self._fonts[name]

    def _ink(self, column: Column, tone: object, index: _Index) -> QColor:
        own = index.data(Qt.ItemDataRole.ForegroundRole)
        if own is not None:
            return QBrush(own).color()
        if tone == "faint" or (tone == "failed" and column.dim):
            return self._colors["faint"]
        if tone == "failed":
            return self._colors["red"]
        if column.tint:
            return QColor(self._tokens.tone(column.tint)[0])
        return self._colors["dim" if column.dim else "text"]

    def _paint_text(
        self, painter: QPainter, box: QRect, text: str, index: _Index, tone: object, selected: bool
    ) -> None:
        column = self._columns.get(index.column(), PLAIN)
        if column.pill:
            self._paint_pill(painter, box, text, tone)
            return
        if column.arrow and tone == "changed" and " → " in text:
            self._paint_arrow_text(painter, box, text, column.mono)
            return
        bold = " bold" if selected and column.strong else ""
        font, metrics = self._face(("mono" if column.mono else "plain") + bold)
        own = index.data(Qt.ItemDataRole.FontRole)
        if isinstance(own, QFont):
            font = own.resolve(font)
            metrics = QFontMetrics(font)
        alignment = index.data(Qt.ItemDataRole.TextAlignmentRole)
        side = Qt.AlignmentFlag(int(alignment)) if alignment is not None else Qt.AlignmentFlag.AlignLeft
        painter.setFont(font)
        painter.setPen(self._ink(column, tone, index))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        x = box.left()
        if side & (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignHCenter):
            spare = box.width() - metrics.horizontalAdvance(shown)
            x += spare if side & Qt.AlignmentFlag.AlignRight else spare // 2
        painter.drawText(x, self._baseline(box), shown)

    def _baseline(self, box: QRect) -> int:
        """Return where all faces of a row stand, so that ids and words do not dance."""
        _font, metrics = self._face("plain")
        return box.top() + (box.height() + metrics.ascent() - metrics.descent()) // 2

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        opt: Any = option  # PySide's stubs leave the fields of style options out.
        rect: QRect = opt.rect
        selected = bool(opt.state & QStyle.StateFlag.State_Selected)
        if index.row() == self._hover and not self._is_tree:
            opt.state |= QStyle.StateFlag.State_MouseOver
        tone = index.data(TONE_ROLE)
        self._paint_ground(painter, opt, tone, selected)
        if self._is_tree and opt.state & QStyle.StateFlag.State_Children and index.column() == 0:
            self._paint_branch(painter, rect, bool(opt.state & QStyle.StateFlag.State_Open))
        box = rect.adjusted(PAD, 0, -PAD, 0)
        if self._is_tree and index.column() == 0:
            box.setLeft(rect.left() + 3)
        hue = index.data(SWATCH_ROLE)
        if hue is not None:
            self._paint_swatch(painter, box.left(), rect, hue, tone)
            box.setLeft(box.left() + 17)
        if index.data(MARK_ROLE):
            self._paint_diamond(painter, box.right() - 5, rect)
            box.setRight(box.right() - 17)
        value = index.data(Qt.ItemDataRole.DisplayRole)
        if value is not None and value != "":
            text = value if isinstance(value, str) else self.displayText(value, opt.locale)
            self._paint_text(painter, box, text, index, tone, selected)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(super().sizeHint(option, index).width() + 2 * PAD, ROW_HEIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._viewport:
            return super().eventFilter(watched, event)  # an editor; Qt would take the viewport for one as well
        if event.type() in (QEvent.Type.HoverMove, QEvent.Type.HoverLeave) and isinstance(event, QHoverEvent):
            inside = event.type() == QEvent.Type.HoverMove
            row = self._view.indexAt(event.position().toPoint()).row() if inside else -1
            if row != self._hover and not self._is_tree:
                self._hover = row
                self._viewport.update()
        return False


def dress(view: QTableView | QTreeView) -> None:
    """Set up a table or tree as the drawings have it: whole rows, no grid, quiet header, smooth scrolling."""
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setMouseTracking(True)
    if isinstance(view, QTreeView):
        header = view.header()
        view.setIndentation(16)
        view.setUniformRowHeights(True)
    else:
        header = view.horizontalHeader()
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    # The header ends where the scroll bar begins; its ground goes on to the edge.
    end = QFrame()
    end.setProperty("role", "header-end")
    end.setFixedHeight(ROW_HEIGHT)
    view.addScrollBarWidget(end, Qt.AlignmentFlag.AlignTop)
    header.setHighlightSections(False)
    header.setTextElideMode(Qt.TextElideMode.ElideRight)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setFixedHeight(ROW_HEIGHT)
    header.setMinimumSectionSize(24)


def width_for(view: QTableView, texts: Iterable[str], *, swatch: bool = False, least: int = 40, most: int = 160) -> int:
    """Return the width of a column that shows the longest of some texts whole, within bounds."""
    metrics = QFontMetrics(ui_font(bold=True) if swatch else view.font())
    longest = max(map(metrics.horizontalAdvance, texts), default=0)
    return max(least, min(most, longest + 2 * PAD + 3 + (17 if swatch else 0)))
