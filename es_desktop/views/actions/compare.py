"""Comparing the version in view with another version, another entity, or another store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .needs import a_store, an_entity
from .spec import ActionSpec, Desk, open_dialog

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace


def _a_comparison(workspace: Workspace) -> str:
    nothing = "" if workspace.comparison.is_on else "Nothing is compared: M keeps the chosen version to compare with."
    return a_store(workspace) or nothing


def _a_divergence(workspace: Workspace) -> str:
    found = workspace.comparison.search.found
    none = found is None or found.first is None
    return _a_comparison(workspace) or ("No version is known at which two entities differ." if none else "")


def _mark(desk: Desk) -> None:
    desk.workspace.comparison.mark()
    desk.docks.compare.show_beside()


def _with_before(desk: Desk) -> None:
    desk.workspace.comparison.compare_with_before()
    desk.docks.compare.show_beside()


def _with_another(desk: Desk) -> None:
    from ..compare.compare_dialog import CompareDialog

    workspace = desk.workspace
    session = workspace.session
    if session is None:
        return
    dialog = CompareDialog(
        workspace, session, desk.settings.recent, desk.asking.store_to_open, desk.theme.tokens, desk.window
    )

    def accepted() -> None:
        dialog.compare()
        desk.docks.compare.show_beside()

    open_dialog(dialog, accepted)


def _swap(desk: Desk) -> None:
    desk.workspace.comparison.swap()


def _follow(desk: Desk) -> None:
    comparison = desk.workspace.comparison
    comparison.set_follows(not comparison.follows)


def _everything(desk: Desk) -> None:
    comparison = desk.workspace.comparison
    comparison.set_shows_everything(not comparison.shows_everything)


def _go_to_divergence(desk: Desk) -> None:
    desk.workspace.comparison.go_to_divergence()


def _stop(desk: Desk) -> None:
    desk.workspace.comparison.stop()


COMPARE: Final = (
    ActionSpec(
        "compare-mark",
        "Debug",
        "Compare from this version",
        _mark,
        ("M",),
        needs=an_entity,
        starts_group=True,
    ),
    ActionSpec(
        "compare-before", "Debug", "Compare with the version before", _with_before, ("Shift+M",), needs=an_entity
    ),
    ActionSpec(
        "compare-other",
        "Debug",
        "Compare with another entity or store…",
        _with_another,
        ("Ctrl+M",),
        needs=an_entity,
    ),
    ActionSpec("compare-swap", "Debug", "Swap sides", _swap, needs=_a_comparison),
    ActionSpec(
        "compare-follow",
        "Debug",
        "Let the comparison follow the chosen version",
        _follow,
        needs=_a_comparison,
        is_checked=lambda workspace: workspace.comparison.follows,
    ),
    ActionSpec(
        "compare-everything",
        "Debug",
        "Show everything side by side",
        _everything,
        needs=_a_comparison,
        is_checked=lambda workspace: workspace.comparison.shows_everything,
    ),
    ActionSpec("compare-first", "Debug", "Go to the first difference", _go_to_divergence, needs=_a_divergence),
    ActionSpec("compare-stop", "Debug", "Stop comparing", _stop, needs=_a_comparison),
)
