"""Asks for the condition to run to, and in which direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import Theme

from .expression_line import Check, ExpressionLine

_WIDTH: Final = 540


class RunDialog(QDialog):
    """Holds an expression that can be used, and a direction, once it is accepted."""

    def __init__(
        self,
        check: Check,
        names: Callable[[], Iterable[str]],
        expression: str,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """Offer the ``expression`` that was run to before, or an empty text."""
        super().__init__(parent)
        self.setWindowTitle("Run to a condition")
        self.forward = True
        self.expression = ""
        self.line = ExpressionLine(check, names, self)
        self.line.offer(expression)
        theme.follow(self.line)
        room = self.line.error.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.line.error.setSizePolicy(room)
        hint = Label("Goes to the nearest event at which its value is another than before, such as false → true.", self)
        hint.setProperty("role", "hint")
        hint.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        back = buttons.addButton("Run &back", QDialogButtonBox.ButtonRole.ActionRole)
        ahead = buttons.addButton("Run &forward", QDialogButtonBox.ButtonRole.ActionRole)
        ahead.setDefault(True)
        back.clicked.connect(lambda: self._run(False))
        ahead.clicked.connect(lambda: self._run(True))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 16)
        layout.setSpacing(8)
        layout.addWidget(hint)
        layout.addWidget(self.line)
        layout.addWidget(self.line.error)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.resize(_WIDTH, layout.heightForWidth(_WIDTH))
        self.line.setFocus()

    def _run(self, forward: bool) -> None:
        expression = self.line.usable()
        if expression is not None:
            self.expression, self.forward = expression, forward
            self.accept()
