"""A dialog that asks: a title, rows of a form, a line that says what came of it, and buttons."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from .plain_text import Label, set_title
from .theme import restyle

LINE_HEIGHT: Final = 28
"""Of an editor of one line."""
_MARGINS: Final = QMargins(18, 18, 18, 16)
_WIDTH: Final = 520
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


class FormDialog(QDialog):
    """Rows above two buttons. Return presses the one that agrees, where it is enabled, and Esc leaves the dialog."""

    def __init__(
        self,
        title: str,
        agree: str,
        parent: QWidget | None = None,
        *,
        size: tuple[int, int] = (_WIDTH, 0),
        spacing: int = 12,
        is_dangerous: bool = False,
        leave: QDialogButtonBox.StandardButton = QDialogButtonBox.StandardButton.Cancel,
    ) -> None:
        """``agree`` is the word on the button that accepts; one ``is_dangerous`` is red, and Return does not press it.

        A width or height of 0 in ``size`` is what the rows need when the dialog is first shown.
        """
        super().__init__(parent)
        set_title(self, title)
        self._size = size
        self._is_fitted = False
        self.result_line = ResultLine(self)
        self.result_line.hide()
        self.buttons = QDialogButtonBox(leave, self)
        self.agree_button = self.buttons.addButton(agree, QDialogButtonBox.ButtonRole.AcceptRole)
        self.leave_button = self.buttons.button(leave)
        (self.leave_button if is_dangerous else self.agree_button).setDefault(True)
        if is_dangerous:
            self.agree_button.setProperty("role", "danger")
            self.agree_button.setAutoDefault(False)
        self.agree_button.clicked.connect(self.agree)
        self.buttons.rejected.connect(self.reject)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.buttons)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(_MARGINS)
        self._rows.setSpacing(spacing)
        self._rows.addStretch(1)
        self._rows.addLayout(self._foot)

    def agree(self) -> None:
        """Accept what was asked; called by the button that agrees, and where Return does the same."""
        if self.agree_button.isEnabled():
            self.accept()

    def add(self, *parts: QWidget | QLayout, stretch: int = 0) -> None:
        """Add rows above the buttons; one that stretches takes the room that is left."""
        for part in parts:
            at = self._rows.count() - 2
            if isinstance(part, QLayout):
                self._rows.insertLayout(at, part, stretch)
            else:
                self._rows.insertWidget(at, part, stretch)
        if stretch:
            self._rows.setStretch(self._rows.count() - 2, 0)

    def add_form(self) -> Form:
        """Add a form, and return it."""
        form = Form()
        self.add(form)
        return form

    def add_line(self) -> None:
        """Add a line between what is asked and what is said of it."""
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setProperty("role", "line")
        self.add(line)

    def add_result(self) -> None:
        """Add the line that says what came of it."""
        self.result_line.show()
        self.add(self.result_line)

    def add_beside_buttons(self, *parts: QWidget) -> None:
        """Add widgets at the left of the buttons; the last one takes the room that is left."""
        for number, part in enumerate(parts):
            self._foot.insertWidget(number, part, 1 if part is parts[-1] else 0)

    def make_room(self) -> None:
        """Be as high as the rows need at this width, but not lower than now."""
        self.resize(self.width(), max(self.height(), self._height_for(self.width())))

    def _height_for(self, width: int) -> int:
        height = self._rows.totalHeightForWidth(width)
        return self._rows.totalSizeHint().height() if height < 0 else height  # which it is where no row wraps

    def setVisible(self, visible: bool) -> None:
        if visible and not self._is_fitted:
            self._is_fitted = True
            self._put_buttons_last()
            width = self._size[0] or self._rows.sizeHint().width()
            self.resize(width, self._size[1] or self._height_for(width))
        super().setVisible(visible)

    def _put_buttons_last(self) -> None:
        """Let Tab go to the buttons after all that was added; they were made before it."""
        before = self.previousInFocusChain() or self
        for button in self.buttons.buttons():
            self.setTabOrder(before, button)
            before = button


class Form(QFormLayout):
    """Rows of a label and what it names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(14)
        self.setVerticalSpacing(8)

    def row(self, name: str, *parts: QWidget | QLayout) -> None:
        """Add a row; of several parts the first takes the room that is left."""
        self.addRow(form_label(name), parts[0] if len(parts) == 1 else row_of(*parts))  # type: ignore[arg-type]


def row_of(*parts: QWidget, stretched: int = 0, spacing: int = 8) -> QHBoxLayout:
    """Return widgets beside each other, of which one takes the room that is left."""
    row = QHBoxLayout()
    row.setSpacing(spacing)
    for number, part in enumerate(parts):
        row.addWidget(part, 1 if number == stretched else 0)
    return row


def form_label(text: str) -> Label:
    """Return the label of a row in a form, level with the text in its editor."""
    label = Label(text)
    label.setFixedHeight(LINE_HEIGHT)
    return label
