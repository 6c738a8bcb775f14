"""Actions that make a working copy of a read-only store."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from .needs import a_store
from .spec import ActionContext, ActionSpec

if TYPE_CHECKING:
    from es_desktop.core import EntityId
    from es_desktop.models.workspace import Workspace


def _copy_all(context: ActionContext) -> None:
    _copy(context, None)


def _copy_chosen(context: ActionContext) -> None:
    chosen = context.docks.entities.selected
    shown = context.workspace.selection.entity_id
    _copy(context, chosen or (() if shown is None else (shown,)))


def _copy(context: ActionContext, entities: tuple[EntityId, ...] | None) -> None:
    session = context.workspace.session
    if session is None:
        return
    file = context.prompts.copy_to_make(f"{PurePath(session.short_name).stem}-copy.esdb")
    if file is not None:
        context.workspace.copier.copy(session, Path(file), entities)


def _a_store_that_is_only_read(workspace: Workspace) -> str:
    is_writable = workspace.session is not None and workspace.session.is_writable
    return a_store(workspace) or ("This store is writable and needs no copy." if is_writable else "")


def _entities_of_such(workspace: Workspace) -> str:
    chosen = workspace.selection.entity_id is not None
    return _a_store_that_is_only_read(workspace) or ("" if chosen else "No entity is chosen.")


WORKING_COPY: Final = (
    ActionSpec("copy-store", "Store", "Work on a copy…", _copy_all, needs=_a_store_that_is_only_read),
    ActionSpec(
        "copy-entities", "Store", "Work on a copy of the selected entities…", _copy_chosen, needs=_entities_of_such
    ),
)
