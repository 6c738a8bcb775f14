"""The line of a dialog that says what came of something: it worked, it did not, or it is going on."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from .plain_text import Label
from .theme import restyle

Tone = Literal["good", "error", "dim"]
_LINES: Final = 2


class ResultLine(Label):
    """A text that has room for two lines whether it says something or not, so that nothing below it jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, wraps=True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setMinimumHeight(_LINES * self.fontMetrics().lineSpacing() + 2)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_text(self, text: str, tone: Tone) -> None:
        """Say something in a tone; an empty text says nothing."""
        self.setText(text)
        if self.property("role") != tone:
            self.setProperty("role", tone)
            restyle(self)
