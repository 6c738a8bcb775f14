"""Looks, at regular intervals, for what other programs wrote to the open store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from es_desktop.app.entity.commands import Changes, Initiator
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session
from es_desktop.models.runtime.tasks import Job, LatestRequest, TaskRunner

_MILLISECONDS: Final = 400


class Poll(QObject):
    """Looks for changes of others while a store is open. Use it in the GUI thread; the store is read in a task."""

    changed = Signal(object)
    """``Changes`` that others made."""
    outdated = Signal()
    """The store has to be opened again to show what others did."""
    refused = Signal(object)
    """The ``UserError`` why the store cannot be looked at: once, and not at each look."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._request = LatestRequest(runner)
        self._session: Session | None = None
        self._failure = ""
        self._conflicting: Changes | None = None
        """The changes of another program that a command conflicted with."""
        self._timer = QTimer(self, interval=_MILLISECONDS)
        self._timer.timeout.connect(self._on_time)

    def set_session(self, session: Session | None) -> None:
        """Look at another store; ``None`` for none."""
        self._session, self._failure, self._conflicting = session, "", None
        if session is None:
            self._timer.stop()
        else:
            self._timer.start()

    def look_now(self, conflicting: Changes) -> None:
        """Look at once. ``changed`` comes also if an earlier look saw the changes that a command conflicted with."""
        self._conflicting = conflicting
        self._look(self._runner.run, quiet=False)

    def _on_time(self) -> None:
        if not self._request.is_running:  # a new request would cancel it
            self._look(self._request.start, quiet=True)

    def _look(self, run: Callable[..., object], *, quiet: bool) -> None:
        session = self._session
        if session is None:
            return

        def look(job: Job) -> tuple[bool, bool]:
            changed = session.has_changed()
            return changed, changed and session.is_outdated()

        def done(found: tuple[bool, bool]) -> None:
            self._failure = ""
            changed, is_outdated = found
            if session is self._session and is_outdated:
                self.outdated.emit()
            elif session is self._session:
                self._report(Changes(initiator=Initiator.OTHERS) if changed else None)

        def failed(error: UserError) -> None:
            known, self._failure = self._failure, str(error)
            if self._failure != known:
                self.refused.emit(error)
            self._report(None)

        run("Looking for changes", look, done, failed=failed, quiet=quiet)

    def _report(self, changes: Changes | None) -> None:
        conflicting, self._conflicting = self._conflicting, None
        if found := changes or conflicting:
            self.changed.emit(found)
