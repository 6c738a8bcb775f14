"""Asks random questions, and compares each answer from the columns of a state history with that of a fold.

A round is a question, an input an entity that it finds, or one question that finds none.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Final

from es_desktop.app.ask.parsing import asked_question
from es_desktop.app.runtime.errors import UserError
from es_desktop.replay.conditions import ConditionError
from tests.app.ask.test_by_columns import CLAUSES, CONDITIONS, asker
from tests.benchmarks.stores import make_store
from tests.faults.common import Figures, Finding

LONG = 300
SHORT = 1
_EVENTS: Final = 10
"""Of the store, for each question; at most ``_MOST_EVENTS``."""
_MOST_EVENTS: Final = 2_000
_TYPES: Final = ("", "", "Order", "Order, Account")
_DATES: Final = ("2025-04-01", "2025-09-01", "2026-05-20")
_TIMES: Final = (None, None, 1_745_000_000.0, 1_760_000_000.0)


def run(rounds: int, seed: int) -> Figures:
    """Ask so many questions of orders and accounts, of which some have an event that fails or is missing."""
    random, figures = Random(seed), Figures(rounds=rounds)
    with tempfile.TemporaryDirectory() as folder:
        store = make_store(Path(folder) / "orders.esdb", min(_EVENTS * rounds, _MOST_EVENTS), seed)
        _damage(store)
        with asker(store, Path(folder)) as demo:
            for _ in range(rounds):
                text, as_of = _question(random), random.choice(_TIMES)
                differences, answers = demo.compared_in_all_ways(text, as_of=as_of)
                figures.inputs += max(answers, 1)
                figures.found += [Finding(f"{each} differ", f"{text}, as of {as_of}") for each in differences]
    return figures


def _damage(store: Path) -> None:
    """Empty the payload of some events, and remove some others."""
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("UPDATE integer_sequenced_items SET data = '{}' WHERE rowid % 97 = 0 AND position > 0")
        connection.execute("DELETE FROM integer_sequenced_items WHERE rowid % 101 = 0 AND position > 0")


def _question(random: Random) -> str:
    """Return a question that can be parsed."""
    while True:
        clauses = [
            random.choice(CLAUSES).format(c=random.choice(CONDITIONS), d=random.choice(CONDITIONS))
            for _ in range(random.randint(1, 3))
        ]
        types = random.choice(_TYPES)
        text = (f"{types} where " if types else "") + " and ".join(clauses)
        text = text.replace(_DATES[-1], random.choice(_DATES))
        try:
            asked_question(text)
        except (UserError, ConditionError):
            continue
        return text
