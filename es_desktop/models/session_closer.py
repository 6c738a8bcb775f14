"""Closes sessions, each once nothing reads from it any more."""

from __future__ import annotations

from es_desktop.app.session import Session

from .tasks import Lane, TaskRunner


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

        def scanned(_: None) -> None:
            self._runner.run("Closing the store", lambda job: session.close(), closed, protected=True)

        def closed(_: None) -> None:
            self._kept.remove(session)

        # What still reads on the other lane has to let go of its connection first.
        self._runner.run("Closing the store", lambda job: None, scanned, lane=Lane.SCAN, protected=True)

    def close_all(self) -> None:
        """Close what is left, once the runner has ended."""
        for session in self._kept:
            session.close()
        self._kept.clear()
