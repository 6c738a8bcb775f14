"""Moments as a person types them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.times import calendar_time, editable_time, format_date, parse_as_of, parse_time

MINUTE, DAY = 60.0, 86_400.0


@pytest.fixture(params=["UTC", "Asia/Kathmandu", "America/New_York"] if hasattr(time, "tzset") else [""])
def _zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the machine be somewhere else, if its system allows that."""
    if not request.param:
        yield
        return
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


def local(*fields: int) -> float:
    return datetime(*fields).astimezone().timestamp()  # type: ignore[arg-type,misc]


@given(st.floats(-2e9, 2e10))
def test_what_is_written_is_read_again_to_the_minute(seconds: float) -> None:
    text = editable_time(seconds)
    # The hour that a clock goes through twice is written once.
    assert seconds - parse_time(text) < 61 * MINUTE
    assert editable_time(parse_time(text)) == text


@given(st.integers(-(10**9), 4 * 10**9).map(float))
def test_a_time_with_an_offset_is_the_same_in_every_zone(seconds: float) -> None:
    results = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert parse_time(results.isoformat()) == seconds == parse_time(f"{results:%Y-%m-%dT%H:%M:%S}Z")


@pytest.mark.usefixtures("_zone")
def test_it_is_local_time() -> None:
    assert parse_time("2025-05-02") == local(2025, 5, 2)
    assert parse_time(" 2025-05-02 14:30 ") == parse_time("2025-05-02T14:30:00") == local(2025, 5, 2, 14, 30)
    assert parse_time("2025-05-02 14:30+00:00") == datetime(2025, 5, 2, 14, 30, tzinfo=UTC).timestamp()
    assert editable_time(local(2025, 5, 2, 14, 30) + 59.9) == "2025-05-02 14:30"


@given(st.dates(date(1971, 1, 1), date(2999, 12, 31)))
def test_a_date_is_its_beginning_or_its_end(day: date) -> None:
    begin, end = parse_time(day.isoformat()), parse_time(day.isoformat(), at_end=True)
    assert end == parse_time((day + timedelta(days=1)).isoformat())
    assert abs(end - begin - DAY) <= 3_600 * 2
    assert parse_time(f"{day} 10:00", at_end=True) == parse_time(f"{day} 10:00")


@pytest.mark.usefixtures("_zone")
def test_a_day_on_which_the_clock_goes_forward_is_an_hour_shorter() -> None:
    days = parse_time("2025-03-09", at_end=True) - parse_time("2025-03-09")
    assert days in (DAY, DAY - 3_600)
    assert days == local(2025, 3, 10) - local(2025, 3, 9)


def test_as_of_a_date_all_of_it_counts() -> None:
    as_of = parse_as_of("2025-05-02")
    assert local(2025, 5, 2, 23, 59, 59) < as_of < local(2025, 5, 3)
    assert local(2025, 5, 3) - as_of < 1e-3
    assert parse_as_of("2025-05-02 14:30") == local(2025, 5, 2, 14, 30)


NONSENSE = ["", " ", "yesterday", "2025-13-02", "2025-02-30", "2025-05-02 25:00", "2025-05-02 14:30 and more", "14:30"]
NONSENSE += [
    "0000-01-01",
    "12345-01-01",
    "2025-05-02\x00",
    "\ud800",
    "99999999999999999999",
    "9" * 5_000,
]


@pytest.mark.parametrize("text", NONSENSE)
@pytest.mark.parametrize("parse", [parse_time, parse_as_of])
def test_nonsense_is_refused_in_words(parse: object, text: str) -> None:
    with pytest.raises(UserError, match="is no date or time") as results:
        parse(text)  # type: ignore[operator]
    assert results.value.hint == "Give it as 2025-05-02 or 2025-05-02 14:30."
    assert len(str(results.value)) < 200


@given(st.text(max_size=30))
def test_no_text_is_a_bug(text: str) -> None:
    with suppress(UserError):
        assert isinstance(parse_as_of(text), float)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "9999-12-31 23:59", "0001-01-01 00:00"])
def test_the_ends_of_the_calendar_are_a_moment_or_refused(text: str) -> None:
    for at_end in (False, True):
        with suppress(UserError):
            assert isinstance(parse_time(text, at_end=at_end), float)


def test_a_date_has_no_time_also_today() -> None:
    """The bars of a count over time said ``00:00:00`` below the bar of today."""
    today = datetime.now().astimezone()
    assert format_date(today.timestamp()) == f"{today.day} {today:%b}"
    assert format_date(local(2001, 2, 3, 4, 5)) == "2001-02-03"
    assert format_date(1e30) == "1e+30 s"


@pytest.mark.parametrize("seconds", [None, float("nan"), float("inf"), 1e300, -1e300])
def test_a_moment_of_no_calendar_is_written_as_nothing(seconds: float | None) -> None:
    assert editable_time(seconds) == ""


class NoZone(tzinfo):
    """A zone that knows no time, as Windows knows none before 1970."""

    def fromutc(self, moment: datetime) -> datetime:
        raise OSError(22, "Invalid argument")

    def utcoffset(self, moment: datetime | None) -> timedelta:
        return timedelta(0)


@pytest.mark.parametrize("seconds", [-1.5, -86_400 * 365.25 * 70, 0.1, 1_746_000_000.123456, -62_135_596_800])
def test_a_time_that_the_system_cannot_read_is_counted_from_1970(seconds: float) -> None:
    assert calendar_time(seconds, NoZone()) == datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), 1e20, -1e12, "x"])
def test_a_time_of_no_calendar_is_none_whatever_reads_it(seconds: object) -> None:
    assert calendar_time(seconds, NoZone()) is None
    assert calendar_time(seconds, UTC) is None
