"""How a state came to be: what a rebuild starts from, and whether snapshots are true."""

from __future__ import annotations

from typing import Final

from .needs import a_snapshot, a_store, an_entity
from .spec import ActionSpec, Desk, open_dialog


def _from_snapshot(desk: Desk) -> None:
    from es_desktop.app.entity.bases import NEAREST

    desk.workspace.inspector.set_base(NEAREST)


def _from_zero(desk: Desk) -> None:
    from es_desktop.app.entity.bases import ZERO

    desk.workspace.inspector.set_base(ZERO)


def _from_picked(desk: Desk) -> None:
    desk.docks.rebuild.choose_base()


def _worth(desk: Desk) -> None:
    from es_desktop.app.snapshot_cost.text import every_text

    from ..snapshot_cost.dialog import WorthDialog

    workspace = desk.workspace
    dialog = WorthDialog(workspace, desk.theme, desk.window)

    def accepted() -> None:
        workspace.commander.set_frequency(dialog.interval)
        workspace.message.emit(f"Snapshots from now on: {every_text(dialog.interval)}.")

    open_dialog(dialog, accepted)


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
        "from-picked",
        "Debug",
        "Rebuild from a snapshot of your choice…",
        _from_picked,
        ("Ctrl+R",),
        needs=a_snapshot,
    ),
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
    ActionSpec("worth", "Debug", "What snapshots buy…", _worth, ("Ctrl+Shift+W",), needs=a_store),
)
