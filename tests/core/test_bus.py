"""Publishing is synchronous and in order, and nothing that is published on one bus is received on another."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from es_desktop.core import (
    EventBus,
    EventHandlersNotEmptyError,
    assert_event_handlers_empty,
    current_bus,
    publish,
    subscribe,
    unsubscribe,
)
from es_desktop.examples import create_new_example


def test_handlers_are_called_in_the_order_of_subscription_before_publish_returns() -> None:
    received: list[str] = []
    subscribe(lambda event: received.append(f"first {event}"))
    subscribe(lambda event: received.append(f"second {event}"))
    publish("a")
    assert received == ["first a", "second a"]
    publish("b")
    assert received == ["first a", "second a", "first b", "second b"]


def test_a_predicate_selects_the_events_of_a_handler() -> None:
    even: list[int] = []
    subscribe(even.append, lambda event: event % 2 == 0)
    for number in range(5):
        publish(number)
    assert even == [0, 2, 4]


def is_text(event: object) -> bool:
    return isinstance(event, str)


@pytest.mark.parametrize("by_name", [True, False])
def test_arguments_are_accepted_by_position_and_by_name(by_name: bool) -> None:
    received: list[object] = []
    if by_name:
        subscribe(predicate=is_text, handler=received.append)
    else:
        subscribe(received.append, is_text)
    publish("text")
    publish(5)
    with pytest.raises(EventHandlersNotEmptyError):
        assert_event_handlers_empty()
    if by_name:
        unsubscribe(predicate=is_text, handler=received.append)
    else:
        unsubscribe(received.append, is_text)
    publish("another text")
    assert received == ["text"]
    assert_event_handlers_empty()


def test_unsubscribe_removes_only_the_given_subscription() -> None:
    received: list[object] = []
    subscribe(received.append, is_text)
    unsubscribe(received.append)
    unsubscribe(print, is_text)
    publish("text")
    assert received == ["text"]


def test_a_list_is_published_in_one_call() -> None:
    received: list[object] = []
    subscribe(received.append)
    publish([1, 2, 3])
    assert received == [[1, 2, 3]]


def test_an_error_of_a_handler_reaches_the_publisher_and_stops_the_later_handlers() -> None:
    def refuse(event: object) -> None:
        raise LookupError(event)

    received: list[object] = []
    subscribe(refuse)
    subscribe(received.append)
    with pytest.raises(LookupError, match="text"):
        publish("text")
    assert received == []


def test_a_handler_may_subscribe_and_unsubscribe_while_it_is_called() -> None:
    received: list[object] = []

    def once(event: object) -> None:
        unsubscribe(once)
        subscribe(received.append)

    subscribe(once)
    publish("first")
    publish("second")
    assert received == ["second"]


def test_who_unsubscribes_meanwhile_makes_no_other_handler_miss_an_event() -> None:
    received: list[object] = []

    def leave(event: object) -> bool:
        unsubscribe(print, leave)
        return False

    subscribe(print, leave)
    subscribe(received.append)
    subscribe(received.extend, is_text)
    publish("a")
    assert received == ["a", "a"]


def test_the_error_names_the_subscribed_handlers() -> None:
    subscribe(print)
    with pytest.raises(EventHandlersNotEmptyError, match=r"1 subscribed: <built-in function print>"):
        assert_event_handlers_empty()


def test_two_buses_in_one_thread_are_separate() -> None:
    one, other = EventBus(), EventBus()
    received: dict[EventBus, list[object]] = {one: [], other: []}
    for bus in (one, other):
        bus.subscribe(received[bus].append)
    outside = current_bus()
    with one.activated():
        publish("for one")
        with other.activated():
            publish("for the other")
        publish("for one again")
    assert current_bus() is outside
    assert received == {one: ["for one", "for one again"], other: ["for the other"]}
    assert_event_handlers_empty()


def test_the_bus_before_is_current_again_after_an_error() -> None:
    outside = current_bus()
    with pytest.raises(LookupError), EventBus().activated():
        raise LookupError
    assert current_bus() is outside


def test_many_buses_in_many_threads_are_separate() -> None:
    count = 8
    barrier = threading.Barrier(count)

    def work(number: int) -> tuple[set[object], int]:
        received: list[Any] = []
        with EventBus().activated():
            subscribe(lambda event: received.extend(event if isinstance(event, list) else [event]))
            barrier.wait()
            examples = [create_new_example(foo=number) for _ in range(20)]
            for example in examples:
                example.beat_heart(3)
        ids = {example.id for example in examples}
        return {event.originator_id for event in received} - ids, len(received)

    with ThreadPoolExecutor(count) as pool:
        results = list(pool.map(work, range(count)))
    assert results == [(set(), 20 * 4)] * count


def test_a_new_thread_acts_on_the_process_wide_bus() -> None:
    received: list[object] = []
    subscribe(received.append)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(current_bus).result() is not current_bus()
        pool.submit(publish, "in another thread").result()
    assert received == []
