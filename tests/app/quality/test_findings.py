"""Each finding has a store in which just that is wrong, and it is found there, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from es_desktop.app.quality.finding import WORDS, FindingRow
from es_desktop.app.quality.report import report_quality
from es_desktop.app.store.session import open_session
from es_desktop.examples import FALSE_SNAPSHOT, FALSE_VERSION
from es_desktop.examples.story import NEWER_EVENT
from es_desktop.stores import OpenOptions
from tests.altering import alter_event, alter_snapshot, with_true_snapshots
from tests.app.storing import sql

from .planting import Change, Row, at, changed, found_in, order, orders, other_store, report_of

_RANDOM = Random(1).randbytes(200)


def _without(*positions: int) -> Change:
    return lambda rows: [row for number, row in enumerate(rows) if number not in positions]


def _with(*more: Row) -> Change:
    return lambda rows: [*rows, *more]


def _many(price: object) -> Change:
    """Return 300 orders, of which one has another price."""
    return lambda rows: [
        row for number in range(300) for row in order(number, start=number, price=price if number == 250 else 5)
    ]


def _turned(rows: list[Row]) -> list[Row]:
    return [row for number in range(60) for row in order(number, price=5 if number < 30 else "5.00")]


def _forgotten(rows: list[Row]) -> list[Row]:
    return [row for number in range(40) for row in order(number, is_shipped=number != 3)]


PLANTED: dict[str, tuple[Change, dict[str, int]]] = {
    "nothing": (lambda rows: rows, {}),
    "unreadable": (changed(4, payload='{"sku": '), {"unreadable": 1}),
    "encrypted": (changed(4, payload=_RANDOM), {"encrypted": 1}),
    "not applied": (
        _with(("Order-30", 1, "Discarded", {}, at(720)), ("Order-30", 2, "Shipped", {"carrier": "post"}, at(721))),
        {"not-applied": 1},
    ),
    "gap": (_without(4), {"gap": 1}),
    "wide gap": (changed(5, position=9), {"gap": 6}),
    "no start": (_without(3), {"no-start": 1}),
    "same version": (_with(("Order-3", 3, "Shipped", {"carrier": "bike"}, at(75))), {"same-version": 1}),
    "no version": (changed(5, position=None), {"no-version": 1}),
    "no type": (changed(4, type=""), {"no-type": 1}),
    "left out": (_with((None, 1, "Placed", {}, at(1))), {"left-out": 1}),
    "empty id": (_with(*[(" ", *row[1:]) for row in order(31)]), {"empty-id": 1}),
    "alike ids": (_with(*[("order-7", *row[1:]) for row in order(31)]), {"alike-id": 1}),
    "time back": (changed(5, time=at(0)), {"time-back": 1}),
    "future": (changed(89, time="2026-12-24 18:00:00"), {"future": 1}),
    "no time": (changed(4, time=None), {"no-time": 1}),
    "unreadable time": (changed(4, time="tomorrow"), {"time-unreadable": 1}),
    "no payload": (changed(4, payload=None), {"no-payload": 1}),
    "same payload": (
        _with(
            ("Order-30", 1, "ItemAdded", {"sku": "lamp", "price": 5}, at(720)),
            ("Order-30", 2, "ItemAdded", {"sku": "lamp", "price": 5}, at(720)),
            ("Order-30", 3, "ItemAdded", {"sku": "lamp", "price": 5}, at(721)),
        ),
        {"same-payload": 1},
    ),
    "rare type": (changed(4, payload={"sku": "lamp", "price": "5"}), {"type-flip": 1}),
    "turned type": (_turned, {"type-flip": 30}),
    "whole and other numbers are numbers": (changed(4, payload={"sku": "lamp", "price": 5.5}), {}),
    "rare NULL": (_many(None), {"rare-null": 1}),
    "no end": (_forgotten, {"no-end": 1}),
    "an end may still come": (_with(*order(30, is_shipped=False)), {}),
    "large": (changed(4, payload={"sku": "lamp" * 30_000, "price": 5}), {"large": 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_found_and_nothing_else(name: str, tmp_path: Path) -> None:
    change, expected = PLANTED[name]
    report = report_of(other_store(tmp_path / "planted.db", change(orders())))
    assert found_in(report) == expected, report.findings


def _clean(store: Path) -> Path:
    """Make the demo clean: without its false snapshot and without the event of a newer program."""
    with_true_snapshots(store)

    def older(payload: dict[str, object]) -> None:
        payload.pop("schema_version")
        payload["author"] = "Mei"

    alter_event(store, NEWER_EVENT, 11, older)
    sql(store, "DELETE FROM snapshots WHERE sequence_id = x'" + NEWER_EVENT.hex + "'")
    return store


def test_of_the_demo_only_its_own_story_is_found(demo_store: Path) -> None:
    report = report_of(demo_store)
    assert found_in(report) == {"not-applied": 1, "false-snapshot": 1, "type-flip": 1, "no-end": 3}
    rows = {each.name: each.rows for each in report.findings}
    assert rows["false-snapshot"] == (FindingRow(FALSE_SNAPSHOT, FALSE_VERSION),)
    assert rows["not-applied"] == rows["type-flip"] == (FindingRow(NEWER_EVENT, 11),)
    assert not report.is_clean
    assert found_in(report_of(_clean(demo_store))) == {"no-end": 3}


def test_snapshots_without_an_entity_or_an_event_are_found(small_demo: Path) -> None:
    _clean(small_demo)
    copied = "INSERT INTO snapshots (sequence_id, position, topic, data) SELECT {}, topic, data FROM snapshots LIMIT 1"
    sql(small_demo, copied.format("x'00000000000040008000000000000000', 7"), copied.format("sequence_id, 7777"))
    report = report_of(small_demo)
    assert found_in(report) == {"orphan": 1, "snapshot-without-event": 1}
    rows = {each.name: [row.version for row in each.rows] for each in report.findings}
    assert (rows["orphan"], rows["snapshot-without-event"]) == ([7], [7777])


def test_snapshots_that_cannot_be_read_are_found(small_demo: Path) -> None:
    _clean(small_demo)
    sql(small_demo, "UPDATE snapshots SET data = '{' WHERE rowid = 1")
    assert found_in(report_of(small_demo)) == {"unchecked-snapshot": 1}


def test_a_stale_snapshot_is_found(small_demo: Path) -> None:
    _clean(small_demo)
    alter_snapshot(small_demo, FALSE_SNAPSHOT, FALSE_VERSION, lambda payload: payload["state"].update(_owner="Nobody"))
    (false,) = report_of(small_demo).findings
    assert (false.name, false.detail.partition(",")[0]) == ("false-snapshot", "owner is Nobody")


def test_of_a_damaged_file_is_reported_what_can_be_read(small_demo: Path) -> None:
    content = bytearray(small_demo.read_bytes())
    content[100 * 4096 : 110 * 4096] = b"\xff" * 10 * 4096
    small_demo.write_bytes(content)
    session = open_session(str(small_demo), writable=False, options=OpenOptions(rescues=True))
    found = found_in(report_quality(session, processes=0))
    session.close()
    assert "damaged" in found


def test_each_finding_there_is_has_a_test() -> None:
    planted = {name for _, expected in PLANTED.values() for name in expected}
    ours = {"damaged", "false-snapshot", "unchecked-snapshot", "snapshot-without-event", "orphan"}
    assert planted | ours == set(WORDS)


def test_rows_lead_to_the_events(tmp_path: Path) -> None:
    report = report_of(other_store(tmp_path / "planted.db", changed(4, payload="{")(orders())))
    (finding,) = report.findings
    assert finding.rows == (FindingRow("Order-1", 2),)
    assert finding.has_all_rows
    assert finding.types == {"Order ItemAdded": 1}


def test_reasons_that_differ_in_their_numbers_are_one_finding(tmp_path: Path) -> None:
    rows = [(each, 1, "Placed", json.dumps({"a": 1})[: -1 - number], at(number)) for number, each in enumerate("abc")]
    report = report_of(other_store(tmp_path / "planted.db", rows))
    assert [each.count for each in report.findings] == [3] or sum(each.count for each in report.findings) == 3


def test_processes_find_the_same_as_one(small_demo: Path) -> None:
    in_one, in_two = report_of(small_demo), report_of(small_demo, processes=2)
    assert found_in(in_one) == found_in(in_two)
    assert [row.types for row in in_one.shape.rows] == [row.types for row in in_two.shape.rows]
