"""Actions on rebuilds: their base, checking snapshots, and snapshot costs."""

from __future__ import annotations

from typing import Final

from .needs import a_snapshot, a_store, an_entity
from .spec import ActionContext, ActionSpec, open_dialog


def _from_snapshot(context: ActionContext) -> None:
    from es_desktop.app.entity.verdict import NEAREST

    context.workspace.inspector.set_base(NEAREST)


def _from_zero(context: ActionContext) -> None:
    from es_desktop.app.entity.verdict import ZERO

    context.workspace.inspector.set_base(ZERO)


def _from_picked(context: ActionContext) -> None:
    context.docks.rebuild.choose_base()


def _snapshot_costs(context: ActionContext) -> None:
    from es_desktop.app.snapshot_cost.cost import every_text

    from ..snapshot_cost.dialog import SnapshotCostDialog

    workspace = context.workspace
    dialog = SnapshotCostDialog(workspace, context.theme, context.window)

    def accepted() -> None:
        workspace.commander.set_frequency(dialog.interval)
        workspace.message.emit(f"Snapshots from now on: {every_text(dialog.interval)}.")

    open_dialog(dialog, accepted)


def _verify_entity(context: ActionContext) -> None:
    session, view = context.workspace.session, context.workspace.inspector.view
    if session is not None and view is not None:
        context.workspace.checker.check_entity(session, view.facts)


def _verify_store(context: ActionContext) -> None:
    session = context.workspace.session
    if session is not None:
        context.workspace.checker.check_store(session)


DEBUG: Final = (
    ActionSpec("from-snapshot", "Debug", "Rebuild from the nearest snapshot", _from_snapshot, ("R",), needs=a_store),
    ActionSpec("from-zero", "Debug", "Rebuild from zero", _from_zero, ("Z",), needs=a_store),
    ActionSpec(
        "from-picked",
        "Debug",
        "Choose the snapshot to rebuild from…",
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
    ActionSpec("worth", "Debug", "Snapshot costs…", _snapshot_costs, ("Ctrl+Shift+W",), needs=a_store),
)
