"""Actions that go to another event, snapshot, time or list."""

from __future__ import annotations

from typing import Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.models.entity.player import SPEEDS

from .spec import ActionContext, ActionSpec, a_later_event, a_store, an_earlier_event, an_entity, in_explore


def _first(context: ActionContext) -> None:
    context.workspace.selection.go_to(context.workspace.selection.first_stop)


def _last(context: ActionContext) -> None:
    context.workspace.selection.go_to(context.workspace.selection.last_stop)


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


def _go_to_time(context: ActionContext) -> None:
    from es_desktop.app.text.times import editable_time, parse_time

    facts = context.workspace.facts
    text = context.prompts.time(editable_time(None if facts is None else facts.first))
    if text is None:
        return
    try:
        time = parse_time(text)
    except UserError as error:
        context.prompts.show_error(error)
    else:
        context.docks.log.bring_forward(context.docks.log.table)
        context.workspace.log.go_to_time(time)


def _playing_at(id: str, text: str, speed: int | None) -> ActionSpec:
    return ActionSpec(
        id,
        text,
        lambda on: on.workspace.player.set_speed(speed),
        needs=a_store,
        is_checked=lambda workspace: workspace.player.speed == speed,
    )


STEPS: Final = in_explore(
    ActionSpec("first", "First event", _first, "Home", an_earlier_event, "first"),
    ActionSpec("back", "Step back", lambda on: on.workspace.selection.step(-1), "K Alt+Left", an_earlier_event, "back"),
    ActionSpec("play", "Play", lambda on: on.workspace.player.toggle(), "Space", an_entity, "play",
               is_checked=lambda workspace: workspace.player.is_playing),
    ActionSpec("forward", "Step forward", lambda on: on.workspace.selection.step(1), "J Alt+Right", a_later_event,
               "forward"),
    ActionSpec("last", "Last event", _last, "End", a_later_event, "last"),
)  # fmt: skip
PLAY_SPEEDS: Final = (
    _playing_at("play-1", "Play 1 event per second", SPEEDS[0]),
    *(_playing_at(f"play-{speed}", f"Play {speed} events per second", speed) for speed in SPEEDS[1:]),
    _playing_at("play-recorded-pace", "Play at the recorded pace", None),
)
SNAPSHOTS: Final = in_explore(
    ActionSpec("previous-snapshot", "Previous snapshot", lambda on: _go_to_snapshot(on, -1), "[", an_entity,
               "prev-snapshot"),
    ActionSpec("next-snapshot", "Next snapshot", lambda on: _go_to_snapshot(on, 1), "]", an_entity, "next-snapshot"),
    ActionSpec("go-to", "Go to version…", _go_to_version, "Ctrl+G", an_entity),
)  # fmt: skip
FIND: Final = (
    ActionSpec("find", "Find an entity", lambda on: on.docks.entities.focus_filter(), "/", a_store, "search",
               acts_anywhere=True),
    ActionSpec("find-events", "Find events", lambda on: on.docks.log.focus_text(), "Ctrl+F", a_store, "search"),
    ActionSpec("follow-log", "Follow the newest events, or stop", lambda on: on.docks.log.follow(), needs=a_store),
    ActionSpec("go-to-time", "Go to a time…", _go_to_time, "Ctrl+J", a_store),
)  # fmt: skip
