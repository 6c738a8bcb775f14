"""Actions that create, change and discard entities, and take snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from PySide6.QtCore import QTimer

from .needs import a_changeable_entity, a_known_entity, a_writable_store, an_earlier_state
from .spec import ActionContext, ActionSpec, open_dialog

if TYPE_CHECKING:
    from es_desktop.app.entity.fields import Field
    from es_desktop.app.entity.view import StateView

_Chosen: TypeAlias = "tuple[Field, Any] | None"


def _new_entity(context: ActionContext) -> None:
    from ..entity.new_entity_dialog import NewEntityDialog

    session = context.workspace.session
    if session is None:
        return
    dialog = NewEntityDialog(session.models, context.window)

    def accepted() -> None:
        model, arguments = dialog.model, dialog.arguments
        context.workspace.commander.run("Making the entity", lambda commands: commands.create(model, arguments))

    open_dialog(dialog, accepted)


def _change(context: ActionContext, chosen: _Chosen = None) -> None:
    """Offer the values of the last version, whichever version is shown: a change applies to the last one."""

    def with_state(last: StateView) -> None:
        _open_change(context, last.state or {}, chosen, "Change an attribute")

    context.workspace.inspector.read_last_state(with_state)


def change_in_place(context: ActionContext, field: Field, value: Any) -> None:
    """Open the change dialog with a value that was typed into the tree of the state."""
    # The editor is still closing, and a dialog that opened now would take its focus.
    QTimer.singleShot(0, lambda: _change(context, (field, value)))


def _restore_value(context: ActionContext) -> None:
    shown = context.workspace.inspector.state_view
    if shown is not None and shown.state is not None:
        _open_change(context, shown.state, None, f"Restore a value from version {shown.version}")


def _open_change(context: ActionContext, state: Mapping[str, Any], chosen: _Chosen, title: str) -> None:
    from ..entity.change_dialog import ChangeDialog

    workspace = context.workspace
    view = workspace.inspector.view
    if view is None or not view.fields:
        return
    dialog = ChangeDialog(workspace, view.fields, state, chosen, context.window, title)

    def accepted() -> None:
        name, value = dialog.field.name, dialog.value
        workspace.commander.run_on_entity(
            f"Changing {name}",
            lambda commands, entity_id, version: commands.change_attribute(entity_id, name, value, version),
        )

    open_dialog(dialog, accepted)


def _snapshot_latest(context: ActionContext) -> None:
    _take_snapshot(context, context.workspace.selection.last)


def _snapshot_here(context: ActionContext) -> None:
    _take_snapshot(context, context.workspace.selection.version)


def _take_snapshot(context: ActionContext, version: int | None) -> None:
    entity_id = context.workspace.selection.entity_id
    if entity_id is not None:
        context.workspace.commander.run(
            "Taking a snapshot", lambda commands: commands.take_snapshot(entity_id, version)
        )


def _discard(context: ActionContext) -> None:
    from es_desktop.app.entity.commands import Commands

    from ..entity.change_dialog import DiscardDialog

    view = context.workspace.inspector.view
    if view is not None:
        dialog = DiscardDialog(context.workspace, view, context.window)
        open_dialog(
            dialog, lambda: context.workspace.commander.run_on_entity("Discarding the entity", Commands.discard)
        )


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
    ActionSpec("change", "Entity", "Change an attribute…", _change, ("E",), "change", a_changeable_entity, "Change…"),
    ActionSpec(
        "snapshot",
        "Entity",
        "Take a snapshot of the last version",
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
        "discard", "Entity", "Discard the entity…", _discard, ("Ctrl+Del",), "discard", a_changeable_entity, "Discard"
    ),
    ActionSpec(
        "restore-value", "Entity", "Restore a value from this version…", _restore_value, ("B",), needs=an_earlier_state
    ),
)
