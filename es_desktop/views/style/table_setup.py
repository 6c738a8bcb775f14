"""Setting up tables and trees alike: whole rows, a quiet header, columns as wide as what they show."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QTreeView

from .rows import PAD, ROW_HEIGHT
from .theme import ui_font


def dress(view: QTableView | QTreeView) -> None:
    """Set up a table or tree, which has its model, as the drawings have it: whole rows, no grid, quiet header."""
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
        # Otherwise a header asks every row whether it is selected, which takes long where there are many.
        for each in (header, view.verticalHeader()):
            each.setSelectionModel(QItemSelectionModel(view.model(), view))
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
