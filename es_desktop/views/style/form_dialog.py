"""The base of dialogs that ask: a title, rows, a line for the result, and buttons."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import Qt
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

from es_desktop.models.guard import Guarded

from .builders import fill
from .plain_text import Label, set_title
from .theme import restyle

LINE_HEIGHT: Final = 28
"""Height of an editor of one line, in pixels."""
_SIDE: Final = 18
_WIDTH: Final = 520
Tone = Literal["good", "error", "dim"]
_LINES: Final = 2


class ResultLine(Label):
    """A text with space for two lines even if it is empty, so that rows below it do not move."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, wraps=True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setMinimumHeight(_LINES * self.fontMetrics().lineSpacing() + 2)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_text(self, text: str, tone: Tone) -> None:
        """Show a text in a tone."""
        self.setText(text)
        restyle(self, role=tone)


class FormDialog(Guarded, QDialog):
    """Rows above two buttons. Enter presses the button that accepts, and Esc closes the dialog."""

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
        """``agree`` is the text of the button that accepts; if ``is_dangerous``, it is red and not the default.

        A width or height of 0 in ``size`` (pixels) means what the rows need when the dialog is first shown.
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
        self._foot = fill(QHBoxLayout(), self.buttons)
        margins = (_SIDE, _SIDE, _SIDE, _SIDE - 2)
        self._rows = fill(QVBoxLayout(self), (0, 1), self._foot, margins=margins, spacing=spacing)

    def agree(self) -> None:
        """Accept the dialog if its button is enabled."""
        if self.agree_button.isEnabled():
            self.accept()

    def add(self, *parts: QWidget | QLayout, stretch: int = 0) -> None:
        """Add rows above the buttons; a row with ``stretch`` takes the free height."""
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
        """Add a horizontal line."""
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setProperty("role", "line")
        self.add(line)

    def add_result(self) -> None:
        """Add the line that shows the result."""
        self.result_line.show()
        self.add(self.result_line)

    def add_beside_buttons(self, *parts: QWidget) -> None:
        """Add widgets at the left of the buttons; the last one takes the free width."""
        for number, part in enumerate(parts):
            self._foot.insertWidget(number, part, 1 if part is parts[-1] else 0)

    def make_room(self) -> None:
        """Grow to the height that the rows need at this width."""
        self.resize(self.width(), max(self.height(), self._height_for(self.width())))

    def _height_for(self, width: int) -> int:
        height = self._rows.totalHeightForWidth(width)
        return self._rows.totalSizeHint().height() if height < 0 else height  # negative if no row wraps

    def setVisible(self, visible: bool) -> None:
        if visible and not self._is_fitted:
            self._is_fitted = True
            self._put_buttons_last()
            width = self._size[0] or self._rows.sizeHint().width()
            self.resize(width, self._size[1] or self._height_for(width))
        super().setVisible(visible)

    def _put_buttons_last(self) -> None:
        """Make Tab reach the buttons after all rows, which were added later."""
        before = self.previousInFocusChain() or self
        for button in self.buttons.buttons():
            self.setTabOrder(before, button)
            before = button


class Form(QFormLayout):
    """A form layout: rows of a label and its widgets."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(14)
        self.setVerticalSpacing(8)

    def row(self, name: str, *parts: QWidget | QLayout) -> None:
        """Add a row; the first of several parts takes the free width."""
        part: QWidget | QLayout = parts[0] if len(parts) == 1 else row_of(*parts)
        self.addRow(form_label(name), part)


def row_of(*parts: QWidget | QLayout, stretched: int = 0, spacing: int = 8) -> QHBoxLayout:
    """Return a row of widgets; the one at index ``stretched`` takes the free width."""
    stretches = ((part, int(number == stretched)) for number, part in enumerate(parts))
    return fill(QHBoxLayout(), *stretches, spacing=spacing)


def form_label(text: str) -> Label:
    """Return the label of a form row, vertically aligned with its editor."""
    label = Label(text)
    label.setFixedHeight(LINE_HEIGHT)
    return label
