"""Rules that hold: two passes over all histories, each entity folded, against one pass that only folds them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from es_desktop.app.history.histories import EntityHistory, scan_histories
from es_desktop.app.rules.mining import find_rules
from es_desktop.app.store.session import open_session

from .measuring import Figure, costs
from .stores import store_of


def rules(folder: Path, events: int) -> Figure:
    """All rules of all types in two processes, with what breaks them."""
    store = store_of(events)

    def find() -> None:
        with closing(open_session(str(store), writable=False)) as session:
            assert find_rules(session, processes=2)

    def fold() -> None:
        with closing(open_session(str(store), writable=False)) as session:
            done = sum(each.events for each in scan_histories(session, count_steps, processes=2) if each is not None)
        assert done == events

    ours, peer = costs(find, fold)
    measured = "rules", events / ours.seconds, events / peer.seconds, "one pass of the fold", "versions/s", events
    return Figure(*measured, processor=ours.processor, memory=ours.memory)


def count_steps(history: EntityHistory) -> int:
    """Return how many steps a history has, which folds all of them."""
    return sum(1 for _ in history.steps)
