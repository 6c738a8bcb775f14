"""Paints the rows of tables and trees: background, selection bar, lines and cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QEvent, QLocale, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QHelpEvent, QHoverEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
)

from es_desktop.app.search.found_words import Spans, from_found
from es_desktop.app.text.plain import ELLIPSIS, elide
from es_desktop.app.text.values import FROM_ZERO
from es_desktop.models.guard import Guarded
from es_desktop.models.table.model import FLAG_ROLE as FLAG_ROLE
from es_desktop.models.table.model import FOUND_ROLE as FOUND_ROLE
from es_desktop.models.table.model import MARK_ROLE as MARK_ROLE
from es_desktop.models.table.model import RUN_ROLE as RUN_ROLE
from es_desktop.models.table.model import SHORTER_ROLE as SHORTER_ROLE
from es_desktop.models.table.model import SWATCH_ROLE as SWATCH_ROLE
from es_desktop.models.table.model import TONE_ROLE as TONE_ROLE

from .plain_text import show_tip
from .row_shapes import (
    ARROW_ROOM,
    FAILURE_ROOM,
    FLAG_ROOM,
    MARK_ROOM,
    SWATCH_ROOM,
    paint_branch,
    paint_diamond,
    paint_failure,
    paint_flag,
    paint_marked,
    paint_pill,
    paint_run,
    paint_swatch,
)
from .theme import SMALL_POINTS, Theme, mono_font, ui_font
from .tokens import LIGHT, Tokens, mix

ROW_HEIGHT: Final = 26
PAD: Final = 8
BAR: Final = 3

_Index = QModelIndex | QPersistentModelIndex
_POSITION = QStyleOptionViewItem.ViewItemPosition
# Qt's flags are objects of Python, and to combine them takes as long as to ask the model for a text.
_SELECTED: Final = QStyle.StateFlag.State_Selected.value
_HOVERED: Final = QStyle.StateFlag.State_MouseOver.value
_HAS_CHILDREN: Final = QStyle.StateFlag.State_Children.value
_IS_OPEN: Final = QStyle.StateFlag.State_Open.value
_RIGHT: Final = Qt.AlignmentFlag.AlignRight.value
_CENTER: Final = Qt.AlignmentFlag.AlignHCenter.value
_FOREGROUND: Final = int(Qt.ItemDataRole.ForegroundRole)
_FONT: Final = int(Qt.ItemDataRole.FontRole)
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)


@dataclass(frozen=True, slots=True)
class Column:
    """How the cells of one column are painted."""

    mono: bool = False
    dim: bool = False
    tint: str = ""
    """A tone of ``Tokens.tone`` that the text takes: ``"amber"`` for a number of snapshots."""
    strong: bool = False
    """Bold in the selected row."""
    arrow: bool = False
    """In a text like ``open → paid`` the old value is dim, and the new one amber and bold."""
    pill: bool = False
    """The text is shown in a pill."""
    changes: bool = False
    """In a text like ``note "" → "call back" · total 1 → 2`` the paths are dim."""
    paths: bool = False
    """A path that is too long is cut in its middle."""


PLAIN: Final = Column()
_CHANGE: Final = re.compile(r"([+−] )?(\S*)(.*)", re.DOTALL)
"""The sign, the path and the values of a change as ``describe_change`` returns it."""


class RowDelegate(Guarded, QStyledItemDelegate):
    """Paints cells in the colours of a theme; honours Qt's font, foreground and alignment roles."""

    def __init__(
        self,
        view: QAbstractItemView,
        columns: Mapping[int, Column] | None = None,
        lines: bool = True,
        *,
        theme: Theme | None = None,
    ) -> None:
        """``theme`` gives the colours, now and whenever it changes; without it, ``set_tokens`` does."""
        super().__init__(view)
        self._view = view
        self._columns = dict(columns or {})
        self._lines = lines
        self._is_tree = isinstance(view, QTreeView)
        self._hover = -1
        self._whole: frozenset[int] = frozenset()
        self._missing: dict[int, int] = {}
        self._fonts: dict[str, tuple[QFont, QFontMetrics]] = {}
        self.set_tokens(LIGHT)
        # Qt marks only the hovered cell of a table; the whole row should look hovered.
        self._viewport = view.viewport()
        self._viewport.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._viewport.installEventFilter(self)
        if theme is not None:
            theme.follow(self)

    def show_whole(self, columns: Iterable[int]) -> None:
        """Have these columns made wide enough for the longest text that is painted in them, and never cut it."""
        self._whole = frozenset(columns)

    def _widen(self) -> None:
        if isinstance(self._view, QTableView):
            header = self._view.horizontalHeader()
            for column, pixels in self._missing.items():
                # Qt would take the width of a column that stretches back, and all would be painted again, without end.
                header.setSectionResizeMode(column, header.ResizeMode.Interactive)
                header.resizeSection(column, header.sectionSize(column) + pixels)
        self._missing.clear()

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours and fonts of a theme."""
        self._tokens = tokens
        self._fonts.clear()
        self._backgrounds = {
            "failed": QColor(tokens.red_soft),
            "changed": QColor(tokens.amber_soft),
            "selected": QColor(tokens.accent_soft),
            "hover": QColor(tokens.hover),
        }
        inks = ("text", "dim", "faint", "red", "red_text", "amber", "amber_text", "accent")
        self._colors = {name: QColor(getattr(tokens, name)) for name in inks}
        self._line = QColor(tokens.line_soft)
        self._view.viewport().update()

    def _background(self, tone: object, selected: bool, hovered: bool) -> QColor | None:
        if selected:
            return self._backgrounds["selected"]
        if tone in ("failed", "changed"):
            return self._backgrounds[str(tone)]
        return self._backgrounds["hover"] if hovered else None

    def _paint_background(
        self, painter: QPainter, option: Any, index: _Index, tone: object, selected: bool, hovered: bool
    ) -> int:
        """Paint what is behind the text; return the pixels that a sign takes at its left."""
        rect: QRect = option.rect
        first = option.viewItemPosition in (_POSITION.Beginning, _POSITION.OnlyOne)
        last = option.viewItemPosition in (_POSITION.End, _POSITION.OnlyOne)
        # A tree's first cell starts behind its indentation; the row does not.
        left = 0 if first and self._is_tree else rect.left()
        ground = self._background(tone, selected, hovered)
        if ground is not None:
            painter.fillRect(left, rect.top(), rect.right() - left + 1, rect.height(), ground)
        if self._lines:
            start = left + PAD if first else left
            end = rect.right() - PAD if last else rect.right()
            painter.fillRect(start, rect.bottom(), end - start + 1, 1, self._line)
        if first and selected and self._is_current(index):
            painter.fillRect(left, rect.top(), BAR, rect.height(), self._colors["accent"])
        if first and tone == "failed":
            paint_failure(painter, left + BAR + 4.5, rect, self._colors["red"])
        return FAILURE_ROOM * (first and tone == "failed")

    def _is_current(self, index: _Index) -> bool:
        """Return whether a row is the current one, among the selected ones."""
        current = self._view.currentIndex()
        return index.row() == current.row() and index.parent() == current.parent()

    def _paint_shapes(self, painter: QPainter, rect: QRect, box: QRect, index: _Index, tone: object) -> QRect:
        """Paint the shapes beside the text; return the rectangle that is left for the text."""
        data = index.model().data  # of a model of ours this is one call less than ``index.data``
        part = data(index, RUN_ROLE)
        if part is not None:
            paint_run(painter, box.left(), rect, self._colors["dim"], QColor(self._tokens.line), part)
            box.setLeft(box.left() + ARROW_ROOM)
        hue = data(index, SWATCH_ROLE)
        if hue is not None:
            color = self._tokens.hue(hue)
            fades = tone in ("faint", "failed")
            paint_swatch(painter, box.left(), rect, QColor(mix(color, self._tokens.panel, 0.5) if fades else color))
            box.setLeft(box.left() + SWATCH_ROOM)
        mark = data(index, MARK_ROLE)
        if mark:
            paint_diamond(painter, box.right() - 5, rect, self._colors["red" if mark == "red" else "amber"])
            if mark == "red":
                paint_failure(painter, box.right() - 5.0, rect, QColor(self._tokens.panel))
            box.setRight(box.right() - MARK_ROOM)
        if data(index, FLAG_ROLE):
            at_left = _side(index) & _RIGHT
            paint_flag(painter, box.left() + 3.5 if at_left else box.right() - 3.5, rect, self._colors["accent"])
            box.adjust(FLAG_ROOM if at_left else 0, 0, 0 if at_left else -FLAG_ROOM, 0)
        return box

    def _paint_arrow_text(self, painter: QPainter, box: QRect, text: str, mono: bool) -> None:
        before, after = text.split(" → ", 1)
        plain, strong = (self._face(f"{'mono' if mono else 'plain'}{weight}")[1] for weight in ("", " bold"))
        # If there is not enough space for both, the old value is cut first.
        arrow = plain.horizontalAdvance(" → ")
        wanted = min(strong.horizontalAdvance(after), int((box.width() - arrow) * 0.7))
        old = plain.elidedText(before, Qt.TextElideMode.ElideRight, box.width() - arrow - wanted) or ELLIPSIS
        self._paint_parts(painter, box, [(f"{old} → ", "dim", ""), (after, "amber_text", " bold")], mono)

    def _paint_wrong_text(self, painter: QPainter, box: QRect, text: str, mono: bool) -> None:
        wrong, right = text.rsplit(FROM_ZERO, 1)
        half = box.adjusted(0, 0, -box.width() * 2 // 5, 0)
        rest = self._paint_parts(painter, half, [(wrong, "red_text", " bold")], mono)
        rest.setRight(box.right())
        self._paint_parts(painter, rest, [(f"{FROM_ZERO}{right}", "dim", "")], mono)

    def _paint_changes(self, painter: QPainter, box: QRect, text: str) -> None:
        parts: list[tuple[str, str, str]] = []
        for number, change in enumerate(text.split(" · ")):
            sign, path, values = _CHANGE.fullmatch(change).groups("")  # type: ignore[union-attr]  # any text matches
            is_path = values and (not sign or path.endswith("]"))  # and not the first word of a member
            inks = "dim", "text", "dim" if is_path else "text", "text"
            parts += zip((" · " * bool(number), sign, path, values), inks, ("",) * 4, strict=True)
        self._paint_parts(painter, box, parts)

    def _fitting(self, text: str, width: int, index: _Index) -> str:
        """Return a text of changes, or the longest of the shorter ones that is not cut; the shortest one is cut."""
        metrics = self._face("plain")[1]
        if metrics.horizontalAdvance(text) <= width:
            return text
        shorter: Sequence[str] = index.model().data(index, SHORTER_ROLE) or (text,)
        fitting = next((each for each in shorter if metrics.horizontalAdvance(each) <= width), shorter[-1])
        return metrics.elidedText(fitting, Qt.TextElideMode.ElideRight, width)

    def _paint_parts(
        self, painter: QPainter, box: QRect, parts: Sequence[tuple[str, str, str]], mono: bool = False
    ) -> QRect:
        """Paint texts, each with its ink and weight, from the left of a box on; return what is left of the box.

        What has no room is cut, with an ellipsis in its place.
        """
        faces = [self._face(f"{'mono' if mono else 'plain'}{weight}") for _, _, weight in parts]
        widths = [metrics.horizontalAdvance(text) for (text, _, _), (_, metrics) in zip(parts, faces, strict=True)]
        missing = sum(widths) - box.width() - 1
        for (text, ink, _), (font, metrics), width in zip(parts, faces, widths, strict=True):
            is_last = missing > 0 and width + metrics.horizontalAdvance(ELLIPSIS) > box.width()
            if is_last:
                text = metrics.elidedText(f"{text}{ELLIPSIS}", Qt.TextElideMode.ElideRight, box.width()) or ELLIPSIS
            painter.setFont(font)
            painter.setPen(self._colors[ink])
            painter.drawText(box.left(), self._baseline(box), text)
            box = box.adjusted(metrics.horizontalAdvance(text), 0, 0, 0)
            if is_last:
                break
        return box

    def _face(self, name: str) -> tuple[QFont, QFontMetrics]:
        if name not in self._fonts:
            bold = name.endswith("bold")
            font = mono_font(bold=bold) if name.startswith("mono") else ui_font(bold=bold)
            if name == "small":
                font = ui_font(SMALL_POINTS)
            self._fonts[name] = (font, QFontMetrics(font))
        return self._fonts[name]

    def _ink(self, column: Column, tone: object, index: _Index) -> QColor:
        own = index.model().data(index, _FOREGROUND)
        if own is not None:
            return QBrush(own).color()
        if tone == "faint" or (tone == "failed" and column.dim):
            return self._colors["faint"]
        if tone == "failed":
            return self._colors["red_text"]
        if column.tint:
            return QColor(self._tokens.tone(column.tint)[0])
        return self._colors["dim" if column.dim else "text"]

    def _paint_text(
        self, painter: QPainter, box: QRect, text: str, index: _Index, tone: object, selected: bool
    ) -> None:
        column = self._columns.get(index.column(), PLAIN)
        if column.pill:
            name = {"changed": "accent", "failed": "red"}.get(str(tone), "neutral")
            ink, fill = self._tokens.tone(name)
            edge = QColor(self._tokens.red) if name == "red" else None
            paint_pill(painter, box, text, self._face("small")[0], QColor(ink), QColor(fill), edge)
            return
        if column.arrow and (tone, True) in (("changed", " → " in text), ("failed", FROM_ZERO in text)):
            paint = self._paint_arrow_text if tone == "changed" else self._paint_wrong_text
            paint(painter, box, text, column.mono)
            return
        text = self._fitting(text, box.width(), index) if column.changes else text
        if column.changes and tone is None and text:
            self._paint_changes(painter, box, text)
            return
        bold = " bold" if selected and column.strong else ""
        font, metrics = self._face(("mono" if column.mono else "plain") + bold)
        own = index.model().data(index, _FONT)
        if isinstance(own, QFont):
            font = own.resolve(font)
            metrics = QFontMetrics(font)
        side = _side(index)
        painter.setFont(font)
        painter.setPen(self._ink(column, tone, index))
        is_path = column.paths and "." in text
        cut = Qt.TextElideMode.ElideMiddle if is_path else Qt.TextElideMode.ElideRight
        shown = metrics.elidedText(text, cut, box.width())
        find: Callable[[str], Spans] | None = index.model().data(index, FOUND_ROLE)
        spans = [] if find is None else find(text)
        if find is not None and spans and shown != text and spans[0][1] >= len(shown):
            text = from_found(text, spans[0], lambda part: metrics.horizontalAdvance(part) <= box.width())
            shown, spans = metrics.elidedText(text, cut, box.width()), find(text)
        if shown != text and index.column() in self._whole:
            if not self._missing:
                QTimer.singleShot(0, self, self._widen)  # while it is painted, nothing can be laid out
            missing = metrics.horizontalAdvance(text) - box.width()
            self._missing[index.column()] = max(missing, self._missing.get(index.column(), 0))
        x = box.left()
        if side & (_RIGHT | _CENTER):
            spare = box.width() - metrics.horizontalAdvance(shown)
            x += spare if side & _RIGHT else spare // 2
        if spans:
            end = len(shown) - (shown != text)
            spans = [(start, min(stop, end)) for start, stop in spans if start < end]
            paint_marked(
                painter, x, self._baseline(box), shown, spans, self._colors["text"], QColor(self._tokens.found)
            )
        else:
            painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # Arabic is cut at its left
            painter.drawText(x, self._baseline(box), shown)
            painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def _baseline(self, box: QRect) -> int:
        """Return the y of the baseline that all fonts of a row share."""
        _font, metrics = self._face("plain")
        return box.top() + (box.height() + metrics.ascent() - metrics.descent()) // 2

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        opt: Any = option  # PySide's stubs leave the fields of style options out.
        rect: QRect = opt.rect
        state: int = opt.state.value
        selected, hovered = bool(state & _SELECTED), bool(state & _HOVERED)
        if not self._is_tree and hovered is not (index.row() == self._hover):
            hovered = not hovered
            opt.state ^= QStyle.StateFlag.State_MouseOver
        tone = index.model().data(index, TONE_ROLE)
        sign = self._paint_background(painter, opt, index, tone, selected, hovered)
        if self._is_tree and state & _HAS_CHILDREN and index.column() == 0:
            paint_branch(painter, rect, self._colors["dim"], bool(state & _IS_OPEN))
        box = rect.adjusted(PAD + sign, 0, -PAD, 0)
        if self._is_tree and index.column() == 0:
            box.setLeft(rect.left() + 3)
        box = self._paint_shapes(painter, rect, box, index, tone)
        value = index.model().data(index, _DISPLAY)
        if value is not None and value != "":
            text = self.displayText(value, opt.locale)
            self._paint_text(painter, box, text, index, tone, selected)

    def displayText(self, value: Any, locale: QLocale | QLocale.Language) -> str:
        return elide(value if isinstance(value, str) else super().displayText(value, locale))  # measured, too

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(super().sizeHint(option, index).width() + 2 * PAD, ROW_HEIGHT)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        if event.type() != QEvent.Type.ToolTip:
            return super().helpEvent(event, view, option, index)
        show_tip(event.globalPos(), str(index.data(Qt.ItemDataRole.ToolTipRole) or ""), view)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._viewport:
            return super().eventFilter(watched, event)  # an editor; the base class would treat the viewport as one
        if event.type() in (QEvent.Type.HoverMove, QEvent.Type.HoverLeave) and isinstance(event, QHoverEvent):
            inside = event.type() == QEvent.Type.HoverMove
            row = self._view.indexAt(event.position().toPoint()).row() if inside else -1
            if row != self._hover and not self._is_tree:
                self._hover = row
                self._viewport.update()
        return False


def _side(index: _Index) -> int:
    """Return the flags of the alignment of a cell as a number; 0 for the left."""
    return int(index.model().data(index, _ALIGNMENT) or 0)
