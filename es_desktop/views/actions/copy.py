"""Taking what is shown to the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtGui import QGuiApplication

from .needs import an_entity
from .spec import ActionSpec, Desk

if TYPE_CHECKING:
    from es_desktop.core import RecordedEvent


def _copy_id(desk: Desk) -> None:
    _copy(desk, str(desk.workspace.selection.entity_id), "The id was copied.")


def _copy_state(desk: Desk) -> None:
    from es_desktop.app.text.json_view import to_json

    shown = desk.workspace.inspector.state_view
    if shown is not None:
        _copy(desk, to_json(shown.state, indent=2), f"The state at version {shown.version} was copied as JSON.")


def _copy_event(desk: Desk) -> None:
    from es_desktop.app.text.json_view import event_json, to_json

    view, version = desk.workspace.inspector.view, desk.workspace.selection.version
    if view is None or version is None:
        return

    def done(found: tuple[RecordedEvent, Any]) -> None:
        event, _ = found
        _copy(desk, to_json(event_json(event), indent=2), f"Event {event.version} was copied as JSON.")

    desk.workspace.runner.run("Copying the event", lambda job: view.event_at(version), done)


def _copy_address(desk: Desk) -> None:
    from es_desktop.app.notes.address import Address

    session, selection = desk.workspace.session, desk.workspace.selection
    if session is not None:
        address = Address(session.full_name, str(selection.entity_id), selection.version)
        _copy(desk, str(address), "The address of this view was copied: es-desktop opens it.")


def _copy(desk: Desk, text: str, told: str) -> None:
    QGuiApplication.clipboard().setText(text)
    desk.workspace.message.emit(told)


COPY: Final = (
    ActionSpec("copy-id", "Entity", "Copy the id", _copy_id, ("Ctrl+Shift+C",), "copy", an_entity, starts_group=True),
    ActionSpec("copy-state", "Entity", "Copy the state as JSON", _copy_state, ("Ctrl+Shift+J",), "", an_entity),
    ActionSpec("copy-event", "Entity", "Copy this event as JSON", _copy_event, ("Ctrl+Shift+E",), "", an_entity),
    ActionSpec(
        "copy-address", "Entity", "Copy the address of this view", _copy_address, ("Ctrl+Shift+L",), "", an_entity
    ),
)
