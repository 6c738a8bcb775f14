"""Many events are counted in processes, each over a part of the entities, with the same results."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.process.counting import ProcessQuery
from es_desktop.app.process.pattern import Pattern
from es_desktop.app.process.process import entities_with, read_conformance, read_process
from es_desktop.app.process.selections import OfType
from es_desktop.app.runtime.errors import UserError
from es_desktop.index import IndexDatabase
from tests.app.process.processing import every
from tests.app.recording import store_of
from tests.index.indexing import fill, timed_event


def test_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = {
        f"order-{at}": every(at + 1, "Created", *["ItemAdded"] * at, "Paid")[: at + 2 - at % 2] for at in range(9)
    }
    records = [
        timed_event(key, version, f"shop#Order.{name}", time)
        for key, events in orders.items()
        for version, (name, time) in enumerate(events)
    ]
    query, pattern = ProcessQuery("Order"), Pattern.parse("Created > ItemAdded* > Paid")
    with closing(IndexDatabase(tmp_path / "an.index")) as database:
        fill(database, store_of(tmp_path / "shop.esdb", records))

        def answers() -> list[object]:
            paid = entities_with(database, query, OfType("Paid"))
            return [read_process(database, query), read_conformance(database, query, pattern), paid]

        here = answers()
        monkeypatch.setattr("es_desktop.app.process.counting.FEW_EVENTS", 1)
        monkeypatch.setattr("os.cpu_count", lambda: 2)
        assert answers() == here


def test_counting_can_be_stopped(tmp_path: Path) -> None:
    def stop() -> None:
        raise UserError("stopped")

    with closing(IndexDatabase()) as database:
        fill(database, store_of(tmp_path / "shop.esdb", [timed_event("a", 0, "shop#Order.Created", 0.0)]))
        with pytest.raises(UserError, match="stopped"):
            read_process(database, ProcessQuery("Order"), checkpoint=stop)
        assert read_process(database, ProcessQuery("Order")).map.entities == 1
