"""Work of which only the newest request counts: what was asked for before is cancelled, and never delivered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from es_desktop.app.runtime.errors import UserError

from .tasks import Job, Progress, Queue, TaskRunner

T = TypeVar("T")


class LatestRequest:
    """One kind of work of one object. To be used in the GUI thread."""

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self._job: Job | None = None

    @property
    def is_running(self) -> bool:
        """Whether the newest request runs or waits; it does not any more when its result is delivered."""
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
        """Cancel the request before this one, and start the work as ``TaskRunner.run`` does.

        ``stopped`` is called where a person cancelled it, or it failed and nobody took the error; not where another
        request took its place, or ``cancel`` was called.
        """

        def take(result: T) -> None:
            self._job = None
            done(result)

        def fail(error: UserError) -> None:
            self._job = None
            assert failed is not None, "it is given only where somebody takes the error"
            failed(error)

        def stop() -> None:
            if self._job is job:
                self._job = None
                stopped()

        self.cancel()
        self._job = job = self._runner.run(
            title,
            work,
            take,
            part=part,
            progressed=progressed,
            failed=None if failed is None else fail,
            dropped=dropped,
            stopped=stop,
            queue=queue,
            quiet=quiet,
        )

    def cancel(self) -> None:
        """Let the newest request not be delivered, where there is one; ``stopped`` is not called."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
