"""A term with what it is and what to do: in the panel that explains a part of the window, and in the glossary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from es_desktop.app.preferences.kept import Preferences
from es_desktop.models.guard import Guarded
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.dialogs import open_dialog
from es_desktop.views.style.fields import line_edit
from es_desktop.views.style.painted import FocusRing
from es_desktop.views.style.plain_text import Hint, Label

from .terms import Term, terms

_WIDTH: Final = 420
_MOST: Final = 4
"""Terms in a panel: those of the nearest parts; the others are in the glossary."""


class TermView(QWidget):
    """One term."""

    def __init__(self, term: Term, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.term = term
        what, do = Label(term.what, self, wraps=True), Label(term.advice(preferences), self, "dim", wraps=True)
        for label in (what, do):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        do.setVisible(bool(do.text()))
        name = Label(term.name, self, "title")
        self.setAccessibleName(term.name)
        self.setAccessibleDescription(f"{what.text()} {do.text()}")
        fill(QVBoxLayout(self), name, what, do, spacing=3)


class HelpPanel(Guarded, QDialog):
    """A popup that explains a part of the window. Esc or a click elsewhere closes it."""

    glossary_wanted = Signal()

    def __init__(self, shown: Sequence[Term], preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._room = parent.screen().availableGeometry()
        self.setAccessibleName(f"Help: {', '.join(each.name for each in shown[:_MOST])}")
        card = QFrame(self)
        card.setProperty("role", "card")
        self.views = [TermView(each, preferences, card) for each in shown[:_MOST]]
        self.all = push_button("All terms…", card, "link")
        self.all.clicked.connect(self.close)
        self.all.clicked.connect(self.glossary_wanted)
        foot = fill(QHBoxLayout(), Label("Esc closes this.", card, "hint"), (0, 1), self.all)
        fill(QVBoxLayout(card), *self.views, foot, margins=(14, 12, 14, 10), spacing=12)
        self._rows = fill(QVBoxLayout(self), card)
        self.setFixedWidth(_WIDTH)

    def open_at(self, point: QPoint) -> None:
        """Open at a point of the screen, or as near as there is room on it."""
        self.resize(_WIDTH, self._rows.totalHeightForWidth(_WIDTH))
        room = self._room
        left = max(room.left(), min(point.x(), room.right() - self.width()))
        self.move(left, max(room.top(), min(point.y(), room.bottom() - self.height())))
        open_dialog(self)
        self.all.setFocus()


class GlossaryDialog(Guarded, QDialog):
    """Lists all terms, or those that match what is typed."""

    def __init__(self, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Glossary")
        self.search = line_edit("Search the glossary", "Search, such as: snapshot", self)
        self.search.setClearButtonEnabled(True)
        page = QWidget()
        page.setObjectName("page")
        self.views = [TermView(each, preferences, page) for each in terms()]
        self._none = Hint("No term has all these words.", page)
        fill(QVBoxLayout(page), *self.views, self._none, (0, 1), margins=(0, 0, 10, 0), spacing=14)
        self._area = QScrollArea(self, widgetResizable=True)
        self._area.setAccessibleName("Explanation")
        FocusRing(self._area)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(page)
        fill(QVBoxLayout(self), self.search, (self._area, 1), margins=(18, 18, 10, 18), spacing=14)
        self.search.textChanged.connect(self._show)
        self._show("")
        self.resize(560, 600)

    def _show(self, text: str) -> None:
        for view in self.views:
            view.setVisible(view.term.matches(text))
        self._none.setVisible(not any(view.term.matches(text) for view in self.views))
        self._area.verticalScrollBar().setValue(0)
