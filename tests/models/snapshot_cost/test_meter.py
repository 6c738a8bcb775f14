"""Measuring in a task: each measurement ends in one of three ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from es_desktop.app.snapshot_cost.cost import SnapshotCost
from es_desktop.app.store.session import Session
from es_desktop.models.runtime.tasks import Queue
from tests.models.working import Gate, Working


class MeterLog:
    """The signals of a meter, in order."""

    def __init__(self, working: Working) -> None:
        self.events: list[tuple[str, Any]] = []
        meter = working.workspace.cost_meter
        meter.measured.connect(lambda cost: self.events.append(("measured", cost)))
        meter.failed.connect(lambda error: self.events.append(("failed", error)))
        meter.stopped.connect(lambda: self.events.append(("stopped", None)))
        meter.progressed.connect(lambda done, total: self.events.append(("progressed", (done, total))))

    @property
    def ends(self) -> list[str]:
        return [name for name, _ in self.events if name != "progressed"]


def session_of(working: Working) -> Session:
    session = working.workspace.session
    assert session is not None
    return session


def test_an_entity_is_measured(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    view = working.choose("Account")
    log = MeterLog(working)
    working.workspace.cost_meter.measure_entity(session_of(working), view.facts)
    working.settle()
    (name, cost), *others = log.events
    assert (name, others) == ("measured", [])
    assert isinstance(cost, SnapshotCost)
    assert (cost.entities, cost.events) == (1, view.facts.events)


def test_a_store_is_measured_with_progress(working: Working, sample: Path) -> None:
    working.open(sample)
    log = MeterLog(working)
    working.workspace.cost_meter.measure_store(session_of(working))
    working.settle()
    assert log.ends == ["measured"]
    done = [value for name, value in log.events if name == "progressed"]
    assert done[:2] == [(0, 0), (0, len(working.entities()))]


def test_a_newer_measurement_cancels_the_older(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    view = working.choose("Account")
    log, gate, session = MeterLog(working), Gate(), session_of(working)
    working.workspace.runner.run("Waiting", gate, queue=Queue.SCAN)
    working.workspace.cost_meter.measure_store(session)
    working.workspace.cost_meter.measure_entity(session, view.facts)
    gate.opened.set()
    working.settle()
    assert log.ends == ["measured"]
    assert log.events[-1][1].events == view.facts.events


def test_it_can_be_stopped_and_ends_with_its_store(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    for stop in (working.workspace.cost_meter.stop, working.workspace.runner.cancel_all, working.workspace.close_store):
        log, gate = MeterLog(working), Gate()
        working.workspace.runner.run("Waiting", gate, queue=Queue.SCAN, protected=True)
        working.workspace.cost_meter.measure_store(session_of(working))
        stop()
        gate.opened.set()
        working.settle()
        assert log.ends == ["stopped"]


def test_a_store_without_entities_is_reported(working: Working, tmp_path: Path) -> None:
    working.workspace.stores.create(str(tmp_path / "made.esdb"))
    working.settle()
    log = MeterLog(working)
    working.workspace.cost_meter.measure_store(session_of(working))
    working.settle()
    assert log.ends == ["failed"]
    assert "no entity yet" in str(log.events[-1][1])
    assert working.refused == [], "the dialog shows it"


def test_another_policy_is_emitted(working: Working, demo_store: Path) -> None:
    log: list[int | None] = []
    working.workspace.commander.frequency_changed.connect(log.append)
    working.workspace.commander.set_frequency(5)
    assert log == [], "without a store there is no policy"
    working.open(demo_store)
    for frequency in (20, None):
        working.workspace.commander.set_frequency(frequency)
        assert working.workspace.commander.frequency == frequency
    assert log == [20, None]
