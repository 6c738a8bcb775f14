"""A dialog that asks for the condition to run to, and the direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtWidgets import QDialogButtonBox, QWidget

from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import Theme

from .expression_line import Check, ExpressionLine

_WIDTH: Final = 540


class RunDialog(FormDialog):
    """Asks for a condition; ``expression`` is valid and ``forward`` is the direction once it is accepted."""

    def __init__(
        self,
        check: Check,
        names: Callable[[], Iterable[str]],
        expression: str,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """Offer ``expression``, the last condition or an empty text."""
        super().__init__("Run to a condition", "Run &forward", parent, size=(_WIDTH, 0), spacing=8)
        self.forward = True
        self.expression = ""
        self.line = ExpressionLine(check, names, self)
        self.line.offer(expression)
        theme.follow(self.line)
        room = self.line.error.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.line.error.setSizePolicy(room)
        hint = Label("Runs to the nearest event at which its value changes, for example from false to true.", self)
        hint.setProperty("role", "hint")
        hint.setWordWrap(True)
        back = self.buttons.addButton("Run &back", QDialogButtonBox.ButtonRole.ActionRole)
        back.setAutoDefault(False)
        self.buttons.addButton(self.agree_button, QDialogButtonBox.ButtonRole.ActionRole)  # at the right of the other
        back.clicked.connect(lambda: self._run(False))
        self.add(hint, self.line, self.line.error)
        self.line.setFocus()

    def agree(self) -> None:
        self._run(True)

    def _run(self, forward: bool) -> None:
        expression = self.line.usable()
        if expression is not None:
            self.expression, self.forward = expression, forward
            self.accept()
