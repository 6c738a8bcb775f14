"""The histories of the demo store: the same each time, with the documented counts, and valid for the models."""

from collections import Counter
from datetime import UTC, datetime
from functools import reduce
from itertools import pairwise
from typing import Any

import pytest

from es_desktop.core import DomainEvent, SequencedItemMapper, current_bus
from es_desktop.examples import DEMO_MODELS, demo_histories
from es_desktop.examples.story import NEWER_EVENT

History = list[Any]

MODELS: dict[str, Any] = {model.__qualname__: model for model in DEMO_MODELS}


@pytest.fixture(scope="module")
def histories() -> list[History]:
    return list(demo_histories())


def entity_type(history: History) -> str:
    return type(history[0]).__qualname__.partition(".")[0]


def is_discarded(history: History) -> bool:
    return type(history[-1]).__name__ == "Discarded"


def replayed(history: History) -> Any:
    return reduce(MODELS[entity_type(history)].mutate, history, None)


def test_two_runs_are_equal(histories: list[History]) -> None:
    assert list(demo_histories()) == histories
    assert list(demo_histories(seed=8)) != histories


def test_the_counts_are_as_documented(histories: list[History]) -> None:
    assert len(histories) == 300
    assert 4_700 < sum(map(len, histories)) < 5_300
    assert Counter(map(entity_type, histories)).keys() == MODELS.keys()
    assert sorted(len(each) for each in histories if entity_type(each) == "Account")[-1] > 1_000


def test_some_of_each_entity_type_are_discarded_and_most_are_not(histories: list[History]) -> None:
    for name in MODELS:
        ends = [is_discarded(each) for each in histories if entity_type(each) == name]
        assert 0 < sum(ends) < len(ends) / 2


def test_each_history_is_of_one_entity_in_order(histories: list[History]) -> None:
    ids = set()
    for history in histories:
        entity_id = history[0].originator_id
        assert {event.originator_id for event in history} == {entity_id}
        assert [event.originator_version for event in history] == list(range(len(history)))
        assert all(before.timestamp <= after.timestamp for before, after in pairwise(history))
        assert entity_id.version == 4
        ids.add(entity_id)
    assert len(ids) == len(histories)


def test_the_times_are_realistic(histories: list[History]) -> None:
    begins = [history[0].timestamp for history in histories]
    times = [event.timestamp for history in histories for event in history]
    moments = [datetime.fromtimestamp(time, UTC) for time in times]
    assert begins == sorted(begins)
    assert min(moments) >= datetime(2026, 3, 1, tzinfo=UTC)
    assert max(moments) < datetime(2026, 9, 1, tzinfo=UTC)
    assert {moment.month for moment in moments} == set(range(3, 9))
    assert all(7 <= moment.hour < 23 for moment in moments)
    assert all(time == round(time, 3) for time in times)
    assert sum(moment.weekday() < 5 for moment in moments) > 0.8 * len(moments)


def test_each_history_replays_to_its_end(histories: list[History]) -> None:
    for history in histories:
        if history[0].originator_id == NEWER_EVENT:
            with pytest.raises(ValueError, match="schema version 2"):
                replayed(history)
            continue
        entity = replayed(history)
        if is_discarded(history):
            assert entity is None
        else:
            assert (entity.id, entity.version) == (history[0].originator_id, len(history))


def test_each_event_is_read_back_unchanged(histories: list[History]) -> None:
    mapper = SequencedItemMapper(sequence_id_attr_name="originator_id", position_attr_name="originator_version")
    for history in histories:
        items = [mapper.to_sequenced_item(event) for event in history]
        assert [mapper.from_sequenced_item(item) for item in items] == history
        assert all(mapper.to_recorded_event(item).error is None for item in items)


def test_every_event_type_and_special_letters_occur(histories: list[History]) -> None:
    seen = {type(event) for history in histories for event in history}
    for model in DEMO_MODELS:
        own = {each for each in vars(model).values() if isinstance(each, type) and issubclass(each, DomainEvent)}
        assert {each.__name__ for each in own - seen} == {"Event"}
    text = repr(histories)
    assert not text.isascii()
    assert "ł" in text


def test_the_simulation_publishes_nothing_on_other_buses() -> None:
    received: list[object] = []
    current_bus().subscribe(received.append)
    try:
        list(demo_histories())
    finally:
        current_bus().unsubscribe(received.append)
    assert received == []
