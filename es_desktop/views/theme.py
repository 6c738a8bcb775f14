"""The look of the whole program: Fusion, a palette, one style sheet and fonts, made from a table of colours."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from es_desktop.views.tokens import DARK, LIGHT, Tokens, mix

Mode = Literal["system", "light", "dark"]

# macOS counts 72 points to the inch, where a point is a pixel; everywhere else there are 96 pixels.
_POINT = 4 / 3 if sys.platform == "darwin" else 1.0
BASE_POINTS = 9.0 * _POINT
SMALL_POINTS = 8.0 * _POINT

_GLYPHS = {
    "down": "M3 5.5 8 10.5 13 5.5",
    "up": "M3 10.5 8 5.5 13 10.5",
    "right": "M5.5 3 10.5 8 5.5 13",
    "check": "M3.6 8.4 6.8 11.4 12.6 4.9",
    "dash": "M4 8 12 8",
}

_SHEET = Template("""
* { outline: none; }
QMainWindow, QStatusBar, QStackedWidget#pages { background: $background; }
QDialog, QMessageBox { background: $panel; }
QMainWindow::separator { background: transparent; width: 12px; height: 12px; }
QMainWindow::separator:hover { background: $line; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $line; }
QToolTip { background: $tooltip; color: $tooltip_text; border: 1px solid $tooltip; padding: 4px 6px; }
QLabel { background: transparent; }
QLabel[role="title"] { font-weight: bold; }
QLabel[role="dim"] { color: $dim; }
QLabel[role="hint"] { color: $faint; font-size: ${small}pt; }
QLabel[role="error"] { color: $red; }
QLabel[role="pill"] { font-size: ${small}pt; border-radius: 9px; padding: 2px 8px; background: $soft; color: $dim; }
QLabel[role="pill"][tone="green"] { background: $green_soft; color: $green; }
QLabel[role="pill"][tone="amber"] { background: $amber_soft; color: $amber; }
QLabel[role="pill"][tone="red"] { background: $red_soft; color: $red; }
QLabel[role="pill"][tone="accent"] { background: $accent_soft; color: $accent; }

QToolBar { background: $panel; border: none; border-bottom: 1px solid $line; padding: 11px 12px; spacing: 6px; }
QToolBar::separator { background: transparent; width: 16px; }
QToolBar QLabel { color: $dim; padding: 0 2px; }
QToolBar QLabel[role="pill"] { padding: 2px 8px; }
QToolBarExtension { border: none; background: transparent; padding: 0; }
QPushButton, QToolButton { background: $panel; color: $text; border: 1px solid $line; border-radius: 6px;
  padding: 4px 12px; min-height: 18px; }
QToolButton[toolButtonStyle="0"] { padding: 4px 7px; }
QToolButton[popupMode="2"] { padding-right: 22px; }
QPushButton:hover, QToolButton:hover { background: $hover; border-color: $outline; }
QPushButton:pressed, QToolButton:pressed, QToolButton:open { background: $pressed; border-color: $outline; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:checked, QToolButton:checked { background: $accent_soft; border-color: $accent; color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; background: $panel; border-color: $line_soft; }
QPushButton:default, QPushButton[role="accent"], QToolButton[role="accent"] { background: $accent;
  color: $on_accent; border-color: $accent; }
QPushButton:default:hover, QPushButton[role="accent"]:hover, QToolButton[role="accent"]:hover {
  background: $accent_hover; border-color: $accent_hover; }
QPushButton:default:pressed, QPushButton[role="accent"]:pressed, QToolButton[role="accent"]:pressed {
  background: $accent_pressed; border-color: $accent_pressed; }
QPushButton:default:disabled, QPushButton[role="accent"]:disabled, QToolButton[role="accent"]:disabled {
  background: $soft; color: $disabled; border-color: $soft; }
QToolButton[role="accent"][toolButtonStyle="0"] { padding: 4px 11px; }
QPushButton[role="danger"] { color: $red; }
QPushButton[role="danger"]:hover { background: $red_soft; border-color: $red; }
QPushButton[role="link"] { border: none; background: transparent; color: $accent; padding: 2px 6px; }
QPushButton[role="link"]:hover, QPushButton[role="link"]:focus { text-decoration: underline; }
QPushButton[role="link"]:disabled { color: $disabled; }
QToolButton[role="bare"] { border: 1px solid transparent; background: transparent; padding: 2px; min-height: 0;
  border-radius: 4px; }
QToolButton[role="bare"]:hover { background: $pressed; }
QToolButton[role="bare"]:pressed { background: $line; }
QToolButton[role="bare"]:focus { border-color: $accent; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: url($down_dim); subcontrol-origin: padding;
  subcontrol-position: right center; width: 10px; height: 10px; right: 8px; }
QFrame[role="choice"] { background: $soft; border: 1px solid $line; border-radius: 12px; }
QPushButton[role="choice"] { background: transparent; border: 1px solid transparent; border-radius: 10px;
  padding: 1px 12px; min-height: 16px; color: $dim; font-size: ${small}pt; }
QPushButton[role="choice"]:hover { color: $text; }
QPushButton[role="choice"]:checked { background: $panel; border-color: $line; color: $text; }
QPushButton[role="choice"]:focus { border-color: $accent; }
QPushButton[role="choice"]:disabled { color: $disabled; }

QLineEdit, QAbstractSpinBox, QComboBox, QTextEdit, QPlainTextEdit, QTextBrowser, QKeySequenceEdit {
  background: $field; color: $text; border: 1px solid $line; border-radius: 6px; padding: 3px 7px;
  selection-background-color: $accent; selection-color: $on_accent; placeholder-text-color: $faint; }
QLineEdit, QAbstractSpinBox, QComboBox { min-height: 20px; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $outline; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QTextEdit:focus, QPlainTextEdit:focus {
  border-color: $accent; background: $panel; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled, QPlainTextEdit:disabled {
  color: $disabled; background: $background; border-color: $line_soft; }
QLineEdit:read-only { background: $background; color: $dim; }
QLineEdit[state="error"], QAbstractSpinBox[state="error"] { border-color: $red; background: $red_soft; }
QComboBox, QToolBar QAbstractSpinBox { background: $panel; }
QComboBox { padding: 3px 22px 3px 9px; }
QComboBox:on { background: $pressed; }
QComboBox::drop-down { border: none; width: 20px; subcontrol-position: center right; }
QComboBox::down-arrow { image: url($down_dim); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $line; padding: 4px; color: $text;
  selection-background-color: $accent_soft; selection-color: $text; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 16px; }
QAbstractSpinBox::up-arrow { image: url($up_dim); width: 8px; height: 8px; }
QAbstractSpinBox::down-arrow { image: url($down_dim); width: 8px; height: 8px; }
QCheckBox, QRadioButton { spacing: 7px; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled, QLabel:disabled, QGroupBox:disabled { color: $disabled; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator, QGroupBox::indicator,
QMenu::indicator:non-exclusive { width: 13px; height: 13px; border: 1px solid $outline; border-radius: 4px;
  background: $field; }
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover, QCheckBox::indicator:focus,
QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked, QGroupBox::indicator:checked,
QMenu::indicator:non-exclusive:checked { background: $accent; border-color: $accent; image: url($check_on); }
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate { background: $accent;
  border-color: $accent; image: url($dash_on); }
QRadioButton::indicator:checked { border: 4px solid $accent; width: 7px; height: 7px; background: $on_accent; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; background: $soft; }
QGroupBox { border: 1px solid $line; border-radius: 8px; margin-top: 9px; padding: 10px; font-weight: bold; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; background: $panel; }

QMenuBar { background: $panel; padding: 2px 8px; }
QMenuBar::item { padding: 4px 8px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: $pressed; }
QMenu { background: $panel; border: 1px solid $line; padding: 5px; }
QMenu::item { padding: 5px 22px 5px 10px; border-radius: 5px; border: none; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $disabled; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QMenu::icon { left: 8px; }
QMenu::indicator { left: 7px; width: 13px; height: 13px; }
QMenu::indicator:exclusive:checked { image: url($check_accent); }
QMenu::right-arrow { image: url($right_dim); width: 10px; height: 10px; right: 6px; }

QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $dim; border: none; border-bottom: 2px solid transparent;
  padding: 7px 4px 6px 4px; margin: 0 8px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $accent; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent_pressed; }
QTabBar::tab:disabled { color: $disabled; }

QAbstractItemView { background: $panel; alternate-background-color: $hover; color: $text; border: none;
  selection-background-color: $accent_soft; selection-color: $text; gridline-color: $line_soft; }
QListView::item { padding: 4px 6px; border-radius: 5px; }
QListView::item:hover { background: $hover; }
QListView::item:selected { background: $accent_soft; color: $text; }
QTreeView::branch, QTreeView::branch:selected { background: transparent; image: none; border-image: none; }
QAbstractItemView QLineEdit { border-radius: 0; padding: 0 4px; min-height: 0; background: $panel; }
QHeaderView { background: $soft; border: none; }
QHeaderView::section { background: $soft; color: $dim; border: none; padding: 4px 8px; font-size: ${small}pt; }
QHeaderView::section:hover { color: $text; }
QHeaderView::down-arrow { image: url($down_dim); width: 8px; height: 8px; subcontrol-position: right center; }
QHeaderView::up-arrow { image: url($up_dim); width: 8px; height: 8px; subcontrol-position: right center; }
QTableCornerButton::section { background: $soft; border: none; }
QScrollArea, QScrollArea > QWidget > QWidget#page { background: transparent; border: none; }
QAbstractScrollArea::corner { background: transparent; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; margin: 2px 0; }
QScrollBar:horizontal { height: 10px; margin: 0 2px; }
QScrollBar::handle { background: $scroll; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 28px; margin: 0 2px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 2px 0; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $scroll_hover; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QStatusBar { background: $panel; border-top: 1px solid $line; color: $dim; min-height: 30px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $dim; padding: 0 6px; }
QStatusBar QLabel[role="strong"] { color: $text; }
QProgressBar { background: $soft; border: none; border-radius: 4px; min-height: 8px; max-height: 8px;
  color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QFrame[role="card"] { background: $panel; border: 1px solid $line; border-radius: 8px; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
""")


def ui_font(points: float = BASE_POINTS, bold: bool = False) -> QFont:
    """Return the system's face for words, at the program's size."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPointSizeF(points)
    font.setBold(bold)
    return font


def mono_font(points: float = BASE_POINTS, bold: bool = False) -> QFont:
    """Return the system's fixed-width face: for ids, values and paths."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(points)
    font.setBold(bold)
    return font


def make_palette(tokens: Tokens) -> QPalette:
    """Return the palette of a scheme, for what a style sheet does not reach."""
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.background, role.WindowText: tokens.text, role.Base: tokens.panel,
        role.AlternateBase: tokens.hover, role.Text: tokens.text, role.PlaceholderText: tokens.faint,
        role.Button: tokens.panel, role.ButtonText: tokens.text, role.BrightText: tokens.red,
        role.ToolTipBase: tokens.tooltip, role.ToolTipText: tokens.tooltip_text,
        role.Highlight: tokens.accent, role.HighlightedText: tokens.on_accent, role.Accent: tokens.accent,
        role.Link: tokens.accent, role.LinkVisited: tokens.hues[1],
        role.Light: tokens.panel, role.Midlight: tokens.soft, role.Mid: tokens.line, role.Dark: tokens.outline,
        role.Shadow: tokens.outline,
    }  # fmt: skip
    palette = QPalette()
    for name, color in colors.items():
        palette.setColor(name, QColor(color))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tokens.soft))
    return palette


class Theme(QObject):
    """Keeps the application in one of the two looks, and tells those who paint by themselves when it changes."""

    changed = Signal(object)
    """Carries the new ``Tokens``."""

    def __init__(self, app: QApplication, mode: Mode = "system") -> None:
        super().__init__(app)
        self._app = app
        self._folder = QTemporaryDir()
        self._mode: Mode = mode
        self.tokens = LIGHT
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(ui_font())
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)
        self.set_mode(mode)

    @property
    def mode(self) -> Mode:
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Follow the system, or keep to one look whatever the system says."""
        self._mode = mode
        hints = QGuiApplication.styleHints()
        # For what the system draws itself: title bars and its own dialogs.
        if mode == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if mode == "dark" else Qt.ColorScheme.Light)
        self._apply()

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
        glyphs = {f"{shape}_{ink}": self._glyph(shape, inks[ink]) for shape in _GLYPHS for ink in inks}
        return _SHEET.substitute(colors, small=f"{SMALL_POINTS:g}", field=field, **glyphs)

    def _glyph(self, shape: str, color: str) -> str:
        """Write a small drawing, and return its path: a style sheet can only name files, and cannot tint them."""
        path = Path(self._folder.filePath(f"{shape}-{color[1:]}.svg"))
        if not path.exists():
            path.write_text(
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="{_GLYPHS[shape]}" fill="none" '
                f'stroke="{color}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/></svg>',
                encoding="utf-8",
            )
        return path.as_posix()

    def _on_color_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._mode == "system":
            self._apply()
