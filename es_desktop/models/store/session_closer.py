"""Closes sessions, each once nothing reads from it any more."""

from __future__ import annotations

from collections.abc import Callable

from es_desktop.app.store.session import Session
from es_desktop.models.runtime.tasks import Queue, TaskRunner


class SessionCloser:
    """Knows the sessions that have to be closed before the program ends."""

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self._kept: list[Session] = []

    def keep(self, session: Session) -> None:
        """Close a session when the program ends, where ``close`` was not called before."""
        if session not in self._kept:
            self._kept.append(session)

    def close(self, session: Session) -> None:
        """Close a session after the work that was asked for so far; what is not needed should be cancelled."""
        self.keep(session)

        def closed(_: None) -> None:
            self._kept.remove(session)

        # What still reads in the other queues has to let go of its connections first.
        self._pass(
            [queue for queue in Queue if queue is not Queue.FRONT],
            lambda: self._run(Queue.FRONT, session.close, closed),
        )

    def _pass(self, queues: list[Queue], then: Callable[[], None]) -> None:
        """Call something after whatever was asked for so far in some queues."""
        if not queues:
            then()
            return
        self._run(queues[0], lambda: None, lambda _: self._pass(queues[1:], then))

    def _run(self, queue: Queue, work: Callable[[], None], done: Callable[[None], None]) -> None:
        self._runner.run("Closing the store", lambda job: work(), done, queue=queue, protected=True)

    def close_all(self) -> None:
        """Close what is left, once the runner has ended."""
        for session in self._kept:
            session.close()
        self._kept.clear()
