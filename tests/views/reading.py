"""Reads a widget as an eye does: each text that it paints, its colour, and the colour of the ground behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from defusedxml.ElementTree import fromstring
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

_NEAR = 40
"""How much each part of a colour may differ at the middle of a thin stroke, whose edges are smooth."""
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
    for text, ink, box in _drawn_texts(widget):
        colors = Counter(_colors(image, box.intersected(image.rect())))
        if any(_is_near(QColor(each), QColor(ink)) for each in colors):
            found.append(Painted(text, ink, QColor(colors.most_common(1)[0][0]).name()))
    return found


def _drawn_texts(widget: QWidget) -> list[tuple[str, str, QRect]]:
    """Return each text that a widget paints, its colour, and the box of its capital letters."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(widget.size())
    drawing.setResolution(96)
    widget.render(drawing)
    found = []
    for group in fromstring(bytes(buffer.data().data()).decode()).iter(f"{_SVG}g"):
        for each in group.findall(f"{_SVG}text"):
            left, top = (float(part) for part in group.get("transform")[7:-1].split(",")[4:])
            font = QFont(each.get("font-family"))
            font.setPointSizeF(float(each.get("font-size")))
            font.setWeight(QFont.Weight(int(each.get("font-weight"))))
            metrics, text = QFontMetrics(font), each.text or ""
            corner = QPoint(round(left + float(each.get("x"))), round(top + float(each.get("y"))))
            box = QRect(0, -metrics.capHeight(), metrics.horizontalAdvance(text), metrics.capHeight())
            if text.strip():
                found.append((text, QColor(each.get("fill")).name(), box.translated(corner)))
    return found


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
