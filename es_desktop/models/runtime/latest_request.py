"""Requests for the same thing, of which only the newest counts: an older one is cancelled, and its result dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from es_desktop.app.runtime.errors import UserError

from .tasks import Job, Progress, Queue, TaskRunner

T = TypeVar("T")


class LatestRequest:
    """The requests of one object for one thing. Use it in the GUI thread only."""

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self._job: Job | None = None

    @property
    def is_running(self) -> bool:
        """Whether the newest request runs or waits; false while its result is delivered."""
        return self._job is not None

    def start(
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
    ) -> None:
        """Cancel the previous request, and start ``work`` as ``TaskRunner.run`` does.

        ``stopped`` is called if a person cancelled the task, or if it failed and there is no ``failed``; not if a newer
        request or ``cancel`` ended it.
        """

        def deliver(result: T) -> None:
            self._job = None
            done(result)

        def fail(error: UserError) -> None:
            self._job = None
            assert failed is not None, "the runner calls this only if there is one"
            failed(error)

        def stop() -> None:
            if self._job is job:
                self._job = None
                stopped()

        self.cancel()
        self._job = job = self._runner.run(
            title,
            work,
            deliver,
            part=part,
            progressed=progressed,
            failed=None if failed is None else fail,
            dropped=dropped,
            stopped=stop,
            queue=queue,
            quiet=quiet,
        )

    def cancel(self) -> None:
        """Cancel the newest request, if there is one; none of its callbacks is called."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
