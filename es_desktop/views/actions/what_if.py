"""What if: hypothetical branches, of which nothing is written to the open store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from es_desktop.app.branch_edits import Draft, insert, move, skip_or_bring_back, tell
from es_desktop.app.event_types import EventType, event_types
from es_desktop.app.trunk import Trunk
from es_desktop.models.branch_operation import Operation
from es_desktop.models.workspace import Workspace
from es_desktop.replay import Branch, BranchPlace, EventName, Mark

from ..hypothetical_event_dialog import Asked, HypotheticalEventDialog
from .needs import an_entity
from .spec import ActionSpec, Desk, open_dialog


def a_branch(workspace: Workspace) -> str:
    on = workspace.what_if.shown.branch is not None
    return an_entity(workspace) or ("" if on else "No branch was begun: Ctrl+I begins one.")


def an_edit(workspace: Workspace) -> str:
    return a_branch(workspace) or ("" if workspace.what_if.shown.draft.before else "Nothing was done to the branch.")


def an_undoing(workspace: Workspace) -> str:
    return a_branch(workspace) or ("" if workspace.what_if.shown.draft.undone else "Nothing was undone.")


def a_movable_event(workspace: Workspace) -> str:
    return a_branch(workspace) or ("The event is skipped." if _is_skipped(workspace) else "")


def _is_skipped(workspace: Workspace) -> bool:
    place = workspace.what_if.shown.place
    return place is not None and place.mark is Mark.SKIPPED


def _begin(desk: Desk) -> None:
    desk.workspace.what_if.begin(desk.workspace.selection.version)
    desk.docks.what_if.come_up(takes_focus=True)


def _at_the_event(desk: Desk, then: Callable[[], None]) -> None:
    """Go on with the event that is meant: that of the branch where the keyboard is there, else the chosen version's."""
    what_if, version = desk.workspace.what_if, desk.workspace.selection.version
    is_in_branch = desk.docks.what_if.has_focus and what_if.shown.branch is not None
    if is_in_branch or version is None:
        then()
        return
    what_if.begin(version)
    desk.docks.what_if.come_up(takes_focus=False)

    def go_on() -> None:
        what_if.shown.choose_event(version)
        then()

    what_if.when_shown(go_on)


def _skip(desk: Desk) -> None:
    def then() -> None:
        dock, shown = desk.docks.what_if, desk.workspace.what_if.shown
        place = shown.place
        names = dock.selected_events() if dock.has_focus else [] if place is None else [place.name]
        shown.change(lambda trunk, branch, draft: (draft.with_edits(skip_or_bring_back(branch, names)), None))

    _at_the_event(desk, then)


def _edit(desk: Desk) -> None:
    def ask(trunk: Trunk, branch: Branch, place: BranchPlace) -> None:
        if place.version is None:
            desk.workspace.message.emit("The event is skipped; bring it back first.")
            return
        here = EventType(place.topic, place.type, branch.event_at(place.happened - 1).data)
        title = f"What if event {place.version} had told something else?"
        _open(desk, Asked(title, [here], lambda _, data: _telling(place.name, data), "Edit the event"))

    _ask(desk, ask)


def _insert(desk: Desk) -> None:
    def ask(trunk: Trunk, branch: Branch, place: BranchPlace) -> None:
        # Of the type of the event before it, at first.
        types = sorted(event_types(trunk, place.passed), key=lambda each: each.topic != place.topic)
        after = place.original if place.version is None else place.version
        title = f"What if there had been an event after {after}?"
        _open(desk, Asked(title, types, lambda topic, data: _inserting(place.name, topic, data), "Insert the event"))

    _ask(desk, ask)


def _ask(desk: Desk, ask: Callable[[Trunk, Branch, BranchPlace], None]) -> None:
    def then() -> None:
        shown = desk.workspace.what_if.shown
        if shown.trunk is not None and shown.branch is not None and shown.place is not None:
            ask(shown.trunk, shown.branch, shown.place)

    _at_the_event(desk, then)


def _open(desk: Desk, asked: Asked) -> None:
    shown, session = desk.workspace.what_if.shown, desk.workspace.session
    if session is None:
        return
    dialog = HypotheticalEventDialog(shown, session.classes, asked, desk.window)

    def accepted() -> None:
        if dialog.operation is not None:
            shown.change(dialog.operation)

    open_dialog(dialog, accepted)


def _telling(name: EventName, data: Mapping[str, Any]) -> Operation:
    return lambda trunk, branch, draft: (draft.with_edits(tell(trunk, branch, name, data)), name)


def _inserting(after: EventName, topic: str, data: Mapping[str, Any]) -> Operation:
    def operation(trunk: Trunk, branch: Branch, draft: Draft) -> tuple[Draft, EventName]:
        edits, name = insert(branch, after, topic, data)
        return draft.with_edits(edits), name

    return operation


def _moving(by: int) -> Callable[[Desk], None]:
    def run(desk: Desk) -> None:
        place = desk.workspace.what_if.shown.place
        if place is not None:
            name = place.name
            desk.workspace.what_if.shown.change(
                lambda trunk, branch, draft: (draft.with_edits(move(trunk, branch, name, by)), name)
            )

    return run


def _undo(desk: Desk) -> None:
    desk.workspace.what_if.shown.change(lambda trunk, branch, draft: (draft.undo(), None))


def _redo(desk: Desk) -> None:
    desk.workspace.what_if.shown.change(lambda trunk, branch, draft: (draft.redo(), None))


def _save(desk: Desk) -> None:
    path = desk.asking.store_to_make()
    if path is not None:
        desk.workspace.what_if.save(Path(path))


def _end(desk: Desk) -> None:
    desk.workspace.what_if.end()


def _spec(
    id: str,
    text: str,
    run: Callable[[Desk], None],
    keys: str,
    short: str,
    needs: Callable[[Workspace], str],
    **more: Any,
) -> ActionSpec:
    return ActionSpec(f"what-if-{id}", "What if", text, run, (keys,) if keys else (), "", needs, short, **more)


WHAT_IF: Final = (
    ActionSpec("what-if", "What if", "What if…", _begin, ("Ctrl+I",), "", an_entity, starts_group=True),
    _spec("skip", "What if: skip this event", _skip, "Ctrl+Shift+X", "Skip", an_entity, is_checked=_is_skipped),
    _spec("edit", "What if: edit this event…", _edit, "Ctrl+Shift+Y", "Edit…", an_entity),
    _spec("insert", "What if: insert an event after this one…", _insert, "Ins", "Insert…", an_entity),
    _spec("up", "What if: move this event up", _moving(-1), "Ctrl+Shift+Up", "Move up", a_movable_event),
    _spec("down", "What if: move this event down", _moving(1), "Ctrl+Shift+Down", "Move down", a_movable_event),
    _spec("undo", "What if: undo", _undo, "Ctrl+Z", "Undo", an_edit),
    _spec("redo", "What if: redo", _redo, "Ctrl+Shift+Z", "Redo", an_undoing),
    _spec("save", "Save the branch as a new store…", _save, "", "Save as a new store…", a_branch),
    _spec("end", "End the branch", _end, "", "End", a_branch),
)
