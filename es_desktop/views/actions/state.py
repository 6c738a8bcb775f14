"""One value of the state: why it is what it is, and how it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .needs import an_entity
from .spec import ActionSpec, Desk

if TYPE_CHECKING:
    from es_desktop.models.entity.display_preferences import Aspect


def _why(desk: Desk) -> None:
    desk.docks.state.show_writers()


def _go_to_writer(desk: Desk) -> None:
    path = desk.docks.state.path_in_hand()
    if path is None:
        return
    writer = desk.workspace.inspector.writer_of(path)
    if writer is not None:
        desk.workspace.selection.go_to(writer)
    elif desk.workspace.inspector.knows_history:
        desk.workspace.message.emit(f"No event up to this version set {path}.")
    else:
        desk.workspace.message.emit("The events are still being read for who set what.")


def _lane(desk: Desk) -> None:
    timeline = desk.docks.timeline
    if timeline.lanes.hasFocus() and timeline.lanes.current_path is not None:
        desk.workspace.lanes.remove(timeline.lanes.current_path)
    elif _toggle(desk, "lanes") and not timeline.isVisible():
        timeline.show()


def _pin(desk: Desk) -> None:
    _toggle(desk, "pinned")


def _hide(desk: Desk) -> None:
    _toggle(desk, "hidden")


def _toggle(desk: Desk, aspect: Aspect) -> bool:
    path = desk.docks.state.path_in_hand()
    return path is not None and desk.workspace.preferences.toggle(aspect, path)


def _show_hidden(desk: Desk) -> None:
    preferences = desk.workspace.preferences
    preferences.set_shows_hidden(not preferences.shows_hidden)


WHY: Final = (
    ActionSpec("why", "Debug", "Why this value…", _why, ("Y",), needs=an_entity, starts_group=True),
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
