"""What do these have in common? The answers to the question against the others of their type, fact by fact."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from es_desktop.app.common.common import Common
from es_desktop.app.common.report import common_lines, headline
from es_desktop.app.text.times import format_time_range
from es_desktop.models.presence import Absence
from es_desktop.system.counts import count_text
from es_desktop.views.style.builders import ProgressBar, fill, foot_frame, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint, Label
from es_desktop.views.style.tokens import LIGHT, Tokens

from .fact_card import FactCard

_EMPTY: Final = (
    "Ask a question: here stands what its answers have in common, and the others of their type have not. Or select "
    "entities in Explore, and compare them."
)


class CommonDock(WorkspaceDock):
    """Says in sentences, with counts, what entities have in common; a link makes a fact a question."""

    name, title = "common", "What do these have in common?"

    def _fill(self, body: QWidget) -> None:
        self._comparer = self._workspace.common
        self._shown: Common | None = None
        self._colors: Tokens = LIGHT
        self.cards: list[FactCard] = []
        self.about = Label(parent=body, wraps=True)
        self.about.setContentsMargins(12, 8, 12, 8)
        self.bar = ProgressBar("Progress of the comparison", body)
        self.button = QPushButton("Stop", body)
        self.button.clicked.connect(self._comparer.stop)
        self._busy = QWidget(body)
        fill(QHBoxLayout(self._busy), (self.bar, 1), self.button, margins=(12, 6, 12, 6), spacing=8)
        self.hint = Hint(parent=body, top=10, bottom=8)
        self.list = QScrollArea(body)
        self.list.setWidgetResizable(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Facts")
        self.joined = Label(parent=body, wraps=True)
        self.make, self.copy = push_button("Make it a question", body, "link"), push_button("Copy", body, "link")
        self._foot = foot_frame(body)
        fill(QHBoxLayout(self._foot), self.make, (0, 1), self.copy, margins=(8, 4, 8, 4), spacing=8)
        self._sentence = QFrame(body)
        self._sentence.setProperty("role", "preview")
        title = Label("In a sentence", self._sentence, "title")
        fill(QVBoxLayout(self._sentence), title, self.joined, margins=(12, 8, 12, 8), spacing=2)
        boxed = fill(QVBoxLayout(), self._sentence, margins=(12, 6, 12, 8))
        parts = (self.about, self._busy, self.hint, (self.list, 1), boxed, self._foot)
        fill(QVBoxLayout(body), *parts, margins=(1, 0, 1, 0))
        self.make.clicked.connect(self._ask_joined)
        self.copy.clicked.connect(self._copy)
        self._comparer.changed.connect(self._show)
        self._comparer.outdated.connect(self._compare)
        self._workspace.shown_view.changed.connect(lambda name: self._compare())
        self._theme.follow(self)
        self._show()
        self._compare()

    def set_tokens(self, tokens: Tokens) -> None:
        super().set_tokens(tokens)
        self._colors = tokens
        for each in self.cards if self._is_built else ():
            each.set_tokens(tokens)

    def _compare(self) -> None:
        """Compare the answers, where that is seen: it reads all entities of their type."""
        if self.isVisible():
            self._comparer.compare_answers()

    def _ask_joined(self) -> None:
        found = self._comparer.found
        if found is not None and found.joined is not None:
            self._comparer.ask(found.joined.clause)

    def _copy(self) -> None:
        found = self._comparer.found
        if found is not None:
            QGuiApplication.clipboard().setText("\n".join(common_lines(found)))

    def _show(self) -> None:
        comparer, found = self._comparer, self._comparer.found
        self._busy.setVisible(comparer.is_comparing)
        progress = comparer.progress
        done, total = (0, 0) if progress is None else (progress.done, progress.total)
        self.bar.show_done(done, total)
        if found is not self._shown:
            self._shown = found
            self._show_facts(found)
        self.list.setVisible(bool(self.cards))
        self.about.setVisible(found is not None)
        joined = None if found is None else found.joined
        self._sentence.setVisible(joined is not None)
        self.joined.setText("" if joined is None else joined.sentence)
        self.make.setEnabled(joined is not None and bool(joined.clause))
        self._foot.setVisible(found is not None)
        self._explain(self.hint, None if found is not None else self._why_empty())
        self.title_bar.set_summary(count_text(len(self.cards), "fact") if self.cards else "")

    def _show_facts(self, found: Common | None) -> None:
        content = QWidget(self.list)
        content.setObjectName("page")  # the style sheet lets the panel be seen through it
        self.cards = [FactCard(each, content) for each in (() if found is None else found.facts)]
        fill(QVBoxLayout(content), *self.cards, (0, 1))
        for each in self.cards:
            each.set_tokens(self._colors)
            each.asked.connect(self._comparer.ask)
        self.list.setWidget(content)
        if found is not None:
            text = f"{headline(found)}. Ordered by how surely they differ."
            buckets = self._comparer.buckets
            when = format_time_range(buckets[0].begin, buckets[-1].last) if buckets else ""
            self.about.setText(f"{text} They are counted in the bars of {when}." if buckets else text)

    def _why_empty(self) -> Absence | None:
        if self._comparer.problem is not None:
            return Absence.of(self._comparer.problem, "", "")
        return None if self._comparer.is_comparing else Absence(_EMPTY)
