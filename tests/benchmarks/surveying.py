"""The quality report: all records once, against a loop that only collects the paths and types of the payloads."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from es_desktop.app.quality.report import report_quality
from es_desktop.app.store.session import open_session

from .measuring import Figure, costs
from .stores import store_of


def quality(folder: Path, events: int) -> Figure:
    """The whole report in two processes, each entity folded; the store has no snapshots."""
    store = store_of(events)

    def report() -> None:
        with closing(open_session(str(store), writable=False)) as session:
            found = report_quality(session, processes=2)
        assert found.facts.events == events

    ours, peer = costs(report, lambda: _paths_of(store))
    measured = "quality", events / ours.seconds, events / peer.seconds, "sqlite3 + json", "events/s", events
    return Figure(*measured, processor=ours.processor, memory=ours.memory)


def _paths_of(store: Path) -> Counter[tuple[str, str, str]]:
    """Return how many events of each type have each path with each type, as a script of a few lines finds them."""
    found: Counter[tuple[str, str, str]] = Counter()
    with closing(sqlite3.connect(store)) as connection:
        for topic, data in connection.execute("SELECT topic, data FROM integer_sequenced_items"):
            found.update((topic, *each) for each in set(_leaves(json.loads(data), "")))
    return found


def _leaves(tree: Any, path: str) -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        yield f"{path}.{name}", type(value).__name__
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}.{name}")
