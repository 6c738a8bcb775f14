"""Actions on hypothetical branches. They never write to the open store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .needs import an_entity
from .spec import ActionContext, ActionSpec

if TYPE_CHECKING:
    from es_desktop.app.branch.view import RecordedHistory
    from es_desktop.models.workspace import Workspace
    from es_desktop.replay import Branch, BranchEntry


def a_branch(workspace: Workspace) -> str:
    on = workspace.what_if.current.branch is not None
    return an_entity(workspace) or ("" if on else "There is no branch. Press Ctrl+I to start one.")


def an_edit(workspace: Workspace) -> str:
    return a_branch(workspace) or ("" if workspace.what_if.current.draft.before else "The branch has no edits to undo.")


def an_undone_edit(workspace: Workspace) -> str:
    return a_branch(workspace) or ("" if workspace.what_if.current.draft.undone else "There is nothing to redo.")


def a_movable_event(workspace: Workspace) -> str:
    return a_branch(workspace) or ("The event is skipped." if _is_skipped(workspace) else "")


def _is_skipped(workspace: Workspace) -> bool:
    entry = workspace.what_if.current.entry
    return entry is not None and entry.version is None


def _begin(context: ActionContext) -> None:
    context.workspace.what_if.begin(context.workspace.selection.version)
    context.docks.what_if.show_in_front(takes_focus=True)


def _at_the_event(context: ActionContext, then: Callable[[], None]) -> None:
    """Choose the event to edit (the branch's current one if the dock has the focus), then call ``then``."""
    what_if, version = context.workspace.what_if, context.workspace.selection.version
    is_in_branch = context.docks.what_if.has_focus and what_if.current.branch is not None
    if is_in_branch or version is None:
        then()
        return
    what_if.begin(version)
    context.docks.what_if.show_in_front(takes_focus=False)

    def go_on() -> None:
        what_if.current.choose_event(version)
        then()

    what_if.when_shown(go_on)


def _skip(context: ActionContext) -> None:
    from es_desktop.app.branch.edits import skip_or_bring_back

    def then() -> None:
        dock, shown = context.docks.what_if, context.workspace.what_if.current
        entry = shown.entry
        names = dock.selected_events() if dock.has_focus else [] if entry is None else [entry.name]
        shown.change(lambda recorded, branch, draft: (draft.with_edits(skip_or_bring_back(branch, names)), None))

    _at_the_event(context, then)


def _edit(context: ActionContext) -> None:
    from ..branch.hypothetical_event_dialog import ask_for_edit

    _ask(context, ask_for_edit)


def _insert(context: ActionContext) -> None:
    from ..branch.hypothetical_event_dialog import ask_for_insertion

    _ask(context, ask_for_insertion)


def _ask(context: ActionContext, ask: Callable[[ActionContext, RecordedHistory, Branch, BranchEntry], None]) -> None:
    def then() -> None:
        shown = context.workspace.what_if.current
        if shown.recorded is not None and shown.branch is not None and shown.entry is not None:
            ask(context, shown.recorded, shown.branch, shown.entry)

    _at_the_event(context, then)


def _moving(by: int) -> Callable[[ActionContext], None]:
    def run(context: ActionContext) -> None:
        from es_desktop.app.branch.edits import move

        entry = context.workspace.what_if.current.entry
        if entry is not None:
            name = entry.name
            context.workspace.what_if.current.change(
                lambda recorded, branch, draft: (draft.with_edits(move(recorded, branch, name, by)), name)
            )

    return run


def _undo(context: ActionContext) -> None:
    context.workspace.what_if.current.change(lambda recorded, branch, draft: (draft.undo(), None))


def _redo(context: ActionContext) -> None:
    context.workspace.what_if.current.change(lambda recorded, branch, draft: (draft.redo(), None))


def _save(context: ActionContext) -> None:
    path = context.prompts.store_to_make()
    if path is not None:
        context.workspace.what_if.save(Path(path))


def _end(context: ActionContext) -> None:
    context.workspace.what_if.end()


def _spec(
    id: str,
    text: str,
    run: Callable[[ActionContext], None],
    keys: str,
    short: str,
    needs: Callable[[Workspace], str],
    **more: Any,
) -> ActionSpec:
    return ActionSpec(f"what-if-{id}", "What if", text, run, (keys,) if keys else (), "", needs, short, **more)


WHAT_IF: Final = (
    ActionSpec(
        "what-if", "What if", "What if: start a branch here", _begin, ("Ctrl+I",), "", an_entity, starts_group=True
    ),
    _spec("skip", "What if: skip this event", _skip, "Ctrl+Shift+X", "Skip", an_entity, is_checked=_is_skipped),
    _spec("edit", "What if: edit this event…", _edit, "Ctrl+Shift+Y", "Edit…", an_entity),
    _spec("insert", "What if: insert an event after this one…", _insert, "Ins", "Insert…", an_entity),
    _spec("up", "What if: move this event up", _moving(-1), "Ctrl+Shift+Up", "Move up", a_movable_event),
    _spec("down", "What if: move this event down", _moving(1), "Ctrl+Shift+Down", "Move down", a_movable_event),
    _spec("undo", "What if: undo", _undo, "Ctrl+Z", "Undo", an_edit),
    _spec("redo", "What if: redo", _redo, "Ctrl+Shift+Z", "Redo", an_undone_edit),
    _spec("save", "Save the branch as a new store…", _save, "", "Save as a new store…", a_branch),
    _spec("end", "End the branch", _end, "", "End", a_branch),
)
