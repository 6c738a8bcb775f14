"""Making, changing and ending entities, and their snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from PySide6.QtCore import QTimer

from .needs import a_known_entity, a_living_entity, a_writable_store, an_earlier_state
from .spec import ActionSpec, Desk, open_dialog

if TYPE_CHECKING:
    from es_desktop.app.entity.fields import Field
    from es_desktop.app.entity.view import StateView

_Chosen: TypeAlias = "tuple[Field, Any] | None"


def _new_entity(desk: Desk) -> None:
    from ..entity.new_entity_dialog import NewEntityDialog

    session = desk.workspace.session
    if session is None:
        return
    dialog = NewEntityDialog(session.models, desk.window)

    def accepted() -> None:
        model, arguments = dialog.model, dialog.arguments
        desk.workspace.commander.run("Making the entity", lambda commands: commands.create(model, arguments))

    open_dialog(dialog, accepted)


def _change(desk: Desk, chosen: _Chosen = None) -> None:
    """Offer the values of the last version, whichever is shown: that is what a change goes on from."""

    def with_state(last: StateView) -> None:
        _open_change(desk, last.state or {}, chosen, "Change an attribute")

    desk.workspace.inspector.read_last_state(with_state)


def change_in_place(desk: Desk, field: Field, value: Any) -> None:
    """Go on from a value that was typed in the tree of the state."""
    # The editor is still closing; a dialog that opens now would steal its focus half-way.
    QTimer.singleShot(0, lambda: _change(desk, (field, value)))


def _set_back(desk: Desk) -> None:
    shown = desk.workspace.inspector.state_view
    if shown is not None and shown.state is not None:
        _open_change(desk, shown.state, None, f"Set back to a value at version {shown.version}")


def _open_change(desk: Desk, state: Mapping[str, Any], chosen: _Chosen, title: str) -> None:
    from ..entity.change_dialog import ChangeDialog

    workspace = desk.workspace
    view = workspace.inspector.view
    if view is None or not view.fields:
        return
    dialog = ChangeDialog(workspace, view.fields, state, chosen, desk.window, title)

    def accepted() -> None:
        name, value = dialog.field.name, dialog.value
        workspace.commander.run_on_entity(
            f"Changing {name}",
            lambda commands, entity_id, version: commands.change_attribute(entity_id, name, value, version),
        )

    open_dialog(dialog, accepted)


def _snapshot_latest(desk: Desk) -> None:
    _take_snapshot(desk, desk.workspace.selection.last)


def _snapshot_here(desk: Desk) -> None:
    _take_snapshot(desk, desk.workspace.selection.version)


def _take_snapshot(desk: Desk, version: int | None) -> None:
    entity_id = desk.workspace.selection.entity_id
    if entity_id is not None:
        desk.workspace.commander.run("Taking a snapshot", lambda commands: commands.take_snapshot(entity_id, version))


def _discard(desk: Desk) -> None:
    from es_desktop.app.entity.commands import Commands

    from ..entity.change_dialog import DiscardDialog

    view = desk.workspace.inspector.view
    if view is not None:
        dialog = DiscardDialog(desk.workspace, view, desk.window)
        open_dialog(dialog, lambda: desk.workspace.commander.run_on_entity("Discarding the entity", Commands.discard))


ENTITY: Final = (
    ActionSpec(
        "new-entity",
        "Entity",
        "New entity…",
        _new_entity,
        ("Ctrl+Shift+N",),
        "new-entity",
        a_writable_store,
        "New entity",
    ),
    ActionSpec("change", "Entity", "Change an attribute…", _change, ("E",), "change", a_living_entity, "Change…"),
    ActionSpec(
        "snapshot",
        "Entity",
        "Take a snapshot of the latest",
        _snapshot_latest,
        ("Ctrl+S",),
        "snapshot",
        a_known_entity,
        "Take snapshot",
    ),
    ActionSpec(
        "snapshot-here",
        "Entity",
        "Take a snapshot at this version",
        _snapshot_here,
        ("Ctrl+Shift+S",),
        needs=a_known_entity,
    ),
    ActionSpec(
        "discard", "Entity", "Discard the entity…", _discard, ("Ctrl+Del",), "discard", a_living_entity, "Discard"
    ),
    ActionSpec("set-back", "Entity", "Set back to a value at this version…", _set_back, ("B",), needs=an_earlier_state),
)
