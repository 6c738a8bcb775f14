"""The theme of the program: Fusion style, palette, style sheet and fonts."""

from __future__ import annotations

import sys
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, Protocol

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from es_desktop.app.runtime.places import resources

from .style_sheet import GLYPHS, SHEET
from .tokens import CONTRAST, DARK, LIGHT, Tokens, mix

Mode = Literal["system", "light", "dark", "contrast"]
STYLE: Final = ("-style", "Fusion")
"""Arguments for ``QApplication`` that set the style; setting it from Python takes 6 ms longer."""

# macOS counts 72 points to the inch, where a point is a pixel; everywhere else there are 96 pixels.
_POINT = 4 / 3 if sys.platform == "darwin" else 1.0
BASE_POINTS = 9.75 * _POINT
"""13 pixels, until a person chooses another size: all other sizes change with it."""
SMALL_POINTS = 9.0 * _POINT
"""12 pixels; no text is smaller."""
BASE_PIXELS: Final = 13
_THEMES: Final = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}


_TEXT, _FIXED = "Inter", "JetBrains Mono"
_SYSTEM: Final = {_TEXT: QFontDatabase.SystemFont.GeneralFont, _FIXED: QFontDatabase.SystemFont.FixedFont}
_TABULAR, _LIGATURES = QFont.Tag("tnum"), (QFont.Tag("calt"), QFont.Tag("liga"))
_EFFECT: Final = Qt.UIEffect
_EFFECTS: Final = (_EFFECT.UI_AnimateMenu, _EFFECT.UI_FadeMenu, _EFFECT.UI_AnimateCombo, _EFFECT.UI_AnimateTooltip,
                   _EFFECT.UI_FadeTooltip, _EFFECT.UI_AnimateToolBox)  # fmt: skip
_HAS_OWN: Final = Qt.WidgetAttribute.WA_SetFont
_has_own: bool = False
_scale: float = 1.0


def use_fonts(*, of_system: bool, pixels: int = BASE_PIXELS) -> None:
    """Have ``ui_font`` and ``mono_font`` return the system's fonts, or those that come with the program.

    ``pixels`` is the size of most texts.
    """
    global _scale, _has_own
    _scale, _has_own = pixels / BASE_PIXELS, not of_system


@lru_cache
def _is_loaded(family: str) -> bool:
    """Load the files of a family that come with the program, once it is needed; return whether it is there."""
    files = (resources() / "fonts").glob(f"{family.replace(' ', '')}-*.[ot]tf")
    fonts = [QFontDatabase.addApplicationFont(str(each)) for each in sorted(files)]
    return any(family in QFontDatabase.applicationFontFamilies(each) for each in fonts)


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
    font = QFont(family) if _has_own and _is_loaded(family) else QFontDatabase.systemFont(_SYSTEM[family])
    font.setPointSizeF(points * _scale)
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


def use_animations(window: QWidget, moves: bool) -> None:
    """Have menus and panels glide to their place, and the cursor of texts blink; or neither."""
    for each in _EFFECTS:
        QApplication.setEffectEnabled(each, moves)
    QGuiApplication.styleHints().setCursorFlashTime(1000 if moves else 0)
    for area in (window, *window.findChildren(QMainWindow)):
        if isinstance(area, QMainWindow):
            area.setAnimated(moves)


class Themed(Protocol):
    """Something that paints in the colours of a theme."""

    def set_tokens(self, tokens: Tokens) -> None: ...


class Theme(QObject):
    """Applies the light or the dark theme to the application, and passes its colours to custom-painted widgets.

    The application must have been created with the arguments ``STYLE``.
    """

    changed = Signal(object)
    """Carries the new ``Tokens``."""

    def __init__(
        self, app: QApplication, mode: Mode = "system", *, has_system_font: bool = False, pixels: int = BASE_PIXELS
    ) -> None:
        super().__init__(app)
        self._app = app
        # Texts are English and versions go from left to right, whatever the locale or Qt's arguments are.
        app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._folder = QTemporaryDir()
        self._mode: Mode = mode
        self.tokens = LIGHT
        use_fonts(of_system=has_system_font, pixels=pixels)
        app.setFont(ui_font())
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._on_system_changed)
        self.set_mode(mode)

    @property
    def mode(self) -> Mode:
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Follow the system's theme, or always use one of the others."""
        self._mode = mode
        hints = QGuiApplication.styleHints()
        # For what the system draws itself: title bars and its own dialogs.
        if mode == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Light if mode == "light" else Qt.ColorScheme.Dark)
        self._apply()

    def set_fonts(self, *, of_system: bool, pixels: int) -> None:
        """Use these fonts as ``use_fonts`` does, in all widgets that are there."""
        before = (ui_font().family(), mono_font().family(), ui_font().pointSizeF())
        use_fonts(of_system=of_system, pixels=pixels)
        after = (ui_font().family(), mono_font().family(), ui_font().pointSizeF())
        if before == after:
            return
        families, ratio = dict(zip(before[:2], after[:2], strict=True)), after[2] / before[2]
        own = [(each, each.font()) for each in self._app.allWidgets() if each.testAttribute(_HAS_OWN)]
        self._app.setFont(ui_font())
        self._app.setStyleSheet(self._sheet(self.tokens))
        for widget, font in own:
            font.setFamily(families.get(font.family(), font.family()))
            font.setPointSizeF(font.pointSizeF() * ratio)
            widget.setFont(font)
        self.changed.emit(self.tokens)

    def follow(self, *widgets: Themed) -> None:
        """Give widgets the colours of the theme, now and whenever it changes."""
        for widget in widgets:
            widget.set_tokens(self.tokens)
            self.changed.connect(widget.set_tokens)

    def _wanted(self) -> Tokens:
        hints = QGuiApplication.styleHints()
        if self._mode != "system":
            return _THEMES[self._mode]
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return CONTRAST
        return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT

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
        drawn = [(shape, ink) for shape in GLYPHS for ink in inks if f"(${shape}_{ink})" in SHEET.template]
        glyphs = {f"{shape}_{ink}": self._glyph(shape, inks[ink]) for shape, ink in drawn}
        return SHEET.substitute(colors, small=f"{SMALL_POINTS * _scale:g}", field=field, **glyphs)

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

    def _on_system_changed(self, _wanted: object) -> None:
        if self._mode == "system":
            self._apply()
