"""Actions that show a view of the window: Explore, Ask and others."""

from __future__ import annotations

from typing import Final

from ..panels.window_views import VIEWS, WindowView
from .spec import ActionSpec, a_store


def view_action(view: WindowView) -> str:
    """Return the id of the action that shows a view."""
    return f"view-{view.name}"


def _view(number: int, view: WindowView) -> ActionSpec:
    return ActionSpec(
        view_action(view),
        f"{view.title}: {view.about}",
        lambda on: on.workspace.shown_view.show(view.name),
        f"Alt+{number}",
        a_store,
        short=view.title,
        is_checked=lambda workspace: workspace.shown_view.name == view.name,
    )


VIEW_SWITCH: Final = tuple(_view(number, view) for number, view in enumerate(VIEWS, 1))
