"""Reads a widget as an eye does: each text that it paints, its colour, and the colour of the ground behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from defusedxml.ElementTree import fromstring
from PySide6.QtCore import QBuffer, QIODevice, QModelIndex, QPoint, QRect
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QAbstractScrollArea, QLineEdit, QTableView, QTreeView, QWidget

from es_desktop.views.style.rows import ROW_HEIGHT

_NEAR = 40
"""How much each part of a colour may differ at the middle of a thin stroke, whose edges are smooth."""
_DOTS = 96
"""The pixels of an inch."""
_ROUNDED = 2
"""Pixels by which a text may be wider in a drawing than on the screen."""
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Painted:
    """A text that is painted."""

    text: str
    ink: str
    ground: str


def painted_texts(widget: QWidget) -> list[Painted]:
    """Return the texts of a widget that can be seen: those that another part covers are left out.

    A drawing says which texts are painted, in which colour and where; a picture, what is around their letters.
    """
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    widget.render(image)
    found = []
    for drawn in _drawn_texts(widget):
        box = drawn.box.adjusted(-_ROUNDED, -1, _ROUNDED, 1)
        colors = Counter(_colors(image, box.intersected(image.rect())))
        if any(_is_near(QColor(each), QColor(drawn.ink)) for each in colors):
            found.append(Painted(drawn.text, drawn.ink, QColor(colors.most_common(1)[0][0]).name()))
    return found


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A text of a drawing: its colour, the box of its capital letters, and the width that its letters take."""

    text: str
    ink: str
    box: QRect


def _drawn_texts(widget: QWidget, *, alone: bool = False) -> list[_Drawn]:
    """Return each text that a widget paints, with those of the widgets inside it or ``alone``."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(widget.size())
    drawing.setResolution(_DOTS)
    flags = QWidget.RenderFlag.DrawWindowBackground
    widget.render(drawing, renderFlags=flags if alone else flags | QWidget.RenderFlag.DrawChildren)
    found = []
    for group in fromstring(bytes(buffer.data().data()).decode()).iter(f"{_SVG}g"):
        for each in group.findall(f"{_SVG}text"):
            left, top = (float(part) for part in group.get("transform")[7:-1].split(",")[4:])
            font = QFont(each.get("font-family"))
            font.setPointSizeF(float(each.get("font-size")) * 72 / _DOTS)
            font.setWeight(QFont.Weight(int(each.get("font-weight"))))
            metrics, text = QFontMetrics(font), each.text or ""
            corner = QPoint(round(left + float(each.get("x"))), round(top + float(each.get("y"))))
            box = QRect(0, -metrics.capHeight(), metrics.horizontalAdvance(text), metrics.capHeight())
            if text.strip():
                found.append(_Drawn(text, QColor(each.get("fill")).name(), box.translated(corner)))
    return found


def cut_texts(widget: QWidget) -> list[str]:
    """Return the texts of a widget, and of those inside it, that are cut without an ellipsis.

    A line in which a person types scrolls; so do the parts of a list of buttons.
    """
    found = []
    for each in (widget, *widget.findChildren(QWidget)):
        if each.isVisible() and not isinstance(each, QLineEdit) and not each.size().isEmpty():
            view = each.parentWidget()
            is_cells = isinstance(view, QTableView | QTreeView) and each is view.viewport()
            cut = _cut_cells(view) if is_cells else _beyond(each, each.rect())
            found += [f"{type(each).__name__} {each.objectName() or each.accessibleName()}: {text}" for text in cut]
    return found


def _beyond(widget: QWidget, room: QRect) -> list[str]:
    """Return the texts that a widget paints beyond its rectangle; below it there may be more, which scrolls."""
    room = room.adjusted(-_ROUNDED, -_ROUNDED, _ROUNDED, _ROUNDED)
    drawn = _drawn_texts(widget, alone=True)
    if isinstance(widget.parentWidget(), QAbstractScrollArea):
        drawn = [each for each in drawn if room.top() <= each.box.top() and each.box.bottom() <= room.bottom()]
    return [each.text for each in drawn if not room.contains(each.box)]


def _cut_cells(view: QTableView | QTreeView) -> list[str]:
    """Return the cells in view that paint neither their whole text nor an ellipsis, or into the cell beside them."""
    drawn, model, found = _drawn_texts(view.viewport(), alone=True), view.model(), []
    cells = [(view.visualRect(index), index) for index in _cells_in_view(view)]
    for rect, index in cells:
        inside = sorted((each for each in drawn if rect.contains(each.box.center())), key=lambda each: each.box.left())
        painted, whole = (
            "".join("".join(text).split()) for text in ((each.text for each in inside), str(model.data(index) or ""))
        )
        is_beyond = any(each.box.right() > rect.right() + _ROUNDED or each.box.left() < rect.left() for each in inside)
        if rect.intersects(view.viewport().rect()) and (is_beyond or (painted != whole and "…" not in painted)):
            found.append(f"{whole}: {painted}")
    return found


def _cells_in_view(view: QTableView | QTreeView) -> Iterator[QModelIndex]:
    """Yield the cells whose rows are wholly in view."""
    for y in range(1, view.viewport().height() - ROW_HEIGHT, ROW_HEIGHT):
        row = view.indexAt(QPoint(1, y))
        for column in range(view.model().columnCount(row.parent()) if row.isValid() else 0):
            if not view.isColumnHidden(column):
                yield row.siblingAtColumn(column)


def _colors(image: QImage, box: QRect) -> list[int]:
    """Return the colours of every second row of a part of a picture."""
    rows, columns = range(box.top(), box.bottom() + 1, 2), range(box.left(), box.right() + 1)
    return [image.pixel(x, y) for y in rows for x in columns]


def _is_near(one: QColor, other: QColor) -> bool:
    pairs = zip(one.getRgb(), other.getRgb(), strict=True)
    return all(abs(a - b) <= _NEAR for a, b in pairs)


def luminance(color: str) -> float:
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: str, ground: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2 defines it."""
    high, low = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)
