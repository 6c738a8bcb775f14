"""Sets up tables and trees in the same way; the base of popups with a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHeaderView,
    QLayout,
    QStyle,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.text.times import format_time, widest_time
from es_desktop.models.guard import Guarded
from es_desktop.models.table.model import DeclaredColumns
from es_desktop.models.table.row_window import RowWindow
from es_desktop.views.table.rows import ListRows, list_rows

from .builders import fill
from .copying import copy_rows
from .dialogs import open_dialog
from .painted import FocusRing, text_width
from .rows import PAD, ROW_HEIGHT, RowDelegate
from .theme import mono_font, ui_font
from .view_menu import ViewMenu

_ANY_WIDTH: Final = 10_000


def set_up_view(view: QTableView | QTreeView, *, finds_by_typing: bool = False) -> None:
    """Set up a table or tree that has its model: row selection, no grid, a plain header.

    Getting the focus does not choose a row; typing a letter does only if ``finds_by_typing``.
    """
    view.installEventFilter(_ChosenOnly(view, finds_by_typing))
    ViewMenu(view)
    FocusRing(view)
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
        # Otherwise a header asks every row whether it is selected, which is slow with many rows.
        for each in (header, view.verticalHeader()):
            each.setSelectionModel(QItemSelectionModel(view.model(), view))
    # Continues the header's background above the scroll bar.
    end = QFrame()
    end.setProperty("role", "header-end")
    end.setFixedHeight(ROW_HEIGHT)
    view.addScrollBarWidget(end, Qt.AlignmentFlag.AlignTop)
    header.setHighlightSections(False)
    header.setTextElideMode(Qt.TextElideMode.ElideRight)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setFixedHeight(ROW_HEIGHT)
    header.setMinimumSectionSize(24)


def set_up_table(
    table: QTableView,
    model: RowWindow,
    delegate: RowDelegate,
    name: str,
    *,
    widths: Mapping[int, int] | None = None,
    stretch: Iterable[int] = (),
    several: bool = True,
    finds_by_typing: bool = False,
) -> None:
    """Set up a table with its model, its delegate and the accessible ``name``.

    ``widths`` are in pixels, by column; the columns ``stretch`` share the free width. One row can be
    selected, or ``several``.
    """
    table.setModel(model)
    ListRows(table, model)
    if isinstance(model, DeclaredColumns):
        delegate.show_whole(at for at, column in enumerate(model.columns) if column.is_time)
    set_up_view(table, finds_by_typing=finds_by_typing)
    table.setItemDelegate(delegate)
    table.setAccessibleName(name)
    modes = QAbstractItemView.SelectionMode
    table.setSelectionMode(modes.ExtendedSelection if several else modes.SingleSelection)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    for column in stretch:
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    for column, width in (widths or {}).items():
        header.resizeSection(column, width)


def set_up_tree(tree: QTreeView, model: QAbstractItemModel, delegate: RowDelegate, name: str, stretch: int) -> None:
    """Set up a tree with its model, its delegate and the accessible ``name``; the column ``stretch`` is the widest."""
    tree.setModel(model)
    set_up_view(tree)
    tree.setItemDelegate(delegate)
    tree.setAccessibleName(name)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)


class _ChosenOnly(Guarded, QObject):
    """Prevents a view from choosing a row by itself."""

    def __init__(self, view: QTableView | QTreeView, finds_by_typing: bool) -> None:
        super().__init__(view)
        self._view = view
        self._finds_by_typing = finds_by_typing

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        view, is_focused = self._view, event.type() == QEvent.Type.FocusIn
        if is_focused and isinstance(view, QTableView) and not view.currentIndex().isValid():
            # Setting any current index, even an invalid one, prevents Qt from choosing the first row.
            rows = list_rows(view)
            with nullcontext() if rows is None else rows.selection.unchanged():
                view.setCurrentIndex(QModelIndex())
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.matches(QKeySequence.StandardKey.Copy):
            copy_rows(view)
            return True
        rows = list_rows(view) if isinstance(view, QTableView) else None
        if rows is not None and rows.takes_key(event):
            return True
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if is_plain and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and rows is not None:
            # Qt would go to the first or last column of the current row.
            rows.go_to(0 if event.key() == Qt.Key.Key_Home else rows.count - 1)
            return True
        return not self._finds_by_typing and _is_typed(event)


def _is_typed(event: QKeyEvent) -> bool:
    # Qt would search all rows for one that begins with the letter, in the GUI thread.
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    return not event.modifiers() & held and event.text().isalnum()


def width_for(
    view: QTableView,
    texts: Iterable[str],
    *,
    swatch: bool = False,
    mono: bool = False,
    least: int = 40,
    most: int = 160,
) -> int:
    """Return the column width for the longest of some texts, from ``least`` to ``most`` pixels."""
    font = mono_font() if mono else ui_font(bold=True) if swatch else view.font()
    if mono:  # of the letters that this font itself has, all are of one width
        texts = {len(each) if each.isascii() and each.isprintable() else each: each for each in texts}.values()
    longest = max((text_width(font, each) for each in texts), default=0)
    return max(least, min(most, longest + 2 * PAD + 3 + (17 if swatch else 0)))


def share_width(room: int, wanted: Sequence[int]) -> list[int]:
    """Return the widths of columns in ``room`` pixels: what they want, or the widest are cut to the same width.

    The last one takes what is left over.
    """
    widths, left = list(wanted), room
    for place, at in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        widths[at] = min(wanted[at], left // (len(wanted) - place))
        left -= widths[at]
    return [*widths[:-1], widths[-1] + left]


def time_width(view: QTableView, column: int, *times: float | None) -> int:
    """Return the width of a column of times (seconds since the epoch): for these, those between, and its heading."""
    texts = [format_time(each) for each in times]
    is_one_day = all(":" in text[:3] for text in texts)
    heading = view.model().headerData(column, Qt.Orientation.Horizontal)
    return width_for(view, [*texts, "" if is_one_day else widest_time(), str(heading)], least=70, most=_ANY_WIDTH)


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


MARGIN: Final = 6
"""Pixels between the card and its content, and between the popup and the edge of the window."""


class TablePopup(Guarded, QDialog):
    """A popup with ``table``; it is deleted when it closes."""

    def __init__(self, name: str, parent: QWidget) -> None:
        """``name`` is the accessible name of the popup."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName(name)
        self.table = QTableView(self)

    def show_rows(self, count: int) -> None:
        """Make the table as high as its header and ``count`` rows."""
        self.table.setFixedHeight((count + 1) * ROW_HEIGHT + 2)

    def lay_out(self, *parts: QWidget | QLayout, spacing: int, top: int = MARGIN) -> None:
        """Put the parts into the card, one below the other."""
        frame = QFrame(self)
        frame.setProperty("role", "card")
        fill(QVBoxLayout(frame), *parts, margins=(MARGIN, top, MARGIN, MARGIN), spacing=spacing)
        fill(QVBoxLayout(self), frame)

    def move_inside(self, window: QWidget, corner: QPoint) -> None:
        """Move the upper left corner to a point of the screen, or as near as it fits into ``window``."""
        room = window.geometry()
        left = max(room.left() + MARGIN, min(corner.x(), room.right() - self.width() - MARGIN))
        self.move(left, max(room.top() + MARGIN, min(corner.y(), room.bottom() - self.height() - MARGIN)))

    def open_inside(self, window: QWidget, corner: QPoint) -> None:
        """Open at a point of the screen inside ``window``, with the current row in the middle of the table."""
        self.move_inside(window, corner)
        open_dialog(self)
        self.table.scrollTo(self.table.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
