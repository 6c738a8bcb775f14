"""The JSON that is printed and exported: valid for any value that a store can hold, and exactly the keys promised."""

from __future__ import annotations

import enum
import json
from collections import deque
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.text.json_view import (
    iso_time,
    plain_json,
    to_json,
)
from es_desktop.replay import ABSENT, Exactness
from tests.replay.trees import TREES

ENTITY = EntityFacts(UUID(int=1), "Order", "shop#Order", 4, 5, 1, 0.0, 1_700_000_000.5, True)
EPOCH = "1970-01-01T00:00:00+00:00"
LATER = "2023-11-14T22:13:20.500000+00:00"


class Colour(enum.Enum):
    RED = "red"
    DEEP = (1, 2)


class Level(enum.IntEnum):
    HIGH = 3


class Money:
    def __init__(self) -> None:
        self._amount = Decimal("1.50")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (ABSENT, None),
        (True, True),
        (0, 0),
        (2**70, 2**70),
        (1.5, 1.5),
        (float("nan"), {"__float__": "NaN"}),
        (float("-inf"), {"__float__": "-Infinity"}),
        ("Zoë", "Zoë"),
        ("a\ud800b", "a\N{REPLACEMENT CHARACTER}b"),
        (Decimal("19.90"), "19.90"),
        (Decimal("NaN"), "NaN"),
        (b"ab\xff", "YWL/"),
        (date(2026, 5, 31), "2026-05-31"),
        (time(9, 12), "09:12:00"),
        (datetime(2026, 5, 31, 9, tzinfo=UTC), "2026-05-31T09:00:00+00:00"),
        (datetime(2026, 5, 31, 9), "2026-05-31T09:00:00"),
        (timedelta(minutes=1, microseconds=500_000), 60.5),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Colour.RED, "red"),
        (Colour.DEEP, "DEEP"),
        (Level.HIGH, 3),
        (Exactness.EXACT, "exact"),
        ((1, (2,)), [1, [2]]),
        (deque([1]), [1]),
        ({2, 1}, [1, 2]),
        (Money(), {"amount": "1.50"}),
        ({1: {"x": ABSENT}, None: [ABSENT], Colour.RED: 1}, {"1": {"x": None}, "None": [None], "red": 1}),
    ],
)
def test_each_type_of_value_has_its_json(value: Any, shown: Any) -> None:
    assert plain_json(value) == shown
    assert type(plain_json(value)) is type(shown)
    assert json.loads(to_json(value)) == shown


@given(tree=TREES | st.text(st.characters(), max_size=5))
def test_whatever_a_state_holds_is_valid_json_on_one_line(tree: Any) -> None:
    text = to_json(tree)
    assert "\n" not in text
    text.encode()

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    json.loads(text, parse_constant=refuse)
    assert json.loads(to_json(tree, indent=2)) == json.loads(text)


def test_with_indent_it_takes_several_lines() -> None:
    assert to_json({"a": [1]}, indent=2) == '{\n  "a": [\n    1\n  ]\n}'


@pytest.mark.parametrize(
    ("timestamp", "text"),
    [
        (0.0, EPOCH),
        (1_700_000_000.5, LATER),
        (-1.0, "1969-12-31T23:59:59+00:00"),
        (None, None),
        (1e18, None),
        (1e300, None),
    ],
)
def test_times_are_iso_8601_with_offset(timestamp: float | None, text: str | None) -> None:
    assert iso_time(timestamp) == text
