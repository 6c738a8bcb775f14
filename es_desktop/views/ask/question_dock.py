"""The question to the whole store: one line, what it means in words, and what may be written next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from es_desktop.app.ask.completing import Completion, completions
from es_desktop.app.ask.parsing import parse_question
from es_desktop.app.ask.reading import read_back
from es_desktop.app.search.questions import AskedQuestion
from es_desktop.replay.conditions import ConditionError
from es_desktop.system.counts import format_number
from es_desktop.views.style.builders import ProgressBar, fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import restyle

from .question_line import QuestionLine

_HINT: Final = (
    "Ask about every version: ever, never, when first, how long, changed … from … to, Paid before Shipped. The arrow "
    "down lists words."
)
_MOST_VALUES: Final = 12
_LETTERS: Final = 40


class QuestionDock(WorkspaceDock):
    """A line for a question to the histories of all entities."""

    name, title = "question", "Question"

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._questioner = workspace.questioner
        self._is_showing = self._is_refused = False
        self.line = QuestionLine(self._completions, theme, body)
        self.button = QPushButton("Ask", body)
        self.button.setProperty("role", "accent")
        self.reads = Label("", body, wraps=True)
        self.reads.setAccessibleName("What the question means")
        self.line.above_list = self.reads
        self.as_of = QPushButton(body)
        self.as_of.setProperty("role", "link")
        self.bar = ProgressBar("Progress of the question", body, width=90)
        top = fill(QHBoxLayout(), (self.line, 1), self.button, margins=(11, 11, 11, 0), spacing=8)
        below = fill(QHBoxLayout(), (self.reads, 1), self.as_of, self.bar, margins=(20, 8, 12, 6), spacing=8)
        fill(QVBoxLayout(body), top, below, (0, 1))
        self.line.entered.connect(self._ask)
        self.line.textEdited.connect(lambda text: self._keep())
        self.button.clicked.connect(lambda: self._questioner.stop() if self._questioner.is_asking else self._ask())
        self.as_of.clicked.connect(lambda: self._questioner.ask(replace(self._questioner.typed, as_of="")))
        self._questioner.question_changed.connect(self._show_question)
        self._questioner.changed.connect(self._show_progress)
        workspace.overview.changed.connect(self._show_types)
        workspace.store_changed.connect(self._show_progress)
        self._questioner.history.changed.connect(self._show_types)
        theme.follow(self)
        self._show_types()
        self._show_question()
        self._show_progress()

    @property
    def least_height(self) -> int:
        return 96

    def focus_line(self) -> None:
        """Show the dock with the focus in its line."""
        self.bring_forward(self.line)
        self.line.selectAll()

    def ask(self, text: str) -> None:
        """Show the dock, and ask a question."""
        self.bring_forward(self.line)
        self._questioner.ask(AskedQuestion(text))

    def _ask(self) -> None:
        typed = replace(self._questioner.typed, text=self.line.text())
        self._questioner.set_typed(typed)
        self._is_refused = True
        self._read()
        if self.line.property("state") != "error":
            self._is_refused = False
            self._questioner.ask(typed)

    def _keep(self) -> None:
        """Have the questioner keep what is typed."""
        if not self._is_showing:
            self._questioner.set_typed(replace(self._questioner.typed, text=self.line.text()))
            self._read()

    def _show_question(self) -> None:
        question, self._is_showing = self._questioner.typed, True
        if self.line.text() != question.text:
            self.line.offer(question.text)
            self._is_refused = False
        self.as_of.setText(f"as of {question.as_of}: ask at the end" if question.as_of else "")
        self.as_of.setVisible(bool(question.as_of))
        self._is_showing = False
        self._read()

    def _read(self) -> None:
        """Say what the question means; or why it has no meaning, in red once a person wanted to ask it."""
        text, problem = self.line.text(), None
        words = _HINT
        if text.strip():
            try:
                words = f"Reads: {read_back(parse_question(text))}."
            except ConditionError as error:
                problem = error
        if problem is not None:
            where = "" if problem.column is None else f" at column {problem.column + 1}"
            words = f"Not understood{where}: {problem}"
        is_wrong = problem is not None and self._is_refused
        self._is_refused = is_wrong
        restyle(self.reads, role="error" if is_wrong else "dim" if problem is not None or not text.strip() else "")
        self.reads.setText(words)
        self.line.mark(None if problem is None else problem.column, is_wrong=is_wrong)

    def _show_progress(self) -> None:
        questioner = self._questioner
        is_asking, searched = questioner.is_asking, questioner.progress
        self.button.setText("Stop" if is_asking else "Ask")
        self.button.setEnabled(self._workspace.session is not None)
        self.bar.setVisible(is_asking)
        done, total = (0, 0) if searched is None else (searched.events, searched.total)
        self.bar.show_done(done, total)

    def _show_types(self) -> None:
        activity = self._workspace.overview.activity
        types = {} if activity is None else activity.totals.entity_types
        self._workspace.listing.states.read_paths()  # before they are offered
        counts = (f"{name} {format_number(count)}" for name, count in types.items())
        self.title_bar.set_summary(" · ".join(filter(None, (self._questioner.history.text, *counts))))

    def _completions(self, text: str, cursor: int) -> Sequence[Completion]:
        workspace = self._workspace
        states, activity = workspace.listing.states, workspace.overview.activity
        types = [] if activity is None else list(activity.totals.entity_types)
        named = [each for each in types if each in text] or types
        known = states.paths or {}
        paths = list(dict.fromkeys(path for each in named for path in known.get(each, ())))
        events = [] if activity is None else [each.rpartition(".")[2] for each in activity.totals.event_types]
        values = {path: self._values(path) for path in paths if path in text}
        return completions(text, cursor, types, paths, values, list(dict.fromkeys(events)))

    def _values(self, path: str) -> list[Any]:
        """Return some values of a path that texts can be compared with."""
        states = self._workspace.listing.states
        if states.is_number(path):
            return []
        texts = (each for each in states.texts(path) if 0 < len(each) <= _LETTERS)
        return list(dict.fromkeys(texts))[:_MOST_VALUES]
