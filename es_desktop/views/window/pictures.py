"""Pictures of the views, as they look: for files, and for printers."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageSize, QPaintDevice, QPainter, QPdfWriter, QPicture
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from es_desktop.app.transfer.export import FormatText
from es_desktop.views.style.fields import ChoiceBox
from es_desktop.views.style.form_dialog import FormDialog, row_of
from es_desktop.views.style.plain_text import set_tip

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_SHARP: Final = 2
"""Pixels of an image for each of the screen, in each direction."""


class PictureFormat(enum.Enum):
    PNG = FormatText("PNG", "Pixels, for a message or a page.", ".png")
    SVG = FormatText("SVG", "Lines and text that stay sharp at any size.", ".svg")
    PDF = FormatText("PDF", "One page that stays sharp at any size.", ".pdf")


def picture_of(view: QWidget, format: PictureFormat) -> bytes:
    """Return a view as it looks now, as the content of a file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if format is PictureFormat.PNG:
        QImageWriter(buffer, b"png").write(_image_of(view, _SHARP))
    elif format is PictureFormat.SVG:
        from PySide6.QtSvg import QSvgGenerator

        drawing = QSvgGenerator()
        drawing.setOutputDevice(buffer)
        drawing.setSize(view.size())
        drawing.setViewBox(view.rect())
        drawing.setResolution(view.logicalDpiX())
        drawing.setTitle(view.windowTitle())
        _draw(view, drawing)
    else:
        page = QPdfWriter(buffer)
        page.setTitle(view.windowTitle())
        page.setResolution(view.logicalDpiX())
        points = QSizeF(view.size()) * 72 / view.logicalDpiX()
        page.setPageSize(QPageSize(points, QPageSize.Unit.Point, matchPolicy=QPageSize.SizeMatchPolicy.ExactMatch))
        page.setPageMargins(QMarginsF())
        _draw(view, page)
    return bytes(buffer.data().data())


def print_view(view: QWidget, printer: QPrinter) -> None:
    """Print a view as it looks now, as large as the page of the printer lets it."""
    drawing = QPicture()  # what a view paints on a printer by itself are pixels
    _draw(view, drawing)
    page, painter = printer.pageRect(printer.Unit.DevicePixel), QPainter(printer)
    scale = min(page.width() / view.width(), page.height() / view.height())
    scale *= drawing.logicalDpiX() / printer.logicalDpiX()  # to which the painter brings it
    painter.scale(scale, scale)
    painter.drawPicture(0, 0, drawing)
    painter.end()


def _image_of(view: QWidget, scale: int) -> QImage:
    image = QImage(view.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.transparent)
    _draw(view, image)
    return image


def _draw(view: QWidget, device: QPaintDevice) -> None:
    """Paint a view: as lines and texts, where the device has these."""
    painter = QPainter(device)
    view.render(painter, QPoint())
    painter.end()


class PictureDialog(FormDialog):
    """Asks for a view, and for the format of its picture unless it is printed."""

    def __init__(
        self, views: Sequence[tuple[str, QWidget]], chosen: QWidget | None, parent: QWidget, *, prints: bool
    ) -> None:
        """``views`` are offered by their titles, ``chosen`` first."""
        title, agree = ("Print", "Choose printer…") if prints else ("Save a picture", "Choose file…")
        super().__init__(title, agree, parent, size=(0, 0))
        self.view: ChoiceBox[QWidget] = ChoiceBox(views, self, name="View", letters=24)
        if chosen is not None:
            self.view.choose(chosen)
        self.formats = {each: QRadioButton(each.value.title, self) for each in PictureFormat}
        form = self.add_form()
        form.row("View", self.view)
        group = QButtonGroup(self)
        for format, radio in self.formats.items():
            group.addButton(radio)
            set_tip(radio, format.value.sentence)
            radio.setAccessibleDescription(format.value.sentence)
            radio.setVisible(not prints)
        self.formats[PictureFormat.PNG].setChecked(True)
        if not prints:
            form.row("Format", row_of(*self.formats.values(), QWidget(self), stretched=len(self.formats)))

    @property
    def format(self) -> PictureFormat:
        return next(format for format, radio in self.formats.items() if radio.isChecked())
