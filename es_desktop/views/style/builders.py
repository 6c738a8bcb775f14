"""Builds layouts, lines, buttons and shortcuts in one call each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from .plain_text import set_tip
from .theme import mono_font

B = TypeVar("B", bound=QBoxLayout)
Part = QWidget | QLayout | int
"""A widget, a layout, or a gap in pixels."""


_MOST: Final = 2**31 - 1


def offer_versions(box: QSpinBox, version: int | None, first: int | None, last: int | None) -> None:
    """Offer the versions from first to last, with one as the value, as far as a box of Qt can: it has 32 bits."""
    box.setRange(*(max(-_MOST, min(each or 0, _MOST)) for each in (first, last)))
    box.setValue(max(-_MOST, min(version or 0, _MOST)))


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


def line_edit(
    name: str,
    placeholder: str,
    parent: QWidget,
    *,
    is_mono: bool = False,
    is_secret: bool = False,
    can_clear: bool = False,
) -> QLineEdit:
    """Return a line with an accessible name; a secret one shows dots for what is typed."""
    line = QLineEdit(parent, placeholderText=placeholder, clearButtonEnabled=can_clear)
    line.setAccessibleName(name)
    for action in line.findChildren(QAction):
        action.setText("Clear")  # the only one; Qt gives it no text for a screen reader
    if is_mono:
        line.setFont(mono_font())
    if is_secret:
        line.setEchoMode(QLineEdit.EchoMode.Password)
    return line


def text_page(name: str, parent: QWidget, *, is_read_only: bool = True) -> QPlainTextEdit:
    """Return some lines in a fixed-width font with an accessible name; Tab leaves them."""
    page = QPlainTextEdit(parent, readOnly=is_read_only, tabChangesFocus=True)
    page.setFont(mono_font())
    page.setAccessibleName(name)
    return page


def push_button(text: str, parent: QWidget, role: str = "") -> QPushButton:
    """Return a button in a role of the style sheet, which Enter in another widget does not press."""
    button = QPushButton(text, parent, autoDefault=False)
    if role:
        button.setProperty("role", role)
    return button


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


def make_choice(labels: Sequence[str], parent: QWidget) -> tuple[QFrame, QButtonGroup]:
    """Return a segmented control and its button group; ids count from 0, which is checked."""
    frame = QFrame(parent)
    frame.setProperty("role", "choice")
    layout = fill(QHBoxLayout(frame), margins=(1, 1, 1, 1))
    group = QButtonGroup(frame)
    for number, label in enumerate(labels):
        button = QPushButton(label, frame)
        button.setProperty("role", "choice")
        button.setCheckable(True)
        button.setChecked(number == 0)
        group.addButton(button, number)
        layout.addWidget(button)
    frame.setFixedHeight(24)
    return frame, group
