"""The shape of the data: paths, types, shares and months, and what changed when."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies

from es_desktop.app.quality.payloads import Shapes, is_data
from es_desktop.app.quality.shape import ShapeRow
from es_desktop.app.quality.tally import month_text
from tests.menagerie.keeping import eventsourcing

from .planting import Row, at, other_store, report_of

_MONTH = 24 * 31.0


def _placed(payloads: Iterable[Any], *, per_month: int = 40) -> list[Row]:
    """Return events of one type, some in each month."""
    return [
        (f"Order-{number}", 1, "Placed", payload, at(_MONTH * (number // per_month) + number % per_month))
        for number, payload in enumerate(payloads)
    ]


def _rows(path: Path, payloads: Iterable[Any]) -> dict[str, ShapeRow]:
    return {row.path: row for row in report_of(other_store(path, _placed(payloads))).shape.rows}


def _changes(path: Path, payloads: Iterable[Any]) -> list[str]:
    return [each.text for each in report_of(other_store(path, _placed(payloads))).shape.changes]


def test_paths_have_their_types_shares_and_months(tmp_path: Path) -> None:
    payloads = [{"customer": "Zoë", "lines": [{"price": 1}, {"price": None}]}] * 40 + [{"customer": "Mei"}] * 40
    rows = _rows(tmp_path / "shape.db", payloads)
    assert {path: dict(row.types) for path, row in rows.items()} == {
        "customer": {"text": 80},
        "lines": {"list": 40},
        "lines[]": {"object": 40},
        "lines[].price": {"whole number": 40, "null": 40},
    }
    lines = rows["lines"]
    assert lines.share == 0.5
    assert [month_text(each) for each in lines.months] == ["2026-01"]
    assert {month_text(month): count for month, count in rows["customer"].months.items()} == {
        "2026-01": 40,
        "2026-02": 40,
    }
    assert lines.first is not None and lines.last is not None
    assert (lines.first.raw_id, lines.last.raw_id, lines.first.version) == ("Order-0", "Order-39", 1)


_A: list[Any] = [{"a": 1}] * 40
CHANGES: dict[str, tuple[list[Any], str | None]] = {
    "a path appears": (
        [*_A, *[{"a": 1, "due": "x"}] * 40],
        "`due` appears in Placed from 2026-02; the 40 earlier events are without it.",
    ),
    "an object appears whole": (
        [*_A, *[{"a": 1, "b": {"c": 1}}] * 40],
        "`b` appears in Placed from 2026-02; the 40 earlier events are without it.",
    ),
    "a path goes": (
        [*[{"a": 1, "due": "x"}] * 40, *_A],
        "`due` is gone from Placed since 2026-02; the 40 later events are without it.",
    ),
    "a path is missing in some": (
        [*_A, *[{"a": 1}, {}] * 20],
        "`a` was in every Placed until 2026-02, and is in 50 % since.",
    ),
    "a type turns": ([*_A, *[{"a": "1"}] * 40], "`a` of Placed turns from number to text in 2026-02."),
    "a type is another in some": (
        [*_A, *[{"a": 1}, {"a": "1"}] * 20],
        "`a` of Placed is text in 50 % of the events since 2026-02, before only number.",
    ),
    "NULL begins": (
        [*_A, *[{"a": 1}, {"a": None}] * 20],
        "`a` of Placed is null in 50 % of the events since 2026-02, before only number.",
    ),
    "a version of the schema": ([*_A, *[{"a": 1, "_v": 2}] * 40], "Placed with _v 2 is first seen in 2026-02."),
    "in some from the first on": ([{"a": 1}, {"a": 1, "due": "x"}] * 40, None),
    "too few before": ([*_A[:3], *[{"a": 1, "due": "x"}] * 40], None),
    "another number": ([*_A, *[{"a": 1.5}] * 40], None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_is_said_with_its_month(name: str, tmp_path: Path) -> None:
    payloads, expected = CHANGES[name]
    found = _changes(tmp_path / "changed.db", payloads)
    assert found[:1] == ([] if expected is None else [expected])
    if name == "an object appears whole":
        assert len(found) == 1, "its members need no sentences of their own"


def test_names_that_are_data_are_one_path(tmp_path: Path) -> None:
    payloads = [{"by_customer": {f"c-{number:05}": 1, f"0{number}ab12cd34ef56": 2}} for number in range(40)]
    assert list(_rows(tmp_path / "wild.db", payloads)) == ["by_customer", "by_customer.*"]
    assert all(map(is_data, ("42", "2026-04-01", "0d9c4b0e-7a52-4c5e-9a36-3f1b2a8d7c11", "SKU-0250", "a@b.example")))
    assert not any(map(is_data, ("price", "address2", "line_1", "utf8", "md5", "iso4217")))


def test_wild_payloads_take_little_memory(tmp_path: Path) -> None:
    payloads = [{f"{word}{number}x": number for word in ("a", "b")} for number in range(2_500)]
    report = report_of(other_store(tmp_path / "wild.db", _placed(payloads, per_month=500)))
    rows = report.shape.rows
    assert len(rows) <= 2_001
    assert "…" in [row.path for row in rows]
    assert sum(row.events for row in rows) == 5_000
    assert not [each for each in report.findings if each.name == "type-flip"]


def test_a_deep_or_wide_payload_has_limited_paths() -> None:
    deep: Any = 1
    for _ in range(60):
        deep = {"a": deep}
    assert len(Shapes().of(deep)) == 9
    assert len(Shapes().of({f"k{chr(97 + a)}{chr(97 + b)}": {"z": 1} for a in range(26) for b in range(26)})) < 410


_TREES = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(max_size=3),
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(strategies.sampled_from("abc7"), inner),
    max_leaves=12,
)


@given(strategies.lists(strategies.dictionaries(strategies.sampled_from("abc"), _TREES), max_size=8))
def test_a_shape_that_is_known_is_that_of_the_payload(payloads: list[Any]) -> None:
    known = Shapes()
    for _ in range(2):
        assert [known.of(each) for each in payloads] == [Shapes().of(each) for each in payloads]


def test_versions_of_schemas_are_found_where_libraries_keep_them(tmp_path: Path) -> None:
    path = tmp_path / "versions.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        newer = [(f"{number:032x}", 1, "Placed", {"a": 1, "class_version": 2}) for number in range(3)]
        eventsourcing(connection, [(f"{9:032x}", 1, "Placed", {"a": 1}), *newer])
    (shape,) = report_of(path).shape.types
    assert [(each.name, each.value, each.events) for each in shape.versions] == [("class_version", "2", 3)]
    assert [row.path for row in shape.rows] == ["a"], "it is no attribute"
