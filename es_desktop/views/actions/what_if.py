"""What if: hypothetical branches, of which nothing is written to the open store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .needs import an_entity
from .spec import ActionSpec, Desk

if TYPE_CHECKING:
    from es_desktop.app.branch.history import RecordedHistory
    from es_desktop.models.workspace import Workspace
    from es_desktop.replay import Branch, BranchEntry


def a_branch(workspace: Workspace) -> str:
    on = workspace.what_if.current.branch is not None
    return an_entity(workspace) or ("" if on else "No branch was begun: Ctrl+I begins one.")


def an_edit(workspace: Workspace) -> str:
    return a_branch(workspace) or ("" if workspace.what_if.current.draft.before else "Nothing was done to the branch.")


def an_undoing(workspace: Workspace) -> str:
    return a_branch(workspace) or ("" if workspace.what_if.current.draft.undone else "Nothing was undone.")


def a_movable_event(workspace: Workspace) -> str:
    return a_branch(workspace) or ("The event is skipped." if _is_skipped(workspace) else "")


def _is_skipped(workspace: Workspace) -> bool:
    place = workspace.what_if.current.place
    return place is not None and place.version is None


def _begin(desk: Desk) -> None:
    desk.workspace.what_if.begin(desk.workspace.selection.version)
    desk.docks.what_if.come_up(takes_focus=True)


def _at_the_event(desk: Desk, then: Callable[[], None]) -> None:
    """Go on with the event that is meant: that of the branch where the keyboard is there, else the chosen version's."""
    what_if, version = desk.workspace.what_if, desk.workspace.selection.version
    is_in_branch = desk.docks.what_if.has_focus and what_if.current.branch is not None
    if is_in_branch or version is None:
        then()
        return
    what_if.begin(version)
    desk.docks.what_if.come_up(takes_focus=False)

    def go_on() -> None:
        what_if.current.choose_event(version)
        then()

    what_if.when_shown(go_on)


def _skip(desk: Desk) -> None:
    from es_desktop.app.branch.edits import skip_or_bring_back

    def then() -> None:
        dock, shown = desk.docks.what_if, desk.workspace.what_if.current
        place = shown.place
        names = dock.selected_events() if dock.has_focus else [] if place is None else [place.name]
        shown.change(lambda recorded, branch, draft: (draft.with_edits(skip_or_bring_back(branch, names)), None))

    _at_the_event(desk, then)


def _edit(desk: Desk) -> None:
    from ..branch.hypothetical_event_dialog import ask_what_else

    _ask(desk, ask_what_else)


def _insert(desk: Desk) -> None:
    from ..branch.hypothetical_event_dialog import ask_what_more

    _ask(desk, ask_what_more)


def _ask(desk: Desk, ask: Callable[[Desk, RecordedHistory, Branch, BranchEntry], None]) -> None:
    def then() -> None:
        shown = desk.workspace.what_if.current
        if shown.recorded is not None and shown.branch is not None and shown.place is not None:
            ask(desk, shown.recorded, shown.branch, shown.place)

    _at_the_event(desk, then)


def _moving(by: int) -> Callable[[Desk], None]:
    def run(desk: Desk) -> None:
        from es_desktop.app.branch.edits import move

        place = desk.workspace.what_if.current.place
        if place is not None:
            name = place.name
            desk.workspace.what_if.current.change(
                lambda recorded, branch, draft: (draft.with_edits(move(recorded, branch, name, by)), name)
            )

    return run


def _undo(desk: Desk) -> None:
    desk.workspace.what_if.current.change(lambda recorded, branch, draft: (draft.undo(), None))


def _redo(desk: Desk) -> None:
    desk.workspace.what_if.current.change(lambda recorded, branch, draft: (draft.redo(), None))


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
