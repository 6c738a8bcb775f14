"""A fold that applies many events at once in another process, and may lose its states, gives the same chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from es_desktop.core import RecordedEvent, RecordedSnapshot
from es_desktop.replay import BLOCK, Chain, Exactness, Fold, GenericFold, Step
from es_desktop.replay.fold import EventResult, Failure, FoldedState, Report, StateLost, fold_events, start_of
from tests.replay.generated_histories import HISTORIES, History
from tests.replay.histories import chain_by, reader
from tests.replay.trees import same


@dataclass(frozen=True)
class Kept:
    """A state in the other process, by its number; or one that can always be made, by its snapshot."""

    number: int | None
    snapshot: RecordedSnapshot | None = None


class ElsewhereFold:
    """Does what another fold does, with states that the caller never sees. It forgets them after every so many runs."""

    def __init__(self, fold: Fold, runs: int) -> None:
        self._fold = fold
        self._runs = runs
        self._done = 0
        self._states: list[Any] = []

    def start(self, snapshot: RecordedSnapshot | None) -> Kept:
        return Kept(None, snapshot)

    def apply(self, state: Kept, event: RecordedEvent) -> Kept:
        raise AssertionError("it is asked for many events at once")

    def pass_over(self, state: Kept, event: RecordedEvent) -> Kept:
        raise AssertionError("it passes over by itself")

    def view(self, state: Kept) -> Any:
        return self._fold.view(self._state(state))

    @property
    def first_version(self) -> int:
        return self._fold.first_version

    @property
    def exactness(self) -> Exactness:
        return self._fold.exactness

    def run(
        self, start: Kept, events: Sequence[RecordedEvent], known: Mapping[int, Failure], report: Report, *, views: bool
    ) -> Kept:
        state = self._state(start)
        self._done += 1
        if self._done % self._runs == 0:
            self._states = [None] * len(self._states)
            raise StateLost
        outcomes: list[tuple[int, EventResult]] = []
        folded = fold_events(
            self._fold, FoldedState(state), events, lambda *outcome: outcomes.append(outcome), known, views=views
        )
        for at, outcome in outcomes:
            report(at, outcome.failure, outcome.before, outcome.after, outcome.seconds)
        self._states.append(folded.state)
        return Kept(len(self._states) - 1)

    def _state(self, kept: Kept) -> Any:
        if kept.number is None:
            return self._fold.start(kept.snapshot)
        if self._states[kept.number] is None:
            raise StateLost
        return self._states[kept.number]


def remote_chain(generated: History, runs: int) -> Chain:
    fold = ElsewhereFold(generated.fold, runs)
    return chain_by(fold, [each.version for each in generated.events], reader(generated.events))


def timeless(steps: list[Step]) -> list[Step]:
    return [replace(step, seconds=0.0) for step in steps]


@given(HISTORIES, st.integers(2, 5), st.data())
def test_steps_and_states_are_those_of_the_fold_itself(generated: History, runs: int, data: st.DataObject) -> None:
    here, there = generated.chain(), remote_chain(generated, runs)
    for _ in range(3):
        first = data.draw(st.integers(0, len(here)))
        stop = data.draw(st.integers(first, len(here)))
        assert timeless(there.steps(first, stop)) == timeless(here.steps(first, stop))
        assert same(there.state_after(stop)[0], here.state_after(stop)[0])
        assert there.state_after(stop)[1] is here.state_after(stop)[1]
        assert there.seconds(stop) >= 0.0
    assert there.failures == here.failures


@given(st.integers(0, 6 * BLOCK + 5), st.integers(8, 20))
@settings(max_examples=15)
def test_a_long_history_is_worked_out_again_from_its_beginning(count: int, runs: int) -> None:
    events = tuple(RecordedEvent(v, "a#B.C", None, {"last": v, f"v{v % 7}": v}) for v in range(6 * BLOCK + 5))
    generated = History(events, GenericFold())
    here, there = generated.chain(), remote_chain(generated, runs)
    for number in (len(events), count, 0, count):
        assert there.state_after(number) == here.state_after(number)
        assert timeless(there.steps(number, number + 3)) == timeless(here.steps(number, number + 3))


def test_a_known_failure_is_not_tried_again() -> None:
    events = [RecordedEvent(v, "a#B.C", None, {"last": v}) for v in range(3)]
    results: list[EventResult] = []
    known = {1: Failure("broken")}
    fold_events(GenericFold(), FoldedState({}), events, lambda at, outcome: results.append(outcome), known, views=True)
    assert [each.failure for each in results] == [None, Failure("broken"), None]
    assert [each.after for each in results] == [{"last": 0}, {"last": 0}, {"last": 2}]


@given(HISTORIES)
def test_who_needs_the_end_alone_gets_the_same_as_who_sees_each_step(generated: History) -> None:
    """Finding in states and measuring rebuilds need it, up to the first event that fails."""
    seen: list[EventResult] = []
    start = start_of(generated.fold, None)
    whole = fold_events(generated.fold, start, generated.events, lambda at, outcome: seen.append(outcome), views=True)
    ended = fold_events(generated.fold, start_of(generated.fold, None), generated.events, until_failure=True)
    skipped = fold_events(generated.fold, start, generated.events)
    assert same(generated.fold.view(whole.state), generated.fold.view(skipped.state))
    assert (whole.version, whole.exactness) == (skipped.version, skipped.exactness)
    failed = next((at for at, each in enumerate(seen) if each.failure is not None), None)
    if failed is None:
        assert same(generated.fold.view(ended.state), generated.fold.view(whole.state))
        assert (ended.version, ended.exactness, ended.failure) == (whole.version, whole.exactness, None)
    else:
        assert (ended.version, ended.exactness) == (generated.events[failed].version, Exactness.BROKEN)
        assert ended.failure == seen[failed].failure
        assert fold_events(generated.fold, ended, generated.events, until_failure=True) is ended


def test_an_event_out_of_turn_breaks_the_state_that_it_leads_to() -> None:
    def filled(*versions: int) -> list[RecordedEvent]:
        return [RecordedEvent(version, "a#B.C", None, {"last": version}) for version in versions]

    for versions in ((1, 3), (1, 2, 2), (1, 2, 4), (1, 1, 2)):
        folded = fold_events(GenericFold(), FoldedState({}), filled(*versions), until_failure=True)
        assert (folded.exactness, folded.state) == (Exactness.BROKEN, {"last": versions[-1]})
    after = fold_events(GenericFold(), FoldedState({}, 4), filled(6), until_failure=True)
    assert after.exactness is Exactness.BROKEN, "what came before counts too"
    assert fold_events(GenericFold(), FoldedState({}, 5), filled(6)).exactness is Exactness.INFERRED
