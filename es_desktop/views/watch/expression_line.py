"""A line for a path or a condition, with completion of names and a mark at errors; and a dialog with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QInputMethodEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QWidget

from es_desktop.app.search.examples import WATCHED
from es_desktop.app.watch.watchpoints import completions
from es_desktop.models.guard import Guarded
from es_desktop.models.workspace import Workspace
from es_desktop.replay.conditions import ConditionError
from es_desktop.views.glossary.parts import set_part
from es_desktop.views.search.completer import Completer
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import Theme, mono_font, restyle
from es_desktop.views.style.tokens import LIGHT, Tokens

_PLACEHOLDER: Final = "   ".join(WATCHED)
_NAME_START: Final = re.compile(r"[^\W\d][\w.\[\]]*$")
_NEVER: Final = "\0"

Check = Callable[[str], str]
"""Returns the expression to use; raises ``ConditionError`` for an invalid one."""


class ExpressionLine(Guarded, QLineEdit):
    """Accepts an expression with Enter; shows the error of an invalid one until it is corrected."""

    entered = Signal(object)
    """A valid expression, after Enter."""
    left = Signal()
    """Escape was pressed, and the text was cleared."""

    def __init__(self, check: Check, workspace: Workspace, parent: QWidget | None = None) -> None:
        """The names of the state in view complete what is typed."""
        super().__init__(parent)
        set_part(self, "condition")
        self._check = check
        self._workspace = workspace
        self._tokens = LIGHT
        self._completer = _NameCompleter(self)
        self.error = Label("", self, "error", wraps=True)
        """The error of the expression, hidden without one. The owner adds it to a layout."""
        self.error.hide()
        self.setFont(mono_font())
        self.setPlaceholderText(_PLACEHOLDER)
        self.setAccessibleName("Path or condition")
        self.setCompleter(self._completer)
        self.returnPressed.connect(self._on_return)
        self.textEdited.connect(self._on_edited)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens

    def offer(self, text: str) -> None:
        """Show a text that the next key replaces."""
        self.setText(text)
        self.selectAll()
        self._show(None)

    def usable(self) -> str | None:
        """Return the expression; for an invalid one show the error and return ``None``."""
        try:
            expression = self._check(self.text())
        except ConditionError as error:
            self._show(error)
            return None
        self._show(None)
        return expression

    def _on_return(self) -> None:
        if self._completer.is_choosing:
            return  # Enter accepts the offered name
        expression = self.usable()
        if expression is not None:
            self.entered.emit(expression)

    def _on_edited(self, text: str) -> None:
        if not text:
            self._show(None)
        elif not self.error.isHidden():
            self.usable()

    def _show(self, error: ConditionError | None) -> None:
        self._mark(None if error is None else error.column)
        self.error.setVisible(error is not None)
        if error is not None:
            prefix = "" if error.column is None else f"Column {error.column + 1}: "
            self.error.setText(f"{prefix}{error}")
        restyle(self, state="" if error is None else "error")

    def _mark(self, column: int | None) -> None:
        """Underline the text from the error on, by input method attributes: a line edit has no other text formats."""
        attributes, text = [], self.text()
        if column is not None and text:
            wrong = QTextCharFormat()
            wrong.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            wrong.setUnderlineColor(QColor(self._tokens.red))
            wrong.setForeground(QColor(self._tokens.red_text))
            start = min(column, len(text) - 1)
            text_format = QInputMethodEvent.AttributeType.TextFormat
            where = start - self.cursorPosition()
            attributes.append(QInputMethodEvent.Attribute(text_format, where, len(text) - start, wrong))
        QCoreApplication.sendEvent(self, QInputMethodEvent("", attributes))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._completer.is_open:
            self.offer("")
            self.left.emit()
            event.ignore()  # a dialog closes by it
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            view = self._workspace.inspector.state_view
            self._completer.offer(completions(None if view is None else view.state))
        super().focusInEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(520, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(180, super().minimumSizeHint().height())


class _NameCompleter(Completer):
    """Completes the name before the cursor, anywhere in the line."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__((), line)
        self._line = line
        self._around = ("", "")

    @property
    def is_open(self) -> bool:
        """Whether the list of names is open."""
        popup = self.popup()
        return popup is not None and popup.isVisible()

    @property
    def is_choosing(self) -> bool:
        """Whether a name in the open list is current."""
        popup = self.popup()
        return popup is not None and self.is_open and popup.currentIndex().isValid()

    def splitPath(self, path: str) -> list[str]:
        typed = path[: self._line.cursorPosition()]
        start = _NAME_START.search(typed)
        if start is None:
            return [_NEVER]
        self._around = (typed[: start.start()], path[len(typed) :])
        return super().splitPath(start[0])

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        before, after = self._around
        return f"{before}{super().pathFromIndex(index)}{after}"


class RunDialog(FormDialog):
    """Asks for a condition; ``expression`` is valid and ``forward`` is the direction once it is accepted."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Run to a condition", "Run &forward", parent, size=(540, 0), spacing=8)
        self.forward = True
        self.expression = ""
        self.line = ExpressionLine(workspace.watchpoints.validate, workspace, self)
        self.line.offer(workspace.watchpoints.last_condition)
        theme.follow(self.line)
        room = self.line.error.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.line.error.setSizePolicy(room)
        about = "Runs to the nearest event at which its value changes, for example from false to true."
        hint = Label(about, self, "hint", wraps=True)
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
