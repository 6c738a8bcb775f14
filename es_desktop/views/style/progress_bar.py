"""A bar that shows how much of some work is done."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QProgressBar, QWidget

_WHOLE: Final = 1_000
"""Steps of the bar: counts of events may be larger than what Qt takes."""


class ProgressBar(QProgressBar):
    """Shows a share, without a text; or only that there is work, as long as it is not known how much."""

    def __init__(self, name: str, parent: QWidget, width: int = 0) -> None:
        """``name`` is what a screen reader says; without a width in pixels the layout decides."""
        super().__init__(parent, textVisible=False)
        self.setAccessibleName(name)
        if width:
            self.setFixedWidth(width)

    def show_done(self, done: int, total: int) -> None:
        """Show how much is done; a ``total`` of 0 is not known."""
        self.setRange(0, _WHOLE if total else 0)
        if total:
            self.setValue(_WHOLE * done // total)
