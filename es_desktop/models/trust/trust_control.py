"""Starts and ends the code that a person trusts to fold the events of the open store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.commands import Changes, Initiator
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading
from es_desktop.app.trust.fold import Trust, TrustError, TrustLostError
from es_desktop.app.trust.rights import rights_taken_here, rights_text
from es_desktop.app.trust.settings import RememberedTrust, code_digest
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner

_FOLDING: Final = Changes(initiator=Initiator.TRUST)


@dataclass(frozen=True, slots=True)
class ActiveTrust:
    """Code that was imported and folds events now."""

    trust: Trust
    remembered: RememberedTrust | None
    """What to store in the settings; ``None`` if nobody asked for that, or if the folder is too large for a digest."""
    more_rights: str = ""
    """What it can do, if its interpreter could not take what others can."""


class TrustControl(QObject):
    """Runs trusted code for the open store when a person asks for it; ends it if its process fails repeatedly."""

    changed = Signal(object)
    """``Changes``: other code folds the events, or none, so every state may differ."""
    confirmation_needed = Signal(object)
    """Remembered ``Trust`` whose code has changed: a person has to confirm it again."""
    rights_found = Signal(object)
    """A set of the rights and limits that the system takes from trusted code: see ``rights_text``."""
    message = Signal(object)
    """A message for the person."""
    refused = Signal(object)
    """``UserError`` to be shown to the person."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._rights_request = LatestRequest(runner)
        self._reading: Reading | None = None
        self._shown_errors: set[str] = set()
        runner.ended.connect(self._on_ended)

    def set_reading(self, reading: Reading | None) -> None:
        """Set another store, or none. No code is trusted for it yet."""
        self._request.cancel()
        if self._reading is not None:
            self._reading.interrupt_trust()
        self._reading = reading
        self._shown_errors.clear()

    @property
    def trust(self) -> Trust | None:
        trusted = None if self._reading is None else self._reading.trusted
        return None if trusted is None else trusted.trust

    def find_rights(self) -> None:
        """Find what this system takes from trusted code; emits ``rights_found``. No code of a person is run."""
        title = "Trying what code may do here"
        self._rights_request.start(title, lambda job: rights_taken_here(), self.rights_found.emit, queue=Queue.SCAN)

    def begin(
        self,
        trust: Trust,
        done: Callable[[ActiveTrust], None],
        failed: Callable[[UserError], None],
        *,
        remembers: bool = False,
    ) -> None:
        """**Import and run** the code in its own process, to fold all events; if it fails, none is trusted."""
        reading = self._reading
        if reading is None:
            return

        def work(job: Job) -> ActiveTrust:
            digest = code_digest(trust.folder) if remembers else ""
            reading.set_trust(trust)
            if job.is_cancelled:
                reading.set_trust(None)
            remembered = RememberedTrust.of(trust, digest) if digest else None
            taken = frozenset[str]() if reading.trusted is None else reading.trusted.taken
            return ActiveTrust(trust, remembered, rights_text(taken) if rights_taken_here() - taken else "")

        def imported(trusted: ActiveTrust) -> None:
            self.changed.emit(_FOLDING)
            done(trusted)
            if trusted.more_rights:
                self.message.emit(trusted.more_rights)

        def refused(error: UserError) -> None:
            self.changed.emit(_FOLDING)  # the code that was trusted before has ended
            failed(error)

        self._request.start("Importing your code", work, imported, failed=refused)

    def stop(self) -> None:
        reading = self._reading
        if reading is not None and reading.trusted is not None:
            title = reading.trusted.trust.title
            self.revoke()
            self.message.emit(f"{title} is no longer trusted.")

    def revoke(self) -> None:
        """End the trusted code, also while it is being imported."""
        reading = self._reading
        if reading is not None:
            reading.interrupt_trust()
            self._request.start(
                "Ending your code", lambda job: reading.set_trust(None), lambda _: self.changed.emit(_FOLDING)
            )

    def restore(self, remembered: RememberedTrust | None) -> None:
        """**Import and run** the code that was remembered for this store; if it has changed, ask again."""
        if remembered is None:
            return

        def restored(active: ActiveTrust) -> None:
            self.message.emit(f"{active.trust.title} folds the states, as you let this program remember.")

        def done(is_unchanged: bool) -> None:
            if is_unchanged:
                self.begin(remembered.trust, restored, self.refused.emit)
            else:
                self.confirmation_needed.emit(remembered.trust)

        self._request.start("Checking your code", lambda job: remembered.is_unchanged, done, queue=Queue.SCAN)

    def _on_ended(self, job: Job) -> None:
        """End the code if its process failed too often; the error is shown once, not for each task that met it."""
        reading = self._reading
        lost = None if reading is None or reading.trusted is None else reading.trusted.lost
        if reading is not None and lost is not None:
            reading.set_trust(None)
            self.refused.emit(lost)
            self.changed.emit(_FOLDING)

    def show_error(self, error: UserError) -> bool:
        """Show an error of trusted code, once for each text; return whether it was one."""
        if not isinstance(error, TrustError):
            return False
        if not isinstance(error, TrustLostError) and str(error) not in self._shown_errors:
            self._shown_errors.add(str(error))
            self.refused.emit(error)
        return True
