"""How times are shown: the zone, milliseconds and the difference from UTC are one choice for every text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from es_desktop.app.text.time_format import TimeFormat, time_format, use_time_format
from es_desktop.app.text.times import (
    SYSTEM_ZONE,
    editable_time,
    exact_time,
    format_time,
    format_time_range,
    parse_time,
    time_ticks,
    use_zone,
    zone_name,
)
from es_desktop.app.text.values import format_value

SUMMER = datetime(2025, 7, 4, 22, 30, 5, 123_000, tzinfo=UTC)
WINTER = datetime(2025, 1, 4, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _usual() -> Iterator[None]:
    before = time_format()
    yield
    use_time_format(before)
    use_zone(SYSTEM_ZONE)


def test_every_text_of_a_time_is_in_the_chosen_zone() -> None:
    use_zone("Europe/Vienna")
    use_time_format(TimeFormat(offset=True))
    summer, winter = SUMMER.timestamp(), WINTER.timestamp()
    assert format_time(summer, 0.0) == "2025-07-05 00:30 +02:00"
    assert format_time(winter, winter) == "23:30:00 +01:00"
    assert exact_time(summer) == "2025-07-05 00:30:05.123 +02:00\n2025-07-04 22:30:05.123 UTC"
    assert editable_time(summer) == "2025-07-05 00:30"
    assert parse_time("2025-07-05 00:30:05.123") == summer
    assert parse_time("2025-07-05") == parse_time("2025-07-04 22:00+00:00")
    assert format_time_range(summer, summer + 3600).startswith("5 Jul 2025 00:30")
    assert format_value(SUMMER) == "2025-07-05 00:30:05"
    labels = [each.text for each in time_ticks(winter, winter + 4 * 3600, 4) if each.is_strong]
    assert labels == ["5 Jan"]


def test_utc_is_at_hand_whatever_the_zone() -> None:
    use_zone("Europe/Vienna")
    assert zone_name() == "Vienna"
    use_time_format(TimeFormat(utc=True, milliseconds=True, offset=True))
    assert format_time(SUMMER.timestamp(), 0.0) == "2025-07-04 22:30:05.123 UTC"
    assert exact_time(SUMMER.timestamp()) == "2025-07-04 22:30:05.123 UTC"
    assert zone_name() == "UTC"


@pytest.mark.parametrize("seconds", [1e300, float("nan"), -6.3e10, 253402300799.0, -62135596800.0])
def test_a_time_at_the_end_of_the_calendar_or_outside_has_a_text(seconds: float) -> None:
    use_time_format(TimeFormat(milliseconds=True, offset=True))
    for zone in (SYSTEM_ZONE, "Pacific/Kiritimati", "America/Los_Angeles"):
        use_zone(zone)
        assert format_time(seconds) and exact_time(seconds)
