"""Actions that compare the chosen version with another version, entity or store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..style.dialogs import open_dialog
from .spec import ActionContext, ActionSpec, a_store, an_entity, need

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace


_a_comparison: Final = need(
    a_store, lambda ws: ws.comparison.is_on, "Nothing is compared. Press M to compare from the chosen version."
)


def _is_divergence_known(workspace: Workspace) -> bool:
    found = workspace.comparison.search.found
    return found is not None and found.first is not None


_a_divergence: Final = need(_a_comparison, _is_divergence_known, "No version is known at which two entities differ.")


def _mark(context: ActionContext) -> None:
    context.workspace.comparison.mark()
    context.docks.compare.show_in_front()


def _with_before(context: ActionContext) -> None:
    context.workspace.comparison.compare_with_before()
    context.docks.compare.show_in_front()


def _with_another(context: ActionContext) -> None:
    from ..compare.compare_dialog import CompareDialog

    workspace = context.workspace
    session = workspace.session
    if session is None:
        return
    dialog = CompareDialog(
        workspace, session, context.settings.recent, context.prompts.store_to_open, context.theme.tokens, context.window
    )

    def accepted() -> None:
        dialog.compare()
        context.docks.compare.show_in_front()

    open_dialog(dialog, accepted)


COMPARE: Final = (
    ActionSpec("compare-mark", "Compare from this version", _mark, "M", an_entity),
    ActionSpec("compare-before", "Compare with the previous version", _with_before, "Shift+M", an_entity),
    ActionSpec("compare-other", "Compare with another entity or store…", _with_another, "Ctrl+M", an_entity),
    ActionSpec("compare-swap", "Swap sides", lambda on: on.workspace.comparison.swap(), "", _a_comparison),
    ActionSpec("compare-follow", "Follow the chosen version in the comparison",
               lambda on: on.workspace.comparison.set_follows(not on.workspace.comparison.follows), needs=_a_comparison,
               is_checked=lambda workspace: workspace.comparison.follows),
    ActionSpec("compare-everything", "Show all values side by side",
               lambda on: on.workspace.comparison.set_shows_everything(not on.workspace.comparison.shows_everything),
               needs=_a_comparison, is_checked=lambda workspace: workspace.comparison.shows_everything),
    ActionSpec("compare-first", "Go to the first difference", lambda on: on.workspace.comparison.go_to_divergence(),
               needs=_a_divergence),
    ActionSpec("compare-stop", "Stop comparing", lambda on: on.workspace.comparison.stop(), "", _a_comparison),
)  # fmt: skip
