"""Actions on watchpoints, and on running to a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from .needs import a_store, an_entity
from .spec import ActionContext, ActionSpec, open_dialog

if TYPE_CHECKING:
    from ..watch.watch_dock import WatchTable


def _watch(context: ActionContext) -> None:
    from es_desktop.app.watch.watchpoints import expression_for_path

    path = _chosen_path(context)
    context.docks.watch.ask("" if path is None else expression_for_path(path))


def _next_crossing(context: ActionContext) -> None:
    context.workspace.watchpoints.run_to_next(True)


def _previous_crossing(context: ActionContext) -> None:
    context.workspace.watchpoints.run_to_next(False)


def _next_change(context: ActionContext) -> None:
    _run_to_change(context, True)


def _previous_change(context: ActionContext) -> None:
    _run_to_change(context, False)


def _run_to_change(context: ActionContext, forward: bool) -> None:
    # If the state there has other rows, no row is current any more; the last path is used then.
    path = _chosen_path(context) or context.workspace.watchpoints.last_path
    if path is None:
        context.workspace.message.emit("Choose a value in the State panel first.")
    else:
        context.workspace.watchpoints.run_to_change(path, forward)


def _chosen_path(context: ActionContext) -> str | None:
    """Return the path of the current row of the state; ``None`` for none."""
    return context.workspace.inspector.state.path_at(context.docks.state.tree.currentIndex())


def _run_to_condition(context: ActionContext) -> None:
    from ..watch.expression_line import RunDialog

    watchpoints, dialog = context.workspace.watchpoints, RunDialog(context.workspace, context.theme, context.window)
    open_dialog(dialog, lambda: watchpoints.run_to_condition(dialog.expression, dialog.forward))


def _rename(context: ActionContext) -> None:
    context.docks.watch.bring_forward(context.docks.watch.table)
    _with_chosen(context, lambda table: table.rename())


def _switch(context: ActionContext) -> None:
    _with_chosen(context, lambda table: table.switch())


def _remove(context: ActionContext) -> None:
    _with_chosen(context, lambda table: table.remove())


def _next_of_it(context: ActionContext) -> None:
    _with_chosen(context, lambda table: table.run(True))


def _previous_of_it(context: ActionContext) -> None:
    _with_chosen(context, lambda table: table.run(False))


def _with_chosen(context: ActionContext, do: Callable[[WatchTable], None]) -> None:
    table = context.docks.watch.table
    if table.chosen is None:
        context.workspace.message.emit("Choose a watchpoint in the Watch panel first.")
    else:
        do(table)


WATCH: Final = (
    ActionSpec("watch", "Debug", "Watch a value or condition…", _watch, ("W",), needs=a_store, starts_group=True),
    ActionSpec(
        "next-crossing", "Debug", "Run to the next crossing", _next_crossing, ("F8",), "next-crossing", an_entity
    ),
    ActionSpec(
        "previous-crossing",
        "Debug",
        "Run back to the previous crossing",
        _previous_crossing,
        ("Shift+F8",),
        "previous-crossing",
        an_entity,
    ),
    ActionSpec("next-change", "Debug", "Run to the next change of this value", _next_change, (".",), needs=an_entity),
    ActionSpec(
        "previous-change",
        "Debug",
        "Run back to the previous change of this value",
        _previous_change,
        (",",),
        needs=an_entity,
    ),
    ActionSpec(
        "run-to-condition",
        "Debug",
        "Run to a condition…",
        _run_to_condition,
        ("Ctrl+Shift+F8",),
        needs=an_entity,
    ),
    ActionSpec("next-of-watchpoint", "Debug", "Next crossing of the chosen watchpoint", _next_of_it, needs=a_store),
    ActionSpec(
        "previous-of-watchpoint",
        "Debug",
        "Previous crossing of the chosen watchpoint",
        _previous_of_it,
        needs=a_store,
    ),
    ActionSpec("rename-watchpoint", "Debug", "Rename the chosen watchpoint…", _rename, needs=a_store),
    ActionSpec("switch-watchpoint", "Debug", "Turn the chosen watchpoint on or off", _switch, needs=a_store),
    ActionSpec("remove-watchpoint", "Debug", "Remove the chosen watchpoint", _remove, needs=a_store),
)
