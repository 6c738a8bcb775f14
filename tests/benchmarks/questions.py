"""Each kind of question over all entities of a large store, from the columns of its state history.

The yardstick is one of these questions as one statement of SQLite over the events, by which a machine is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Final

from es_desktop.app.ask.answers import Asked
from es_desktop.app.ask.by_columns import ColumnAnswers, Found
from es_desktop.app.ask.parsing import asked_question

from .asking import TIME, by_json_extract
from .measuring import Cost, Figure, at_most, cost_of, rounds
from .stores import history_of, index_of, store_of

_QUESTIONS: Final = {
    "as-of": ("Order where total > 100", 2.0),
    "as-of-2": ('Order where status == "open" and total > 100', 2.0),
    "ever": ("Order where ever total > 100", 5.0),
    "ever-2": ('Order where ever status == "open" and total > 100', 5.0),
    "first": ('Order where when first status == "paid"', None),
    "how-often": ("Order where how often total > 100", None),
    "how-long": ('Order where how long status == "open" > 3 days', None),
    "before": ("Order where Paid before Shipped", None),
}
"""By the name of the row, with the seconds that it may take, by the clock of the usual machine."""
_SQL: Final = {
    "sql-count": "SELECT type, count(*) FROM step GROUP BY type",
    "sql-months": "SELECT date_trunc('month', make_timestamp((time * 1e6)::BIGINT)), type, count(*) FROM step"
    " GROUP BY ALL",
}
_PAGE: Final = 100_000


def questions(folder: Path, events: int) -> Iterator[Figure]:
    """Yield the seconds of each question until all entities are found, those of the processor, and the peak."""
    with closing(index_of(events)) as index, closing(index.session), closing(history_of(index).open()) as database:
        columns = ColumnAnswers(database, index)
        yardstick = cost_of(lambda: by_json_extract(store_of(events))).seconds
        for name, (text, most) in _QUESTIONS.items():
            asked = Asked(asked_question(text), TIME if name.startswith("as-of") else None, TIME)
            cost, found = _cost(columns, asked)
            yield _figure(name, cost, yardstick, events, most, f"; {found:,} found")
        for name, statement in _SQL.items():
            yield _figure(
                name, _median([cost_of(partial(database.rows, statement)) for _ in rounds()]), yardstick, events
            )


def _cost(columns: ColumnAnswers, asked: Asked) -> tuple[Cost, int]:
    """Return what it takes to find the entities, and how many they are."""
    taken = [_found(columns, asked) for _ in rounds()]
    return _median([cost for cost, _ in taken]), taken[0][1]


def _found(columns: ColumnAnswers, asked: Asked) -> tuple[Cost, int]:
    found: list[Found | None] = []
    with ExitStack() as stack:
        question = columns.asked(asked, frozenset({"Order"}))
        cost = cost_of(lambda: found.append(stack.enter_context(question)))
        assert found[0] is not None, f"columns do not say {asked.question}"
        return cost, sum(map(len, found[0].tables.pages(_PAGE)))


def _median(taken: list[Cost]) -> Cost:
    return sorted(taken)[len(taken) // 2]


def _figure(name: str, cost: Cost, yardstick: float, events: int, most: float | None = None, found: str = "") -> Figure:
    goal, peer = None if most is None else at_most(most), f"json_extract{found}"
    return Figure(name, cost.seconds, yardstick, peer, "s", events, goal, cost.processor, cost.memory)
