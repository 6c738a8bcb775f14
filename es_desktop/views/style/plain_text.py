"""Plain text on labels, tooltips, boxes and windows, never interpreted as markup or shortcuts.

Qt guesses for each of these whether a text is markup, and texts from a store may look like it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolTip, QWidget

from es_desktop.app.text.plain import elide, plain_label, plain_lines, plain_tip, without_secrets
from es_desktop.models.guard import Guarded

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox


_BETWEEN_FACTS: Final = " · "


def _lines(text: str) -> str:
    return plain_lines(without_secrets(text))


_LINK_PADDING: Final = 6
"""Pixels left of the text of a link, as the style sheet has it."""


class Label(Guarded, QLabel):
    """A label of plain text."""

    _margins_kept: tuple[int, int, int, int] | None = None

    def __init__(self, text: str = "", parent: QWidget | None = None, role: str = "", *, wraps: bool = False) -> None:
        """``role`` is one of the style sheet's: title, dim, hint, error, …"""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(_lines(text))

    def setContentsMargins(self, left: int, top: int, right: int, bottom: int) -> None:  # type: ignore[override]
        self._margins_kept = left, top, right, bottom
        super().setContentsMargins(left, top, right, bottom)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._keep_margins()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._keep_margins()

    def _keep_margins(self) -> None:
        """Set the margins again, which Qt forgets where the label is hidden while it gets its style."""
        if self._margins_kept is not None:
            super().setContentsMargins(*self._margins_kept)


class Hint(Label):
    """A text that says why there is nothing to see, or what to do first; below it a link that does it."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, top: int = 12, bottom: int = 0) -> None:
        """``top`` and ``bottom`` are its margins in pixels."""
        super().__init__(text, parent, "hint", wraps=True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._margins = top, bottom
        self._explained: tuple[str, QAction | None, str] | None = None
        self.link = QPushButton(self)
        self.link.setProperty("role", "link")
        self._action: QAction | None = None
        self.link.clicked.connect(lambda: None if self._action is None else self._action.trigger())
        self._offer(None, "")

    def explain(self, text: str, action: QAction | None = None, label: str = "") -> None:
        """Show a text, with the action that helps, which ``label`` may name; an empty text hides all."""
        label = "" if action is None else plain_label(label or action.text())
        if self._explained == (text, action, label) and self.isHidden() is not bool(text):
            return  # most are asked for again and again, and to lay them out takes long
        self.setText(text)
        self._offer(action, label)
        self.setVisible(bool(text))
        self._explained = text, action, label

    def setText(self, text: str) -> None:
        self._explained = None
        super().setText(text)

    def _offer(self, action: QAction | None, label: str) -> None:
        """Offer an action below the text, or none."""
        self._action = action
        self.link.setText(label)
        self.link.setVisible(action is not None)
        top, bottom = self._margins
        self.setContentsMargins(13, top, 13, bottom + (self.link.sizeHint().height() + 4) * (action is not None))
        self._place_link()

    def _place_link(self) -> None:
        """Put the link right below the text, whatever height the label has."""
        size = self.link.sizeHint()
        least = self.heightForWidth(self.width()) - self._margins[1] - size.height()
        self.link.setGeometry(13 - _LINK_PADDING, least, size.width(), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_link()


class ElidedLabel(Label):
    """A dim label of one line that is cut if there is little space; its tooltip is the whole text.

    With ``drops_facts``, the last of the facts between dots are left out first: a part of a fact says nothing.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        role: str = "dim",
        *,
        drops_facts: bool = False,
    ) -> None:
        super().__init__(elide(text), parent, role)
        self._whole = text
        self._drops_facts = drops_facts
        self.setAccessibleName(text)
        self._cut = cut
        self.setIndent(0)  # otherwise a style sheet's padding brings an indent that no property tells
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_whole_text(self, text: str) -> None:
        """Show a text, cut to the width of the label."""
        self._whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._fit()

    def whole_text(self) -> str:
        """Return the text, not cut."""
        return self._whole

    def _fit(self) -> None:
        line, width, metrics = elide(self._whole), self.contentsRect().width(), self.fontMetrics()
        kept = line
        while self._drops_facts and _BETWEEN_FACTS in kept and metrics.horizontalAdvance(kept) > width:
            kept = kept.rpartition(_BETWEEN_FACTS)[0]
        shown = metrics.elidedText(kept, self._cut, width)
        self.setText(shown)
        set_tip(self, "" if shown == line else self._whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        metrics, margins = self.fontMetrics(), self.contentsMargins()
        width = metrics.horizontalAdvance(elide(self._whole)) + 2
        return QSize(width + margins.left() + margins.right(), metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())


def set_tip(target: QWidget | QAction, text: str) -> None:
    """Set the tooltip of a widget or an action; an empty text removes it."""
    target.setToolTip(plain_tip(without_secrets(text)))


def show_tip(point: QPoint, text: str, widget: QWidget) -> None:
    """Show a tooltip at a point of the screen; an empty text hides it."""
    QToolTip.showText(point, plain_tip(text), widget)


def set_title(window: QWidget, text: str) -> None:
    """Set the title of a window. Qt would replace ``[*]``, its mark for unsaved changes, so it is escaped."""
    window.setWindowTitle(elide(without_secrets(text)).replace("[*]", "[*][*]"))


def message_box(parent: QWidget | None, icon: QMessageBox.Icon, title: str, text: str, more: str = "") -> QMessageBox:
    """Return a message box without buttons that is not shown yet; ``more`` is its smaller text."""
    from PySide6.QtWidgets import QMessageBox  # its enums take time, and the window is there before any box

    box = QMessageBox(icon, elide(title), _lines(text), QMessageBox.StandardButton.NoButton, parent)
    box.setInformativeText(_lines(more))
    for label in box.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)
    return box
