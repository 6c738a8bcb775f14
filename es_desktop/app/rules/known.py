"""The steps of a history with whether their states are known: what is mined and checked is what a question sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from es_desktop.core import TopicResolutionError
from es_desktop.replay import FoldError
from es_desktop.replay.histories import LOST, HistoryStep


@dataclass(slots=True)
class KnownSteps:
    """Yields the steps of a history, each with whether the state after it is known.

    After an event that could not be applied none is, and none where the first events are missing. A history whose
    states cannot be read at all ends there.
    """

    steps: Iterable[HistoryStep]
    is_known: bool = True
    """Whether the state after the last step is known."""

    def __iter__(self) -> Iterator[tuple[HistoryStep, bool]]:
        is_broken = False
        try:
            for step in self.steps:
                is_broken |= bool(step.failure) and step.failure != LOST
                self.is_known = not (is_broken or step.failure)
                yield step, self.is_known
        except (FoldError, TopicResolutionError):
            self.is_known = False
