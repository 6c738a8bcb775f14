"""Icons: line drawings from ``resources/icons``, tinted with the colours of the theme."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from es_desktop.app.runtime.places import resources
from es_desktop.models.guard import Guarded

from .tokens import Tokens

SIZES = (16, 20, 24, 32)
"""The sizes that the window uses, in logical pixels; any other is scaled from the next larger one."""
APP_SIZES = (*SIZES, 48, 64, 72, 128, 256)


def icon(name: str, tokens: Tokens, color: str | None = None) -> QIcon:
    """Return an icon in ``color``, or in the theme's text colour; a null icon if there is no such file."""
    screen = QGuiApplication.primaryScreen()
    ratio = screen.devicePixelRatio() if screen is not None else 1.0
    return _tinted(resources() / "icons" / f"{name}.svg", color or tokens.text, tokens.disabled, ratio)


@lru_cache(maxsize=512)
def _tinted(path: Path, color: str, disabled: str, ratio: float) -> QIcon:
    return QIcon(_Drawing(path, color, disabled, ratio)) if path.is_file() else QIcon()


_clones: list[QIconEngine] = []


class _Drawing(Guarded, QIconEngine):
    """A drawing that is rendered when it is first shown: most icons are in menus that are never opened."""

    def __init__(self, path: Path, color: str, disabled: str, ratio: float) -> None:
        super().__init__()
        self._path = path
        self._color = color
        self._disabled = disabled
        self._ratio = ratio
        sizes = APP_SIZES if path.stem == "app" else SIZES
        self._pixels = sorted({round(size * scale) for size in sizes for scale in (1.0, ratio)})
        self._icons: dict[tuple[int, str], QIcon] = {}

    def _fitting(self, size: QSize, scale: float, mode: QIcon.Mode) -> QIcon:
        """Return the drawing as an icon of the pixels that fit a size in logical pixels."""
        area = size.width() * size.height() * scale * scale
        side = next((each for each in self._pixels if each * each >= area), self._pixels[-1])
        # Qt would tint a selected icon with the highlight colour; here it keeps the colour of the text.
        tint = self._disabled if mode == QIcon.Mode.Disabled else self._color
        if (side, tint) not in self._icons:
            source = self._path.read_text(encoding="utf-8").replace("currentColor", tint)
            self._icons[side, tint] = QIcon(_rendered(QSvgRenderer(QByteArray(source.encode())), side))
        return self._icons[side, tint]

    def isNull(self) -> bool:
        return False

    def availableSizes(self, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off) -> list[QSize]:
        return [QSize(side, side) for side in self._pixels]

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        side = min(size.width(), size.height(), self._pixels[-1])
        return QSize(side, side)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return self._fitting(size, scale, mode).pixmap(size, scale)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        self._fitting(rect.size(), painter.device().devicePixelRatio(), mode).paint(painter, rect)

    def clone(self) -> QIconEngine:
        # Qt owns what this returns, which PySide does not know.
        copy = _Drawing(self._path, self._color, self._disabled, self._ratio)
        _clones.append(copy)
        return copy


def _rendered(renderer: QSvgRenderer, side: int) -> QPixmap:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap
