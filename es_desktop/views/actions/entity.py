"""Actions that create, change, discard and copy the chosen entity, and take snapshots of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from es_desktop.system.counts import format_number

from ..style.dialogs import open_dialog
from .spec import (
    ActionContext,
    ActionSpec,
    a_changeable_entity,
    a_known_entity,
    a_writable_store,
    an_entity,
    in_explore,
    need,
)

if TYPE_CHECKING:
    from es_desktop.app.entity.fields import Field, Ways
    from es_desktop.app.entity.view import StateView
    from es_desktop.core import RecordedEvent

_Chosen: TypeAlias = "tuple[Field, Any] | None"


def _new_entity(context: ActionContext) -> None:
    from ..entity.change_dialog import NewEntityDialog

    session = context.workspace.session
    if session is None:
        return
    dialog = NewEntityDialog(session.models, context.window)

    def accepted() -> None:
        model, arguments = dialog.model, dialog.arguments
        context.workspace.commander.run("Making the entity", lambda commands: commands.create(model, arguments))

    open_dialog(dialog, accepted)


def _change(context: ActionContext) -> None:
    """Offer to change an attribute, that of the chosen value if it is one, from its last value."""
    view, path = context.workspace.inspector.view, context.docks.state.current_path
    field = None if view is None or path is None else view.ways_to_change(path).field
    _change_last(context, lambda state: None if field is None else (field, state.get(field.name)))


def _change_last(context: ActionContext, choose: Callable[[Mapping[str, Any]], _Chosen]) -> None:
    """Offer the values of the last version, whichever version is shown: a change applies to the last one."""

    def with_state(last: StateView) -> None:
        state = last.state or {}
        _open_change(context, state, choose(state), "Change an attribute")

    context.workspace.inspector.read_last_state(with_state)


def change_in_place(context: ActionContext, field: Field, value: Any) -> None:
    """Open the change dialog with a value that was typed into the tree of the state."""
    # The editor is still closing, and a dialog that opened now would take its focus.
    QTimer.singleShot(0, lambda: _change_last(context, lambda state: (field, value)))


def lead_to_change(context: ActionContext, path: str) -> None:
    """Show the form of what changes the value at a path of the state, or a message that says why there is none."""
    workspace = context.workspace
    session, view = workspace.session, workspace.inspector.view
    if session is None or view is None:
        return
    ways = view.ways_to_change(path)
    if view.facts.discarded:
        workspace.message.emit("The entity is discarded: its history stays, but its values cannot change.")
    elif not (ways.field or ways.commands):
        workspace.message.emit(f"{ways.why_none}.")
    else:
        workspace.inspector.read_last_state(lambda last: _show_form(context, ways, path, last.state or {}))


def _show_form(context: ActionContext, ways: Ways, path: str, state: Mapping[str, Any]) -> None:
    session, field = context.workspace.session, ways.field
    if field is not None and session is not None and not session.is_writable:
        # Only a what-if: the form of the command starts with the name of the attribute and its value.
        start = {"name": field.name, "value": state.get(field.name)}
        context.docks.commands.open_command("change_attribute", path=field.name, state={field.name: start})
    elif field is None:
        context.docks.commands.open_command(*(each.name for each in ways.commands), path=path, state=state)
    else:
        _open_change(context, state, (field, state.get(field.name)), "Change an attribute")


def _restore_value(context: ActionContext) -> None:
    shown = context.workspace.inspector.state_view
    if shown is not None and shown.state is not None:
        _open_change(context, shown.state, None, f"Restore a value from version {format_number(shown.version)}")


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


def _copy_state(context: ActionContext) -> None:
    from es_desktop.app.text.json_view import to_json

    shown = context.workspace.inspector.state_view
    if shown is not None:
        about = f"The state at version {format_number(shown.version)} was copied as JSON."
        _copy(context, to_json(shown.state, indent=2), about)


def _copy_event(context: ActionContext) -> None:
    from es_desktop.app.text.json_objects import event_json
    from es_desktop.app.text.json_view import to_json

    view, version = context.workspace.inspector.view, context.workspace.selection.version
    if view is None or version is None:
        return

    def done(found: tuple[RecordedEvent, Any]) -> None:
        event, _ = found
        about = f"Event {format_number(event.version)} was copied as JSON."
        _copy(context, to_json(event_json(event), indent=2), about)

    context.workspace.runner.run("Copying the event", lambda job: view.event_at(version), done)


def _copy_address(context: ActionContext) -> None:
    from es_desktop.app.notes.address import Address

    session, selection = context.workspace.session, context.workspace.selection
    if session is not None:
        address = Address(session.absolute_name, str(selection.entity_id), selection.version, session.scope)
        _copy(context, str(address), "The address of this view was copied: es-desktop opens it.")


def _copy_rows(context: ActionContext, format: str = "") -> None:
    """Copy the selected rows of the table or tree that has the focus; of any other widget, the selected text."""
    from ..style.copying import copy_chosen

    focus = QApplication.focusWidget() or context.window.focusWidget()
    copy_chosen(focus, format, context.workspace.message.emit)


def _copy(context: ActionContext, text: str, message: str) -> None:
    QGuiApplication.clipboard().setText(text)
    context.workspace.message.emit(message)


_BACK: Final = "Go to an earlier version to restore one of its values."
_an_earlier_state: Final = need(a_changeable_entity, lambda ws: not ws.selection.is_at_last, _BACK)
EDIT: Final = in_explore(
    ActionSpec("new-entity", "New entity…", _new_entity, "Ctrl+Shift+N", a_writable_store, "new-entity", "New entity"),
    ActionSpec("change", "Change an attribute…", _change, "E", a_changeable_entity, "change", "Change…"),
    ActionSpec("snapshot", "Take a snapshot of the last version",
               lambda on: _take_snapshot(on, on.workspace.selection.last), "Ctrl+S", a_known_entity, "snapshot",
               "Take snapshot"),
    ActionSpec("snapshot-here", "Take a snapshot at this version",
               lambda on: _take_snapshot(on, on.workspace.selection.version), "Ctrl+Shift+S", a_known_entity),
    ActionSpec("discard", "Discard the entity…", _discard, "Ctrl+Del", a_changeable_entity, "discard", "Discard"),
    ActionSpec("restore-value", "Restore a value from this version…", _restore_value, "B", _an_earlier_state),
)  # fmt: skip
COPY: Final = (
    ActionSpec("copy-rows", "Copy the selected rows", _copy_rows, "Ctrl+C"),
    ActionSpec("copy-rows-json", "Copy the selected rows as JSON", lambda on: _copy_rows(on, "JSON")),
    ActionSpec("copy-rows-markdown", "Copy the selected rows as Markdown", lambda on: _copy_rows(on, "Markdown")),
    ActionSpec("copy-id", "Copy the id",
               lambda on: _copy(on, str(on.workspace.selection.entity_id), "The id was copied."), "Ctrl+Shift+C",
               an_entity, "copy"),
    ActionSpec("copy-state", "Copy the state as JSON", _copy_state, "Ctrl+Shift+J", an_entity),
    ActionSpec("copy-event", "Copy this event as JSON", _copy_event, "Ctrl+Shift+E", an_entity),
    ActionSpec("copy-address", "Copy the address of this view", _copy_address, "Ctrl+Shift+L", an_entity),
)  # fmt: skip
