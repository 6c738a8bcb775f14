"""Roles that our item models answer to besides Qt's own; a delegate paints by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex

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


def header_text(
    titles: Sequence[str], alignments: Sequence[int], section: int, orientation: Qt.Orientation, role: int
) -> Any:
    """Return what a horizontal header of these titles answers to a role."""
    if orientation == Qt.Orientation.Horizontal and 0 <= section < len(titles):
        if role == Qt.ItemDataRole.DisplayRole:
            return titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignments[section]
    return None
