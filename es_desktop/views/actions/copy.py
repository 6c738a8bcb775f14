"""Actions that copy what is shown to the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtGui import QGuiApplication

from .needs import an_entity
from .spec import ActionContext, ActionSpec

if TYPE_CHECKING:
    from es_desktop.core import RecordedEvent


def _copy_id(context: ActionContext) -> None:
    _copy(context, str(context.workspace.selection.entity_id), "The id was copied.")


def _copy_state(context: ActionContext) -> None:
    from es_desktop.app.text.json_view import to_json

    shown = context.workspace.inspector.state_view
    if shown is not None:
        _copy(context, to_json(shown.state, indent=2), f"The state at version {shown.version} was copied as JSON.")


def _copy_event(context: ActionContext) -> None:
    from es_desktop.app.text.json_view import event_json, to_json

    view, version = context.workspace.inspector.view, context.workspace.selection.version
    if view is None or version is None:
        return

    def done(found: tuple[RecordedEvent, Any]) -> None:
        event, _ = found
        _copy(context, to_json(event_json(event), indent=2), f"Event {event.version} was copied as JSON.")

    context.workspace.runner.run("Copying the event", lambda job: view.event_at(version), done)


def _copy_address(context: ActionContext) -> None:
    from es_desktop.app.notes.address import Address

    session, selection = context.workspace.session, context.workspace.selection
    if session is not None:
        address = Address(session.absolute_name, str(selection.entity_id), selection.version)
        _copy(context, str(address), "The address of this view was copied: es-desktop opens it.")


def _copy(context: ActionContext, text: str, message: str) -> None:
    QGuiApplication.clipboard().setText(text)
    context.workspace.message.emit(message)


COPY: Final = (
    ActionSpec("copy-id", "Entity", "Copy the id", _copy_id, ("Ctrl+Shift+C",), "copy", an_entity, starts_group=True),
    ActionSpec("copy-state", "Entity", "Copy the state as JSON", _copy_state, ("Ctrl+Shift+J",), "", an_entity),
    ActionSpec("copy-event", "Entity", "Copy this event as JSON", _copy_event, ("Ctrl+Shift+E",), "", an_entity),
    ActionSpec(
        "copy-address", "Entity", "Copy the address of this view", _copy_address, ("Ctrl+Shift+L",), "", an_entity
    ),
)
