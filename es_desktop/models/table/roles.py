"""Roles that our item models answer to besides Qt's own; a delegate paints by them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

Index = QModelIndex | QPersistentModelIndex

FONT_ROLE: Final = int(Qt.ItemDataRole.FontRole)
TIP_ROLE: Final = int(Qt.ItemDataRole.ToolTipRole)
CHECK_ROLE: Final = int(Qt.ItemDataRole.CheckStateRole)
TONE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 101
"""Of a row, answered by each of its cells: ``"faint"``, ``"failed"``, ``"changed"``, or ``None``."""
SWATCH_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 102
"""A hue index: a small rounded square before the text."""
MARK_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 103
"""A diamond at the right end of the cell: amber where it is true, red where it is ``"red"``."""
PATH_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 106
"""The path of a value in its state."""
FLAG_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 107
"""True: a small flag in the accent, at the end of the cell that the text does not stand at."""
PIN_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 108
"""True: a small pin at the right end of the cell."""

FOLD_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 109
"""What the row is to a run that folds: ``"folded"``, ``"open"``, ``"inside"``, or ``""`` outside of runs."""

LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def bold_font() -> QFont:
    """Return the font of a cell that is the current one of its table."""
    font = QFont()
    font.setBold(True)
    return font


def struck_font() -> QFont:
    """Return the font of a cell of what is discarded or left out."""
    font = QFont()
    font.setStrikeOut(True)
    return font
