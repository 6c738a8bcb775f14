"""Actions on the rows of the timeline: collapsed runs and hidden event types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .needs import an_entity
from .spec import ActionContext, ActionSpec

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace


def _a_run(workspace: Workspace) -> str:
    rows, index = workspace.inspector.timeline.rows, workspace.selection.index
    row = None if index is None else rows.row_of(index)
    inside = row is not None and rows.run_at(row) is not None
    return an_entity(workspace) or ("" if inside else "The chosen event is not in a run of equal events.")


def _a_hidden_type(workspace: Workspace) -> str:
    return an_entity(workspace) or ("" if workspace.inspector.event_types.hidden else "All event types are shown.")


def _are_runs_folded(workspace: Workspace) -> bool:
    return workspace.inspector.timeline.folds


def _fold_runs(context: ActionContext) -> None:
    folds = not context.workspace.inspector.timeline.folds
    context.workspace.inspector.timeline.set_folding(folds)
    context.settings.folds_runs = folds


def _toggle_run(context: ActionContext) -> None:
    context.docks.timeline.table.toggle_run()


def _choose_types(context: ActionContext) -> None:
    context.docks.timeline.choose_types()


def _show_all_types(context: ActionContext) -> None:
    context.workspace.inspector.event_types.show_all()


def _show_only_this_type(context: ActionContext) -> None:
    types = context.workspace.inspector.event_types
    types.show_only(types.row_of(context.workspace.selection.index))


RUNS: Final = (
    ActionSpec(
        "fold-runs",
        "View",
        "Collapse runs of equal events",
        _fold_runs,
        ("Ctrl+Shift+G",),
        is_checked=_are_runs_folded,
        starts_group=True,
    ),
    ActionSpec("toggle-run", "View", "Expand or collapse this run", _toggle_run, needs=_a_run),
)
EVENT_TYPE_FILTER: Final = (
    ActionSpec(
        "filter-types", "Debug", "Filter events by type…", _choose_types, ("T",), needs=an_entity, starts_group=True
    ),
    ActionSpec("show-only-type", "Debug", "Show only this event type", _show_only_this_type, needs=an_entity),
    ActionSpec("show-all-types", "Debug", "Show all event types", _show_all_types, needs=_a_hidden_type),
)
