"""The plot of what snapshots at other intervals would cost, in which one can be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from es_desktop.app.snapshot_cost.cost import Point
from es_desktop.app.snapshot_cost.text import point_text
from es_desktop.views.style.plain_text import show_tip
from es_desktop.views.style.theme import SMALL_POINTS, ui_font
from es_desktop.views.style.tokens import Tokens

from .plot_paint import PlotContent, PlotPainter, PlotScale


class WorthPlot(QWidget):
    """Shows the time of a rebuild and the bytes for each interval; arrows and clicks choose one."""

    chosen = Signal(object)
    """The ``Point`` that a person chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = PlotContent()
        self._painter = PlotPainter(self._content)
        self._empty = ""
        self.setFont(ui_font(SMALL_POINTS))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("What snapshots at other intervals would cost")

    def show_points(self, points: Sequence[Point], marks: Mapping[int, Sequence[tuple[str, str]]]) -> None:
        """Show these points, with words above some of them."""
        self._content.points, self._content.marks = points, marks
        self._content.chosen = self._content.hover = None
        self.update()

    def show_nothing(self, why: str) -> None:
        """Show a sentence in place of points."""
        self._empty = why
        self.show_points((), {})

    def set_target(self, seconds: float) -> None:
        """Show a line at the time that a rebuild may take."""
        self._content.target = seconds
        self.update()

    def choose(self, index: int | None) -> None:
        """Mark a point as the chosen one, without telling anybody."""
        self._content.chosen = index
        self.setAccessibleDescription("" if index is None else point_text(self._content.points[index]))
        self.update()

    @property
    def points(self) -> Sequence[Point]:
        return self._content.points

    @property
    def marks(self) -> Mapping[int, Sequence[tuple[str, str]]]:
        """The words above columns, each with its tone."""
        return self._content.marks

    @property
    def index(self) -> int | None:
        """Of the point that is chosen."""
        return self._content.chosen

    @property
    def scale(self) -> PlotScale:
        """Where everything stands now."""
        return PlotScale(self._content, self.size())

    def set_tokens(self, tokens: Tokens) -> None:
        """Take the colours of a look."""
        self._painter.tokens = tokens
        self.update()

    def _tell(self, index: int | None) -> None:
        if index is not None and 0 <= index < len(self.points) and index != self.index:
            self.choose(index)
            self.chosen.emit(self.points[index])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.points:
            self._painter.paint(painter, self.size(), self.hasFocus())
        else:
            painter.setPen(QColor(self._painter.tokens.faint))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._empty)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last, at = len(self.points) - 1, self.index
        moves = {
            Qt.Key.Key_Left: 0 if at is None else at - 1,
            Qt.Key.Key_Right: 0 if at is None else at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        wanted = moves.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self._tell(wanted)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.points:
            self._tell(self.scale.index_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self.scale.index_at(event.position().x()) if self.points else None
        if hover != self._content.hover:
            self._content.hover = hover
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._content.hover = None
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.scale.index_at(event.pos().x()) if self.points else None
            show_tip(event.globalPos(), "" if index is None else point_text(self.points[index]), self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(640, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 200)
