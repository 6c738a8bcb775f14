"""Values, changes and times as short text."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from es_desktop.app.text.times import format_cost, format_gap, format_time
from es_desktop.app.text.values import (
    describe_change,
    format_value,
    last_name,
    member_text,
    shorter_summaries,
    summarise_changes,
)
from es_desktop.replay.diff import ABSENT, Change


class Colour(enum.Enum):
    RED = 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("", '""'),
        ("two\nlines\tand a tab", "two↵lines and a tab"),
        (None, "–"),
        (ABSENT, ""),
        (True, "true"),
        (0, "0"),
        (Decimal("96.00"), "96.00"),
        (1.5, "1.5"),
        (Colour.RED, "RED"),
        ([1, 2, 3], "3 items"),
        ((1,), "1 item"),
        (set(), "0 items"),
        (b"abc", "3 bytes"),
        (date(2024, 2, 1), "2024-02-01"),
        (datetime(2024, 2, 1, 9, 12, 1, 5), "2024-02-01 09:12:01"),
        (UUID(int=0), "00000000-0000-0000-0000-000000000000"),
        ({}, "{}"),
        ({"sku": "A", "n": 2}, "{sku: A, n: 2}"),
        ({"a": {"b": 1}, "c": [1]}, "{a: {…}, c: 1 item}"),
    ],
)
def test_a_value_is_one_short_line(value: object, text: str) -> None:
    assert format_value(value) == text


@pytest.mark.parametrize("value", ["x" * 10**7, {"k" * 50: "v" * 500}, dict.fromkeys(range(10**5), "v" * 40)])
def test_a_large_value_is_cut_and_says_so(value: object) -> None:
    text = format_value(value, 40)
    assert len(text) == 40
    assert text.endswith("…")


def test_a_value_that_cannot_be_formatted_still_has_a_row() -> None:
    assert format_value(10**5000) == "<int>"


@pytest.mark.parametrize(
    ("path", "before", "after", "text"),
    [
        ("status", "open", "paid", "status open → paid"),
        ("lines[2]", ABSENT, {"sku": "A"}, "+ lines[2] A"),
        ("lines[2]", {"sku": "A"}, ABSENT, "− lines[2] A"),
        ("paid_at", None, "09:12:01", "paid_at – → 09:12:01"),
        ("total", ABSENT, 1, "total 1"),
        ("paid_at", "09:12:01", None, "paid_at 09:12:01 → –"),
    ],
)
def test_a_change_in_words(path: str, before: Any, after: Any, text: str) -> None:
    assert describe_change(Change(path, before, after)) == text


def test_a_member_is_its_values_and_a_number_of_things_has_a_sign() -> None:
    line = {"sku": "SKU-9", "quantity": 2, "price": Decimal("19.90"), "tags": ["a", "b"]}
    assert member_text(line) == "SKU-9 × 2, 19.90, 2 items"
    assert member_text({"quantity": 2}) == "2"
    assert (member_text({}), member_text("x"), member_text({"a": "y" * 99}, 10)) == ("{}", "x", "yyyyyyyyy…")


def test_a_summary_names_the_first_and_counts_the_rest() -> None:
    changes = [Change(f"f{number}", 0, number + 1) for number in range(7)]
    assert summarise_changes(changes) == "f0 0 → 1 · f1 0 → 2 · f2 0 → 3 · +4 more"
    assert summarise_changes(iter(changes[:1])) == "f0 0 → 1"
    assert summarise_changes([]) == ""


def test_shorter_summaries_leave_out_paths_then_changes_then_what_was_before() -> None:
    changes = [
        Change("lines[6]", ABSENT, {"sku": "SKU-9", "quantity": 2}),
        Change("address.city", "Leeds", "York"),
        Change('prices["1.5"]', 1, 2),
    ]
    assert list(shorter_summaries(changes)) == [
        '+ SKU-9 × 2 · city Leeds → York · prices["1.5"] 1 → 2',
        "+ SKU-9 × 2 · city Leeds → York +1",
        "+ SKU-9 × 2 +2",
        "+ SKU-9 × 2 +2",
    ]
    assert list(shorter_summaries(changes[1:2])) == ["city Leeds → York", "city → York"]
    names = {
        "lines[2].price": "lines[2].price",
        "a.b.lines[2]": "lines[2]",
        "a.city": "city",
        "[1].a": "[1].a",
        "a..b": "a..b",
    }
    assert {path: last_name(path) for path in names} == names


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.004, "4 ms"),
        (0.2, "0.2 s"),
        (12, "12.0 s"),
        (59.97, "1 m 0 s"),
        (136, "2 m 16 s"),
        (3 * 3600 + 5 * 60 + 40, "3 h 5 m"),
        (12 * 86400 + 4 * 3600, "12 d 4 h"),
        (-3, "−3.0 s"),
        (float("nan"), "–"),
    ],
)
def test_gaps_between_events(seconds: float, text: str) -> None:
    assert format_gap(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.000085, "85 µs"),
        (0.0001, "0.1 ms"),
        (0.0012, "1.2 ms"),
        (0.25, "250 ms"),
        (3.4, "3.4 s"),
        (61, "1 m 1 s"),
    ],
)
def test_costs(seconds: float, text: str) -> None:
    assert format_cost(seconds) == text


def test_times_are_as_short_as_the_day_allows() -> None:
    moment = datetime(2024, 5, 6, 9, 12, 1)
    assert format_time(moment.timestamp(), moment.timestamp() + 60) == "09:12:01"
    assert format_time(moment.timestamp(), datetime(2024, 8, 1).timestamp()) == "6 May 09:12"
    assert format_time(moment.timestamp(), datetime(2026, 8, 1).timestamp()) == "2024-05-06 09:12"
    assert format_time(datetime.now(UTC).timestamp()).count(":") == 2
    assert format_time(None) == "–"
    assert format_time(1e300) == "1e+300 s"
