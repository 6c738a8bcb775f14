"""The theme of the program: Fusion style, palette, style sheet and fonts."""

from __future__ import annotations

import sys
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, Protocol

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from .icons import resources_dir
from .style_sheet import GLYPHS, SHEET
from .tokens import DARK, LIGHT, Tokens, mix

Mode = Literal["system", "light", "dark"]
STYLE: Final = ("-style", "Fusion")
"""Arguments for ``QApplication`` that set the style; setting it from Python takes 6 ms longer."""

# macOS counts 72 points to the inch, where a point is a pixel; everywhere else there are 96 pixels.
_POINT = 4 / 3 if sys.platform == "darwin" else 1.0
BASE_POINTS = 9.75 * _POINT
"""13 pixels."""
SMALL_POINTS = 9.0 * _POINT
"""12 pixels; no text is smaller."""


_TEXT, _FIXED = "Inter", "JetBrains Mono"
_SYSTEM: Final = {_TEXT: QFontDatabase.SystemFont.GeneralFont, _FIXED: QFontDatabase.SystemFont.FixedFont}
_TABULAR, _LIGATURES = QFont.Tag("tnum"), (QFont.Tag("calt"), QFont.Tag("liga"))
_own_families: set[str] = set()


def use_fonts(*, of_system: bool) -> None:
    """Have ``ui_font`` and ``mono_font`` return the system's fonts, or those that come with the program."""
    _own_families.clear()
    if not of_system:
        for file in sorted((resources_dir() / "fonts").glob("*.[ot]tf")):
            _own_families.update(_families_of(str(file)))


@lru_cache
def _families_of(file: str) -> list[str]:
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(file))


def ui_font(points: float = BASE_POINTS, bold: bool = False) -> QFont:
    """Return the font of texts, with digits of one width; ``points`` is its size."""
    font = _font(_TEXT, points, bold)
    font.setFeature(_TABULAR, 1)
    return font


def mono_font(points: float = SMALL_POINTS, bold: bool = False) -> QFont:
    """Return the fixed-width font of ids, values and paths, in which ``!=`` stays two characters."""
    font = _font(_FIXED, points, bold)
    for feature in _LIGATURES:
        font.setFeature(feature, 0)
    return font


def _font(family: str, points: float, bold: bool) -> QFont:
    font = QFont(family) if family in _own_families else QFontDatabase.systemFont(_SYSTEM[family])
    font.setPointSizeF(points)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def restyle(widget: QWidget, **properties: str) -> None:
    """Set properties that the style sheet asks for, and apply it again unless all of them had these values before."""
    if properties and all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def make_palette(tokens: Tokens) -> QPalette:
    """Return the palette of a theme, for what the style sheet does not cover."""
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.background, role.WindowText: tokens.text, role.Base: tokens.panel,
        role.AlternateBase: tokens.hover, role.Text: tokens.text, role.PlaceholderText: tokens.faint,
        role.Button: tokens.panel, role.ButtonText: tokens.text, role.BrightText: tokens.red_text,
        role.ToolTipBase: tokens.tooltip, role.ToolTipText: tokens.tooltip_text,
        role.Highlight: tokens.accent, role.HighlightedText: tokens.on_accent, role.Accent: tokens.accent,
        role.Link: tokens.accent_text, role.LinkVisited: tokens.hues[1],
        role.Light: tokens.panel, role.Midlight: tokens.soft, role.Mid: tokens.line,
        role.Dark: tokens.outline, role.Shadow: tokens.outline,
    }  # fmt: skip
    palette = QPalette()
    for name, color in colors.items():
        palette.setColor(name, QColor(color))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tokens.soft))
    return palette


class Themed(Protocol):
    """Something that paints in the colours of a theme."""

    def set_tokens(self, tokens: Tokens) -> None: ...


class Theme(QObject):
    """Applies the light or the dark theme to the application, and passes its colours to custom-painted widgets.

    The application must have been created with the arguments ``STYLE``.
    """

    changed = Signal(object)
    """Carries the new ``Tokens``."""

    def __init__(self, app: QApplication, mode: Mode = "system", *, has_system_font: bool = False) -> None:
        super().__init__(app)
        self._app = app
        self._folder = QTemporaryDir()
        self._mode: Mode = mode
        self.tokens = LIGHT
        use_fonts(of_system=has_system_font)
        app.setFont(ui_font())
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)
        self.set_mode(mode)

    @property
    def mode(self) -> Mode:
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Follow the system's theme, or always use the light or the dark one."""
        self._mode = mode
        hints = QGuiApplication.styleHints()
        # For what the system draws itself: title bars and its own dialogs.
        if mode == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if mode == "dark" else Qt.ColorScheme.Light)
        self._apply()

    def follow(self, *widgets: Themed) -> None:
        """Give widgets the colours of the theme, now and whenever it changes."""
        for widget in widgets:
            widget.set_tokens(self.tokens)
            self.changed.connect(widget.set_tokens)

    def _wanted(self) -> Tokens:
        if self._mode == "system":
            return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._mode == "dark" else LIGHT

    def _apply(self) -> None:
        tokens = self._wanted()
        if tokens is self.tokens and self._app.styleSheet():
            return
        self.tokens = tokens
        self._app.setPalette(make_palette(tokens))
        self._app.setStyleSheet(self._sheet(tokens))
        self.changed.emit(tokens)

    def _sheet(self, tokens: Tokens) -> str:
        colors = {field.name: getattr(tokens, field.name) for field in fields(tokens) if field.name != "hues"}
        field = tokens.background if tokens.is_dark else mix(tokens.background, tokens.panel, 0.7)
        inks = {"dim": tokens.dim, "on": tokens.on_accent, "accent": tokens.accent}
        glyphs = {f"{shape}_{ink}": self._glyph(shape, inks[ink]) for shape in GLYPHS for ink in inks}
        return SHEET.substitute(colors, small=f"{SMALL_POINTS:g}", field=field, **glyphs)

    def _glyph(self, shape: str, color: str) -> str:
        """Write a small drawing to a file, and return its path: a style sheet cannot tint images."""
        path = Path(self._folder.filePath(f"{shape}-{color[1:]}.svg"))
        if not path.exists():
            path.write_text(
                '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
                f'<path d="{GLYPHS[shape]}" fill="none" stroke="{color}" stroke-width="1.8" '
                'stroke-linecap="round" stroke-linejoin="round"/></svg>',
                encoding="utf-8",
            )
        return path.as_posix()

    def _on_color_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._mode == "system":
            self._apply()
