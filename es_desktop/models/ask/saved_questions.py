"""The questions of the open store: those that a person saved, by type, with how many answers each has; and recent ones.

The counts are found beside the window, one after another, and again when the store has more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from es_desktop.app.ask.asking import ask
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.questions import AskedQuestion, SavedSearch
from es_desktop.app.search.state_scan import SearchProgress
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.search.saved_searches import TITLES
from es_desktop.models.table.model import RIGHT, TIP_ROLE, TONE_ROLE, Answers, Column, RowsModel, bold_if
from es_desktop.system.counts import format_number

from .questioner import request_of

if TYPE_CHECKING:
    from es_desktop.models.notes.notes import Notes
    from es_desktop.models.search.indexer import Indexer
    from es_desktop.models.search.saved_searches import SavedSearches

    from .questioner import Questioner

NAME, COUNT = range(2)
RECENT: Final = "Recent"
_ALL: Final = "All types"
_WAITING: Final = "…"
_DELAY_MILLISECONDS: Final = 1000


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A heading, a saved search or a question that was asked."""

    text: str
    search: SavedSearch | None = None
    asked: AskedQuestion | None = None
    """The question, if it is one to the histories."""

    @property
    def is_heading(self) -> bool:
        return self.search is None and self.asked is None


class QuestionCounts(QObject):
    """Counts the answers of questions, each in a task after the other, once they are wanted."""

    changed = Signal()

    def __init__(self, runner: TaskRunner, indexer: Indexer, questioner: Questioner) -> None:
        super().__init__(questioner)
        self._request = LatestRequest(runner)
        self._indexer = indexer
        self._questioner = questioner
        self._wanted: list[AskedQuestion] = []
        self._known: dict[AskedQuestion, int | None] = {}
        self._outdated: set[AskedQuestion] = set()
        self._soon = QTimer(self, singleShot=True, interval=_DELAY_MILLISECONDS)
        self._soon.timeout.connect(self._go_on)
        indexer.completed.connect(self._outdate)
        questioner.forgotten.connect(self.forget)

    def text(self, question: AskedQuestion) -> str:
        """Return how many answers a question has; a sign where that is not known yet, or cannot be known."""
        if question not in self._known:
            return _WAITING if question in self._wanted else ""
        count = self._known[question]
        return "–" if count is None else format_number(count)

    def want(self, questions: list[AskedQuestion]) -> None:
        """Count these questions, and no others."""
        self._wanted = questions
        self._go_on()

    def forget(self) -> None:
        """Drop all counts: another store is open."""
        self._request.cancel()
        self._wanted, self._known, self._outdated = [], {}, set()

    def _outdate(self) -> None:
        self._outdated = set(self._known)
        self._soon.start()

    def _go_on(self) -> None:
        missing = [each for each in self._wanted if each not in self._known or each in self._outdated]
        session = self._questioner.session
        if self._request.is_running or session is None or not missing:
            return
        question, index = missing[0], self._indexer.index

        def work(job: Job) -> int | None:
            count = 0
            try:
                with closing(ask(session, request_of(question), index)) as parts:
                    for each in parts:
                        job.check()
                        count = each.hits if isinstance(each, SearchProgress) else count
            except UserError:
                return None  # its names are of another store, or of another time
            return count

        self._request.start(
            "Counting answers", work, lambda count: self._set(question, count), queue=Queue.STATES, quiet=True
        )

    def _set(self, question: AskedQuestion, count: int | None) -> None:
        self._known[question] = count
        self._outdated.discard(question)
        self.changed.emit()
        self._go_on()


class SavedQuestionsModel(RowsModel[QuestionRow]):
    """The questions under headings: saved ones by entity type, other saved searches, and what was asked."""

    def __init__(self, searches: SavedSearches, notes: Notes, questioner: Questioner, counts: QuestionCounts) -> None:
        heading: Answers[QuestionRow] = bold_if(lambda row: row.is_heading)
        super().__init__(
            (
                Column("Question", lambda row: row.text, roles=heading),
                Column("Answers", self._count, RIGHT),
            ),
            row_roles={TONE_ROLE: lambda row: "faint" if row.is_heading else None, TIP_ROLE: _tip},
            parent=questioner,
        )
        self._searches, self._questioner, self._counts = searches, questioner, counts
        self._words = ""
        self._is_shown: Callable[[], bool] = lambda: True
        notes.changed.connect(self.read)
        questioner.recent_changed.connect(self.read)
        counts.changed.connect(self.repaint)
        self.read()

    def show_counts_if(self, is_shown: Callable[[], bool]) -> None:
        """Have answers counted only while the list is shown."""
        self._is_shown = is_shown
        self.read()

    def filter(self, words: str) -> None:
        """List only those whose name has these words."""
        self._words = words.casefold().strip()
        self.read()

    def read(self) -> None:
        """List them as they are now."""
        rows = list(self._rows())
        self.set_rows(rows, key=lambda each: (each.text, each.search, each.asked))
        if self._is_shown():
            self._counts.want([each.asked for each in rows if each.asked is not None])

    def row_of(self, question: AskedQuestion) -> int | None:
        """Return the row of a question; ``None`` if it is not listed."""
        return next((number for number, each in enumerate(self.rows) if each.asked == question), None)

    def _rows(self) -> Iterator[QuestionRow]:
        groups: dict[str, list[QuestionRow]] = {}
        for each in self._searches.of():
            title = TITLES.get(each.key[0], "") if each.asked is None else _type_of(each.asked)
            groups.setdefault(title, []).append(QuestionRow(each.name, each, each.asked))
        saved = {each.asked for rows in groups.values() for each in rows}
        recent = [QuestionRow(each.text, None, each) for each in self._questioner.recent if each not in saved]
        for title, rows in (*sorted(groups.items(), key=lambda group: group[0] in TITLES.values()), (RECENT, recent)):
            found = [each for each in rows if self._words in each.text.casefold()]
            if found:
                yield QuestionRow(title)
                yield from found

    def _count(self, row: QuestionRow) -> str:
        return "" if row.asked is None else self._counts.text(row.asked)


def _tip(row: QuestionRow) -> str:
    return row.text if row.asked is None else f"{row.asked.text}\nCounts are as of the last event."


def _type_of(question: AskedQuestion) -> str:
    try:
        types = request_of(question).question.types
    except UserError:
        return _ALL
    return ", ".join(types) or _ALL
