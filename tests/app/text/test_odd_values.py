"""Whatever a store holds, the functions that show it as text return one: a value of a file must not end the process."""

from __future__ import annotations

import datetime as dt
import enum
import os
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from es_desktop.app.branch.edits import payload_text
from es_desktop.app.entity.ids import matching_id, short_id
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text import json_view, times, values
from es_desktop.app.text.values import difference_texts
from es_desktop.replay.diff import ABSENT, Change

ZONES = ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"] if hasattr(time, "tzset") else [""]


class Nothing(dt.tzinfo):
    """A time zone that fails at whatever it is asked."""

    def utcoffset(self, moment: dt.datetime | None) -> dt.timedelta:
        raise RuntimeError("no offset")

    dst = tzname = utcoffset  # type: ignore[assignment]


class Refusing:
    """A value that fails at whatever it is asked."""

    def _refuse(self, *_: object) -> Any:
        raise RuntimeError("refused")

    __str__ = __repr__ = __eq__ = __hash__ = __len__ = __iter__ = __float__ = __format__ = _refuse


class Colour(enum.Enum):
    RED = Decimal("sNaN")


EAST, WEST = (dt.timezone(dt.timedelta(hours=hours)) for hours in (14, -12))
NUMBERS = [float("nan"), float("inf"), float("-inf"), 1e300, -1e18, 253402300800.0, -62135596800.0, 10**400, 10**6000]
MOMENTS = [
    each.replace(tzinfo=zone)
    for each in (dt.datetime.min, dt.datetime.max, dt.datetime(1970, 1, 1))
    for zone in (None, dt.UTC, EAST, WEST, Nothing())
]
OTHERS = [
    *(None, True, ABSENT, "", "text", "\ud800", b"\xff", memoryview(b"12"), object(), Refusing(), [Refusing()]),
    *({Decimal("NaN"): Refusing()}, Colour.RED, Decimal("sNaN"), [Decimal("sNaN")], UUID(int=7), dt.date.max),
    *(dt.time(1, tzinfo=Nothing()), dt.timedelta.max, dt.timedelta.min, {1, 2}, (), {"a": {}}, int, range(3)),
]


def nested(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


ODD = [*NUMBERS, *MOMENTS, *OTHERS, nested(20_000), {"a": nested(500)}]
ANYTHING = st.one_of(
    st.floats(),
    st.integers(),
    st.datetimes(timezones=st.one_of(st.none(), st.timezones())),
    st.recursive(st.one_of(st.text(), st.binary(), st.decimals(), st.none()), st.lists, max_leaves=5),
)

OF_ONE: list[Callable[[Any], object]] = [
    values.format_value,
    values.day_text,
    times.editable_time,
    times.local_time,
    times.format_gap,
    times.format_cost,
    times.format_day,
    times.format_time,
    times.format_length,
    values.format_bytes,
    json_view.iso_time,
    json_view.to_json,
    short_id,
    lambda value: payload_text({"value": value}),
    lambda value: values.flat_text({"a": value, "b": [value]}, 80),
    lambda value: values.flat_text({"a": {"b": value}}, 5),
]
OF_TWO: list[Callable[[Any, Any], object]] = [
    values.format_transition,
    difference_texts,
    times.format_time_range,
    times.format_time,
    lambda before, after: values.summarise_changes([Change("a[0]", before, after)] * 4),
    lambda since, until: times.time_ticks(since, until, 10),
]


@pytest.fixture(params=ZONES, scope="module", autouse=True)
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param:
            patch.setenv("TZ", request.param)
            time.tzset()
        yield request.param
    if request.param:
        time.tzset()
    assert os.environ.get("TZ") != request.param or not request.param


@pytest.mark.parametrize("shown", OF_ONE)
def test_each_odd_value_has_a_text(shown: Callable[[Any], object]) -> None:
    for value in ODD:
        shown(value)


@pytest.mark.parametrize("shown", OF_TWO)
def test_each_two_odd_values_have_a_text(shown: Callable[[Any, Any], object]) -> None:
    for value in ODD:
        for other in (value, 0.0, None, *NUMBERS):
            shown(value, other)
            shown(other, value)


@given(ANYTHING, ANYTHING)
@example(dt.datetime(9999, 12, 31, 23, 59, tzinfo=WEST), dt.datetime(1, 1, 1, tzinfo=EAST))
def test_any_value_has_a_text(one: Any, other: Any) -> None:
    for shown in OF_ONE:
        shown(one)
    for both in OF_TWO:
        both(one, other)


def test_a_moment_beyond_the_calendar_of_here_is_shown_with_its_own_offset(zone: str) -> None:
    texts = {values.format_value(each.replace(tzinfo=EAST)) for each in (dt.datetime.min, dt.datetime.max)}
    if zone == "UTC":
        assert texts == {"0001-01-01 00:00:00+14:00", "9999-12-31 09:59:59"}
    assert all(text.startswith(("0001-", "9999-", "1-", "1000")) for text in texts)


def test_ids_of_odd_types_are_shown() -> None:
    assert [short_id(each) for each in (None, 12, b"\xff\x01", 10**6000)] == ["–", "12", "ff01", "<int>"]  # type: ignore[arg-type]
    with pytest.raises(UserError):
        matching_id("a", [None, 12, b"a", Refusing()])  # type: ignore[list-item]
