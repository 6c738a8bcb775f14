"""The commands of an entity on a branch: what they would do after its events, where the store itself cannot change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from es_desktop.app.entity.commands import Offer, PlannedEvent, Preview, offers_of, preview_of, rehearse_command
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.core import topic_of, values
from es_desktop.replay import EventRef
from es_desktop.replay.edits import FRAME

from .edits import Edits, insert
from .view import RecordedHistory


class BranchCommands:
    """Runs commands on the state after all events of a branch, and writes nothing."""

    def __init__(self, read: Callable[[Progress], RecordedHistory], edits: Edits = ()) -> None:
        """Use the history that ``read`` returns; it is called in the thread of the first method."""
        self._read = read
        self._recorded: RecordedHistory | None = None
        self.edits = edits

    def offers(self, progress: Progress = no_progress) -> tuple[Offer, ...]:
        """Return the commands of the entity, the model's own first; none where its model is not known."""
        recorded = self.recorded(progress)
        model = recorded.reading.class_of(recorded.facts)
        if model is None:
            return ()
        try:
            return offers_of(model, self._entity(progress))
        except UserError as error:
            return offers_of(model, None, str(error))

    def preview(self, command: str, arguments: Mapping[str, Any], progress: Progress = no_progress) -> Preview:
        """Return the events that ``inserted`` would add. Raises ``UserError`` if the model refuses."""

        def planned(event: Any) -> PlannedEvent:
            return PlannedEvent(event.originator_version, topic_of(type(event)), values.dumps(_data(event)))

        return preview_of(self._entity(progress), command, arguments, planned)

    def inserted(self, command: str, arguments: Mapping[str, Any]) -> tuple[Edits, EventRef | None]:
        """Return the edits that add the events of a command at the end, and the last event. Raises as ``preview``."""
        edits, name = self.edits, None
        for event in rehearse_command(self._entity(no_progress), command, arguments):
            branch = self.recorded().branch(edits)
            edits, name = insert(branch, branch.entries[-1].name, topic_of(type(event)), _data(event))
        return edits, name

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
            raise UserError(reason if events else "there is no event that makes the entity")
        return state


def _data(event: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(event).items() if name not in FRAME}
