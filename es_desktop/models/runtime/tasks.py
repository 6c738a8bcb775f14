"""Tasks: work outside the GUI thread, whose results are delivered in it.

One ``TaskRunner`` lives in the GUI thread and owns the only signal that crosses threads. Work is a plain function that
takes a ``Job``; what it returns is passed to ``done`` in the GUI thread, unless the job was cancelled. A
``LatestRequest`` runs tasks for the same thing: a new one cancels the one before.
"""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, TypedDict, TypeVar, Unpack

from PySide6.QtCore import QObject, Qt, Signal

from es_desktop.app.runtime.errors import Cancelled, CancelToken, UserError, of_database
from es_desktop.core import DatastoreError
from es_desktop.system.stop import stoppable

_LONG_SECONDS: Final = 0.25
"""Work that ends sooner reports no progress: a bar would only flicker."""
_PROGRESS_SECONDS: Final = 0.05
_log = logging.getLogger(__name__)
T = TypeVar("T")


class Queue(enum.Enum):
    """The queue that a task waits in; each has one thread."""

    FRONT = "front"
    """What a person waits for."""
    WRITE = "write"
    """Writing to the store, which may wait for a lock of another program while a person goes on reading."""
    SCAN = "scan"
    """Reading that may take long."""
    WALK = "walk"
    """Reading all events of the chosen entity."""
    SEARCH = "search"
    """Searching the states of all entities of a store."""
    ROWS = "rows"
    """Reading the states of the entities in rows that are shown."""
    STATES = "states"
    """Reading the states of all entities of a store, to filter and sort by them."""
    INDEX = "index"
    """Filling the index of a store."""
    HISTORY = "history"
    """Building the state history of a store, which takes minutes."""


class Job(CancelToken):
    """A running task, as its work sees it: says whether it was cancelled, and reports its progress. Thread-safe."""

    def __init__(self, title: str, report: Callable[[_Report], None], queue: Queue, is_protected: bool) -> None:
        super().__init__()
        self.title = title
        self.queue = queue
        self.is_protected = is_protected
        self._report = report

    @property
    def is_foreground(self) -> bool:
        """Whether a person waits for it."""
        return self.queue in (Queue.FRONT, Queue.WRITE)

    def report(self, done: int, total: int) -> None:
        """Report progress, ``done`` of ``total`` steps. Raises ``Cancelled`` if the job was cancelled."""
        self.check()
        self._report(Progress(self, done, total))

    def report_waiting(self, is_waiting: bool) -> None:
        """Report that the work waits for a lock of another program, or that it does not any more."""
        self._report(_Waiting(self, is_waiting))

    def report_part(self, part: Any) -> None:
        """Deliver a part of the result before the end. Raises ``Cancelled`` if the job was cancelled."""
        self.check()
        self._report(Part(self, part))

    def counting_checkpoint(self, total: int) -> Callable[[], None]:
        """Return a checkpoint that counts ``total`` steps, and reports if they take long; raises ``Cancelled``."""
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
    """How much of a job is done, in steps of the work's own choice."""

    job: Job
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the result of a job that is still running."""

    job: Job
    value: Any


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Whether a job waits for a lock of another program."""

    job: Job
    is_waiting: bool


_Report = Progress | Part | _Waiting


class Options(TypedDict, total=False):
    """Where a task runs, and what is called in the GUI thread while it runs, and at its end, besides ``done``."""

    queue: Queue
    quiet: bool
    """It does not count for ``TaskRunner.is_idle``."""
    part: Callable[[Any], None]
    """Receives each ``report_part``."""
    progressed: Callable[[Progress], None]
    """Receives each ``report``."""
    failed: Callable[[UserError], None]
    """Receives the ``UserError`` that ended the work; without it the runner emits ``refused``."""
    stopped: Callable[[], None]
    """Is called if the task was cancelled, or failed without ``failed``."""
    dropped: Callable[[Any], None]
    """Receives the result of a cancelled task, which may have to be closed."""


def _ignore(_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class _Task:
    """A task, and the callbacks for its result."""

    job: Job
    future: Future[Any]
    done: Callable[[Any], None]
    request: LatestRequest | None
    queue: Queue = Queue.FRONT
    quiet: bool = False
    part: Callable[[Any], None] = _ignore
    progressed: Callable[[Progress], None] = _ignore
    failed: Callable[[UserError], None] | None = None
    stopped: Callable[[], None] = lambda: None
    dropped: Callable[[Any], None] = _ignore


class TaskRunner(QObject):
    """Runs tasks in queues; use it in the GUI thread. Where only the newest task counts, use ``LatestRequest``."""

    started = Signal(object)
    """A ``Job`` that runs or waits from now on."""
    progressed = Signal(object)
    """``Progress`` of a job."""
    waiting = Signal(object, object)
    """A job, and whether it waits for a lock of another program from now on."""
    ended = Signal(object)
    """A ``Job`` that ended, in any way."""
    refused = Signal(object)
    """A ``UserError`` of a task without ``failed``."""
    crashed = Signal(object)
    """An exception that is a bug in the program."""
    idle = Signal()
    """No task is left but ``quiet`` ones."""
    _crossed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queues = {queue: ThreadPoolExecutor(1, thread_name_prefix=f"es-{queue.value}") for queue in Queue}
        self._pending: set[Job] = set()
        self._undelivered: dict[Job, _Task] = {}
        self._is_closed = False
        self._crossed.connect(self._on_crossed, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        title: str,
        work: Callable[[Job], T],
        done: Callable[[T], None] = _ignore,
        *,
        protected: bool = False,
        request: LatestRequest | None = None,
        **options: Unpack[Options],
    ) -> Job:
        """Run ``work`` in the thread of its queue, ``Queue.FRONT`` by default; return its job at once.

        ``done`` receives the result; if there is none, another callback of ``options`` is called. ``title`` is shown to
        the person. ``cancel_all`` does not cancel ``protected`` tasks. ``request`` is the one that the task belongs to.
        Once the runner is closed, as the program ends, nothing runs and nothing is called.
        """
        queue = options.get("queue", Queue.FRONT)
        job = Job(title, self._crossed.emit, queue, protected)
        if self._is_closed:
            job.cancel()
            return job
        if not options.get("quiet"):
            self._pending.add(job)
        future = self._queues[queue].submit(_guarded, work, job)
        task = self._undelivered[job] = _Task(job, future, done, request, **options)
        future.add_done_callback(lambda _: self._crossed.emit(task))
        self.started.emit(job)
        return job

    def cancel_all(self) -> None:
        """Cancel all tasks that are not protected; their results are dropped."""
        for job in self._undelivered:
            if not job.is_protected:
                job.cancel()

    @property
    def is_idle(self) -> bool:
        return not self._pending

    def close(self) -> None:
        """Cancel all tasks that are not protected, and block until all threads have ended."""
        self.cancel_all()
        self._is_closed = True
        for executor in self._queues.values():
            executor.shutdown(wait=True)
        for task in self._undelivered.values():
            if task.future.exception() is None:
                task.dropped(task.future.result())
        self._undelivered.clear()

    def _on_crossed(self, message: _Report | _Task) -> None:
        if self._is_closed:
            return  # it was sent before the runner was closed
        if not isinstance(message, _Task):
            task = self._undelivered.get(message.job)
            if task is None or message.job.is_cancelled:
                return
            if isinstance(message, Part):
                task.part(message.value)
            elif isinstance(message, _Waiting):
                self.waiting.emit(message.job, message.is_waiting)
            else:
                task.progressed(message)
                self.progressed.emit(message)
            return
        self._undelivered.pop(message.job, None)
        try:
            self._deliver(message)
        finally:
            self.ended.emit(message.job)
            self._pending.discard(message.job)
            if not self._pending and not message.quiet:
                self.idle.emit()

    def _deliver(self, task: _Task) -> None:
        error = task.future.exception()
        if isinstance(error, DatastoreError):
            error = of_database(error, "It may be in use by another program; try again.")
        is_newest = task.request is None or task.request.end(task.job, error)
        # A protected task that was cancelled may be done all the same, such as a write.
        is_wanted = task.job.is_protected or not task.job.is_cancelled
        if error is None and is_wanted:
            task.done(task.future.result())
        elif isinstance(error, UserError) and task.failed is not None and is_wanted:
            task.failed(error)
        else:
            self._settle(task, error)
            if is_newest:
                task.stopped()

    def _settle(self, task: _Task, error: BaseException | None) -> None:
        if error is None:
            task.dropped(task.future.result())
        elif task.job.is_cancelled or isinstance(error, Cancelled):
            return
        elif isinstance(error, UserError):
            self.refused.emit(error)
        else:
            _log.error("%s failed", task.job.title, exc_info=error)
            self.crashed.emit(error)


def _guarded(work: Callable[[Job], T], job: Job) -> T:
    job.check()
    with stoppable(lambda: job.is_cancelled, job.report, job.report_waiting):
        return work(job)


class LatestRequest:
    """The requests of one object for one thing, of which only the newest counts. Use it in the GUI thread only."""

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self._job: Job | None = None
        self.problem: UserError | None = None
        """Why the newest request failed; ``None`` once there is another, or it was cancelled."""

    @property
    def is_running(self) -> bool:
        """Whether the newest request runs or waits; false while its result is delivered."""
        return self._job is not None

    def start(
        self, title: str, work: Callable[[Job], T], done: Callable[[T], None] = _ignore, **options: Unpack[Options]
    ) -> None:
        """Cancel the previous request, whose result is dropped, and run ``work`` as ``TaskRunner.run`` does.

        ``stopped`` is not called if a newer request or ``cancel`` ended it.
        """
        self.cancel()
        self._job = self._runner.run(title, work, done, request=self, **options)

    def cancel(self) -> None:
        """Cancel the newest request, if there is one; none of its callbacks is called."""
        job, self._job, self.problem = self._job, None, None
        if job is not None:
            job.cancel()

    def end(self, job: Job, error: BaseException | None) -> bool:
        is_newest = job is self._job
        if is_newest:
            self._job, self.problem = None, error if isinstance(error, UserError) else None
        return is_newest
