"""Actions on hypothetical branches. They never write to the open store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .spec import ActionContext, ActionSpec, an_entity, in_explore, need

if TYPE_CHECKING:
    from es_desktop.app.branch.commands import BranchCommands
    from es_desktop.app.branch.edits import Draft, Edits
    from es_desktop.app.branch.view import RecordedHistory
    from es_desktop.models.workspace import Workspace
    from es_desktop.replay import Branch, BranchEntry, EventRef


def _is_skipped(workspace: Workspace) -> bool:
    entry = workspace.what_if.current.entry
    return entry is not None and entry.version is None


_a_branch: Final = need(
    an_entity, lambda ws: ws.what_if.current.branch is not None, "There is no branch. Press Ctrl+I to start one."
)
_an_edit: Final = need(_a_branch, lambda ws: bool(ws.what_if.current.draft.before), "The branch has no edits to undo.")
_an_undone_edit: Final = need(_a_branch, lambda ws: bool(ws.what_if.current.draft.undone), "There is nothing to redo.")
_a_movable_event: Final = need(_a_branch, lambda ws: not _is_skipped(ws), "The event is skipped.")


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


def add_hypothesis(context: ActionContext, edits: Callable[[BranchCommands], tuple[Edits, EventRef | None]]) -> None:
    """Add the events of a command to the branch of the chosen entity, and show it."""
    context.workspace.what_if.add(edits)
    context.docks.what_if.show_in_front(takes_focus=False)


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


def _move(context: ActionContext, by: int) -> None:
    from es_desktop.app.branch.edits import move

    entry = context.workspace.what_if.current.entry
    if entry is not None:
        name = entry.name
        context.workspace.what_if.current.change(
            lambda recorded, branch, draft: (draft.with_edits(move(recorded, branch, name, by)), name)
        )


def _save(context: ActionContext) -> None:
    path = context.prompts.store_to_make()
    if path is not None:
        context.workspace.what_if.save(Path(path))


def _change_draft(context: ActionContext, change: Callable[[Draft], Draft]) -> None:
    context.workspace.what_if.current.change(lambda recorded, branch, draft: (change(draft), None))


WHAT_IF: Final = in_explore(
    ActionSpec("what-if", "What if: start a branch here", _begin, "Ctrl+I", an_entity),
    ActionSpec("what-if-skip", "What if: skip this event", _skip, "Ctrl+Shift+X", an_entity, short="Skip",
               is_checked=_is_skipped),
    ActionSpec("what-if-edit", "What if: edit this event…", _edit, "Ctrl+Shift+Y", an_entity, short="Edit…"),
    ActionSpec("what-if-insert", "What if: insert an event after this one…", _insert, "Ins", an_entity, "", "Insert…"),
    ActionSpec("what-if-up", "What if: move this event up", lambda on: _move(on, -1), "Ctrl+Shift+Up", _a_movable_event,
               short="Move up"),
    ActionSpec("what-if-down", "What if: move this event down", lambda on: _move(on, 1), "Ctrl+Shift+Down",
               _a_movable_event, short="Move down"),
    ActionSpec("what-if-undo", "What if: undo", lambda on: _change_draft(on, lambda draft: draft.undo()), "Ctrl+Z",
               _an_edit, short="Undo"),
    ActionSpec("what-if-redo", "What if: redo", lambda on: _change_draft(on, lambda draft: draft.redo()),
               "Ctrl+Shift+Z", _an_undone_edit, short="Redo"),
    ActionSpec("what-if-save", "Save the branch as a new store…", _save, "", _a_branch, short="Save as a new store…"),
    ActionSpec("what-if-end", "End the branch", lambda on: on.workspace.what_if.end(), "", _a_branch, short="End"),
)  # fmt: skip
