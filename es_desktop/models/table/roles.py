"""Roles of our item models besides Qt's own; delegates paint by them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

Index = QModelIndex | QPersistentModelIndex

FONT_ROLE: Final = int(Qt.ItemDataRole.FontRole)
TIP_ROLE: Final = int(Qt.ItemDataRole.ToolTipRole)
CHECK_ROLE: Final = int(Qt.ItemDataRole.CheckStateRole)
TONE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 101
"""The colour of a row, the same in each cell: ``"faint"``, ``"failed"``, ``"changed"``, or ``None``."""
SWATCH_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 102
"""A hue index: a small rounded square before the text."""
MARK_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 103
"""A diamond at the right end of the cell: amber if true, red if ``"red"``."""
PATH_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 106
"""The path of a value in its state."""
FLAG_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 107
"""True: a small flag in the accent colour, at the end of the cell opposite the text."""
PIN_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 108
"""True: a small pin at the right end of the cell."""

FOLD_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 109
"""The part of a row in a run: ``"folded"``, ``"open"``, ``"inside"``, or ``""`` outside of runs."""

LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def bold_font() -> QFont:
    """Return the font of the current cell of a table."""
    font = QFont()
    font.setBold(True)
    return font


def struck_font() -> QFont:
    """Return the font of a cell of something that is discarded or left out."""
    font = QFont()
    font.setStrikeOut(True)
    return font
