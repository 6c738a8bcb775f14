"""The question to the whole store: one line, what it means in words, and what may be written next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from es_desktop.app.ask.completing import Completion, completions
from es_desktop.app.ask.parsing import parse_question, split_types
from es_desktop.app.ask.reading import read_back
from es_desktop.app.ask.tokens import with_types
from es_desktop.app.search.questions import AskedQuestion
from es_desktop.replay.conditions import ConditionError
from es_desktop.system.counts import format_number
from es_desktop.views.style.builders import ProgressBar, fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.fields import PickButton, line_edit
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import restyle

from .question_line import QuestionLine

_HINT: Final = (
    "Ask about every version: ever, never, when first, how long, changed … from … to, Paid before Shipped. The arrow "
    "down lists words."
)
_AS_OF_WIDTH: Final = 140
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
        about = "The time as of which is asked, such as 2025-05-02"
        self.as_of = line_edit(about, "as of the end", self.title_bar, can_clear=True)
        self.as_of.setFixedWidth(_AS_OF_WIDTH)
        self.types = PickButton("entity type", self._names_of_types, self.title_bar)
        for each in (self.types, self.as_of):
            self.title_bar.add_widget(each)
        self.bar = ProgressBar("Progress of the question", body, width=90)
        top = fill(QHBoxLayout(), (self.line, 1), self.button, margins=(11, 11, 11, 0), spacing=8)
        below = fill(QHBoxLayout(), (self.reads, 1), self.bar, margins=(20, 8, 12, 6), spacing=8)
        fill(QVBoxLayout(body), top, below, (0, 1))
        self.line.entered.connect(self._ask)
        self.line.textEdited.connect(lambda text: self._keep())
        self.button.clicked.connect(lambda: self._questioner.stop() if self._questioner.is_asking else self._ask())
        self.as_of.returnPressed.connect(self._ask)
        self.as_of.textChanged.connect(lambda text: self._keep())
        self.types.picked.connect(self._pick_types)
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

    def take_focus(self) -> None:
        """Give the focus to the line of the question, and not to what is above it."""
        self.build()
        if self.line.isVisibleTo(self):
            self.line.setFocus()
        else:
            super().take_focus()

    def focus_line(self) -> None:
        """Show the dock with the focus in its line."""
        self.bring_forward(self.line)
        self.line.selectAll()

    def ask(self, text: str) -> None:
        """Show the dock with the focus in its line, and ask a question."""
        self.bring_forward(self.line)
        self._questioner.ask(AskedQuestion(text))

    def _pick_types(self, names: frozenset[str] | None) -> None:
        """Name other entity types in the question."""
        _, clauses = split_types(self.line.text(), self._names_of_types())
        self.line.offer(with_types(names or (), clauses))
        self._keep()

    def _ask(self) -> None:
        self._keep()
        typed = self._questioner.typed
        self._is_refused = True
        self._read()
        if self.line.property("state") != "error":
            self._is_refused = False
            self._questioner.ask(typed)

    def _keep(self) -> None:
        """Have the questioner keep what is typed."""
        if not self._is_showing:
            typed = replace(self._questioner.typed, text=self.line.text(), as_of=self.as_of.text())
            self._questioner.set_typed(typed)
            self._read()

    def _show_question(self) -> None:
        question, self._is_showing = self._questioner.typed, True
        if self.line.text() != question.text:
            self.line.offer(question.text)
            self._is_refused = False
        if self.as_of.text() != question.as_of:
            self.as_of.setText(question.as_of)
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
        self._show_picked()
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
        self._workspace.listing.states.read_paths()  # before they are offered
        counts = (f"{name} {format_number(count)}" for name, count in self._names_of_types().items())
        self.title_bar.set_summary(" · ".join(filter(None, (self._questioner.history.text, *counts))))

        self._show_picked()

    def _show_picked(self) -> None:
        types, _ = split_types(self.line.text(), self._names_of_types())
        self.types.show_picked(frozenset(types) or None)

    def _names_of_types(self) -> dict[str, int]:
        activity = self._workspace.overview.activity
        return {} if activity is None else activity.totals.entity_types

    def _completions(self, text: str, cursor: int) -> Sequence[Completion]:
        workspace = self._workspace
        states, activity = workspace.listing.states, workspace.overview.activity
        types = list(self._names_of_types())
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
