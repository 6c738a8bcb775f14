"""Actions on one value of the state: its writers, and how it is displayed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from .spec import ActionContext, ActionSpec, an_entity

if TYPE_CHECKING:
    from es_desktop.models.entity.display_preferences import Aspect
    from es_desktop.models.workspace import Workspace


def _go_to_writer(context: ActionContext) -> None:
    path, inspector = context.docks.state.chosen_path(), context.workspace.inspector
    if path is None:
        return
    writer = inspector.writer_of(path)
    if writer is not None:
        context.workspace.selection.go_to(writer)
    elif inspector.knows_history:
        context.workspace.message.emit(f"No event up to this version set {path}.")
    else:
        context.workspace.message.emit("The events are still being read.")


def _lane(context: ActionContext) -> None:
    timeline = context.docks.timeline
    if timeline.lanes.hasFocus() and timeline.lanes.current_path is not None:
        context.workspace.lanes.remove(timeline.lanes.current_path)
    elif _toggle(context, "lanes") and not timeline.isVisible():
        timeline.show()


def _toggle(context: ActionContext, aspect: Aspect) -> bool:
    path = context.docks.state.chosen_path()
    return path is not None and context.workspace.preferences.toggle(aspect, path)


def _with_value(do: Callable[[Any, Workspace, str, Any], object]) -> Callable[[ActionContext], object]:
    """Return an action that calls ``do`` with the module of the menu of values, and with the chosen value."""

    def run(context: ActionContext) -> None:
        from ..entity import value_menu

        workspace, path = context.workspace, context.docks.state.chosen_path()
        if path is not None:
            do(value_menu, workspace, path, value_menu.value_in_view(workspace, path))

    return run


_find, _copy = _with_value(lambda menu, *at: menu.find_value(*at)), _with_value(lambda menu, *at: menu.copy_value(*at))
_watch = _with_value(lambda menu, workspace, path, value: menu.watch_value(workspace, path))
_copy_path = _with_value(lambda menu, workspace, path, value: menu.copy_path(workspace, path))
FIND_VALUE: Final = ActionSpec("find-value", "Find entities with this value", _find, "F", an_entity)
WATCH_VALUE: Final = ActionSpec("watch-value", "Watch this value", _watch, "Shift+W", an_entity)
COPY_VALUE: Final = (
    ActionSpec("copy-value", "Copy this value as JSON", _copy, "", an_entity),
    ActionSpec("copy-path", "Copy the path of this value", _copy_path, "", an_entity),
)
WRITERS: Final = (
    ActionSpec("why", "List the events that set this value…", lambda on: on.docks.state.show_writers(), "Y", an_entity),
    ActionSpec("go-to-writer", "Go to the event that set this value", _go_to_writer, "Ctrl+Return", an_entity),
)
VALUE_DISPLAY: Final = (
    ActionSpec("lane", "Show this value as a lane", _lane, "L", an_entity),
    ActionSpec("pin", "Pin this value", lambda on: _toggle(on, "pinned"), "P", an_entity),
    ActionSpec("hide", "Hide this value", lambda on: _toggle(on, "hidden"), "H", an_entity),
    ActionSpec("show-hidden", "Show hidden values",
               lambda on: on.workspace.preferences.set_shows_hidden(not on.workspace.preferences.shows_hidden),
               "Shift+H", an_entity, is_checked=lambda workspace: workspace.preferences.shows_hidden),
)  # fmt: skip
