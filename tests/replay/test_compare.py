"""Two chains side by side: every version at which they differ, and no other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import RecordedEvent, RecordedSnapshot
from es_desktop.replay import ABSENT, BLOCK, Change, GenericFold, diff
from es_desktop.replay.compare import Divergence, compare_states, divergences
from tests.replay.generated_histories import CARTS, HISTORIES, History
from tests.replay.histories import chain_of


def state_at(generated: History, version: int) -> Any:
    return generated.states()[len([event for event in generated.events if event.version <= version])]


def divergences_by_hand(left: History, right: History) -> list[Divergence]:
    versions = sorted({event.version for generated in (left, right) for event in generated.events})
    found = [Divergence(each, compare_states(state_at(left, each), state_at(right, each))) for each in versions]
    return [each for each in found if each.changes]


def same_divergences(left: list[Divergence], right: list[Divergence]) -> bool:
    def paths(found: list[Divergence]) -> Any:
        return [(each.version, sorted(change.path for change in each.changes)) for each in found]

    return bool(paths(left) == paths(right))


@given(left=HISTORIES, right=HISTORIES)
def test_two_histories_differ_where_their_states_do(left: History, right: History) -> None:
    expected = divergences_by_hand(left, right)
    assert same_divergences(list(divergences(left.chain(), right.chain())), expected)


@given(generated=HISTORIES)
def test_a_history_never_differs_from_itself(generated: History) -> None:
    assert list(divergences(generated.chain(), generated.chain())) == []


@given(generated=CARTS, data=st.data())
def test_an_additional_event_is_the_first_difference(generated: History, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(generated.events) - 1))
    version = generated.events[at].version
    more = replace(generated.events[at], topic="shop#Cart.Created", data={"only here": 1}, error=None)
    other = History((*generated.events[:at], more, *generated.events[at + 1 :]), generated.fold)
    if state_at(generated, version) is not None and state_at(other, version) is not None:
        assert next(divergences(generated.chain(), other.chain())).version == version


def test_what_differs_is_listed_from_left_to_right() -> None:
    assert compare_states({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == (Change("b", 2, 3), Change("c", ABSENT, 4))
    assert compare_states({"a": 1}, None) == (Change("a", 1, ABSENT),)
    assert compare_states(None, None) == ()


def test_no_state_is_something_else_than_an_empty_one() -> None:
    assert compare_states(None, {}) == (Change("", ABSENT, {}),)
    assert compare_states({}, None) == (Change("", {}, ABSENT),)


def cart(*values: int) -> list[RecordedEvent]:
    return [RecordedEvent(at, "a#B.C", None, {"n": value}) for at, value in enumerate(values)]


def test_the_shorter_one_stays_as_it_ended() -> None:
    left, right = chain_of(cart(1, 2), GenericFold()), chain_of(cart(1, 2, 3, 2), GenericFold())
    assert list(divergences(left, right)) == [Divergence(2, (Change("n", 2, 3),))]


def test_versions_before_a_base_are_not_compared() -> None:
    base = RecordedSnapshot(2, "a#B", None, {"n": 9})
    left, right = chain_of(cart(1, 2, 3, 4), GenericFold()), chain_of(cart(1, 2, 3, 4), GenericFold(), base)
    assert [each.version for each in divergences(left, right)] == [2]
    assert list(diff(left.state_after(4)[0], right.state_after(1)[0])) == []


def test_progress_is_reported_before_each_block() -> None:
    reported: list[tuple[int, int]] = []
    left, right = chain_of(cart(*range(BLOCK * 2 + 1)), GenericFold()), chain_of(cart(0), GenericFold())
    assert len(list(divergences(left, right, progress=lambda *args: reported.append(args)))) == BLOCK * 2
    total = BLOCK * 2 + 1
    assert reported == [(0, total), (BLOCK, total), (BLOCK * 2, total)]
