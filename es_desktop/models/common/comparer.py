"""Compares entities with the others of their type, in a task: the answers to a question, or selected ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from es_desktop.app.ask.buckets import Bucket
from es_desktop.app.common.common import Common, common_of_ids, in_common
from es_desktop.app.common.of_question import common_of_counted, names_of
from es_desktop.app.rules.rule import named
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.questions import AskedQuestion
from es_desktop.core import EntityId
from es_desktop.models.runtime.tasks import Job, LatestRequest, Progress, Queue, TaskRunner

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session
    from es_desktop.models.ask.questioner import Questioner
    from es_desktop.models.search.indexer import Indexer


class Comparer(QObject):
    """What entities have in common. Nothing is read until it is asked for."""

    changed = Signal()
    """What is compared, how far that is, or the result is another one."""
    outdated = Signal()
    """The question has other answers now; ``compare_answers`` compares them."""

    def __init__(
        self, runner: TaskRunner, indexer: Indexer, questioner: Questioner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._indexer = indexer
        self._questioner = questioner
        self._compared: object = None
        """The question whose answers are compared."""
        self.found: Common | None = None
        self.progress: Progress | None = None
        self.problem: UserError | None = None
        """Why nothing can be compared."""
        self.buckets: tuple[Bucket, ...] = ()
        """The buckets in which the compared entities are counted; none if others are compared."""
        questioner.changed.connect(self._on_asked)
        questioner.forgotten.connect(self.forget)

    @property
    def is_comparing(self) -> bool:
        return self._request.is_running

    def forget(self) -> None:
        """Compare nothing any more: another store is shown."""
        self._request.cancel()
        self._compared = None
        self._reset()

    def compare_answers(self) -> None:
        """Compare the answers to the question with the others of their type, unless that was done."""
        asked, progress, session = self._questioner.asked, self._questioner.progress, self._questioner.session
        is_over = progress is not None and progress.is_done and not self._questioner.is_asking
        if session is None or asked is None or not is_over or asked is self._compared:
            return
        self._compared = asked
        rows = [each.entity for each in self._questioner.answers.rows]
        if not rows:
            self._request.cancel()
            self._reset()
            return
        ((entity_type, _),) = Counter(each.type for each in rows).most_common(1)
        ids, names, index = [each.id for each in rows], names_of(asked.question), self._indexer.index

        def work(job: Job) -> Common:
            return in_common(session, entity_type, ids, asked=names, index=index, progress=job.report)

        self._start(work)

    def compare(self, session: Session, ids: Sequence[EntityId]) -> None:
        """Compare some entities with the others of their type."""
        index = self._indexer.index
        self._compared = self._questioner.asked
        self._start(lambda job: common_of_ids(session, ids, index=index, progress=job.report))

    def compare_counted(self, buckets: Sequence[Bucket]) -> None:
        """Compare the entities that are counted in some buckets with the others; without any, the answers again."""
        asked, session, index = self._questioner.asked, self._questioner.session, self._indexer.index
        if session is None or asked is None or not buckets:
            self._compared = None
            self.compare_answers()
            return
        self._compared = asked
        self._start(lambda job: common_of_counted(session, asked, buckets, index=index, progress=job.report))
        self.buckets = tuple(buckets)

    def stop(self) -> None:
        """Stop comparing."""
        self._request.cancel()
        self.progress = None
        self.changed.emit()

    def ask(self, clause: str) -> None:
        """Ask which entities of the type a clause is true of."""
        if self.found is not None and clause:
            self._questioner.ask(AskedQuestion(f"{named(self.found.entity_type)} where {clause}"))

    def _start(self, work: Callable[[Job], Common]) -> None:

        def done(found: Common) -> None:
            self.found, self.progress = found, None
            self.changed.emit()

        def failed(error: UserError) -> None:
            self.problem, self.progress = error, None
            self.changed.emit()

        self._reset()
        self._request.start(
            "Comparing entities",
            work,
            done,
            progressed=self._on_progress,
            failed=failed,
            queue=Queue.SCAN,
            quiet=True,
        )
        self.changed.emit()

    def _on_asked(self) -> None:
        if self._questioner.asked is not self._compared:
            self.outdated.emit()

    def _on_progress(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit()

    def _reset(self) -> None:
        self.found, self.progress, self.problem, self.buckets = None, None, None, ()
        self.changed.emit()
