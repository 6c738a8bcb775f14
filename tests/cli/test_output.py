"""The text for people: real stores, as lines that fit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest

import es_desktop as es
from es_desktop.app.text import times
from es_desktop.app.text.json_view import to_json
from es_desktop.cli import output
from es_desktop.core import RecordedEvent, RecordedSnapshot
from es_desktop.replay import ABSENT, Change


@pytest.fixture(params=["demo", "sample"])
def store(request: pytest.FixtureRequest) -> Iterator[es.Store]:
    path: Path = request.getfixturevalue({"demo": "demo_template", "sample": "sample"}[request.param])
    with es.open(path) as store:
        yield store


def longest(store: es.Store) -> es.Entity:
    return max(store.entities(), key=lambda each: each.facts.events)


def fit(lines: list[str], widest: int = 150) -> list[str]:
    """The lines, each of which has to be one and to fit."""
    assert lines
    for line in lines:
        assert "\n" not in line
        assert len(line) <= widest
    return lines


def test_a_store_is_printed_with_its_counts_and_types(store: es.Store) -> None:
    facts = store.summary().facts
    lines = fit(list(output.store_lines(facts)))
    assert lines[0] == facts.store
    assert lines[1] in ("es-desktop store, writable", "Python eventsourcing 2 to 8 (SQLAlchemy), read-only")
    assert lines[2] == f"{facts.entities} entities, {facts.events:,} events, {facts.snapshots} snapshots"
    assert [line.split() for line in lines[4:] if not line.startswith("note")] == [
        [str(count), name] for name, count in facts.types.items()
    ]
    assert sum(line.startswith("note: ") for line in lines) == len(facts.notes)


def test_entities_are_printed_below_a_heading_one_a_line(store: es.Store) -> None:
    entities = store.entities().to_list()
    heading, *lines = fit(list(output.entity_lines(entities)))
    assert heading.split() == ["type", "id", "version", "events", "snaps", "changed"]
    assert len(lines) == len(entities)
    for entity, line in zip(entities, lines, strict=True):
        assert str(entity.id) in line
        assert line.endswith("(discarded)") == entity.is_discarded


def test_every_event_of_an_entity_is_a_line(store: es.Store) -> None:
    entity = longest(store)
    lines = fit(list(output.event_lines(entity.events)))
    assert [int(line.split()[0]) for line in lines] == list(range(entity.facts.events))
    assert "Created" in lines[0]


def test_an_event_that_cannot_be_decoded_says_why() -> None:
    broken = RecordedEvent(7, "shop#Order.Paid", None, {}, error="cut off")
    (line,) = output.event_lines([es.Event("1", "Order", broken)])
    assert line.split(maxsplit=2) == ["7", "Paid", "! cut off"]


def test_a_reason_of_several_lines_is_printed_on_one() -> None:
    reason = "cut off\nat the end " + "x" * 500
    broken = RecordedEvent(7, "shop#Order.Paid", None, {}, error=reason)
    (event,) = output.event_lines([es.Event("1", "Order", broken)])
    (snapshot,) = output.snapshot_lines([es.Snapshot("1", "Order", RecordedSnapshot(7, "x#Order", 0.0, None, reason))])
    fit([event, snapshot])
    assert "cut off↵at the end" in event


def test_every_snapshot_is_a_line(store: es.Store) -> None:
    for entity in store.entities():
        if entity.facts.snapshots:
            snapshots = entity.snapshots.to_list()
            lines = fit(list(output.snapshot_lines(snapshots)))
            assert [int(line.split()[0]) for line in lines] == [each.version for each in snapshots]
            assert all(entity.type in line for line in lines)


@pytest.mark.parametrize("base", ["nearest", "zero"])
def test_a_rebuild_is_printed_from_its_base_to_its_state(store: es.Store, base: Literal["nearest", "zero"]) -> None:
    for entity in store.entities().to_list()[:15]:
        found = entity.rebuild(base=base)
        lines = list(output.rebuild_lines(found.rebuild, found.facts, found.version, found.verdict))
        results, state = lines[: 3 + len(found.steps)], "\n".join(lines[3 + len(found.steps) :])
        fit([*results[:1], *results[2:]])
        assert results[0].startswith(f"{entity.type} {str(entity.id)[:8]} at version {entity.version} (")
        from_it = f"from the snapshot at {found.base}; {found.skipped} events were not read"
        assert results[1] == found.verdict.reason
        assert results[2] == ("from zero" if found.base is None else from_it)
        assert [int(line.split()[0]) for line in results[3:]] == [step.version for step in found.steps]
        assert state == to_json(found.value, indent=2)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Change("total", Decimal(1), Decimal("2.50")), 'total: "1" → "2.50"'),
        (Change("due", ABSENT, None), "due = null"),
        (Change("due", None, ABSENT), "due removed"),
        (Change("a", "x" * 100, 1), f'a: "{"x" * 38}… → 1'),
    ],
)
def test_a_change_is_printed_with_both_values(change: Change, text: str) -> None:
    assert output.change_text(change) == text


def test_times_take_the_same_room_each() -> None:
    assert {len(times.local_time(each)) for each in (None, 0.0, 1_700_000_000.5)} == {19}
    assert times.local_time(1e300).endswith("e+300")
