"""What is watched, and running to where a value or a condition changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from .needs import a_store, an_entity
from .spec import ActionSpec, Desk, open_dialog

if TYPE_CHECKING:
    from ..watch.watch_dock import WatchTable


def _watch(desk: Desk) -> None:
    from es_desktop.app.watch.watchpoints import expression_for_path

    path = _path_in_hand(desk)
    desk.docks.watch.ask("" if path is None else expression_for_path(path))


def _next_crossing(desk: Desk) -> None:
    desk.workspace.watchpoints.run_to_next(True)


def _previous_crossing(desk: Desk) -> None:
    desk.workspace.watchpoints.run_to_next(False)


def _next_change(desk: Desk) -> None:
    _run_to_change(desk, True)


def _previous_change(desk: Desk) -> None:
    _run_to_change(desk, False)


def _run_to_change(desk: Desk, forward: bool) -> None:
    # The row is lost where the state there has other rows; what was followed is followed on.
    path = _path_in_hand(desk) or desk.workspace.watchpoints.last_path
    if path is None:
        desk.workspace.message.emit("Choose a value in the State panel first.")
    else:
        desk.workspace.watchpoints.run_to_change(path, forward)


def _path_in_hand(desk: Desk) -> str | None:
    """Return the path of the row that is chosen in the state, where one is."""
    return desk.workspace.inspector.state.path_at(desk.docks.state.tree.currentIndex())


def _run_to_condition(desk: Desk) -> None:
    from ..watch.run_dialog import RunDialog

    watchpoints, watch = desk.workspace.watchpoints, desk.docks.watch
    dialog = RunDialog(watchpoints.validate, watch.names, watchpoints.last_condition, desk.theme, desk.window)
    open_dialog(dialog, lambda: watchpoints.run_to_condition(dialog.expression, dialog.forward))


def _rename(desk: Desk) -> None:
    desk.docks.watch.bring_forward(desk.docks.watch.table)
    _with_chosen(desk, lambda table: table.rename())


def _switch(desk: Desk) -> None:
    _with_chosen(desk, lambda table: table.switch())


def _remove(desk: Desk) -> None:
    _with_chosen(desk, lambda table: table.remove())


def _next_of_it(desk: Desk) -> None:
    _with_chosen(desk, lambda table: table.run(True))


def _previous_of_it(desk: Desk) -> None:
    _with_chosen(desk, lambda table: table.run(False))


def _with_chosen(desk: Desk, do: Callable[[WatchTable], None]) -> None:
    table = desk.docks.watch.table
    if table.chosen is None:
        desk.workspace.message.emit("Choose a watchpoint in the Watch panel first.")
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
    ActionSpec("rename-watchpoint", "Debug", "Name the chosen watchpoint…", _rename, needs=a_store),
    ActionSpec("switch-watchpoint", "Debug", "Switch the chosen watchpoint on or off", _switch, needs=a_store),
    ActionSpec("remove-watchpoint", "Debug", "Remove the chosen watchpoint", _remove, needs=a_store),
)
