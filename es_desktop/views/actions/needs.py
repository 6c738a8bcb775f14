"""Conditions of actions: each function returns why an action is not possible, or an empty text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace

NO_STORE: Final = "No store is open."
_NO_FURTHER: Final = "There are no more events of the types that are shown."


def a_store(workspace: Workspace) -> str:
    return "" if workspace.session is not None else NO_STORE


def a_writable_store(workspace: Workspace) -> str:
    return a_store(workspace) or (workspace.session.why_read_only if workspace.session is not None else "")


def an_entity(workspace: Workspace) -> str:
    return a_store(workspace) or ("" if workspace.selection.version is not None else "No entity is chosen.")


def a_snapshot(workspace: Workspace) -> str:
    view = workspace.inspector.view
    bare = view is not None and not view.bases.rows
    return an_entity(workspace) or ("This entity has no snapshots." if bare else "")


def a_known_entity(workspace: Workspace) -> str:
    """Need an entity of a writable store whose model is known."""
    why_not = a_writable_store(workspace) or an_entity(workspace)
    view = workspace.inspector.view
    if why_not or view is None:
        return why_not or "The entity is being read."
    session = workspace.session
    if session is not None and session.model_of(view.facts) is None:
        return f"The model {view.facts.type} is not known here, so only its history can be read."
    return ""


def a_changeable_entity(workspace: Workspace) -> str:
    view = workspace.inspector.view
    gone = view is not None and view.facts.discarded
    return a_known_entity(workspace) or ("The entity was discarded; its history stays." if gone else "")


def an_earlier_event(workspace: Workspace) -> str:
    at_first = "This is the first event." if workspace.selection.version == workspace.selection.first else _NO_FURTHER
    return an_entity(workspace) or ("" if workspace.selection.can_step(-1) else at_first)


def a_later_event(workspace: Workspace) -> str:
    at_last = "This is the last event." if workspace.selection.is_at_last else _NO_FURTHER
    return an_entity(workspace) or ("" if workspace.selection.can_step(1) else at_last)


def an_earlier_state(workspace: Workspace) -> str:
    at_last = workspace.selection.is_at_last
    return a_changeable_entity(workspace) or (
        "Go to an earlier version to restore one of its values." if at_last else ""
    )
