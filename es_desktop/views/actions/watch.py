"""Actions on watchpoints, and on running to a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ..style.dialogs import open_dialog
from .spec import ActionContext, ActionSpec, a_store, an_entity, in_explore

if TYPE_CHECKING:
    from ..watch.watch_dock import WatchTable


def _watch(context: ActionContext) -> None:
    from es_desktop.app.watch.watchpoints import expression_for_path

    path = context.docks.state.current_path
    context.docks.watch.ask("" if path is None else expression_for_path(path))


def _run_to_change(context: ActionContext, forward: bool) -> None:
    # If the state there has other rows, no row is current any more; the last path is used then.
    path = context.docks.state.current_path or context.workspace.watchpoints.last_path
    if path is None:
        context.workspace.message.emit("Choose a value in the State panel first.")
    else:
        context.workspace.watchpoints.run_to_change(path, forward)


def _run_to_condition(context: ActionContext) -> None:
    from ..watch.expression_line import RunDialog

    watchpoints, dialog = context.workspace.watchpoints, RunDialog(context.workspace, context.theme, context.window)
    open_dialog(dialog, lambda: watchpoints.run_to_condition(dialog.expression, dialog.forward))


def _rename(context: ActionContext) -> None:
    context.docks.watch.bring_forward(context.docks.watch.table)
    _with_chosen(context, lambda table: table.rename())


def _with_chosen(context: ActionContext, do: Callable[[WatchTable], object]) -> None:
    table = context.docks.watch.table
    if table.chosen is None:
        context.workspace.message.emit("Choose a watchpoint in the Watch panel first.")
    else:
        do(table)


def _on_chosen(id: str, text: str, do: Callable[[WatchTable], object]) -> ActionSpec:
    return ActionSpec(id, text, lambda on: _with_chosen(on, do), needs=a_store)


WATCH: Final = ActionSpec("watch", "Watch a value or condition…", _watch, "W", a_store)
RUN: Final = in_explore(
    ActionSpec("next-crossing", "Run to the next crossing", lambda on: on.workspace.watchpoints.run_to_next(True), "F8",
               an_entity, "next-crossing"),
    ActionSpec("previous-crossing", "Run back to the previous crossing",
               lambda on: on.workspace.watchpoints.run_to_next(False), "Shift+F8", an_entity, "previous-crossing"),
    ActionSpec("next-change", "Run to the next change of this value", lambda on: _run_to_change(on, True), ".",
               an_entity),
    ActionSpec("previous-change", "Run back to the previous change of this value", lambda on: _run_to_change(on, False),
               ",", an_entity),
    ActionSpec("run-to-condition", "Run to a condition…", _run_to_condition, "Ctrl+Shift+F8", an_entity),
)  # fmt: skip
WATCHPOINT: Final = in_explore(
    _on_chosen("next-of-watchpoint", "Next crossing of the chosen watchpoint", lambda table: table.run(True)),
    _on_chosen("previous-of-watchpoint", "Previous crossing of the chosen watchpoint", lambda table: table.run(False)),
    ActionSpec("rename-watchpoint", "Rename the chosen watchpoint…", _rename, "", a_store),
    _on_chosen("switch-watchpoint", "Turn the chosen watchpoint on or off", lambda table: table.switch()),
    _on_chosen("remove-watchpoint", "Remove the chosen watchpoint", lambda table: table.remove()),
)
