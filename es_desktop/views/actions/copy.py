"""Taking what is shown to the clipboard."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QGuiApplication

from es_desktop.app.jsonview import to_json

from .needs import an_entity
from .spec import ActionSpec, Desk


def _copy_id(desk: Desk) -> None:
    _copy(desk, str(desk.workspace.selection.entity_id), "The id was copied.")


def _copy_state(desk: Desk) -> None:
    shown = desk.workspace.inspector.shown
    if shown is not None:
        _copy(desk, to_json(shown.state, indent=2), f"The state at version {shown.version} was copied as JSON.")


def _copy(desk: Desk, text: str, told: str) -> None:
    QGuiApplication.clipboard().setText(text)
    desk.workspace.message.emit(told)


COPY: Final = (
    ActionSpec("copy-id", "Entity", "Copy the id", _copy_id, ("Ctrl+Shift+C",), "copy", an_entity, starts_group=True),
    ActionSpec("copy-state", "Entity", "Copy the state as JSON", _copy_state, ("Ctrl+Shift+J",), "", an_entity),
)
