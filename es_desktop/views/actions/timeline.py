"""Which rows the timeline has: runs that fold, and types of event that are hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .needs import an_entity
from .spec import ActionSpec, Desk

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace


def _a_run(workspace: Workspace) -> str:
    rows, index = workspace.inspector.timeline.rows, workspace.selection.index
    row = None if index is None else rows.row_of(index)
    inside = row is not None and rows.run_at(row) is not None
    return an_entity(workspace) or ("" if inside else "The chosen event is in no run of equal events.")


def _a_hidden_type(workspace: Workspace) -> str:
    return an_entity(workspace) or ("" if workspace.inspector.event_types.hidden else "Every type of event is shown.")


def _are_runs_folded(workspace: Workspace) -> bool:
    return workspace.inspector.timeline.folds


def _fold_runs(desk: Desk) -> None:
    folds = not desk.workspace.inspector.timeline.folds
    desk.workspace.inspector.timeline.set_folding(folds)
    desk.settings.folds_runs = folds


def _toggle_run(desk: Desk) -> None:
    desk.docks.timeline.table.toggle_run()


def _choose_types(desk: Desk) -> None:
    desk.docks.timeline.choose_types()


def _show_all_types(desk: Desk) -> None:
    desk.workspace.inspector.event_types.show_all()


def _show_only_this_type(desk: Desk) -> None:
    types = desk.workspace.inspector.event_types
    types.show_only(types.row_of(desk.workspace.selection.index))


FOLDING: Final = (
    ActionSpec(
        "fold-runs",
        "View",
        "Fold runs of equal events",
        _fold_runs,
        ("Ctrl+Shift+G",),
        is_checked=_are_runs_folded,
        starts_group=True,
    ),
    ActionSpec("toggle-run", "View", "Unfold or fold this run", _toggle_run, needs=_a_run),
)
EVENT_TYPES: Final = (
    ActionSpec(
        "filter-types", "Debug", "Filter events by type…", _choose_types, ("T",), needs=an_entity, starts_group=True
    ),
    ActionSpec("show-only-type", "Debug", "Show only this type of event", _show_only_this_type, needs=an_entity),
    ActionSpec("show-all-types", "Debug", "Show all types of event", _show_all_types, needs=_a_hidden_type),
)
