"""Actions that begin the tours, and go to the card of the one that runs."""

from __future__ import annotations

from typing import Final

from es_desktop.app.tour.summary import SUMMARIES, TourSummary

from .spec import ActionContext, ActionSpec


def tour_action(tour: TourSummary) -> str:
    """Return the name of the action that begins a tour."""
    return f"tour-{tour.id}"


def _tour(tour: TourSummary) -> ActionSpec:
    return ActionSpec(tour_action(tour), f"Tour: {tour.title}", lambda on: _begin(on, tour))


def _begin(context: ActionContext, tour: TourSummary) -> None:
    """Begin a tour, unless another window has the store of the tours open: then show that one."""
    others = (each for each in context.windows.all if each.workspace is not context.workspace)
    busy = next((each for each in others if context.guide.owns(each.store)), None)
    if busy is None:
        context.guide.begin(tour)
    else:
        busy.come_forward()
        context.workspace.message.emit("The demo store of the tours is open in another window.")


def _go_to_card(context: ActionContext) -> None:
    if context.guide.progress is None and context.guide.offered is None:
        context.workspace.message.emit("No tour runs. Begin one in the menu Help.")
    else:
        context.guide.card_wanted.emit()


TOUR: Final = (
    *map(_tour, SUMMARIES),
    ActionSpec("tour-card", "Go to the card of the tour, and back", _go_to_card, "F6"),
)
