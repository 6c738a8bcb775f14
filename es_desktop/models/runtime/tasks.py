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


class Lane(enum.Enum):
    """A queue of work, each with a thread of its own."""

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
    """What work is given: it looks here whether it is still wanted, and tells how far it is."""

    def __init__(
        self, title: str, report: Callable[[Progress | Told], None], *, lane: Lane, is_protected: bool
    ) -> None:
        super().__init__()
        self.title = title
        self.lane = lane
        self.is_protected = is_protected
        self._report = report

    @property
    def is_waited_for(self) -> bool:
        """Whether a person waits for it, rather than works on beside it."""
        return self.lane is Lane.FRONT

    def report(self, done: int, total: int) -> None:
        """Tell how much is done; raises ``Cancelled`` where the work is not wanted any more."""
        self.check()
        self._report(Progress(self, done, total))

    def tell(self, part: Any) -> None:
        """Hand over a part of the result; raises ``Cancelled`` where the work is not wanted any more."""
        self.check()
        self._report(Told(self, part))

    def counted(self, total: int) -> Callable[[], None]:
        """Return a checkpoint to be called some ``total`` times; it tells how far the work is once that takes long.

        It raises ``Cancelled`` where the work is not wanted any more.
        """
        begun = told = monotonic()
        done = 0

        def checkpoint() -> None:
            nonlocal told, done
            self.check()
            done += 1
            now = monotonic()
            if now - begun > _LONG_SECONDS and now - told > _PROGRESS_SECONDS:
                told = now
                self.report(min(done, total), total)

        return checkpoint


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is."""

    job: Job
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Told:
    """A part of the result of a job that goes on."""

    job: Job
    part: Any


@dataclass(frozen=True, slots=True)
class _Task:
    """Work that was started, and what becomes of its result."""

    job: Job
    key: str | None
    future: Future[Any]
    done: Callable[[Any], None]
    told: Callable[[Any], None]
    failed: Callable[[UserError], None] | None
    dropped: Callable[[Any], None] | None
    quiet: bool

    def drop(self) -> None:
        """Let the result, which is not wanted any more, be closed where it has to be."""
        if self.dropped is not None:
            self.dropped(self.future.result())


class TaskRunner(QObject):
    """Runs work on two lanes. Newer work of the same key cancels the older."""

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
        self._lanes: dict[Lane, Executor] = self._make_lanes()
        self._current: dict[str, Job] = {}
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
        told: Callable[[Any], None] = lambda _: None,
        failed: Callable[[UserError], None] | None = None,
        dropped: Callable[[T], None] | None = None,
        lane: Lane = Lane.FRONT,
        key: str | None = None,
        quiet: bool = False,
        protected: bool = False,
    ) -> Job:
        """Start work; ``title`` tells a person what it is.

        ``told`` is given the parts that the work tells before its end. ``quiet`` work does not count as something
        going on. ``protected`` work is carried out whatever comes. A result that is not wanted any more is given to
        ``dropped``, which may have to close it.
        """
        job = Job(title, self._crossed.emit, lane=lane, is_protected=protected)
        if key is not None:
            self.cancel(key)
            self._current[key] = job
        if not quiet:
            self._pending.add(job)
        future = self._lanes[lane].submit(_guarded, work, job)
        task = self._undelivered[job] = _Task(job, key, future, done, told, failed, dropped, quiet)
        future.add_done_callback(lambda _: self._crossed.emit(task))
        self.started.emit(job)
        return job

    def cancel(self, key: str) -> None:
        """Cancel the work of a key, where there is any."""
        if key in self._current:
            self._current.pop(key).cancel()

    def is_running(self, key: str) -> bool:
        """Tell whether work of a key runs or waits."""
        return key in self._current

    def cancel_all(self) -> None:
        """Cancel whatever runs or waits and is not protected; none of it is delivered."""
        for job in {*self._current.values(), *self._pending}:
            if not job.is_protected:
                job.cancel()

    @property
    def is_idle(self) -> bool:
        return not self._pending

    def close(self) -> None:
        """Cancel what may be cancelled, and wait until both threads have ended."""
        self.cancel_all()
        self._is_closed = True
        for executor in self._lanes.values():
            executor.shutdown(wait=True)
        for task in self._undelivered.values():
            if task.future.exception() is None:
                task.drop()
        self._undelivered.clear()

    def _make_lanes(self) -> dict[Lane, Executor]:
        return {lane: ThreadPoolExecutor(1, thread_name_prefix=f"es-{lane.value}") for lane in Lane}

    def _on_crossed(self, message: Progress | Told | _Task) -> None:
        if self._is_closed:
            return  # it was on its way when the runner was closed
        if isinstance(message, Progress):
            if not message.job.is_cancelled:
                self.progressed.emit(message)
            return
        if isinstance(message, Told):
            task = self._undelivered.get(message.job)
            if task is not None and not message.job.is_cancelled:
                task.told(message.part)
            return
        if message.key is not None and self._current.get(message.key) is message.job:
            del self._current[message.key]
        self._undelivered.pop(message.job, None)
        try:
            self._deliver(message)
        finally:
            self.ended.emit(message.job)
            self._pending.discard(message.job)
            if not self._pending and not message.quiet:
                self.idle.emit()

    def _deliver(self, ended: _Task) -> None:
        if ended.future.cancelled():
            return
        error = ended.future.exception()
        if ended.job.is_cancelled:
            if error is None:
                ended.drop()
            return
        if error is None:
            ended.done(ended.future.result())
        elif isinstance(error, Cancelled):
            return
        elif isinstance(error, UserError):
            (ended.failed or self.refused.emit)(error)
        elif isinstance(error, DatastoreError):
            told = UserError(str(error), error.hint or "It may be damaged, or in use by somebody else; try again.")
            (ended.failed or self.refused.emit)(told)
        else:
            _log.error("%s failed", ended.job.title, exc_info=error)
            self.crashed.emit(error)


def _guarded(work: Callable[[Job], T], job: Job) -> T:
    job.check()
    return work(job)
