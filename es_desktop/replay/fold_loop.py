"""The fold loop: many events applied to a copy of a state, with what came of each."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final, Protocol, runtime_checkable

from es_desktop.core import RecordedEvent

from .fold import Fold, FoldError, State
from .tree import PlainTree

_OURS: Final = tuple(str(Path(__file__).parents[1] / folder) for folder in ("replay", "core"))


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an event could not be applied."""

    reason: str
    traceback: str = ""
    """The model's lines that led to it, innermost last; empty where no code of a model ran."""


def failure_of(error: Exception) -> Failure:
    """Return what an exception of a model tells: its type and text, and the model's lines without ours around them."""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    first = next((place for place, frame in enumerate(frames) if not frame.filename.startswith(_OURS)), len(frames))
    # The same lines fail for many events: one text serves them all.
    return Failure(reason, sys.intern("".join(traceback.format_list(frames[first:]))))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one event."""

    failure: Failure | None
    """Why it could not be applied."""
    before: PlainTree | None = None
    after: PlainTree | None = None
    """The states around it, where they were asked for; ``None`` also where there is no entity."""
    seconds: float = 0.0


Tell = Callable[[int, Outcome], None]
"""Called with the index of each event, in order, and what came of it."""


class Run(Protocol):
    """Applies events to a copy of a state."""

    def __call__(
        self,
        start: State,
        events: Sequence[RecordedEvent],
        known: Mapping[int, Failure],
        tell: Tell,
        *,
        views: bool,
    ) -> State:
        """Return what comes of the state; ``views`` asks for the states around each event.

        An event that fails is passed over, and leaves the state as it was before; ``known`` are those, by index, of
        which it is known.
        """


@runtime_checkable
class BatchFold(Fold, Protocol):
    """A fold that is better asked for many events at once.

    Its states may get lost, which raises ``StateLost``, perhaps after some events were told; the state that it starts
    with never does.
    """

    @property
    def run(self) -> Run:
        """Applies events all at once."""


def run_of(fold: Fold) -> Run:
    """Return what applies many events by a fold."""
    return fold.run if isinstance(fold, BatchFold) else partial(_run_one_by_one, fold)


def _run_one_by_one(
    fold: Fold, start: State, events: Sequence[RecordedEvent], known: Mapping[int, Failure], tell: Tell, *, views: bool
) -> State:
    safe = _SafePoint(fold, start)
    state = safe.state()
    before = fold.view(state) if views else None
    for at, event in enumerate(events):
        begun = perf_counter()
        failure, is_spoilt = known.get(at), False
        if failure is None:
            try:
                state = fold.apply(state, event)
            except FoldError as error:  # of the fold itself, which had not begun to change the state
                failure = Failure(str(error))
            except Exception as error:  # whatever the code of a model raises is shown with the event
                failure, is_spoilt = failure_of(error), True
        if is_spoilt:  # by half of the event
            state = safe.state()
        if failure is not None:
            state = fold.pass_over(state, event)
        if is_spoilt:
            safe = _SafePoint(fold, deepcopy(state))
        else:
            safe.note(event, is_passed_over=failure is not None)
        after = fold.view(state) if views else None
        tell(at, Outcome(failure, before, after, perf_counter() - begun))
        before = after
    return state


class _SafePoint:
    """A state that stays as it is, and the events that copies of it have had since."""

    def __init__(self, fold: Fold, state: State) -> None:
        self._fold = fold
        self._state = state
        self._since: list[tuple[RecordedEvent, bool]] = []

    def note(self, event: RecordedEvent, *, is_passed_over: bool) -> None:
        """Note an event that was applied, or passed over."""
        self._since.append((event, is_passed_over))

    def state(self) -> State:
        """Return a copy of the state that has had the same events, made anew."""
        state = deepcopy(self._state)
        for event, is_passed_over in self._since:
            state = self._fold.pass_over(state, event) if is_passed_over else self._fold.apply(state, event)
        return state
