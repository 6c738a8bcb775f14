"""Plain classes work: an event is any object with two attributes, an entity any object, a mutator any function."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from es_desktop.core import (
    ConcurrencyError,
    EventSourcedRepository,
    EventSourcedSnapshotStrategy,
    EventStore,
    PersistencePolicy,
    RepositoryKeyError,
    SequencedItem,
    SequencedItemMapper,
    publish,
    topic_of,
)
from es_desktop.stores import SQLAlchemyActiveRecordStrategy, SqlIntegerSequencedItem
from tests.core.application import Application


@dataclass(frozen=True)
class Counted:
    """A frozen dataclass that knows nothing of the core."""

    shelf: Any
    number: int
    amount: Decimal


class Emptied:
    """An ordinary class that knows nothing of the core."""

    def __init__(self, shelf: Any, number: int) -> None:
        self.shelf = shelf
        self.number = number


class Shelf:
    class Broken(Emptied):
        pass

    def __init__(self) -> None:
        self.amounts: list[Decimal] = []


def fold(shelf: Shelf | None, event: Any) -> Shelf | None:
    shelf = shelf or Shelf()
    match event:
        case Counted(amount=amount):
            shelf.amounts.append(amount)
        case Shelf.Broken():
            return None
        case Emptied():
            shelf.amounts.clear()
    return shelf


@pytest.fixture
def store(app: Application) -> EventStore:
    strategy = SQLAlchemyActiveRecordStrategy(app.datastore.db_session, SqlIntegerSequencedItem)
    mapper = SequencedItemMapper(sequence_id_attr_name="shelf", position_attr_name="number")
    return EventStore(strategy, mapper)


def amounts(*numbers: str) -> list[Decimal]:
    return [Decimal(number) for number in numbers]


def test_plain_events_are_stored_and_are_read_unchanged(store: EventStore) -> None:
    counted = Counted("shelf 1", 0, Decimal("1.50"))
    store.append([counted, Emptied("shelf 1", 1), Shelf.Broken("shelf 1", 2)])
    found = store.get_domain_events("shelf 1")
    assert found[0] == counted
    assert [type(event) for event in found] == [Counted, Emptied, Shelf.Broken]
    assert [vars(event) for event in found[1:]] == [
        {"shelf": "shelf 1", "number": 1},
        {"shelf": "shelf 1", "number": 2},
    ]
    with pytest.raises(ConcurrencyError):
        store.append(Emptied("shelf 1", 1))


def test_their_topics_are_the_module_and_the_qualified_name(store: EventStore) -> None:
    store.append(Shelf.Broken("shelf 1", 0))
    (item,) = store.active_record_strategy.all_items()
    assert item == SequencedItem("shelf 1", 0, f"{__name__}#Shelf.Broken", "{}")


def test_a_plain_function_folds_them_with_and_without_snapshots(app: Application, store: EventStore) -> None:
    shelf = uuid4()
    repository = EventSourcedRepository(store, fold, EventSourcedSnapshotStrategy(app.snapshots))
    store.append([Counted(shelf, 0, Decimal(1)), Emptied(shelf, 1), Counted(shelf, 2, Decimal(2))])
    taken = repository.take_snapshot(shelf)
    assert (taken.originator_id, taken.originator_version) == (shelf, 2)
    assert (taken.topic, taken.state) == (topic_of(Shelf), {"amounts": amounts("2")})
    assert repository.take_snapshot(shelf) == taken
    store.append(Counted(shelf, 3, Decimal(3)))
    assert type(repository[shelf]) is Shelf
    assert repository[shelf].amounts == amounts("2", "3")
    assert repository.get_entity(shelf, lte=0).amounts == amounts("1")
    assert app.player.snapshot_strategy is not None
    assert app.snapshots.get_most_recent_event(shelf).state == {"amounts": amounts("2")}
    store.append(Shelf.Broken(shelf, 4))
    assert shelf not in repository
    assert repository.take_snapshot(shelf).state is None
    with pytest.raises(RepositoryKeyError):
        repository[shelf]


def test_published_plain_events_are_stored(store: EventStore) -> None:
    policy = PersistencePolicy(store, (Counted, Emptied))
    counted = Counted("shelf 1", 0, Decimal(1))
    publish(counted)
    publish([Shelf.Broken("shelf 1", 1), Counted("shelf 2", 0, Decimal(2))])
    policy.close()
    assert [type(event) for event in store.all_domain_events()] == [Counted, Shelf.Broken, Counted]


def test_the_state_may_be_any_object(store: EventStore) -> None:
    store.append([Counted("shelf 1", number, Decimal(number)) for number in range(5)])

    def total(so_far: Decimal | None, event: Counted) -> Decimal:
        return (so_far or Decimal(0)) + event.amount

    assert EventSourcedRepository(store, total)["shelf 1"] == Decimal(10)
