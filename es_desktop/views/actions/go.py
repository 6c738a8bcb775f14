"""Actions that go to another event, snapshot, time or list."""

from __future__ import annotations

from typing import Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.models.entity.player import SPEEDS

from .needs import a_later_event, a_store, an_earlier_event, an_entity
from .spec import ActionContext, ActionSpec


def _first(context: ActionContext) -> None:
    context.workspace.selection.go_to(context.workspace.selection.first_stop)


def _back(context: ActionContext) -> None:
    context.workspace.selection.step(-1)


def _forward(context: ActionContext) -> None:
    context.workspace.selection.step(1)


def _last(context: ActionContext) -> None:
    context.workspace.selection.go_to(context.workspace.selection.last_stop)


def _play(context: ActionContext) -> None:
    context.workspace.player.toggle()


def _previous_snapshot(context: ActionContext) -> None:
    _go_to_snapshot(context, -1)


def _next_snapshot(context: ActionContext) -> None:
    _go_to_snapshot(context, 1)


def _go_to_snapshot(context: ActionContext, direction: int) -> None:
    workspace = context.workspace
    view, version = workspace.inspector.view, workspace.selection.version
    if view is None or version is None:
        return
    found = [each for each in view.snapshot_versions if (each - version) * direction > 0]
    if found:
        workspace.selection.go_to(min(found) if direction > 0 else max(found))
    else:
        workspace.message.emit("There are no more snapshots in that direction.")


def _go_to_version(context: ActionContext) -> None:
    selection = context.workspace.selection
    if selection.version is not None and selection.first is not None and selection.last is not None:
        wanted = context.prompts.version(selection.version, selection.first, selection.last)
        if wanted is not None:
            selection.go_to(wanted)


def _find_entity(context: ActionContext) -> None:
    context.docks.entities.focus_filter()


def _find_events(context: ActionContext) -> None:
    context.docks.log.focus_text()


def _find_states(context: ActionContext) -> None:
    context.docks.states.focus_line()


def _go_to_time(context: ActionContext) -> None:
    from es_desktop.app.text.times import editable_time, parse_time

    facts = context.workspace.facts
    first = None if facts is None else facts.first
    text = context.prompts.time(editable_time(first))
    if text is None:
        return
    try:
        time = parse_time(text)
    except UserError as error:
        context.prompts.show_error(error)
    else:
        context.docks.log.bring_forward(context.docks.log.table)
        context.workspace.log.go_to_time(time)


def _playing_at(id: str, text: str, speed: int | None, *, starts_group: bool = False) -> ActionSpec:
    return ActionSpec(
        id,
        "Go",
        text,
        lambda context: context.workspace.player.set_speed(speed),
        needs=a_store,
        is_checked=lambda workspace: workspace.player.speed == speed,
        starts_group=starts_group,
    )


GO: Final = (
    ActionSpec("first", "Go", "First event", _first, ("Home",), "first", an_earlier_event),
    ActionSpec("back", "Go", "Step back", _back, ("K", "Alt+Left"), "back", an_earlier_event),
    ActionSpec("play", "Go", "Play", _play, ("Space",), "play", an_entity, is_checked=lambda ws: ws.player.is_playing),
    ActionSpec("forward", "Go", "Step forward", _forward, ("J", "Alt+Right"), "forward", a_later_event),
    ActionSpec("last", "Go", "Last event", _last, ("End",), "last", a_later_event),
    _playing_at("play-1", "Play 1 event per second", SPEEDS[0], starts_group=True),
    *(_playing_at(f"play-{speed}", f"Play {speed} events per second", speed) for speed in SPEEDS[1:]),
    _playing_at("play-recorded-pace", "Play at the recorded pace", None),
    ActionSpec(
        "previous-snapshot",
        "Go",
        "Previous snapshot",
        _previous_snapshot,
        ("[",),
        "prev-snapshot",
        an_entity,
        starts_group=True,
    ),
    ActionSpec("next-snapshot", "Go", "Next snapshot", _next_snapshot, ("]",), "next-snapshot", an_entity),
    ActionSpec("go-to", "Go", "Go to version…", _go_to_version, ("Ctrl+G",), "", an_entity),
    ActionSpec(
        "find", "Go", "Find an entity", _find_entity, ("/",), "search", a_store, starts_group=True, acts_anywhere=True
    ),
    ActionSpec("find-events", "Go", "Find events", _find_events, ("Ctrl+F",), "search", a_store),
    ActionSpec("find-states", "Go", "Find by state", _find_states, ("Ctrl+Shift+F",), "search", a_store),
    ActionSpec("go-to-time", "Go", "Go to a time…", _go_to_time, ("Ctrl+J",), "", a_store),
)
