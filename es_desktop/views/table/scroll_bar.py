"""The scroll bar of a table of any length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QScrollBar, QStyleOptionSlider, QWidget

from es_desktop.models.guard import Guarded

_PARTS: Final = 10_000_000
"""What a list that is longer than Qt's numbers is divided into where it is painted."""


class ListScrollBar(Guarded, QScrollBar):
    """Is painted, and dragged, as the whole list. Its value is Qt's: pixels in the rows that Qt has."""

    def __init__(self, whole: Callable[[], tuple[int, int] | None], parent: QWidget) -> None:
        """``whole`` returns where the list is scrolled to, and its end, in pixels; ``None`` if Qt has it all."""
        super().__init__(Qt.Orientation.Vertical, parent)
        self._whole = whole
        self.is_held = False
        """Whether a button of the mouse is held on it."""

    def initStyleOption(self, option: QStyleOptionSlider) -> None:
        super().initStyleOption(option)
        whole = self._whole()
        if whole is None:
            return
        value, end = whole
        bar: Any = option  # PySide's stubs leave the fields of style options out.
        bar.minimum, bar.maximum = 0, _PARTS
        bar.sliderPosition = bar.sliderValue = value * _PARTS // max(1, end)
        bar.pageStep = max(1, self.pageStep() * _PARTS // max(1, end))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.is_held = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.is_held = False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._whole() is None:
            super().contextMenuEvent(event)
        else:
            event.accept()  # its "scroll here" would be a place among the rows that Qt has
