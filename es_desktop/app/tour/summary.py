"""What is said of the tours before one begins: the start page and the menu have this, and not their steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TourSummary:
    id: str
    title: str
    sentence: str
    minutes: int


FIVE_STEPS: Final = TourSummary(
    "five-steps",
    "Five steps",
    "Create, change, snapshot, rebuild, discard an order. You do it, and the tour notices.",
    4,
)
WRONG_TOTAL: Final = TourSummary(
    "wrong-total",
    "The wrong total",
    "Zoë Rossi paid 3.30 too little. Find the event that did it, and write the test that proves it.",
    8,
)
SUMMARIES: Final = (FIVE_STEPS, WRONG_TOTAL)


def following_tour(tour: TourSummary) -> TourSummary | None:
    """Return the tour after one; ``None`` after the last."""
    return next(iter(SUMMARIES[SUMMARIES.index(tour) + 1 :]), None)
