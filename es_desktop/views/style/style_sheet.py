"""The one style sheet of the program, with the names of colours and small drawings left open."""

from __future__ import annotations

from string import Template
from typing import Final

GLYPHS: Final = {
    "down": "M3 5.5 8 10.5 13 5.5",
    "up": "M3 10.5 8 5.5 13 10.5",
    "right": "M5.5 3 10.5 8 5.5 13",
    "check": "M3.6 8.4 6.8 11.4 12.6 4.9",
    "dash": "M4 8 12 8",
}
"""Lines in a box of 16 by 16, by name."""

# Qt leaves no room for the text of a spin box with a border but no buttons (``buttonSymbols="2"``), unless
# the absent buttons are said to be at the left; and it ignores padding, hence numbers in the middle.
SHEET: Final = Template("""
* { outline: none; }
QMainWindow, QStatusBar, QStackedWidget#pages { background: $background; }
QDialog, QMessageBox { background: $panel; }
QDialogButtonBox, QMessageBox { dialogbuttonbox-buttons-have-icons: 0; }
QMainWindow::separator { background: transparent; width: 12px; height: 12px; }
QMainWindow[room="small"]::separator { width: 8px; height: 8px; }
QMainWindow::separator:hover { background: $line; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $line; }
QToolTip { background: $tooltip; color: $tooltip_text; border: 1px solid $tooltip; padding: 4px 6px; }
QLabel { background: transparent; }
QLabel[role="title"] { font-weight: 600; }
QLabel[role="title"][tone="amber"] { color: $amber_text; }
QLabel[role="title"][tone="red"] { color: $red_text; }
QLabel[role="dim"] { color: $dim; }
QLabel[role="hint"] { color: $faint; font-size: ${small}pt; }
QLabel[role="error"] { color: $red_text; }
QLabel[role="good"] { color: $green_text; }
QLabel[role="pill"] { font-size: ${small}pt; border-radius: 9px; padding: 2px 8px; min-height: 14px;
  max-height: 14px; background: $soft; color: $dim; }
QLabel[role="pill"][tone="green"] { background: $green_soft; color: $green_text; }
QLabel[role="pill"][tone="amber"] { background: $amber_soft; color: $amber_text; }
QLabel[role="pill"][tone="red"] { background: $red_soft; color: $red_text; }
QLabel[role="pill"][tone="accent"] { background: $accent_soft; color: $accent_text; }

QToolBar { background: $panel; border: none; border-bottom: 1px solid $line; padding: 11px 12px;
  spacing: 6px; }
QToolBar::separator { background: transparent; width: 8px; }
QToolBar QLabel { color: $dim; padding: 0 2px; }
QToolBar QLabel[role="pill"] { padding: 2px 8px; }
QPushButton, QToolButton { background: $panel; color: $text; border: 1px solid $line; border-radius: 6px;
  padding: 4px 12px; min-height: 18px; }
QToolButton { padding: 4px 10px 3px 10px; min-height: 16px; }
QToolButton[toolButtonStyle="0"] { padding: 4px 5px 3px 5px; }
QToolButton[toolButtonStyle="2"] { padding: 4px 3px 3px 9px; }
QToolButton[popupMode="1"] { padding-right: 18px; }
QToolButton[popupMode="2"] { padding-right: 20px; }
QToolButton::menu-button { border: none; border-left: 1px solid $line; width: 19px; margin: 1px;
  border-top-right-radius: 5px; border-bottom-right-radius: 5px; }
QToolButton::menu-button:hover { background: $pressed; }
QToolButton::menu-arrow { image: url($down_dim); width: 10px; height: 10px; }
QToolButton#qt_toolbar_ext_button { padding: 0; min-width: 14px; border-color: transparent;
  qproperty-icon: url($right_dim); }
QPushButton:hover, QToolButton:hover { background: $hover; border-color: $outline; }
QPushButton:pressed, QToolButton:pressed, QToolButton:open { background: $pressed; border-color: $outline; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:checked, QToolButton:checked { background: $accent_soft; border-color: $accent; color: $accent_text; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; background: $panel; border-color: $line_soft; }
QPushButton:default, QPushButton[role="accent"], QToolButton[role="accent"] { background: $accent;
  color: $on_accent; border-color: $accent; }
QPushButton:default:hover, QPushButton[role="accent"]:hover, QToolButton[role="accent"]:hover {
  background: $accent_hover; border-color: $accent_hover; }
QPushButton:default:focus, QPushButton[role="accent"]:focus, QToolButton[role="accent"]:focus {
  border-color: $text; }
QPushButton:default:pressed, QPushButton[role="accent"]:pressed, QToolButton[role="accent"]:pressed {
  background: $accent_pressed; border-color: $accent_pressed; }
QPushButton:default:disabled, QPushButton[role="accent"]:disabled, QToolButton[role="accent"]:disabled {
  background: $soft; color: $disabled; border-color: $soft; }
QToolButton[role="accent"][toolButtonStyle="0"] { padding: 4px 9px 3px 9px; }
QPushButton[state="refused"] { border: 1px dashed $outline; background: transparent; color: $dim; }
QPushButton[state="refused"]:focus { border-color: $accent; }
QPushButton[role="danger"] { color: $red_text; }
QPushButton[role="danger"]:hover { background: $red_soft; border-color: $red; }
QPushButton[role="link"] { border: none; background: transparent; color: $accent_text; padding: 2px 6px; }
QPushButton[role="link"]:hover, QPushButton[role="link"]:focus { text-decoration: underline; }
QPushButton[role="link"]:disabled { color: $disabled; }
QToolButton[role="bare"] { border: 1px solid transparent; border-radius: 4px; background: transparent;
  padding: 2px; min-height: 0; }
QToolButton[role="bare"]:hover { background: $pressed; }
QToolButton[role="bare"]:pressed { background: $line; }
QToolButton[role="bare"]:focus { border-color: $accent; }
QPushButton[role="recent"] { border: 1px solid transparent; border-top: 1px solid $line; background: transparent;
  border-radius: 0; }
QPushButton[role="recent"]:hover { background: $pressed; }
QPushButton[role="recent"]:focus { border-color: $accent; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: url($down_dim); subcontrol-origin: padding;
  subcontrol-position: right center; width: 10px; height: 10px; right: 8px; }
QFrame[role="choice"] { background: $soft; border: 1px solid $line; border-radius: 12px; }
QPushButton[role="choice"] { background: transparent; border: 1px solid transparent; border-radius: 10px;
  padding: 1px 12px; min-height: 16px; color: $dim; font-size: ${small}pt; }
QPushButton[role="choice"]:hover { color: $text; }
QPushButton[role="choice"]:checked { background: $panel; border-color: $line; color: $text; }
QPushButton[role="choice"]:focus { border-color: $accent; }
QPushButton[role="choice"]:disabled { color: $disabled; }
QFrame[role="segments"] { background: $panel; border: 1px solid $line; border-radius: 6px; }
QToolButton[role="segment"] { border: none; border-left: 1px solid $line; border-radius: 0;
  padding: 4px 11px 3px 11px; min-height: 14px; }
QToolButton[role="segment"][popupMode="2"] { padding: 4px 22px 3px 8px; border: none; border-radius: 5px; }
QToolButton[role="segment"][position="first"] { border-left: none;
  border-top-left-radius: 5px; border-bottom-left-radius: 5px; }
QToolButton[role="segment"][position="last"] { border-top-right-radius: 5px; border-bottom-right-radius: 5px; }
QPushButton[role="filter"] { background: transparent; border: 1px solid transparent; border-radius: 9px;
  padding: 0 7px; min-height: 18px; max-height: 18px; color: $dim; font-size: ${small}pt; }
QPushButton[role="filter"]:hover { background: $pressed; color: $text; }
QPushButton[role="filter"]:focus { border-color: $accent; }
QPushButton[role="filter"][state="on"] { background: $accent_soft; color: $accent_text; }

QLineEdit, QAbstractSpinBox, QComboBox, QTextEdit, QPlainTextEdit, QTextBrowser, QKeySequenceEdit {
  background: $field; color: $text; border: 1px solid $line; border-radius: 6px; padding: 3px 7px;
  selection-background-color: $accent; selection-color: $on_accent; placeholder-text-color: $faint; }
QLineEdit, QComboBox { min-height: 20px; }
QAbstractSpinBox { min-height: 23px; }
QLineEdit > QToolButton { background: transparent; border: none; padding: 0; min-height: 0; }
QAbstractSpinBox { padding: 0; qproperty-alignment: AlignCenter; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }
QComboBox QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }
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
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent;
  width: 16px; }
QAbstractSpinBox[buttonSymbols="2"]::up-button { subcontrol-position: top left; }
QAbstractSpinBox[buttonSymbols="2"]::down-button { subcontrol-position: bottom left; }
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
QRadioButton::indicator:checked { border: 4px solid $accent; width: 7px; height: 7px;
  background: $on_accent; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; background: $soft; }
QGroupBox { border: 1px solid $line; border-radius: 8px; margin-top: 9px; padding: 10px; font-weight: 600; }
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
  padding: 9px 4px 8px 4px; margin: 0 8px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $accent_text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $text; }
QTabBar::tab:disabled { color: $disabled; }

QAbstractItemView { background: $panel; alternate-background-color: $hover; color: $text; border: none;
  selection-background-color: $accent_soft; selection-color: $text; gridline-color: $line_soft; }
QListView::item { padding: 0 6px; min-height: 24px; border-radius: 5px; }
QListView::item:hover { background: $hover; }
QListView::item:selected { background: $accent_soft; color: $text; }
QTreeView::branch, QTreeView::branch:selected { background: transparent; image: none; border-image: none; }
QAbstractItemView QLineEdit { border-radius: 0; padding: 0 4px; min-height: 0; background: $panel; }
QLineEdit[role="column"] { border-radius: 4px; padding: 0 5px; min-height: 0; font-size: ${small}pt;
  background: $panel; }
QLineEdit[role="column"][state="on"] { border-color: $accent; }
QLineEdit[role="column"][state="error"] { border-color: $red; background: $red_soft; }
QHeaderView { background: $soft; border: none; }
QHeaderView::section { background: $soft; color: $dim; border: none; padding: 4px 8px;
  font-size: ${small}pt; }
QHeaderView::section:hover { color: $text; }
QHeaderView::down-arrow { image: url($down_dim); width: 8px; height: 8px; subcontrol-position: right center; }
QHeaderView::up-arrow { image: url($up_dim); width: 8px; height: 8px; subcontrol-position: right center; }
QTreeView QHeaderView::section:first { padding-left: 19px; }
QFrame[role="header-end"] { background: $soft; border: none; }
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
QFrame[role="preview"] { background: $soft; border: none; border-radius: 6px; }
QFrame[role="preview"] QPlainTextEdit { background: transparent; border: none; padding: 0; }
QFrame[role="card"] { background: $panel; border: 1px solid $line; border-radius: 8px; }
QFrame[role="door"] { background: $panel; border: 1px solid $line; border-radius: 10px; }
QFrame[role="story"] { background: $panel; border: 1px solid $line; border-radius: 8px; }
QFrame[role="story"][state="next"] { background: $accent_soft; border-color: $accent; }
QLabel[role="door-icon"] { background: $accent_soft; border-radius: 8px; }
QFrame[role="foot"] { background: $panel; border: none; border-top: 1px solid $line; }
QLabel[role="key"] { background: $panel; border: 1px solid $outline; border-radius: 4px; padding: 1px 5px;
  color: $dim; font-size: ${small}pt; }
QFrame[role="tour"] { background: $panel; border: 1px solid $line; border-radius: 10px; }
QFrame[role="task"] { background: $accent_soft; border: none; border-radius: 6px; }
QLabel[role="mark"] { background: $soft; color: $dim; border-radius: 10px; font-size: ${small}pt;
  min-width: 20px; max-width: 20px; min-height: 20px; max-height: 20px; }
QLabel[role="mark"][tone="green"] { background: $green_soft; color: $green_text; }
QLabel[role="mark"][tone="accent"] { background: $accent; color: $on_accent; font-weight: 600; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
""")
