"""The process of an entity type: how fast its map and variants are counted from the index."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from es_desktop.app.process.counting import ProcessQuery
from es_desktop.app.process.process import read_process
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import open_session

from .measuring import Figure, interleaved, ratio_of_at_least
from .stores import store_of

_WINDOW_FUNCTIONS = """
SELECT before, topic, count(*), count(DISTINCT entity), avg(gap) FROM (
    SELECT entity, topic, lag(topic) OVER w AS before, time - lag(time) OVER w AS gap FROM event
    WHERE entity IN (SELECT no FROM entity WHERE kind = (SELECT no FROM kind WHERE name = 'Order'))
    WINDOW w AS (PARTITION BY entity ORDER BY position)
) GROUP BY before, topic
"""


def process(folder: Path, events: int) -> Figure:
    """Map, medians and variants, as the program counts them; against the edges with means alone, by one statement."""
    with (
        closing(open_session(str(store_of(events)), writable=False)) as session,
        closing(StoreIndex(session, folder)) as made,
    ):
        made.update(lambda done, total: None)

        def ours() -> None:
            assert read_process(made.database, ProcessQuery("Order")).map.edges

        def by_sql() -> None:
            assert made.database.rows(_WINDOW_FUNCTIONS)

        mine, theirs = interleaved(ours, by_sql)
    return Figure("process", events / mine, events / theirs, "SQL window", "events/s", events, ratio_of_at_least(0.8))
