"""Icons: line drawings from ``resources/icons``, tinted with the colours of the look."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from .tokens import Tokens

SIZES = (16, 20, 24, 32)
"""The sizes that the window uses, in logical pixels; any other is scaled from the next larger one."""
APP_SIZES = (*SIZES, 48, 64, 72, 128, 256)


@lru_cache(maxsize=1)
def resources_dir() -> Path:
    """Return the folder of the program's own files: in a frozen build, in the package, or beside it."""
    package = Path(__file__).resolve().parent.parent
    places = [package / "resources", package.parent / "resources"]
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        places.insert(0, Path(frozen) / "es_desktop" / "resources")
    return next((place for place in places if place.is_dir()), places[-1])


def icon(name: str, tokens: Tokens, color: str | None = None) -> QIcon:
    """Return the icon of this name in the look's text colour, or in ``color``; a null icon without a file."""
    screen = QGuiApplication.primaryScreen()
    ratio = screen.devicePixelRatio() if screen is not None else 1.0
    return _tinted(resources_dir() / "icons" / f"{name}.svg", color or tokens.text, tokens.disabled, ratio)


@lru_cache(maxsize=512)
def _tinted(path: Path, color: str, disabled: str, ratio: float) -> QIcon:
    try:
        source = path.read_text(encoding="utf-8")
    except OSError:
        return QIcon()
    result = QIcon()
    sizes = APP_SIZES if path.stem == "app" else SIZES
    pixels = sorted({round(size * scale) for size in sizes for scale in (1.0, ratio)})
    normal, greyed = (
        QSvgRenderer(QByteArray(source.replace("currentColor", tint).encode())) for tint in (color, disabled)
    )
    for side in pixels:
        pixmap = _rendered(normal, side)
        result.addPixmap(pixmap, QIcon.Mode.Normal)
        # Qt would lend a selected icon the highlight's colour; a menu row's icon stays as its text.
        result.addPixmap(pixmap, QIcon.Mode.Selected)
        result.addPixmap(_rendered(greyed, side), QIcon.Mode.Disabled)
    return result


def _rendered(renderer: QSvgRenderer, side: int) -> QPixmap:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap
