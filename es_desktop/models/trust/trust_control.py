"""Trusting: a person's own code as the model of the open store, from the question to what is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.commands import Changes, Initiator
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading
from es_desktop.app.trust.fold import Trust, TrustError, TrustLostError
from es_desktop.app.trust.settings import RememberedTrust, code_digest
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner

_FOLDING: Final = Changes(initiator=Initiator.TRUST)


@dataclass(frozen=True, slots=True)
class ActiveTrust:
    """Code that was imported, and is at work."""

    trust: Trust
    remembered: RememberedTrust | None
    """What to remember of it; ``None`` where it was not asked for, or the code is too much to be watched."""


class TrustControl(QObject):
    """Starts the code that a person trusts, and gives it up where it has to. Nothing runs without being asked for."""

    changed = Signal(object)
    """``Changes``: other code is trusted, or none, so every state may be another one."""
    confirmation_needed = Signal(object)
    """``Trust`` that was to be remembered, and whose code is another one by now."""
    message = Signal(object)
    """A message for the person."""
    refused = Signal(object)
    """``UserError`` to be shown to the person."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._reading: Reading | None = None
        self._shown_errors: set[str] = set()
        runner.ended.connect(self._on_ended)

    def set_reading(self, reading: Reading | None) -> None:
        """Work on another store, or on none. Nothing of it is trusted yet."""
        self._request.cancel()
        if self._reading is not None:
            self._reading.interrupt_trust()
        self._reading = reading
        self._shown_errors.clear()

    @property
    def trust(self) -> Trust | None:
        """What is trusted now."""
        trusted = None if self._reading is None else self._reading.trusted
        return None if trusted is None else trusted.trust

    def begin(
        self,
        trust: Trust,
        done: Callable[[ActiveTrust], None],
        failed: Callable[[UserError], None],
        *,
        remembers: bool = False,
    ) -> None:
        """Import the code, and let states be what it makes of the records."""
        reading = self._reading
        if reading is None:
            return

        def work(job: Job) -> ActiveTrust:
            digest = code_digest(trust.folder) if remembers else ""
            reading.set_trust(trust)
            if job.is_cancelled:
                reading.set_trust(None)
            return ActiveTrust(trust, RememberedTrust.of(trust, digest) if digest else None)

        def imported(trusted: ActiveTrust) -> None:
            self.changed.emit(_FOLDING)
            done(trusted)

        def refused(error: UserError) -> None:
            self.changed.emit(_FOLDING)  # what was trusted before is not any more
            failed(error)

        self._request.start("Importing your code", work, imported, failed=refused)

    def stop(self) -> None:
        """Trust nothing any more."""
        reading = self._reading
        if reading is not None and reading.trusted is not None:
            title = reading.trusted.trust.title
            self.revoke()
            self.message.emit(f"{title} is not trusted any more.")

    def revoke(self) -> None:
        """End what is trusted, or was about to be."""
        reading = self._reading
        if reading is not None:
            reading.interrupt_trust()
            self._request.start(
                "Ending your code",
                lambda job: reading.set_trust(None),
                lambda _: self.changed.emit(_FOLDING),
            )

    def restore(self, remembered: RememberedTrust | None) -> None:
        """Begin with what was remembered for this store; ask again where the code is another one by now."""
        if remembered is None:
            return

        def done(is_unchanged: bool) -> None:
            if is_unchanged:
                self.begin(remembered.trust, self._report_recalled, self.refused.emit)
            else:
                self.confirmation_needed.emit(remembered.trust)

        self._request.start("Looking at your code", lambda job: remembered.is_unchanged, done, queue=Queue.SCAN)

    def _report_recalled(self, trusted: ActiveTrust) -> None:
        self.message.emit(f"{trusted.trust.title} folds the states, as you let this program remember.")

    def _on_ended(self, job: Job) -> None:
        """Give the code up once it ended too often; the person sees it once, whatever work asked it."""
        reading = self._reading
        lost = None if reading is None or reading.trusted is None else reading.trusted.lost
        if reading is not None and lost is not None:
            reading.set_trust(None)
            self.refused.emit(lost)
            self.changed.emit(_FOLDING)

    def show_error(self, error: UserError) -> bool:
        """Take on an error of some work and return true, where it is one of the code; each is shown once, however much
        work it ends.
        """
        if not isinstance(error, TrustError):
            return False
        if not isinstance(error, TrustLostError) and str(error) not in self._shown_errors:
            self._shown_errors.add(str(error))
            self.refused.emit(error)
        return True
