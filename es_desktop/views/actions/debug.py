"""How a state came to be: what a rebuild starts from, and whether snapshots are true."""

from __future__ import annotations

from typing import Final

from .needs import a_store, an_entity
from .spec import ActionSpec, Desk


def _from_snapshot(desk: Desk) -> None:
    desk.workspace.inspector.set_from_snapshot(True)
    desk.docks.rebuild.show_choice()


def _from_zero(desk: Desk) -> None:
    desk.workspace.inspector.set_from_snapshot(False)
    desk.docks.rebuild.show_choice()


def _verify_entity(desk: Desk) -> None:
    session, view = desk.workspace.session, desk.workspace.inspector.view
    if session is not None and view is not None:
        desk.workspace.checker.check_entity(session, view.facts)


def _verify_store(desk: Desk) -> None:
    session = desk.workspace.session
    if session is not None:
        desk.workspace.checker.check_store(session)


DEBUG: Final = (
    ActionSpec("from-snapshot", "Debug", "Rebuild from the nearest snapshot", _from_snapshot, ("R",), needs=a_store),
    ActionSpec("from-zero", "Debug", "Rebuild from zero", _from_zero, ("Z",), needs=a_store),
    ActionSpec(
        "verify-entity",
        "Debug",
        "Check the snapshots of this entity",
        _verify_entity,
        ("V",),
        needs=an_entity,
        starts_group=True,
    ),
    ActionSpec(
        "verify-store",
        "Debug",
        "Check every snapshot of the store",
        _verify_store,
        ("Ctrl+Shift+V",),
        needs=a_store,
    ),
)
