"""Plain classes work: an event is any object with two attributes, an entity any object, a mutator any function."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Float, Text, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from es_desktop.core import (
    ConcurrencyError,
    DomainEvent,
    EventBus,
    EventSourcedRepository,
    EventSourcedSnapshotStrategy,
    EventStore,
    PersistencePolicy,
    RepositoryKeyError,
    SequencedItem,
    SequencedItemMapper,
    SnapshottingPolicy,
    ValueEncodingError,
    entity_from_snapshot,
    publish,
    topic_of,
)
from es_desktop.examples import Example
from es_desktop.stores import SQLAlchemyActiveRecordStrategy, SQLAlchemyDatastore, SqlIntegerSequencedItem
from tests.core.application import Application
from tests.core.test_event_store import MinimalStore


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


# Several plain classes --------------------------------------------------------------------------------------------


class Base:
    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)


class WithProperties(Base):
    """Computes what says where it belongs."""

    def __init__(self, key: tuple[str, int], **attributes: Any) -> None:
        self.key = key
        vars(self).update(attributes)

    @property
    def shelf(self) -> str:
        return self.key[0]

    @property
    def number(self) -> int:
        return self.key[1]


class OfOneShelf(Base):
    """Belongs where its class says."""

    shelf = "the shelf"

    def __init__(self, number: int) -> None:
        self.number = number


@dataclass
class WithDefaults:
    shelf: str = "the shelf"
    number: int = 0
    note: str = ""


class Stated(DomainEvent):
    shelf = "the shelf"

    @property
    def number(self) -> Any:
        return vars(self)["at"]


class Guarded(DomainEvent):
    """Shows what is in its ``__dict__`` by properties, as Python eventsourcing does."""

    @property
    def shelf(self) -> Any:
        return vars(self)["shelf"]

    @property
    def number(self) -> Any:
        return vars(self).get("number", 0)


@dataclass(slots=True)
class Slotted:
    shelf: str
    number: int


class HalfSlotted(Base):
    __slots__ = ("note",)

    def __init__(self) -> None:
        self.shelf, self.number, self.note = "the shelf", 0, "lost"


class Failed(Exception):
    shelf, number = "the shelf", 0


@pytest.mark.parametrize(
    "events",
    [
        [WithProperties(("the shelf", number), note=number) for number in range(3)],
        [OfOneShelf(number) for number in range(3)],
        [WithDefaults(number=number, note="n") for number in range(3)],
        [Stated(at=number) for number in range(3)],
        [Guarded(shelf="the shelf", number=number) for number in range(1, 4)],
    ],
)
def test_events_may_compute_where_they_belong(store: EventStore, events: list[Any]) -> None:
    store.append(events)
    found = store.get_domain_events("the shelf")
    assert found == events
    assert [vars(event) for event in found] == [vars(event) for event in events]
    mapper: Any = store.sequenced_item_mapper
    recorded = map(mapper.to_recorded_event, store.active_record_strategy.get_items("the shelf"))
    assert [each.domain_event for each in recorded] == events
    with pytest.raises(ConcurrencyError):
        store.append(events[1])


@pytest.mark.parametrize("event", [Slotted("the shelf", 0), HalfSlotted(), Failed("x"), {"shelf": "a", "number": 0}, 5])
def test_an_event_that_would_lose_what_it_holds_is_refused(store: EventStore, event: Any) -> None:
    with pytest.raises(ValueEncodingError, match="__dict__"):
        store.append([Emptied("the shelf", 1), event])
    assert list(store.all_domain_events()) == []


class Slim:
    __slots__ = ("amounts",)


class Mixed(Slim):
    name = "mixed"


def fold_with(start: Callable[[], Any], event: Any, entity: Any) -> Any:
    if isinstance(event, Emptied):
        return None
    entity = start() if entity is None else entity
    if isinstance(entity, dict):
        entity.setdefault("amounts", []).append(event.amount)
        entity[1] = UUID(int=1)
    else:
        entity.amounts = [*getattr(entity, "amounts", []), event.amount]
    return entity


def held(entity: Any) -> Any:
    return entity if isinstance(entity, dict) else (type(entity), entity.amounts)


@pytest.mark.parametrize("start", [dict, Shelf, Slim, Mixed])
def test_an_entity_of_any_class_is_kept_by_snapshots(app: Application, store: EventStore, start: Any) -> None:
    def mutate(entity: Any, event: Any) -> Any:
        return fold_with(start, event, entity)

    repository = EventSourcedRepository(store, mutate, EventSourcedSnapshotStrategy(app.snapshots))
    policy = PersistencePolicy(store, (Counted, Emptied))
    snapshotting = SnapshottingPolicy(repository.event_player, 2)
    for number in range(5):
        publish(Counted("the shelf", number, Decimal(number)))
    assert app.versions_of_snapshots("the shelf") == [1, 3]
    folded = repository.event_player.replay_entity("the shelf")
    assert held(repository["the shelf"]) == held(folded)
    assert held(entity_from_snapshot(app.snapshots.get_most_recent_event("the shelf"))) == held(
        repository.get_entity("the shelf", lte=3)
    )
    publish([Emptied("the shelf", 5)])
    assert "the shelf" not in repository
    assert app.versions_of_snapshots("the shelf") == [1, 3, 5]
    for each in (policy, snapshotting):
        each.close()


@pytest.mark.parametrize("entity", [Decimal(1), [1], (1,), 5, OrderedDict(a=1), defaultdict(int)])
def test_no_snapshot_is_taken_of_what_is_no_object_of_attributes(
    app: Application, store: EventStore, entity: Any
) -> None:
    store.append(Emptied("the shelf", 0))
    strategy = EventSourcedSnapshotStrategy(app.snapshots)
    repository = EventSourcedRepository(store, lambda state, event: entity, strategy)
    assert repository["the shelf"] is entity
    with pytest.raises(ValueEncodingError, match="no snapshot can be taken"):
        repository.take_snapshot("the shelf")


def test_no_snapshot_is_taken_of_what_cannot_be_copied(app: Application, store: EventStore) -> None:
    def mutate(entity: Any, event: Any) -> Any:
        shelf = fold(entity, event)
        vars(shelf)["lock"] = Lock()
        return shelf

    store.append(Emptied("the shelf", 0))
    repository = EventSourcedRepository(store, mutate, EventSourcedSnapshotStrategy(app.snapshots))
    with pytest.raises(ValueEncodingError, match="lock"):
        repository.take_snapshot("the shelf")


class Row(DeclarativeBase):
    pass


class Measurement(Row):
    __tablename__ = "measurements"

    shelf: Mapped[str] = mapped_column(Text(), primary_key=True)
    number: Mapped[float] = mapped_column(Float(), primary_key=True)
    topic: Mapped[str] = mapped_column(Text())
    data: Mapped[str] = mapped_column(Text())


class Measured(NamedTuple):
    shelf: str
    number: float
    topic: str
    data: str


@given(times=st.sets(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=12))
def test_positions_may_be_times(times: set[float]) -> None:
    engine = create_engine("sqlite://")
    datastore = SQLAlchemyDatastore(engine=engine, base=Row)
    datastore.setup_tables()
    with EventBus().activated():
        table = SQLAlchemyActiveRecordStrategy(datastore.db_session, Measurement, Measured)
        store = EventStore(table, SequencedItemMapper(Measured))
        snapshots = EventStore(table, SequencedItemMapper(Measured, "originator_id", "originator_version"))
        store.append([Counted("s", time, Decimal(1)) for time in times])  # type: ignore[arg-type]
        repository = EventSourcedRepository(store, fold, page_size=2)
        assert len(repository["s"].amounts) == len(times)
        assert [event.number for event in store.all_domain_events()] == sorted(times)
        last = EventSourcedSnapshotStrategy(snapshots).take_snapshot("s", Shelf(), max(times))  # type: ignore[arg-type]
        assert last.originator_version == max(times)
        policy = SnapshottingPolicy(repository.event_player, 1)
        assert not policy.triggers_snapshot(Counted("s", 1.0, Decimal(1)))  # type: ignore[arg-type]
        policy.close()
    datastore.drop_connection()


class YieldingStore(MinimalStore):
    """Yields what it finds."""

    def get_domain_events(self, *args: Any, **kwargs: Any) -> Any:
        yield from super().get_domain_events(*args, **kwargs)


@pytest.mark.parametrize("store_class", [MinimalStore, YieldingStore])
def test_a_store_of_five_methods_is_enough(app: Application, store_class: type[MinimalStore]) -> None:
    minimal = store_class(app.events)
    policy = PersistencePolicy(minimal, Example.Event)
    repository = EventSourcedRepository(
        minimal, Example.mutate, EventSourcedSnapshotStrategy(MinimalStore(app.snapshots)), page_size=2
    )
    snapshotting = SnapshottingPolicy(repository.event_player, 3)
    with EventBus().activated() as bus:
        created = Example.Created(originator_id="e")
        bus.subscribe(app.events.append)
        publish(created)
    repository["e"].beat_heart(4)
    assert repository["e"].version == 5
    assert repository.take_snapshot("e").originator_version == 4
    assert repository.event_player.replay_entity("e", limit=2).version == 2
    assert repository.event_player.replay_entity("e", limit=9, query_descending=True) == repository["e"]
    for each in (policy, snapshotting):
        each.close()
