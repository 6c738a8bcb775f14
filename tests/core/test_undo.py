"""A refused command leaves the entity unchanged, and reads none of the attributes that its events do not use."""

import pickle
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import copy, deepcopy
from dataclasses import dataclass
from time import process_time
from typing import Any

import pytest
from hypothesis import given

from es_desktop.core import (
    EventBus,
    MismatchedOriginatorVersionError,
    TimestampedVersionedEntity,
    create_entity,
    resolve_domain_topic,
    topic_from_domain_class,
)
from es_desktop.core.topics import deep_copy
from es_desktop.examples import Example, create_new_example
from tests.core.test_values import described, stored_values


class Refused(Exception):
    """Raised by a handler that cannot store an event."""


def refuse(event: object) -> None:
    raise Refused


class Part:
    def __init__(self, inner: Any) -> None:
        self.inner = inner


@dataclass(slots=True)
class Slotted:
    inner: Any


class Shelf(TimestampedVersionedEntity):
    """An entity whose event does to it whatever a test wants."""

    class Used(TimestampedVersionedEntity.Event):
        def mutate(self, shelf: Any) -> None:
            WORK[vars(self)["work"]](shelf)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lines: list[Any] = [{"sku": "a", "tags": ["x"]}, {"sku": "b"}]
        self.index = {line["sku"]: line for line in self.lines}
        self.words = {"one"}
        self.recent = deque([1, 2], maxlen=2)
        self.part: Any = Part([1])
        self.slotted = Slotted([1])
        self.pair = ([1], {"a": [1]})
        self.order = OrderedDict(a=[1])
        self.raw = bytearray(b"ab")
        self.number = 1
        self.lock = threading.Lock()

    @property
    def first(self) -> Any:
        return self.lines[0]

    def use(self, name: str) -> None:
        self._trigger(self.Used, work=name)


class Worked(Example):
    class Made(Example.Event):
        def mutate(self, example: Any) -> None:
            WORK[vars(self)["work"]](example)

    def __init__(self, originator_id: Any = "new", work: Any = None, **kwargs: Any) -> None:
        super().__init__(originator_id=originator_id, **kwargs)


def raise_halfway(shelf: Shelf) -> None:
    shelf.lines.clear()
    raise Refused


def under_lock(shelf: Shelf) -> None:
    with shelf.lock:
        shelf.lines.append(1)


WORK: dict[str, Callable[[Any], Any]] = {
    "append": lambda shelf: shelf.lines.append({"sku": "c"}),
    "inside": lambda shelf: shelf.lines[0]["tags"].append("y"),
    "by another way": lambda shelf: shelf.index["a"].update(sku="z"),
    "by a property": lambda shelf: shelf.first.clear(),
    "set": lambda shelf: setattr(shelf, "lines", []),
    "set then use": lambda shelf: (setattr(shelf, "lines", shelf.lines), shelf.lines.pop()),
    "new": lambda shelf: setattr(shelf, "another", 1),
    "delete": lambda shelf: delattr(shelf, "number"),
    "words": lambda shelf: shelf.words.add("two"),
    "deque": lambda shelf: shelf.recent.append(3),
    "object": lambda shelf: shelf.part.inner.append(2),
    "object's attribute": lambda shelf: setattr(shelf.part, "inner", 5),
    "slots": lambda shelf: setattr(shelf.slotted, "inner", 5),
    "tuple": lambda shelf: shelf.pair[1]["a"].append(2),
    "ordered": lambda shelf: shelf.order.move_to_end("a") or shelf.order.update(b=2),
    "bytes": lambda shelf: shelf.raw.extend(b"c"),
    "all": lambda shelf: vars(shelf)["lines"].append(5),
    "under a lock": under_lock,
    "raise": raise_halfway,
}


def picture(value: Any) -> Any:
    """Return a text of a value with all it holds."""
    if isinstance(value, (Part, Shelf)):
        return {name: picture(each) for name, each in vars(value).items()}
    if isinstance(value, (list, deque)):
        return [picture(each) for each in value]
    return {key: picture(each) for key, each in value.items()} if isinstance(value, dict) else repr(value)


@pytest.mark.parametrize("name", WORK)
def test_what_a_refused_event_did_is_undone_in_the_same_object(bus: EventBus, name: str) -> None:
    shelf = create_entity(Shelf)
    before, held = picture(shelf), dict(vars(shelf))
    bus.subscribe(refuse)
    with pytest.raises(Refused):
        shelf.use(name)
    bus.unsubscribe(refuse)
    assert picture(shelf) == before
    assert all(vars(shelf)[each] is value for each, value in held.items())
    assert shelf.index["a"] is shelf.lines[0]
    assert type(shelf) is Shelf


@given(value=stored_values, other=stored_values)
def test_any_value_comes_back_as_it_was(value: Any, other: Any) -> None:
    with EventBus().activated() as bus:
        example = create_new_example(foo=value, a=[value])
        before = described(vars(example))
        bus.subscribe(refuse)
        for attribute in ("foo", "a"):
            with pytest.raises(Refused):
                setattr(example, attribute, other)
        with pytest.raises(Refused):
            example.discard()
        assert described(vars(example)) == before


def test_a_command_inside_an_event_leaves_the_class_as_it_was() -> None:
    WORK["again"] = lambda shelf: shelf.use("append") if len(shelf.lines) == 2 else None
    shelf = create_entity(Shelf)
    shelf.use("again")
    assert (type(shelf), shelf.version, len(shelf.lines)) == (Shelf, 3, 3)


def test_an_event_that_is_applied_sees_the_entity_as_it_is() -> None:
    seen: list[Any] = []
    WORK["look"] = lambda shelf: seen.extend([shelf.__class__, isinstance(shelf, Shelf), repr(type(shelf))])
    create_entity(Shelf).use("look")
    assert seen == [Shelf, True, repr(Shelf)]


def test_what_an_event_makes_of_the_entity_is_an_ordinary_object() -> None:
    """Also a copy, a pickled one, another of its type, and what is looked up by the topic of its type later."""
    made: list[Any] = []

    def make(example: Any) -> None:
        data = pickle.dumps(example)
        made.extend([copy(example), deepcopy(example), deep_copy(example), pickle.loads(data)])
        made.extend(
            [type(example)(originator_id="another"), resolve_domain_topic(topic_from_domain_class(type(example)))()]
        )
        made.append(example == made[0])

    WORK["make"] = make
    example = create_entity(Worked, work=None, foo=["mutable"])
    example._trigger(Worked.Made, work="make")
    assert [type(each) for each in made] == [Worked] * 6 + [bool]
    assert made[-1]


def test_threads_that_change_one_entity_leave_its_class_as_it_was() -> None:
    shelf = create_entity(Shelf)
    start = threading.Barrier(3)

    def change(_: int) -> None:
        start.wait()
        for _ in range(60):
            with suppress(MismatchedOriginatorVersionError):
                shelf.use("append")

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(change, range(3)))
    assert type(shelf) is Shelf


def test_what_is_made_for_the_command_is_no_model() -> None:
    made: list[str] = []

    class Registered(Shelf):
        def __init_subclass__(cls, needed: int, **kwargs: Any) -> None:
            made.append(cls.__name__)
            super().__init_subclass__(**kwargs)

    create_entity(Registered).use("append")
    assert made == []


def test_a_command_costs_what_it_changes(bus: EventBus) -> None:
    small, large = create_new_example(a=[]), create_new_example(a=[[0] for _ in range(200_000)])
    commands: list[Callable[[Example], Any]] = [
        lambda example: setattr(example, "foo", 1),
        lambda example: example.beat_heart(),
    ]
    for command in commands:
        costs = []
        for example in (small, large):
            begin = process_time()
            for _ in range(10):
                command(example)
            costs.append(process_time() - begin)
        assert costs[1] < costs[0] + 0.05, "a copy of it takes ten times longer"


def test_an_entity_with_a_lock_can_change() -> None:
    example = create_new_example()
    vars(example)["lock"] = threading.Lock()
    example.foo = "changed"
    example.beat_heart()
    example.discard()
    assert (example.foo, example.version) == ("changed", 4)


def test_an_entity_whose_class_allows_no_subclass_is_copied_whole(bus: EventBus) -> None:
    class Final(type):
        def __new__(cls, name: str, bases: Any, members: Any) -> Any:
            if any(isinstance(base, Final) for base in bases):
                raise TypeError("final")
            return super().__new__(cls, name, bases, members)

    last: Any = Final("Last", (Shelf,), {})
    shelf = create_entity(last)
    before = picture(shelf)
    bus.subscribe(refuse)
    with pytest.raises(Refused):
        shelf.use("inside")
    assert picture(shelf) == before
