"""Actions on one value of the state: its writers, and how it is displayed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .needs import an_entity
from .spec import ActionContext, ActionSpec

if TYPE_CHECKING:
    from es_desktop.models.entity.display_preferences import Aspect


def _list_writers(context: ActionContext) -> None:
    context.docks.state.show_writers()


def _go_to_writer(context: ActionContext) -> None:
    path = context.docks.state.chosen_path()
    if path is None:
        return
    writer = context.workspace.inspector.writer_of(path)
    if writer is not None:
        context.workspace.selection.go_to(writer)
    elif context.workspace.inspector.knows_history:
        context.workspace.message.emit(f"No event up to this version set {path}.")
    else:
        context.workspace.message.emit("The events are still being read.")


def _lane(context: ActionContext) -> None:
    timeline = context.docks.timeline
    if timeline.lanes.hasFocus() and timeline.lanes.current_path is not None:
        context.workspace.lanes.remove(timeline.lanes.current_path)
    elif _toggle(context, "lanes") and not timeline.isVisible():
        timeline.show()


def _pin(context: ActionContext) -> None:
    _toggle(context, "pinned")


def _hide(context: ActionContext) -> None:
    _toggle(context, "hidden")


def _toggle(context: ActionContext, aspect: Aspect) -> bool:
    path = context.docks.state.chosen_path()
    return path is not None and context.workspace.preferences.toggle(aspect, path)


def _show_hidden(context: ActionContext) -> None:
    preferences = context.workspace.preferences
    preferences.set_shows_hidden(not preferences.shows_hidden)


WRITERS: Final = (
    ActionSpec(
        "why",
        "Debug",
        "List the events that set this value…",
        _list_writers,
        ("Y",),
        needs=an_entity,
        starts_group=True,
    ),
    ActionSpec(
        "go-to-writer", "Debug", "Go to the event that set this value", _go_to_writer, ("Ctrl+Return",), needs=an_entity
    ),
)
PREFERENCES: Final = (
    ActionSpec("lane", "View", "Show this value as a lane", _lane, ("L",), needs=an_entity, starts_group=True),
    ActionSpec("pin", "View", "Pin this value", _pin, ("P",), needs=an_entity),
    ActionSpec("hide", "View", "Hide this value", _hide, ("H",), needs=an_entity),
    ActionSpec(
        "show-hidden",
        "View",
        "Show hidden values",
        _show_hidden,
        ("Shift+H",),
        needs=an_entity,
        is_checked=lambda workspace: workspace.preferences.shows_hidden,
    ),
)
