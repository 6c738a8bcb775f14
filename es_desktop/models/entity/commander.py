"""The commander: executes commands on the open store as protected tasks, which closing the store does not cancel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.commands import Changes, Commands, Initiator
from es_desktop.app.runtime.errors import ConflictError, UserError
from es_desktop.app.store.session import Session
from es_desktop.core import EntityId
from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner
from es_desktop.models.selection import Selection


class Commander(QObject):
    written = Signal(object)
    """``Changes`` that a command made."""
    outdated = Signal(object)
    """``Changes`` of another program that a command conflicted with: read them, then call ``report_conflict``."""
    conflicted = Signal(object)
    """``ConflictError``: the command wrote nothing; ``try_again`` runs it on the events that are there then."""
    refused = Signal(object)
    """``UserError`` to be shown to the person."""
    frequency_changed = Signal(object)
    """The new frequency of the snapshotting policy, in events; ``None`` for never."""

    def __init__(self, runner: TaskRunner, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._selection = selection
        self._session: Session | None = None
        self._commands: Commands | None = None
        self._conflict: ConflictError | None = None
        self._again: Callable[[], None] | None = None

    def set_session(self, session: Session | None) -> None:
        self._session = session
        self._commands = None if session is None else Commands(session)
        self._conflict = self._again = None

    @property
    def commands(self) -> Commands:
        """The commands of the open store. Raises ``UserError`` if none is open."""
        if self._commands is None:
            raise UserError("no store is open", "Open one first.")
        return self._commands

    @property
    def frequency(self) -> int | None:
        """After how many events a snapshot is taken; ``None`` for never."""
        return None if self._session is None else self._session.frequency

    def set_frequency(self, frequency: int | None) -> None:
        """Take a snapshot after every ``frequency`` events of an entity; ``None`` for never."""
        if self._commands is not None:
            self._commands.set_frequency(frequency)
            self.frequency_changed.emit(frequency)

    def run(self, title: str, command: Callable[[Commands], Changes]) -> None:
        """Run a command that expects no version; ends in ``written`` or ``refused``."""
        commands = self.commands  # read here: the store may be closed before the task starts
        self._run(title, lambda job: command(commands), self.refused.emit)

    def run_on_entity(self, title: str, command: Callable[[Commands, EntityId, int], Changes]) -> None:
        """Run a command on the last version in view; ends in ``written``, in ``conflicted``, or in ``refused``."""
        entity_id, version = self._selection.entity_id, self._selection.last
        if entity_id is None or version is None:
            return

        def failed(error: UserError) -> None:
            # Who has chosen another entity meanwhile cannot try again: that would change the other one.
            if isinstance(error, ConflictError) and self._selection.entity_id == entity_id:
                self._again = lambda: self.run_on_entity(title, command)
                self._conflict = error
                arrived = tuple((each.version, each.type) for each in error.arrived)
                self.outdated.emit(Changes(entity_id, arrived, initiator=Initiator.OTHERS))
            else:
                self.refused.emit(error)

        commands = self.commands
        self._run(title, lambda job: command(commands, entity_id, version), failed)

    def report_conflict(self) -> None:
        """Emit ``conflicted`` if a command met a conflict. Call it when the person sees the other program's events."""
        conflict, self._conflict = self._conflict, None
        if conflict is not None:
            self.conflicted.emit(conflict)

    def try_again(self) -> None:
        """Run the command that met a conflict again."""
        again, self._again = self._again, None
        if again is not None:
            again()

    def _run(self, title: str, work: Callable[[Job], Changes], failed: Callable[[UserError], None]) -> None:
        self._runner.run(title, work, self.written.emit, failed=failed, protected=True, queue=Queue.WRITE)
