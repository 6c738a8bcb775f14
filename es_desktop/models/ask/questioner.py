"""Asks questions in tasks: the answers as they are found, the versions, and the count over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing
from time import monotonic
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.ask.answers import Answer, FoundVersion
from es_desktop.app.ask.asking import ask, ask_over_time, ask_versions
from es_desktop.app.ask.buckets import Bucket
from es_desktop.app.ask.one_state import needs_histories
from es_desktop.app.ask.parsing import asked_question
from es_desktop.app.ask.question import Question
from es_desktop.app.ask.request import AskRequest
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.questions import AskedQuestion
from es_desktop.app.search.state_scan import SearchProgress
from es_desktop.app.store.session import Session
from es_desktop.app.text.times import parse_as_of
from es_desktop.app.transfer.seen import SeenRows
from es_desktop.models.history.builder import HistoryBuilder
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.search.indexer import Indexer
from es_desktop.models.search.listed_states import ListedStates
from es_desktop.replay import Exactness

from .found_model import FoundModel
from .sql_asker import SqlAsker

_PART_SECONDS: Final = 0.1
"""Seconds between two parts of a result; the first row is reported at once."""
_RECENT: Final = 12


class Questioner(QObject):
    """Asks the open store. A newer question cancels an older one."""

    changed = Signal()
    """The question that is answered, its progress or its answers changed."""
    question_changed = Signal()
    """What is typed is another question."""
    recent_changed = Signal()
    forgotten = Signal()
    """Another store is asked from now on, or none."""
    counted = Signal()
    """``buckets`` are others, or ``None``."""

    def __init__(
        self, runner: TaskRunner, indexer: Indexer, names: ListedStates, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._request, self._versions_request, self._count_request = (LatestRequest(runner) for _ in range(3))
        self._indexer = indexer
        self.history = HistoryBuilder(runner, indexer, self)
        """What makes later questions to a large store fast."""
        self.sql = SqlAsker(runner, indexer, self)
        self.session: Session | None = None
        self.answers, self.versions = FoundModel(runner, names, self), FoundModel(runner, names, self)
        self.typed = AskedQuestion()
        """What is typed."""
        self.recent: tuple[AskedQuestion, ...] = ()
        """What was asked, the latest first."""
        self.asked: AskRequest | None = None
        """The question that is answered."""
        self.progress: SearchProgress | None = None
        """How far it is answered."""
        self.versions_progress: SearchProgress | None = None
        self.problem: UserError | None = None
        """Why it is not answered."""
        self.seconds = 0.0
        """How long answering took."""
        self.exactness: Counter[Exactness] = Counter()
        """How many answers are exact, inferred and broken."""
        self.buckets: tuple[Bucket, ...] | None = None
        """The counts over time; ``None`` until they are known, and for a store without times."""

    @property
    def is_asking(self) -> bool:
        """Whether answers are being found."""
        return self._request.is_running

    @property
    def is_listing_versions(self) -> bool:
        return self._versions_request.is_running

    def set_session(self, session: Session | None) -> None:
        """Ask another store from now on; nothing is asked of it yet."""
        self.forgotten.emit()
        self.history.forget()
        self.sql.set_session(session)
        self.session = session
        self._reset(None)
        self.set_typed(AskedQuestion())
        self.set_recent(())

    def set_typed(self, question: AskedQuestion) -> None:
        """Show what is to be asked, or keep what a person typed."""
        if question != self.typed:
            self.typed = question
            self.question_changed.emit()

    def set_recent(self, questions: tuple[AskedQuestion, ...]) -> None:
        """Set what was asked before."""
        if questions != self.recent:
            self.recent = questions
            self.recent_changed.emit()

    def ask(self, question: AskedQuestion) -> None:
        """Ask a question; one that cannot be understood is a ``problem``."""
        self.set_typed(question)
        try:
            request = request_of(question)
        except UserError as error:
            self._reset(None)
            self.problem = error
            self.changed.emit()
            return
        self.set_recent((question, *(each for each in self.recent if each != question))[:_RECENT])
        self._reset(request)
        self._find()

    def _find(self) -> None:
        session, index, request = self.session, self._indexer.index, self.asked
        if session is None or request is None:
            return

        def done(seconds: float) -> None:
            self.seconds = seconds
            self.answers.sort_again()
            self.changed.emit()
            if needs_histories(request):
                self.history.want()
            self._count()

        self._request.start(
            "Asking",
            lambda job: _report(job, ask(session, request, index)),
            done,
            part=self._add,
            failed=self._fail,
            queue=Queue.SEARCH,
            quiet=True,
        )
        self.changed.emit()

    def list_versions(self) -> None:
        """Find the versions at which the question is true, unless that was done."""
        session, index, request = self.session, self._indexer.index, self.asked
        if session is None or request is None or self.versions_progress is not None or self.is_listing_versions:
            return

        def add(part: tuple[list[FoundVersion], SearchProgress]) -> None:
            rows, self.versions_progress = part
            self.versions.append(rows)
            self.changed.emit()

        def done(seconds: float) -> None:
            self.versions.sort_again()
            self.changed.emit()

        def failed(error: UserError) -> None:
            self.versions_progress = SearchProgress(0, is_done=True)
            self.changed.emit()

        self._versions_request.start(
            "Listing versions",
            lambda job: _report(job, ask_versions(session, request, index)),
            done,
            part=add,
            failed=failed,
            queue=Queue.SEARCH,
            quiet=True,
        )

    def _count(self) -> None:
        """Count over time what the answers are, once these are there."""
        session, index, request = self.session, self._indexer.index, self.asked
        if session is None or request is None:
            return

        def work(job: Job) -> tuple[Bucket, ...]:
            found: tuple[Bucket, ...] = ()
            with closing(ask_over_time(session, request, None, index)) as parts:
                for part in parts:
                    job.check()
                    found = found if isinstance(part, SearchProgress) else part
            return found

        def done(found: tuple[Bucket, ...]) -> None:
            self.buckets = found or None
            self.counted.emit()

        self._count_request.start(
            "Counting over time", work, done, failed=lambda error: None, queue=Queue.SEARCH, quiet=True
        )

    def stop(self) -> None:
        """Stop asking; what was found stays."""
        for each in (self._request, self._versions_request, self._count_request):
            each.cancel()
        self.changed.emit()

    def all_rows(self, columns: Any) -> SeenRows | None:
        """Return all answers, in these columns or with every attribute of the states for ``None``."""
        asked = self.asked
        return self.answers.all_rows(columns, self._indexer.index, None if asked is None else asked.as_of)

    def _reset(self, request: AskRequest | None) -> None:
        for each in (self._request, self._versions_request, self._count_request):
            each.cancel()
        self.asked, self.progress, self.versions_progress, self.problem = request, None, None, None
        self.exactness, self.seconds, self.buckets = Counter(), 0.0, None
        paths = () if request is None else request.columns or request.question.paths
        question: Question | None = None if request is None else request.question
        self.answers.ask(question, paths, of_versions=False)
        self.versions.ask(question, paths, of_versions=True)
        self.counted.emit()
        self.changed.emit()

    def _add(self, part: tuple[list[Answer], SearchProgress]) -> None:
        rows, self.progress = part
        self.exactness.update(each.exactness for each in rows)
        self.answers.append(rows)
        self.changed.emit()

    def _fail(self, error: UserError) -> None:
        self.problem = error
        self.changed.emit()


def request_of(question: AskedQuestion) -> AskRequest:
    """Return what is asked. Raises ``UserError`` where it cannot be understood."""
    as_of = question.as_of.strip()
    asked = asked_question(question.text)
    return AskRequest(asked, parse_as_of(as_of) if as_of else None, columns=question.columns)


def _report(job: Job, parts: Generator[Any, None, None]) -> float:
    """Report what is found, and how far it is, now and then; return the seconds that it took."""
    rows: list[Any] = []
    begin = last = monotonic()
    has_rows = False
    report: Callable[[Any], None] = job.report_part
    with closing(parts):
        for part in parts:
            job.check()
            if not isinstance(part, SearchProgress):
                rows.append(part)
                continue
            is_time = monotonic() - last > _PART_SECONDS or (bool(rows) and not has_rows) or part.is_done
            if is_time:
                report((rows, part))
                rows, last, has_rows = [], monotonic(), has_rows or bool(rows)
    return monotonic() - begin
