"""The event store: bounds, pages and limits as of a list, and appends that are atomic."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from es_desktop.core import (
    AbstractEventStore,
    ConcurrencyError,
    EventPlayer,
    EventSourcedRepository,
    EventStore,
    ItemRefusedError,
    SequencedItem,
    TopicResolutionError,
    ValueEncodingError,
    VersionedEntityEvent,
)
from tests.core.application import Application, running_application
from tests.core.test_values import described, stored_values


class Noted(VersionedEntityEvent):
    pass


@pytest.fixture(scope="module")
def store() -> Iterator[EventStore]:
    """One store for all examples of a property; each example uses a new entity."""
    with running_application() as app:
        yield app.events


class MinimalStore(AbstractEventStore):
    """A user's store class, with the abstract methods only."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def append(self, event_or_events: Any) -> None:
        self._store.append(event_or_events)

    def get_domain_events(self, *args: Any, **kwargs: Any) -> list[Any]:
        return self._store.get_domain_events(*args, **kwargs)

    def get_domain_event(self, entity_id: Any, eq: Any) -> Any:
        return self._store.get_domain_event(entity_id, eq)

    def get_most_recent_event(self, entity_id: Any, lt: Any = None, lte: Any = None) -> Any:
        return self._store.get_most_recent_event(entity_id, lt, lte)

    def all_domain_events(self) -> Iterator[Any]:
        return self._store.all_domain_events()


def noted(entity_id: Any, *versions: int) -> list[Noted]:
    return [Noted(originator_id=entity_id, originator_version=version, note=f"n{version}") for version in versions]


def versions(events: list[Any]) -> list[int]:
    return [event.originator_version for event in events]


bound = st.none() | st.integers(-2, 32)
positions = st.sets(st.integers(0, 30), max_size=20).map(sorted)


def is_within(position: int, gt: int | None, gte: int | None, lt: int | None, lte: int | None) -> bool:
    return (
        (gt is None or position > gt)
        and (gte is None or position >= gte)
        and (lt is None or position < lt)
        and (lte is None or position <= lte)
    )


NO_BOUNDS: dict[str, int | None] = dict.fromkeys(("gt", "gte", "lt", "lte"))


@example(positions=[0, 1, 2, 3, 4], bounds=NO_BOUNDS, limit=5, is_ascending=True, page_size=3)
@example(positions=[0, 1, 2, 3, 4], bounds=NO_BOUNDS, limit=4, is_ascending=True, page_size=3)
@example(positions=[0, 1, 2, 3, 4], bounds=NO_BOUNDS, limit=None, is_ascending=False, page_size=2)
@example(positions=[*range(601)], bounds=NO_BOUNDS, limit=None, is_ascending=True, page_size=300)
@given(
    positions=positions,
    bounds=st.fixed_dictionaries({"gt": bound, "gte": bound, "lt": bound, "lte": bound}),
    limit=st.none() | st.integers(0, 25),
    is_ascending=st.booleans(),
    page_size=st.none() | st.integers(1, 8),
)
def test_bounds_limits_and_pages_are_those_of_a_list(
    store: EventStore,
    positions: list[int],
    bounds: dict[str, int | None],
    limit: int | None,
    is_ascending: bool,
    page_size: int | None,
) -> None:
    entity_id, neighbour = uuid4(), uuid4()
    store.append(noted(entity_id, *positions))
    store.append(noted(neighbour, *range(31)))
    expected = sorted((each for each in positions if is_within(each, **bounds)), reverse=not is_ascending)
    found = store.get_domain_events(entity_id, **bounds, limit=limit, is_ascending=is_ascending, page_size=page_size)
    assert found == noted(entity_id, *expected[:limit])


@example(positions=[*range(601)], size=300, **NO_BOUNDS)
@given(positions=positions, size=st.integers(1, 5), gt=bound, gte=bound, lt=bound, lte=bound)
def test_pages_hold_the_same_events_as_one_query(
    store: EventStore,
    positions: list[int],
    size: int,
    gt: int | None,
    gte: int | None,
    lt: int | None,
    lte: int | None,
) -> None:
    entity_id = uuid4()
    store.append(noted(entity_id, *positions))
    expected = store.get_domain_events(entity_id, gt=gt, gte=gte, lt=lt, lte=lte)
    for each in (store, MinimalStore(store)):
        pages = [list(page) for page in each.pages_of_events(entity_id, gt, gte, lt, lte, size)]
        assert [event for page in pages for event in page] == expected
        assert all(len(page) == size for page in pages[:-1])


@given(values=st.lists(stored_values, max_size=4))
def test_values_of_every_type_are_the_same_when_read_in_pages(store: EventStore, values: list[Any]) -> None:
    entity_id = uuid4()
    events = [Noted(originator_id=entity_id, originator_version=at, note=value) for at, value in enumerate(values)]
    store.append(events)
    paged = [event for page in store.pages_of_events(entity_id, None, None, None, None, 2) for event in page]
    at_once = store.get_domain_events(entity_id)
    one_by_one = [store.get_domain_event(entity_id, eq=at) for at in range(len(events))]
    for found in (paged, at_once, one_by_one):
        assert [described(vars(event)["note"]) for event in found] == list(map(described, values))
        assert [type(event) for event in found] == [Noted] * len(events)


@given(positions=positions, lt=bound, lte=bound)
def test_the_most_recent_event_is_the_last_within_bounds(
    store: EventStore, positions: list[int], lt: int | None, lte: int | None
) -> None:
    entity_id = uuid4()
    store.append(noted(entity_id, *positions))
    expected = [each for each in positions if is_within(each, None, None, lt, lte)][-1:]
    found = store.get_most_recent_event(entity_id, lt=lt, lte=lte)
    assert found == (noted(entity_id, *expected)[0] if expected else None)


@given(positions=positions, new=st.lists(st.integers(0, 30), min_size=1, max_size=5))
def test_a_list_is_appended_as_a_whole_or_not_at_all(store: EventStore, positions: list[int], new: list[int]) -> None:
    entity_id = uuid4()
    store.append(noted(entity_id, *positions))
    if set(new) & set(positions) or len(set(new)) < len(new):
        with pytest.raises(ConcurrencyError):
            store.append(noted(entity_id, *new))
        expected = positions
    else:
        store.append(noted(entity_id, *new))
        expected = sorted([*positions, *new])
    assert versions(store.get_domain_events(entity_id)) == expected


def everything(app: Application) -> list[Any]:
    return list(app.events.all_domain_events())


def test_a_taken_position_raises_and_changes_nothing(app: Application) -> None:
    entity_id = uuid4()
    app.events.append(noted(entity_id, 0, 1))
    before = everything(app)
    other = Noted(originator_id=entity_id, originator_version=1, note="another")
    for attempt in (other, [other], noted(entity_id, 2, 3, 1), noted(entity_id, 2, 2), (other,)):
        with pytest.raises(ConcurrencyError, match="taken"):
            app.events.append(attempt)
        assert everything(app) == before
    app.events.append(noted(entity_id, 2))
    assert versions(app.events.get_domain_events(entity_id)) == [0, 1, 2]


def test_the_same_position_of_another_entity_is_free(app: Application) -> None:
    one, other = uuid4(), uuid4()
    app.events.append(noted(one, 0))
    app.events.append(noted(other, 0))
    assert everything(app) == [*noted(one, 0), *noted(other, 0)]


def test_nothing_is_written_where_one_value_cannot_be_stored(app: Application) -> None:
    entity_id = uuid4()
    bad = Noted(originator_id=entity_id, originator_version=1, note=lambda: None)
    for attempt in (bad, [*noted(entity_id, 0), bad]):
        with pytest.raises(ValueEncodingError):
            app.events.append(attempt)
    assert everything(app) == []


def test_an_empty_list_appends_nothing(app: Application) -> None:
    app.events.append([])
    assert everything(app) == []


def test_an_event_is_found_by_its_position(app: Application) -> None:
    entity_id = uuid4()
    app.events.append(noted(entity_id, 3, 5))
    assert app.events.get_domain_event(entity_id, 5) == noted(entity_id, 5)[0]
    assert app.events.get_domain_event(entity_id, eq=3) == noted(entity_id, 3)[0]
    for wrong in ((entity_id, 4), (uuid4(), 3)):
        with pytest.raises(IndexError, match="nothing at position"):
            app.events.get_domain_event(*wrong)


def test_an_unknown_entity_has_no_events(app: Application) -> None:
    assert app.events.get_domain_events(uuid4()) == []
    assert app.events.get_most_recent_event(uuid4()) is None


def test_all_events_come_in_the_order_in_which_they_were_appended(app: Application) -> None:
    one, other = uuid4(), "an id of text"
    app.events.append(noted(one, 0, 1))
    app.events.append(noted(other, 0))
    app.events.append(noted(one, 2))
    assert everything(app) == [*noted(one, 0, 1), *noted(other, 0), *noted(one, 2)]


def test_a_uuid_and_its_text_are_two_entities(app: Application) -> None:
    entity_id = uuid4()
    app.events.append(noted(entity_id, 0))
    app.events.append(noted(str(entity_id), 0, 1))
    assert [event.originator_id for event in everything(app)] == [entity_id, str(entity_id), str(entity_id)]
    assert versions(app.events.get_domain_events(entity_id)) == [0]


@pytest.mark.parametrize(
    "read",
    [
        lambda store, entity_id: store.get_domain_events(entity_id),
        lambda store, entity_id: store.get_domain_event(entity_id, 0),
        lambda store, entity_id: store.get_most_recent_event(entity_id),
        lambda store, entity_id: list(store.all_domain_events()),
    ],
)
def test_an_event_of_an_unknown_class_raises_an_error(app: Application, read: Callable[[EventStore, Any], Any]) -> None:
    entity_id = uuid4()
    app.events.active_record_strategy.append(SequencedItem(entity_id, 0, "shop#Cart.Filled", "{}"))
    with pytest.raises(TopicResolutionError, match=r"shop#Cart\.Filled"):
        read(app.events, entity_id)


def test_the_position_of_an_event_is_the_attribute_that_the_mapper_names(app: Application) -> None:
    assert app.events.position_of(noted(uuid4(), 17)[0]) == 17


@pytest.mark.parametrize("name", [name for name in vars(MinimalStore) if not name.startswith("_")])
def test_a_store_has_to_say_how_it_does_each_operation(name: str) -> None:
    methods = {each: method for each, method in vars(MinimalStore).items() if each != name and callable(method)}
    with pytest.raises(TypeError, match=f"abstract method.*{name}"):
        type("Incomplete", (AbstractEventStore,), methods)(None)  # type: ignore[call-arg]


@pytest.mark.parametrize("page_size", [0, -1, 2.0, True, "3"])
def test_a_page_has_one_record_or_more(app: Application, page_size: Any) -> None:
    for read in (
        lambda: app.events.get_domain_events("e", page_size=page_size),
        lambda: list(app.events.pages_of_events("e", None, None, None, None, page_size)),
        lambda: list(MinimalStore(app.events).pages_of_events("e", None, None, None, None, page_size)),
        lambda: EventPlayer(app.events, max, page_size),
        lambda: EventSourcedRepository(app.events, max, page_size=page_size),
    ):
        with pytest.raises(ValueError, match="page_size must be an int of 1 or more"):
            read()


@pytest.mark.parametrize("limit", [-1, 1.5, False, "3"])
def test_a_limit_is_a_number_of_events(app: Application, limit: Any) -> None:
    with pytest.raises(ValueError, match="limit must be an int of 0 or more"):
        app.events.get_domain_events("e", limit=limit)


@pytest.mark.parametrize("mutator", [None, "mutate", Noted])
def test_a_repository_without_a_mutator_is_refused_when_it_is_made(app: Application, mutator: Any) -> None:
    if mutator is Noted:
        EventSourcedRepository(app.events, mutator)
        return
    with pytest.raises(ValueError, match="the mutator is a function"):
        EventSourcedRepository(app.events, mutator)
    with pytest.raises(ValueError, match="the mutator is a function"):
        EventPlayer(app.events, mutator)


def test_a_repository_reads_from_an_event_store_only(app: Application) -> None:
    for wrong in (None, app.events.active_record_strategy, object()):
        with pytest.raises(TypeError, match="AbstractEventStore"):
            EventSourcedRepository(wrong, max)  # type: ignore[arg-type]


def test_a_player_reads_within_the_bounds_of_its_store(app: Application) -> None:
    entity_id = uuid4()
    app.events.append(noted(entity_id, *range(6)))
    player = EventPlayer(app.events, max)
    assert player.get_domain_events(entity_id, is_ascending=False, limit=1) == noted(entity_id, 5)
    assert player.get_domain_events(entity_id, gte=1, lt=4) == noted(entity_id, 1, 2, 3)
    assert player.get_domain_events(entity_id, 3, 1) == noted(entity_id, 4)
    assert player.get_domain_events(entity_id, lte=1) == noted(entity_id, 0, 1)


@pytest.mark.parametrize("position", [None, True, False, float("nan"), 2**63, -(2**63) - 1, 1.5, "1"])
def test_an_event_at_no_position_is_refused_before_anything_is_written(app: Application, position: Any) -> None:
    entity_id = uuid4()
    bad = noted(entity_id, 1)[0]
    vars(bad)["originator_version"] = position
    for attempt in (bad, [*noted(entity_id, 0), bad]):
        with pytest.raises(ItemRefusedError):
            app.events.append(attempt)
    assert everything(app) == []


@pytest.mark.parametrize("entity_id", [None, True, "half \ud800", 5])
def test_an_event_of_no_entity_is_refused(app: Application, entity_id: Any) -> None:
    with pytest.raises((ItemRefusedError, TypeError)):
        app.events.append([*noted(uuid4(), 0), *noted(entity_id, 0)])
    assert everything(app) == []


@pytest.mark.parametrize("version", [True, False])
def test_a_version_is_no_bool(version: Any) -> None:
    with pytest.raises(TypeError, match="must be an int"):
        noted("e", version)


@given(positions=positions, bounds=st.fixed_dictionaries(dict.fromkeys(NO_BOUNDS, st.none() | st.integers())))
@example(positions=[0, 5], bounds={"gt": -(2**64), "gte": -(10**400), "lt": 2**63, "lte": 2**70})
@example(positions=[0, 5], bounds={"gt": 2**63, "gte": None, "lt": None, "lte": None})
def test_any_bound_is_compared(store: EventStore, positions: list[int], bounds: dict[str, Any]) -> None:
    entity_id = uuid4()
    store.append(noted(entity_id, *positions))
    expected = [each for each in positions if is_within(each, **bounds)]
    assert versions(store.get_domain_events(entity_id, **bounds, limit=10**30)) == expected


def test_events_may_be_appended_while_all_are_read(app: Application) -> None:
    app.events.append(noted("a", *range(1500)))
    read = 0
    for event in app.events.all_domain_events():
        if read % 100 == 0:
            app.events.append(noted("b", event.originator_version))
        read += 1
    assert read == 1500
    assert len(everything(app)) == 1515


class Counting:
    """A table that notes how many records each query asked for."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self.limits: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    def get_items(self, *args: Any, **kwargs: Any) -> list[Any]:
        self.limits.append(kwargs["limit"])
        return list(self._table.get_items(*args, **kwargs))


@pytest.mark.parametrize(("page_size", "limits"), [(None, [500, 500]), (300, [300, 300, 300])])
def test_an_entity_is_rebuilt_from_pages_and_its_records_are_read_once(
    app: Application, page_size: int | None, limits: list[int]
) -> None:
    entity_id = uuid4()
    app.events.append(noted(entity_id, *range(601)))
    table: Any = Counting(app.events.active_record_strategy)
    events = EventStore(table, app.events.sequenced_item_mapper)
    player = EventPlayer(events, lambda count, event: (count or 0) + 1, page_size)
    assert player.rebuild(entity_id) == 601
    assert table.limits == limits
    table.limits.clear()
    assert player.get_snapshot(entity_id) is None and player.snapshot_strategy is None
    assert player.replay_entity(entity_id, limit=7, query_descending=True) == 7
    assert table.limits == [7]
