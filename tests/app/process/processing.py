"""Indexes of stores with given histories, and what is counted over them in the simplest way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import strategies as st

from es_desktop.app.process.counting import Repeats
from es_desktop.index import IndexDatabase
from tests.index.indexing import indexed_store, timed_event

Event = tuple[str, float | None]
Histories = Mapping[str, Sequence[Event]]
"""The event types and times of each entity, by id."""

TYPES: Final = ("Created", "ItemAdded", "Paid", "Shipped", "Discarded")
histories = st.dictionaries(
    st.sampled_from([f"order-{number}" for number in range(6)]),
    st.lists(st.tuples(st.sampled_from(TYPES), st.none() | st.integers(0, 9).map(float)), min_size=1, max_size=9),
    max_size=5,
)


def every(seconds: float, *types: str) -> list[Event]:
    """Return events of these types, one every so many seconds."""
    return [(each, at * seconds) for at, each in enumerate(types)]


@contextmanager
def index_of(folder: Path, found: Histories, entity_type: str = "Order") -> Iterator[IndexDatabase]:
    """Yield an index of a store of entities of a type with these histories, written one event of each at a time."""
    longest = max(map(len, found.values()), default=0)
    records = [
        timed_event(entity_id, version, f"shop#{entity_type}.{events[version][0]}", events[version][1])
        for version in range(longest)
        for entity_id, events in found.items()
        if version < len(events)
    ]
    with indexed_store(folder, records) as database:
        yield database


@contextmanager
def runs_of(events: int) -> Iterator[None]:
    """Read at most so many events of an entity at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("es_desktop.index.sequences.MOST_IN_RUN", events)
        yield


def counted(events: Sequence[Event], repeats: Repeats) -> list[Event]:
    """Return the events that count."""
    types = [name for name, _ in events]
    match repeats:
        case Repeats.EACH:
            return list(events)
        case Repeats.COLLAPSED:
            return [each for at, each in enumerate(events) if not at or types[at - 1] != types[at]]
        case Repeats.FIRST:
            return [each for at, each in enumerate(events) if each[0] not in types[:at]]


def gaps(pairs: Sequence[tuple[Event, Event]]) -> list[float]:
    """Return the seconds between events that have times, where the second is not earlier."""
    both = [(first[1], second[1]) for first, second in pairs]
    return [end - begin for begin, end in both if begin is not None and end is not None and end >= begin]


def of(found: Any, *names: str) -> tuple[Any, ...]:
    """Return some attributes of a value."""
    return tuple(getattr(found, name) for name in names)
