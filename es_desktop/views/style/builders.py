"""Builds layouts, buttons, bars of progress, shortcuts and timers in one call each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QBoxLayout,
    QFrame,
    QLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from .plain_text import set_tip

B = TypeVar("B", bound=QBoxLayout)
Part = QWidget | QLayout | int
"""A widget, a layout, or a gap in pixels."""
_STEPS: Final = 1_000
"""Steps of a bar of progress: counts of events may be larger than what Qt takes."""


def fill(
    layout: B, *parts: Part | tuple[Part, int], margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 0
) -> B:
    """Put parts into a layout, some with a stretch, and return it. ``(0, 1)`` takes the free space."""
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for each in parts:
        part, stretch = each if isinstance(each, tuple) else (each, 0)
        if isinstance(part, QWidget):
            layout.addWidget(part, stretch)
        elif isinstance(part, QLayout):
            layout.addLayout(part, stretch)
        elif stretch:
            layout.addStretch(stretch)
        else:
            layout.addSpacing(part)
    return layout


def foot_frame(parent: QWidget) -> QFrame:
    """Return the frame below a list, with a line above it. It takes no more height where the list is hidden."""
    frame = QFrame(parent)
    frame.setProperty("role", "foot")
    frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    return frame


def push_button(text: str, parent: QWidget, role: str = "") -> QPushButton:
    """Return a button in a role of the style sheet, which Enter in another widget does not press."""
    button = QPushButton(text, parent, autoDefault=False)
    if role:
        button.setProperty("role", role)
    return button


def press_by_enter(event: QKeyEvent) -> bool:
    """Press the button that has the focus if the key is Enter, and return whether it is. Qt does so in dialogs only.

    Space plays events in the window, and a person who comes to a button by Tab tries Enter first.
    """
    button = QApplication.focusWidget()
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or not isinstance(button, QAbstractButton):
        return False
    button.click()
    return True


def bare_button(tip: str, parent: QWidget) -> QToolButton:
    """Return a button for an icon, without a frame and without the focus."""
    button = QToolButton(parent)
    button.setProperty("role", "bare")
    set_tip(button, tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button


def on_key(widget: QWidget, key: Qt.Key | QKeySequence.StandardKey | str, slot: Callable[..., Any] | Any) -> None:
    """Call a slot, or emit a signal, when a key is pressed while the widget itself has the focus."""
    shortcut = QShortcut(QKeySequence(key), widget)
    shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
    shortcut.activated.connect(slot)


def delay(milliseconds: int, slot: Callable[[], object], parent: QObject) -> QTimer:
    """Return a timer that calls a slot once, so long after its last start."""
    timer = QTimer(parent, singleShot=True, interval=milliseconds)
    timer.timeout.connect(slot)
    return timer


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
        self.setRange(0, _STEPS if total else 0)
        if total:
            self.setValue(_STEPS * done // total)
