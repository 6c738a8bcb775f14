"""What a person is asked of a hypothetical event: what it tells, and, of one more, which it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from es_desktop.app.branch.edits import Draft, insert, tell
from es_desktop.app.branch.history import RecordedHistory
from es_desktop.app.entity.event_templates import EventType, event_types
from es_desktop.models.branch.branch_operation import Operation
from es_desktop.replay import Branch, BranchPlace, EventName
from es_desktop.views.actions.spec import Desk, open_dialog

from .hypothetical_event_dialog import Asked, HypotheticalEventDialog


def ask_what_else(desk: Desk, recorded: RecordedHistory, branch: Branch, place: BranchPlace) -> None:
    """Ask what an event of a branch should have told."""
    if place.version is None:
        desk.workspace.message.emit("The event is skipped; bring it back first.")
        return
    here = EventType(place.topic, place.type, branch.event_at(place.happened - 1).data)
    title = f"What if event {place.version} had told something else?"
    _open(desk, Asked(title, [here], lambda _, data: _telling(place.name, data), "Edit the event"))


def ask_what_more(desk: Desk, recorded: RecordedHistory, branch: Branch, place: BranchPlace) -> None:
    """Ask which event should have happened after one of a branch."""
    # Of the type of the event before it, at first.
    types = sorted(event_types(recorded, place.passed), key=lambda each: each.topic != place.topic)
    after = place.original if place.version is None else place.version
    title = f"What if there had been an event after {after}?"
    _open(desk, Asked(title, types, lambda topic, data: _inserting(place.name, topic, data), "Insert the event"))


def _open(desk: Desk, asked: Asked) -> None:
    shown, session = desk.workspace.what_if.shown, desk.workspace.session
    if session is None:
        return
    dialog = HypotheticalEventDialog(shown, session.classes, asked, desk.window)

    def accepted() -> None:
        if dialog.operation is not None:
            shown.change(dialog.operation)

    open_dialog(dialog, accepted)


def _telling(name: EventName, data: Mapping[str, Any]) -> Operation:
    return lambda recorded, branch, draft: (draft.with_edits(tell(recorded, branch, name, data)), name)


def _inserting(after: EventName, topic: str, data: Mapping[str, Any]) -> Operation:
    def operation(recorded: RecordedHistory, branch: Branch, draft: Draft) -> tuple[Draft, EventName]:
        edits, name = insert(branch, after, topic, data)
        return draft.with_edits(edits), name

    return operation
