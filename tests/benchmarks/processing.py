"""The process of an entity type: how fast its map and variants are counted from the index."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from es_desktop.app.process.counting import ProcessQuery
from es_desktop.app.process.process import read_process

from .measuring import Figure, costs, ratio_of_at_least
from .stores import index_of

_WINDOW_FUNCTIONS = """
SELECT before, topic, count(*), count(DISTINCT entity), avg(gap) FROM (
    SELECT entity, topic, lag(topic) OVER w AS before, time - lag(time) OVER w AS gap FROM event
    WHERE entity IN (SELECT no FROM entity WHERE kind = (SELECT no FROM kind WHERE name = 'Order'))
    WINDOW w AS (PARTITION BY entity ORDER BY position)
) GROUP BY before, topic
"""


def process(folder: Path, events: int) -> Figure:
    """Map, medians and variants, as the program counts them; against the edges with means alone, by one statement."""
    with closing(index_of(events)) as made, closing(made.session):

        def ours() -> None:
            assert read_process(made.database, ProcessQuery("Order")).map.edges

        def by_sql() -> None:
            assert made.database.rows(_WINDOW_FUNCTIONS)

        mine, theirs = costs(ours, by_sql)
    measured = "process", events / mine.seconds, events / theirs.seconds, "SQL window", "events/s", events
    return Figure(*measured, ratio_of_at_least(0.8), mine.processor, mine.memory)
