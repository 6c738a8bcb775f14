"""Explains what has the focus, or after "What's this?" what is clicked."""

from __future__ import annotations

from typing import ClassVar, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from es_desktop.app.preferences.kept import Preferences
from es_desktop.models.guard import Guarded
from es_desktop.views.style.dialogs import open_dialog

from .part_finder import label_of, parts_at
from .parts import LABEL
from .term_view import GlossaryDialog, HelpPanel
from .terms import Term, terms_of

_AWAY: Final = (QEvent.Type.WindowDeactivate, QEvent.Type.Hide)
_EATEN: Final = (QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick, QEvent.Type.ContextMenu)


def show_glossary(preferences: Preferences, window: QWidget) -> None:
    """Open the list of all terms."""
    dialog = GlossaryDialog(preferences, window)
    open_dialog(dialog)
    dialog.search.setFocus()


def explain_focus(preferences: Preferences, window: QWidget) -> None:
    """Explain the part of the window that has the focus."""
    focus = QApplication.focusWidget() or window
    _explain(focus, None, focus.mapToGlobal(QPoint(16, min(40, focus.height()))), preferences, window)


def explanation_of(widget: QWidget | None, point: QPoint | None) -> list[Term]:
    """Return the terms of a part; before them what a field says of itself, if it names no term."""
    parts = parts_at(widget, point)
    found = list(terms_of(parts))
    label = "" if widget is None else label_of(widget)
    said = "" if widget is None else widget.accessibleDescription() or widget.toolTip()
    if label and said and not any(terms_of([f"{LABEL}{label}"])):
        found.insert(0, Term(label, said, "", ()))
    return found


def _explain(
    widget: QWidget | None, point: QPoint | None, at: QPoint, preferences: Preferences, window: QWidget
) -> None:
    """Open the terms of a part at a point of the screen; the glossary if the part has none."""
    found = explanation_of(widget, point)
    if not found:
        show_glossary(preferences, window)
        return
    panel = HelpPanel(found, preferences, window)
    panel.glossary_wanted.connect(lambda: show_glossary(preferences, window))
    panel.open_at(at)


def _application() -> QCoreApplication:
    found = QCoreApplication.instance()
    assert found is not None, "there is a window"
    return found


class WhatsThis(Guarded, QObject):
    """Explains the next part that is clicked, instead of what the click would do.

    Esc ends it, and so does all that takes the window away: another one in front, or its end. There is one at a time.
    """

    _current: ClassVar[WhatsThis | None] = None

    def __init__(self, preferences: Preferences, window: QWidget) -> None:
        if WhatsThis._current is not None:
            WhatsThis._current.end()
        super().__init__()
        WhatsThis._current = self
        self._preferences, self._window = preferences, window
        self._has_pressed = False
        QApplication.setOverrideCursor(QCursor(Qt.CursorShape.WhatsThisCursor))
        _application().installEventFilter(self)

    def end(self) -> None:
        """Have a click do again what it always does."""
        WhatsThis._current = None
        _application().removeEventFilter(self)
        QApplication.restoreOverrideCursor()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget):
            return False
        if watched is self._window and event.type() in _AWAY:
            self.end()
            return False
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self.end()
            return True
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            self._has_pressed = True
            return True
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent) and self._has_pressed:
            point = event.globalPosition().toPoint()
            self.end()
            _explain(watched, point, point + QPoint(12, 12), self._preferences, self._window)
            return True
        return event.type() in _EATEN
