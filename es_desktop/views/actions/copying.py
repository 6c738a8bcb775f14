"""Working on a copy of a store that is only read."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from .needs import a_store
from .spec import ActionSpec, Desk

if TYPE_CHECKING:
    from es_desktop.core import EntityId
    from es_desktop.models.workspace import Workspace


def _copy_all(desk: Desk) -> None:
    _copy(desk, None)


def _copy_chosen(desk: Desk) -> None:
    chosen = desk.docks.entities.selected
    shown = desk.workspace.selection.entity_id
    _copy(desk, chosen or (() if shown is None else (shown,)))


def _copy(desk: Desk, entities: tuple[EntityId, ...] | None) -> None:
    session = desk.workspace.session
    if session is None:
        return
    file = desk.asking.copy_to_make(f"{PurePath(session.short_name).stem}-copy.esdb")
    if file is not None:
        desk.workspace.copier.copy(session, Path(file), entities)


def _a_store_that_is_only_read(workspace: Workspace) -> str:
    is_writable = workspace.session is not None and workspace.session.is_writable
    return a_store(workspace) or ("This store can be changed itself." if is_writable else "")


def _entities_of_such(workspace: Workspace) -> str:
    chosen = workspace.selection.entity_id is not None
    return _a_store_that_is_only_read(workspace) or ("" if chosen else "No entity is chosen.")


WORK_ON_COPY: Final = (
    ActionSpec("copy-store", "Store", "Work on a copy…", _copy_all, needs=_a_store_that_is_only_read),
    ActionSpec(
        "copy-entities", "Store", "Work on a copy of the chosen entities…", _copy_chosen, needs=_entities_of_such
    ),
)
