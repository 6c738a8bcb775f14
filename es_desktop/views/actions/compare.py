"""Actions that compare the chosen version with another version, entity or store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .spec import ActionContext, ActionSpec, a_store, an_entity, open_dialog

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace


def _a_comparison(workspace: Workspace) -> str:
    nothing = "" if workspace.comparison.is_on else "Nothing is compared. Press M to compare from the chosen version."
    return a_store(workspace) or nothing


def _a_divergence(workspace: Workspace) -> str:
    found = workspace.comparison.search.found
    none = found is None or found.first is None
    return _a_comparison(workspace) or ("No version is known at which two entities differ." if none else "")


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


def _follow(context: ActionContext) -> None:
    comparison = context.workspace.comparison
    comparison.set_follows(not comparison.follows)


def _everything(context: ActionContext) -> None:
    comparison = context.workspace.comparison
    comparison.set_shows_everything(not comparison.shows_everything)


COMPARE: Final = (
    ActionSpec("compare-mark", "Compare from this version", _mark, "M", an_entity),
    ActionSpec("compare-before", "Compare with the previous version", _with_before, "Shift+M", an_entity),
    ActionSpec("compare-other", "Compare with another entity or store…", _with_another, "Ctrl+M", an_entity),
    ActionSpec("compare-swap", "Swap sides", lambda on: on.workspace.comparison.swap(), "", _a_comparison),
    ActionSpec("compare-follow", "Follow the chosen version in the comparison", _follow, needs=_a_comparison,
               is_checked=lambda workspace: workspace.comparison.follows),
    ActionSpec("compare-everything", "Show all values side by side", _everything, needs=_a_comparison,
               is_checked=lambda workspace: workspace.comparison.shows_everything),
    ActionSpec("compare-first", "Go to the first difference", lambda on: on.workspace.comparison.go_to_divergence(),
               needs=_a_divergence),
    ActionSpec("compare-stop", "Stop comparing", lambda on: on.workspace.comparison.stop(), "", _a_comparison),
)  # fmt: skip
