"""Actions on the history of the chosen entity: bases of rebuilds, checks of snapshots, and rows of the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QApplication

from ..style.dialogs import open_dialog
from .spec import ActionContext, ActionSpec, a_known_entity, a_store, an_entity, in_explore, need

if TYPE_CHECKING:
    from es_desktop.app.entity.facts import EntityCheck
    from es_desktop.models.workspace import Workspace


def _from_snapshot(context: ActionContext) -> None:
    from es_desktop.app.entity.verdict import NEAREST

    context.workspace.inspector.set_base(NEAREST)


def _from_zero(context: ActionContext) -> None:
    from es_desktop.app.entity.verdict import ZERO

    context.workspace.inspector.set_base(ZERO)


def _may_have_a_snapshot(workspace: Workspace) -> bool:
    view = workspace.inspector.view
    return view is None or bool(view.bases.rows)


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
        context.docks.snapshots.asked_from = QApplication.focusWidget()
        context.workspace.checker.check_store(session)


def _false_snapshot(workspace: Workspace) -> EntityCheck | None:
    """Return the check of the nearest snapshot of the version in view, if it is false."""
    from es_desktop.app.entity.facts import EntityCheck
    from es_desktop.app.entity.verdict import NEAREST

    view, version = workspace.inspector.view, workspace.selection.version
    nearest = None if view is None or version is None else view.bases.chosen(NEAREST, version)
    if view is None or nearest is None:
        return None
    check = workspace.checker.checks_of(view.facts.id).get(nearest.version)
    return EntityCheck(view.facts, check) if check is not None and check.ok is False else None


def _list_false(context: ActionContext) -> None:
    """Go to the list of the last check; if there was none, check those of the entity in view."""
    context.docks.snapshots.list_found()
    if not context.workspace.checker.summary:
        _verify_entity(context)


def replace_snapshot(context: ActionContext, found: EntityCheck | None) -> None:
    """Ask whether a true snapshot takes the place of a false one."""
    from ..entity.change_dialog import ReplaceSnapshotDialog

    if found is None:
        return
    entity_id, version = found.entity.id, found.check.version
    open_dialog(
        ReplaceSnapshotDialog(context.workspace, found, context.window),
        lambda: context.workspace.commander.run(
            "Replacing the snapshot", lambda commands: commands.take_snapshot(entity_id, version)
        ),
    )


def _is_in_a_run(workspace: Workspace) -> bool:
    rows, index = workspace.inspector.timeline.rows, workspace.selection.index
    row = None if index is None else rows.row_of(index)
    return row is not None and rows.run_at(row) is not None


def _collapse_runs(context: ActionContext) -> None:
    collapses = not context.workspace.inspector.timeline.collapses_runs
    context.workspace.inspector.timeline.set_collapses_runs(collapses)
    context.settings.collapses_runs = collapses


def _show_only_this_type(context: ActionContext) -> None:
    types = context.workspace.inspector.event_types
    types.show_only(types.row_of(context.workspace.selection.index))


_a_snapshot: Final = need(an_entity, _may_have_a_snapshot, "This entity has no snapshots.")
_one_that_is_false: Final = need(
    a_known_entity, lambda ws: _false_snapshot(ws) is not None, "No false snapshot is known at this version."
)
_a_run: Final = need(an_entity, _is_in_a_run, "The chosen event is not in a run of equal events.")
_a_hidden_type: Final = need(an_entity, lambda ws: bool(ws.inspector.event_types.hidden), "All event types are shown.")
BASES: Final = in_explore(
    ActionSpec("from-snapshot", "Rebuild from the nearest snapshot", _from_snapshot, "R", a_store),
    ActionSpec("from-zero", "Rebuild from zero", _from_zero, "Z", a_store),
    ActionSpec("from-picked", "Choose the snapshot to rebuild from…", lambda on: on.docks.rebuild.choose_base(),
               "Ctrl+R", _a_snapshot),
)  # fmt: skip
CHECKS: Final = (
    ActionSpec("verify-entity", "Check the snapshots of this entity", _verify_entity, "V", an_entity),
    ActionSpec("verify-store", "Check every snapshot of the store", _verify_store, "Ctrl+Shift+V", a_store),
    ActionSpec("list-false", "List the snapshots that are not true", _list_false, "Ctrl+Alt+V", a_store),
    ActionSpec("replace-snapshot", "Replace the false snapshot…",
               lambda on: replace_snapshot(on, _false_snapshot(on.workspace)), "Ctrl+Alt+S", _one_that_is_false),
    ActionSpec("worth", "Snapshot costs…", _snapshot_costs, "Ctrl+Shift+W", a_store),
)  # fmt: skip
EVENT_TYPES: Final = in_explore(
    ActionSpec("filter-types", "Filter events by type…", lambda on: on.docks.timeline.choose_types(), "T", an_entity),
    ActionSpec("show-only-type", "Show only this event type", _show_only_this_type, "", an_entity),
    ActionSpec("show-all-types", "Show all event types", lambda on: on.workspace.inspector.event_types.show_all(), "",
               _a_hidden_type),
)  # fmt: skip
RUNS: Final = (
    ActionSpec("fold-runs", "Collapse runs of equal events", _collapse_runs, "Ctrl+Shift+G",
               is_checked=lambda workspace: workspace.inspector.timeline.collapses_runs),
    ActionSpec("toggle-run", "Expand or collapse this run", lambda on: on.docks.timeline.table.toggle_run(), "",
               _a_run),
)  # fmt: skip
