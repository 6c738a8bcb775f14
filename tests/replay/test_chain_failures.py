"""Events that fail, and work that is stopped: what was there before stays right, and so does what is asked later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import KnownClasses, RecordedEvent, TimestampedVersionedEntity, create_entity
from es_desktop.replay import BLOCK, Chain, ClassFold, Exactness, GenericFold, Step
from tests.replay.histories import chain_by, published, reader, recorded

ID = UUID(int=1)


class Basket(TimestampedVersionedEntity):
    """A model whose code has an error: it spills half of its content before it notices."""

    class Filled(TimestampedVersionedEntity.Event):
        item: str

        def mutate(self, basket: Basket) -> None:
            basket._items.append(self.item)

    class Spilled(TimestampedVersionedEntity.Event):
        def mutate(self, basket: Basket) -> None:
            basket._items.append("half of it")
            basket._items[0] = "dirt"
            basket._is_dirty = True
            raise ValueError("the handle broke")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._items = ["first"]

    def fill(self, item: str) -> None:
        self._trigger(self.Filled, item=item)


def basket_chain(spilled_at: set[int], length: int) -> Chain:
    """The chain of a basket: filled at each version, but for those at which it is spilled."""
    with published() as events:
        create_entity(Basket, ID)
    for version in range(1, length):
        if version in spilled_at:
            events.append(Basket.Spilled(originator_id=ID, originator_version=version))
        else:
            events.append(Basket.Filled(originator_id=ID, originator_version=version, item=f"item {version}"))
    classes = KnownClasses()
    classes.register_model(Basket)
    return chain_by(ClassFold(Basket, classes), range(length), reader(recorded(events, classes)))


def items_at(version: int, spilled_at: set[int]) -> list[str]:
    return ["first", *(f"item {each}" for each in range(1, version + 1) if each not in spilled_at)]


def test_an_event_that_raises_half_way_leaves_no_trace() -> None:
    chain = basket_chain({2}, 3)
    (step,) = chain.steps(2, 3)
    assert step.error == "ValueError: the handle broke"
    assert step.changes == ()
    assert step.exactness is Exactness.BROKEN
    assert chain.state_after(3) == ({"items": ["first", "item 1"]}, Exactness.BROKEN)


def test_stepping_goes_on_after_an_event_that_failed() -> None:
    chain = basket_chain({2}, 5)
    errors = [step.error is not None for step in chain.steps(0, 5)]
    assert errors == [False, False, True, False, False]
    assert [change.path for change in chain.steps(3, 4)[0].changes] == ["items[2]"]
    assert chain.state_after(5)[0] == {"items": ["first", "item 1", "item 3", "item 4"]}


def test_states_are_trusted_before_the_failure_and_never_after_it() -> None:
    chain = basket_chain({BLOCK - 1}, 2 * BLOCK + 5)
    for count in (1, BLOCK - 1):
        assert chain.state_after(count)[1] is Exactness.EXACT
    for count in (BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 5):
        assert chain.state_after(count)[1] is Exactness.BROKEN
    assert [step.exactness for step in chain.steps(BLOCK - 2, BLOCK + 1)] == ["exact", "broken", "broken"]


@given(spilled_at=st.sets(st.integers(1, 2 * BLOCK + 19), max_size=4), data=st.data())
def test_failures_are_the_same_in_any_order_of_asking(spilled_at: set[int], data: st.DataObject) -> None:
    length = 2 * BLOCK + 20
    chain = basket_chain(spilled_at, length)
    for _ in range(4):
        version = data.draw(st.integers(0, length - 1))
        if data.draw(st.booleans()):
            (step,) = chain.steps(version, version + 1)
            assert (step.error is not None) == (version in spilled_at)
            assert bool(step.changes) == (version not in spilled_at)
        state, exactness = chain.state_after(version + 1)
        assert state == {"items": items_at(version, spilled_at)}
        assert (exactness is Exactness.BROKEN) == any(each <= version for each in spilled_at)


def test_a_jump_to_a_failure_has_it_at_its_index() -> None:
    chain = basket_chain({2}, 5)
    chain.state_after(3)
    assert list(chain.failures) == [2]


def test_a_version_that_is_missing_is_one_failure_and_not_the_end() -> None:
    with published() as events:
        basket = create_entity(Basket, ID)
        for item in ("a", "b", "c"):
            basket.fill(item)
    del events[1]
    classes = KnownClasses()
    classes.register_model(Basket)
    chain = chain_by(ClassFold(Basket, classes), [0, 2, 3], reader(recorded(events, classes)))
    errors = [step.error for step in chain.steps(0, 3)]
    assert errors[0] is errors[2] is None
    assert errors[1] is not None
    assert "the event has version 2, where 1 is the next" in errors[1]
    assert chain.state_after(3)[0] == {"items": ["first", "c"]}


def filled(versions: Sequence[int]) -> list[RecordedEvent]:
    return [RecordedEvent(v, "shop#Cart.Filled", None, {"n": n}) for n, v in enumerate(versions)]


def test_without_the_model_an_event_after_a_gap_is_reported_and_its_values_are_shown() -> None:
    chain = chain_by(GenericFold(), [4, 5, 8, 9], reader(filled([4, 5, 8, 9])))
    steps = chain.steps(0, 4)
    assert [step.error for step in steps] == [None, None, "versions 6 to 7 are missing", None]
    assert [step.exactness for step in steps] == ["inferred", "inferred", "broken", "broken"]
    assert chain.state_after(3)[0] == {"n": 2}


def test_a_version_that_is_there_twice_is_reported_at_the_second_one() -> None:
    chain = chain_by(GenericFold(), [0, 1, 1, 2], reader(filled([0, 1, 1, 2])))
    assert [step.error for step in chain.steps(0, 4)] == [None, None, "version 1 is there more than once", None]
    assert [chain.state_after(count)[0] for count in (2, 3, 4)] == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_the_model_refuses_an_event_after_a_gap_and_both_reasons_are_reported() -> None:
    with published() as events:
        basket = create_entity(Basket, ID)
        for item in ("a", "b", "c"):
            basket.fill(item)
    classes = KnownClasses()
    classes.register_model(Basket)
    kept = recorded([events[0], events[3]], classes)
    (step,) = chain_by(ClassFold(Basket, classes), [0, 3], reader(kept)).steps(1, 2)
    assert step.error is not None
    assert step.error.startswith("versions 1 to 2 are missing; MismatchedOriginatorVersionError: ")
    assert step.traceback == "", "no code of the model ran"


@given(st.lists(st.integers(0, 2), min_size=1, max_size=3 * BLOCK), st.data())
def test_each_event_has_its_own_step_whatever_the_versions_are(steps: list[int], data: st.DataObject) -> None:
    versions = [sum(steps[: at + 1]) for at in range(len(steps))]
    chain = chain_by(GenericFold(), versions, reader(filled(versions)))
    for _ in range(3):
        at = data.draw(st.integers(0, len(versions) - 1))
        (step,) = chain.steps(at, at + 1)
        assert step.version == versions[at]
        assert chain.state_after(at + 1)[0] == {"n": at}
        follows = at == 0 or versions[at] == versions[at - 1] + 1
        assert (step.error is None) == follows


def test_a_failure_has_the_lines_of_the_model_and_none_of_ours() -> None:
    (step,) = basket_chain({2}, 5).steps(2, 3)
    assert "test_chain_failures.py" in step.traceback
    assert "the handle broke" in step.traceback, "the line that raised"
    assert "es_desktop/" not in step.traceback.replace("\\", "/"), "its folder may be called so"
    (fine,) = basket_chain({2}, 5).steps(1, 2)
    assert fine.traceback == ""


def test_a_store_of_which_nothing_can_be_decoded_is_walked_once() -> None:
    applied: list[int] = []

    class CountingFold(GenericFold):
        def apply(self, state: Any, event: RecordedEvent) -> Any:
            applied.append(event.version)
            return super().apply(state, event)

    events = [RecordedEvent(v, "shop#Cart.Filled", None, {}, error="encrypted") for v in range(2 * BLOCK)]
    chain = chain_by(CountingFold(), range(2 * BLOCK), reader(events))
    assert {step.error for step in chain.steps(0, 2 * BLOCK)} == {"encrypted"}
    assert applied == list(range(2 * BLOCK))


def test_where_many_events_fail_each_is_tried_a_few_times_and_not_once_for_each_other() -> None:
    applied: list[int] = []

    class CountingFold(ClassFold):
        def apply(self, state: Any, event: RecordedEvent) -> Any:
            applied.append(event.version)
            return super().apply(state, event)

    with published() as events:
        create_entity(Basket, ID)
    events += [Basket.Spilled(originator_id=ID, originator_version=version) for version in range(1, BLOCK)]
    classes = KnownClasses()
    classes.register_model(Basket)
    chain = chain_by(CountingFold(Basket, classes), range(BLOCK), reader(recorded(events, classes)))
    steps = chain.steps(0, BLOCK)
    assert [step.version for step in steps] == list(range(BLOCK))
    assert [step.error for step in steps] == [None, *["ValueError: the handle broke"] * (BLOCK - 1)]
    assert len(applied) <= 3 * BLOCK
    assert chain.state_after(BLOCK)[0] == {"items": ["first"]}


def test_a_record_that_cannot_be_decoded_breaks_its_own_step_only() -> None:
    events = [
        RecordedEvent(0, "shop#Cart.Created", 1.0, {"title": "Cart"}),
        RecordedEvent(1, "shop#Cart.Filled", None, {}, error="the payload is not valid JSON"),
        RecordedEvent(2, "shop#Cart.Filled", 2.0, {"item": "pear"}),
    ]
    chain = chain_by(GenericFold(), range(3), reader(events))
    steps = chain.steps(0, 3)
    assert [step.error for step in steps] == [None, "the payload is not valid JSON", None]
    assert [step.exactness for step in steps] == ["inferred", "broken", "broken"]
    assert chain.state_after(3)[0] == {"title": "Cart", "item": "pear"}


class Stopped(Exception):
    """The work is cancelled."""


class Patience:
    """A checkpoint that lets so many checks pass."""

    def __init__(self, checks: int) -> None:
        self.left = checks

    def __call__(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Stopped


@pytest.mark.parametrize("checks", [0, 1, 2, 3])
@pytest.mark.parametrize("asks", ["steps", "state_after", "seconds", "rebuild"])
def test_stopped_work_leaves_right_answers_for_later(asks: str, checks: int) -> None:
    length = 6 * BLOCK
    chain = basket_chain({BLOCK, 3 * BLOCK - 1}, length)
    ask: dict[str, Any] = {
        "steps": lambda checkpoint: chain.steps(0, length, checkpoint),
        "state_after": lambda checkpoint: chain.state_after(length, checkpoint),
        "seconds": lambda checkpoint: chain.seconds(length, checkpoint),
        "rebuild": lambda checkpoint: chain.rebuild(length - 1, checkpoint),
    }
    with pytest.raises(Stopped):
        ask[asks](Patience(checks))
    steps = chain.steps(0, length)
    assert [step.version for step in steps] == list(range(length))
    assert [step.version for step in steps if step.error] == [BLOCK, 3 * BLOCK - 1]
    assert chain.state_after(length)[0] == {"items": items_at(length - 1, {BLOCK, 3 * BLOCK - 1})}


def test_work_that_was_done_once_is_not_stopped_again() -> None:
    chain = basket_chain(set(), 3 * BLOCK)
    steps: list[Step] = chain.steps(0, 3 * BLOCK)
    assert chain.steps(0, 3 * BLOCK, Patience(0)) == steps
