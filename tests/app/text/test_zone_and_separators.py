"""The zone and the separators that a person chooses hold for every time and number that is shown or read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import es_desktop
from es_desktop.app.text.times import (
    SYSTEM_ZONE,
    editable_time,
    format_cost,
    format_time,
    format_time_range,
    local_time,
    parse_time,
    time_ticks,
    use_zone,
    zones,
)
from es_desktop.app.text.values import format_bytes, format_value
from es_desktop.system.counts import count_text, format_number, use_separators

NOON = datetime(2025, 7, 1, 12, tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    use_zone(SYSTEM_ZONE)
    use_separators(",", ".")


@pytest.mark.parametrize(("zone", "hour"), [("UTC", 12), ("Asia/Tokyo", 21), ("America/New_York", 8)])
def test_times_are_shown_and_read_in_the_zone(zone: str, hour: int) -> None:
    use_zone(zone)
    assert local_time(NOON) == f"2025-07-01 {hour:02}:00:00"
    assert format_time(NOON, 0.0) == f"2025-07-01 {hour:02}:00"
    assert parse_time(editable_time(NOON)) == NOON
    assert format_time_range(NOON, NOON + 3600) == f"1 Jul 2025 {hour:02}:00–{hour + 1:02}:00"
    assert next(tick.text for tick in time_ticks(NOON, NOON + 1, 1)) == f"{hour:02}:00:00"
    assert format_value(datetime.fromtimestamp(NOON, UTC)) == f"2025-07-01 {hour:02}:00:00"


def test_an_hour_that_the_zone_leaves_out_has_no_label() -> None:
    use_zone("Europe/Berlin")
    assert [tick.text for tick in time_ticks(1743292800, 1743303600, 3)] == ["01:00", "03:00", "04:00", "05:00"]


def test_an_unknown_zone_is_that_of_the_machine() -> None:
    expected = local_time(NOON)
    use_zone("Nowhere/Land")
    assert local_time(NOON) == expected and "Europe/Lisbon" in zones()


def test_numbers_have_the_separators() -> None:
    use_separators(".", ",")
    assert (format_number(1234567), format_number(1234.5, 2)) == ("1.234.567", "1.234,50")
    assert (count_text(1000, "entity"), format_bytes(2500), format_cost(0.0012)) == (
        "1.000 entities",
        "2,5 kB",
        "1,2 ms",
    )
    use_separators("", ".")
    assert count_text(1234) == "1234 items"


def test_no_other_code_of_the_window_groups_digits() -> None:
    folder = Path(es_desktop.__file__).parent
    files = [each for part in ("app", "models", "views") for each in (folder / part).rglob("*.py")]
    found = [
        f"{file}: {line}" for file in files for line in re.findall(r"\{[^{}\n]*:,[^{}\n]*\}", file.read_text("utf-8"))
    ]
    assert found == [], "use format_number"
