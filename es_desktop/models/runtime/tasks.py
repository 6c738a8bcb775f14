"""Tasks: work beside the GUI thread, and its results back in it.

One ``TaskRunner`` lives in the GUI thread and owns the only signal that crosses threads. Work is a plain function that
takes a ``Job``; what it returns is handed to ``done`` in the GUI thread, where ``Job`` was not cancelled by then.
"""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from es_desktop.app.runtime.cancel import CancelToken
from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.core import DatastoreError

_LONG_SECONDS: Final = 0.25
"""Work that takes no longer needs no bar; it would only flicker."""
_PROGRESS_SECONDS: Final = 0.05
_log = logging.getLogger(__name__)
T = TypeVar("T")


class Queue(enum.Enum):
    """Where work waits for its turn; each queue has a thread of its own."""

    FRONT = "front"
    """What a person waits for, and all writes."""
    SCAN = "scan"
    """Long reading."""
    WALK = "walk"
    """Going through all events of the chosen entity."""
    SEARCH = "search"
    """Looking through the states of a store, which may take as long."""
    INDEX = "index"
    """Filling the side index, which may take as long as it likes."""


class Job(CancelToken):
    """What work is given: it looks here whether it is still wanted, and reports here how far it is."""

    def __init__(
        self, title: str, report: Callable[[Progress | Part], None], *, queue: Queue, is_protected: bool
    ) -> None:
        super().__init__()
        self.title = title
        self.queue = queue
        self.is_protected = is_protected
        self._report = report

    @property
    def is_foreground(self) -> bool:
        """Whether a person waits for it, rather than works on beside it."""
        return self.queue is Queue.FRONT

    def report(self, done: int, total: int) -> None:
        """Report how much is done. Raises ``Cancelled`` where the work is not wanted any more."""
        self.check()
        self._report(Progress(self, done, total))

    def report_part(self, part: Any) -> None:
        """Hand over a part of the result before its end. Raises ``Cancelled`` where the work is not wanted any more."""
        self.check()
        self._report(Part(self, part))

    def counting_checkpoint(self, total: int) -> Callable[[], None]:
        """Return a checkpoint to be called some ``total`` times; it reports how far the work is once that takes long.

        The checkpoint raises ``Cancelled`` where the work is not wanted any more.
        """
        start = reported = monotonic()
        done = 0

        def checkpoint() -> None:
            nonlocal reported, done
            self.check()
            done += 1
            now = monotonic()
            if now - start > _LONG_SECONDS and now - reported > _PROGRESS_SECONDS:
                reported = now
                self.report(min(done, total), total)

        return checkpoint


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is."""

    job: Job
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the result of a job that goes on."""

    job: Job
    value: Any


@dataclass(frozen=True, slots=True)
class _Task:
    """Work that was started, and what becomes of its result."""

    job: Job
    future: Future[Any]
    done: Callable[[Any], None]
    part: Callable[[Any], None]
    progressed: Callable[[Progress], None]
    failed: Callable[[UserError], None] | None
    dropped: Callable[[Any], None] | None
    stopped: Callable[[], None]
    quiet: bool

    def drop(self) -> None:
        """Let the result, which is not wanted any more, be closed where it has to be."""
        if self.dropped is not None:
            self.dropped(self.future.result())


class TaskRunner(QObject):
    """Runs work in queues. Where only the newest of some work counts, ``LatestRequest`` starts it."""

    started = Signal(object)
    """A ``Job`` that was asked for, and runs or waits from now on."""
    progressed = Signal(object)
    """``Progress`` of a job."""
    ended = Signal(object)
    """The ``Job`` that ended in whatever way."""
    refused = Signal(object)
    """A ``UserError`` that nobody took on."""
    crashed = Signal(object)
    """An exception that is a bug."""
    idle = Signal()
    """No work is left that a person could be waiting for."""
    _crossed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queues: dict[Queue, Executor] = self._make_queues()
        self._pending: set[Job] = set()
        self._undelivered: dict[Job, _Task] = {}
        self._is_closed = False
        self._crossed.connect(self._on_crossed, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        title: str,
        work: Callable[[Job], T],
        done: Callable[[T], None] = lambda _: None,
        *,
        part: Callable[[Any], None] = lambda _: None,
        progressed: Callable[[Progress], None] = lambda _: None,
        failed: Callable[[UserError], None] | None = None,
        dropped: Callable[[T], None] | None = None,
        stopped: Callable[[], None] = lambda: None,
        queue: Queue = Queue.FRONT,
        quiet: bool = False,
        protected: bool = False,
    ) -> Job:
        """Start work beside the GUI thread, in which all the callbacks are called; ``title`` says what it is.

        It ends in one of three: ``done`` is given its result; ``failed`` its ``UserError``; ``stopped`` is called where
        it was cancelled, or failed and nobody took the error. ``part`` is given what is handed over before the end,
        ``progressed`` how far it is. A result that is not wanted any more is given to ``dropped``, which may have to
        close it. ``quiet`` work does not count as something going on; ``protected`` work cannot be cancelled by
        ``cancel_all``.
        """
        job = Job(title, self._crossed.emit, queue=queue, is_protected=protected)
        if not quiet:
            self._pending.add(job)
        future = self._queues[queue].submit(_guarded, work, job)
        task = self._undelivered[job] = _Task(job, future, done, part, progressed, failed, dropped, stopped, quiet)
        future.add_done_callback(lambda _: self._crossed.emit(task))
        self.started.emit(job)
        return job

    def cancel_all(self) -> None:
        """Cancel whatever runs or waits and is not protected; none of it is delivered."""
        for job in self._undelivered:
            if not job.is_protected:
                job.cancel()

    @property
    def is_idle(self) -> bool:
        return not self._pending

    def close(self) -> None:
        """Cancel what may be cancelled, and wait until all threads have ended."""
        self.cancel_all()
        self._is_closed = True
        for executor in self._queues.values():
            executor.shutdown(wait=True)
        for task in self._undelivered.values():
            if task.future.exception() is None:
                task.drop()
        self._undelivered.clear()

    def _make_queues(self) -> dict[Queue, Executor]:
        return {queue: ThreadPoolExecutor(1, thread_name_prefix=f"es-{queue.value}") for queue in Queue}

    def _on_crossed(self, message: Progress | Part | _Task) -> None:
        if self._is_closed:
            return  # it was on its way when the runner was closed
        if not isinstance(message, _Task):
            task = self._undelivered.get(message.job)
            if task is not None and not message.job.is_cancelled:
                self._pass_on(message, task)
            return
        self._undelivered.pop(message.job, None)
        try:
            self._deliver(message)
        finally:
            self.ended.emit(message.job)
            self._pending.discard(message.job)
            if not self._pending and not message.quiet:
                self.idle.emit()

    def _pass_on(self, message: Progress | Part, task: _Task) -> None:
        if isinstance(message, Part):
            task.part(message.value)
        else:
            task.progressed(message)
            self.progressed.emit(message)

    def _deliver(self, ended: _Task) -> None:
        error = ended.future.exception()
        if isinstance(error, DatastoreError):
            error = UserError(str(error), error.hint or "It may be damaged, or in use by somebody else; try again.")
        if error is None and not ended.job.is_cancelled:
            ended.done(ended.future.result())
        elif isinstance(error, UserError) and ended.failed is not None and not ended.job.is_cancelled:
            ended.failed(error)
        else:
            self._leave(ended, error)
            ended.stopped()

    def _leave(self, ended: _Task, error: BaseException | None) -> None:
        """Take on what nobody else does: a result that is not wanted, or an error."""
        if error is None:
            ended.drop()
        elif ended.job.is_cancelled or isinstance(error, Cancelled):
            return
        elif isinstance(error, UserError):
            self.refused.emit(error)
        else:
            _log.error("%s failed", ended.job.title, exc_info=error)
            self.crashed.emit(error)


def _guarded(work: Callable[[Job], T], job: Job) -> T:
    job.check()
    return work(job)
