"""The event types and times of entities, entity by entity and in the order of their versions, read by one select."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Final, NamedTuple

from .database import IndexDatabase, listed

MOST_IN_RUN: Final = 4_096
"""Events of one entity that are in memory at once."""
_FETCHED: Final = 8_192


class EventRun(NamedTuple):
    """Some consecutive events of one entity: all events of most entities, a part of those of a long one."""

    entity: int
    """The number of the entity in the index."""
    types: tuple[int, ...]
    """The event types, by the numbers of ``event_type_names``."""
    times: tuple[float | None, ...]
    """Seconds since the epoch, UTC; ``None`` where there is none, or what the store has is no number."""
    is_whole: bool
    """Whether these are surely all events of the entity."""


def event_type_names(database: IndexDatabase) -> dict[int, str]:
    """Return the name of each event type by its number, which stays the same as long as the index is not cleared."""
    return dict(database.rows("SELECT min(no), name FROM topic GROUP BY name"))


def event_runs(
    database: IndexDatabase,
    entity_type: str,
    *,
    without: Collection[str] = (),
    share: tuple[int, int] = (0, 1),
) -> Iterator[EventRun]:
    """Yield the events of all entities of a type, those of an entity in consecutive runs, by entity and version.

    Events of the types ``without`` are left out. ``share`` is which part of the entities to read, and of how many
    parts. The type of an entity is that of its first event; its other events may name another one. SQLite sorts the
    events in a file if they are many, before the first run comes; one run is in memory.
    """
    number_of, left_out = _numbers_of_topics(database, without)
    statement = (
        "SELECT v.entity, v.topic, CASE WHEN typeof(v.time) = 'real' THEN v.time END FROM event v"
        " WHERE v.entity IN (SELECT no FROM entity WHERE kind = (SELECT no FROM kind WHERE name = ?) AND no % ? = ?)"
        f" AND v.topic NOT IN ({listed(left_out)}) ORDER BY v.entity, v.position, v.n"
    )
    part, parts = share
    with database.reading() as connection:
        cursor = connection.execute(statement, [entity_type, parts, part])
        cursor.arraysize = _FETCHED
        # In memory there is one connection, which everybody waits for until all of an answer is taken.
        rows = cursor.fetchall() if database.path is None else cursor
        for entity, group in groupby(rows, itemgetter(0)):
            is_first = True
            while some := list(islice(group, MOST_IN_RUN)):
                _, topics, times = zip(*some, strict=True)
                is_whole = is_first and len(some) < MOST_IN_RUN
                yield EventRun(entity, tuple(map(number_of.__getitem__, topics)), times, is_whole)
                is_first = False


def _numbers_of_topics(database: IndexDatabase, without: Collection[str]) -> tuple[dict[int, int], list[int]]:
    """Return the number of the event type of each topic, and the topics of the types to leave out."""
    rows = database.rows("SELECT no, name FROM topic ORDER BY no")
    numbers: dict[str, int] = {}
    for topic, name in rows:
        numbers.setdefault(name, topic)
    return {topic: numbers[name] for topic, name in rows}, [topic for topic, name in rows if name in without]
