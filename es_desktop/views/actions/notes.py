"""Actions on bookmarks and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .spec import ActionContext, ActionSpec, a_store, an_entity, in_explore, need

if TYPE_CHECKING:
    from es_desktop.app.notes.notebook import Bookmark
    from es_desktop.models.workspace import Workspace


def _toggle(context: ActionContext, version: int | None) -> None:
    entity_id = context.workspace.selection.entity_id
    if entity_id is None:
        return
    context.docks.notes.save_note()
    bookmark = context.workspace.notes.bookmark(entity_id, version)
    if bookmark is not None:
        remove_bookmark(context, bookmark)
    else:
        context.workspace.notes.set_bookmark(entity_id, version)
        context.docks.notes.choose((str(entity_id), version))


def remove_bookmark(context: ActionContext, bookmark: Bookmark) -> None:
    """Remove a bookmark; ask first if it has a note."""
    title = "Remove the bookmark"
    text = f"Its note will be removed too:\n\n{bookmark.headline}"
    if not bookmark.headline or context.prompts.confirm(title, text, "Remove"):
        context.workspace.notes.remove_bookmark(bookmark.entity, bookmark.version)


def _write_note(context: ActionContext, version: int | None) -> None:
    entity_id, notes = context.workspace.selection.entity_id, context.workspace.notes
    if entity_id is None:
        return
    if notes.bookmark(entity_id, version) is None:
        notes.set_bookmark(entity_id, version)
    context.docks.notes.write_note((str(entity_id), version))


def _go_to_bookmark(context: ActionContext, direction: int) -> None:
    row = context.workspace.bookmarks.adjacent(direction)
    if row is None or row.entity is None:
        context.workspace.message.emit("There are no more bookmarks in that direction.")
        return
    context.workspace.choose(row.entity.id, row.bookmark.version)
    context.docks.notes.choose(row.bookmark.key)


def _a_notebook(workspace: Workspace) -> str:
    if workspace.notes.problem is not None:
        return "The notes on this store cannot be read, so nothing can be added to them."
    return a_store(workspace) or ("" if workspace.notes.is_kept else "The notes on this store are being read.")


def _something_to_note(workspace: Workspace) -> str:
    return _a_notebook(workspace) or an_entity(workspace)


def _is_event_bookmarked(workspace: Workspace) -> bool:
    version = workspace.selection.version
    return version is not None and version in workspace.notes.marks_of(workspace.selection.entity_id)


def _is_entity_bookmarked(workspace: Workspace) -> bool:
    return None in workspace.notes.marks_of(workspace.selection.entity_id)


_a_bookmark: Final = need(_something_to_note, lambda ws: bool(ws.notes.marks), "There are no bookmarks yet.")
NOTES: Final = (
    ActionSpec("bookmark-event", "Bookmark this event", lambda on: _toggle(on, on.workspace.selection.version),
               "Ctrl+B", _something_to_note, is_checked=_is_event_bookmarked),
    ActionSpec("bookmark-entity", "Bookmark this entity", lambda on: _toggle(on, None), "Ctrl+Shift+B",
               _something_to_note, is_checked=_is_entity_bookmarked),
    ActionSpec("note-on-event", "Note on this event…", lambda on: _write_note(on, on.workspace.selection.version),
               "Ctrl+T", _something_to_note),
    ActionSpec("note-on-entity", "Note on this entity…", lambda on: _write_note(on, None), "Ctrl+Shift+T",
               _something_to_note),
)  # fmt: skip
BOOKMARKS: Final = in_explore(
    ActionSpec("next-bookmark", "Next bookmark", lambda on: _go_to_bookmark(on, 1), "Ctrl+Down", _a_bookmark),
    ActionSpec("previous-bookmark", "Previous bookmark", lambda on: _go_to_bookmark(on, -1), "Ctrl+Up", _a_bookmark),
    ActionSpec("only-bookmarked", "List only bookmarked entities",
               lambda on: on.workspace.entities.set_only_marked(not on.workspace.entities.is_only_marked),
               needs=a_store, is_checked=lambda workspace: workspace.entities.is_only_marked),
)  # fmt: skip
