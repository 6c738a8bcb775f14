"""The commands of an entity on a branch: what they would do after its events, where the store itself cannot change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from es_desktop.app.entity.commands import Offer, PlannedEvent, Preview, offers_of, preview_of
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.trust.fold import TrustedFold
from es_desktop.core import topic_of, values
from es_desktop.replay import EventRef
from es_desktop.replay.edits import FRAME

from .edits import Edits, insert
from .trusted_commands import Hypothetical, TrustedCommands
from .view import RecordedHistory

_NO_EVENT: Final = "there is no event that makes the entity"


class BranchCommands:
    """Runs commands on the state after all events of a branch, and writes nothing."""

    def __init__(self, read: Callable[[Progress], RecordedHistory], edits: Edits = ()) -> None:
        """Use the history that ``read`` returns; it is called in the thread of the first method."""
        self._read = read
        self._recorded: RecordedHistory | None = None
        self._code: TrustedCommands | None = None
        self.edits = edits

    def offers(self, progress: Progress = no_progress) -> tuple[Offer, ...]:
        """Return the commands of the entity, the model's own first; none where its model is not known."""
        recorded = self.recorded(progress)
        model = recorded.reading.class_of(recorded.facts)
        try:
            code = self._trusted()
            if code is not None:
                return code.offers()
            return () if model is None else offers_of(model, self._entity(progress))
        except UserError as error:
            if model is None:
                raise
            return offers_of(model, None, str(error))

    def preview(self, command: str, arguments: Mapping[str, Any], progress: Progress = no_progress) -> Preview:
        """Return the events that ``inserted`` would add. Raises ``UserError`` if the model refuses."""
        return self._rehearse(command, arguments, progress)[0]

    def inserted(self, command: str, arguments: Mapping[str, Any]) -> tuple[Edits, EventRef | None]:
        """Return the edits that add the events of a command at the end, and the last event. Raises as ``preview``."""
        edits, name = self.edits, None
        for topic, data in self._rehearse(command, arguments, no_progress)[1]:
            branch = self.recorded().branch(edits)
            edits, name = insert(branch, branch.entries[-1].name, topic, data)
        return edits, name

    def _rehearse(self, command: str, arguments: Mapping[str, Any], progress: Progress) -> tuple[Preview, Hypothetical]:
        code = self._trusted()
        if code is not None:
            return code.rehearse(command, arguments)
        events: list[tuple[str, Mapping[str, Any]]] = []

        def planned(event: Any) -> PlannedEvent:
            events.append((topic_of(type(event)), _data(event)))
            return PlannedEvent(event.originator_version, events[-1][0], values.dumps(events[-1][1]))

        return preview_of(self._entity(progress), command, arguments, planned), events

    def _trusted(self) -> TrustedCommands | None:
        """Return the commands of the trusted code, if the store has such."""
        recorded = self.recorded()
        fold = recorded.fold()
        if self._code is None and isinstance(fold, TrustedFold):
            events = recorded.branch(self.edits).events()
            if not events:
                raise UserError(_NO_EVENT)
            self._code = TrustedCommands(fold, events)
        return self._code

    def recorded(self, progress: Progress = no_progress) -> RecordedHistory:
        """Return the history that the branch starts from; read it unless that is done."""
        if self._recorded is None:
            self._recorded = self._read(progress)
        return self._recorded

    def _entity(self, progress: Progress) -> Any:
        recorded = self.recorded(progress)
        fold, events = recorded.reading.fold_here(recorded.facts), recorded.branch(self.edits).events()
        state = fold.start(None)
        for at, event in enumerate(events):
            progress(at, len(events))
            try:
                state = fold.apply(state, event)
            except Exception as error:  # whatever a model raises
                raise UserError(f"event {event.version} cannot be applied, so no command runs: {error}") from error
        if state is None:
            reason = "the entity was discarded; its history stays, but it cannot change"
            raise UserError(reason if events else _NO_EVENT)
        return state


def _data(event: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(event).items() if name not in FRAME}
