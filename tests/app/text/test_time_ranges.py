"""Stretches of time in words, and the labels along them, where clocks are put forward and back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from es_desktop.app.text.times import format_length, format_time_range, time_ticks

DAY = 86400.0


@pytest.fixture(autouse=True)
def _berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


def at(*moment: int) -> float:
    return datetime(*moment).timestamp()


@pytest.mark.parametrize(
    ("since", "until", "text"),
    [
        ((2025, 5, 12), (2025, 5, 13), "12 May 2025"),
        ((2025, 5, 12), (2025, 5, 14), "12–13 May 2025"),
        ((2025, 4, 30), (2025, 5, 2), "30 Apr – 1 May 2025"),
        ((2024, 12, 30), (2025, 1, 3), "30 Dec 2024 – 2 Jan 2025"),
        ((2025, 5, 12, 8), (2025, 5, 20, 14), "12–20 May 2025"),
        ((2025, 5, 12, 9), (2025, 5, 12, 10), "12 May 2025 09:00–10:00"),
        ((2025, 5, 12, 22), (2025, 5, 13, 4), "12 May 2025 22:00 – 13 May 04:00"),
        ((2024, 12, 31, 22), (2025, 1, 1, 4), "31 Dec 2024 22:00 – 1 Jan 2025 04:00"),
        ((2025, 5, 12, 9, 0, 5), (2025, 5, 12, 9, 0, 20), "12 May 2025 09:00:05–09:00:20"),
        ((2025, 5, 12, 9, 0, 5), (2025, 5, 12, 9, 0, 6), "12 May 2025 09:00:05.000–09:00:06.000"),
        ((2025, 5, 12, 9, 0, 5), (2025, 5, 12, 9, 0, 5), "12 May 2025 09:00:05"),
    ],
)
def test_a_time_range_is_formatted_shortly(since: tuple[int, ...], until: tuple[int, ...], text: str) -> None:
    assert format_time_range(at(*since), at(*until)) == text


def test_a_time_outside_of_the_calendar_is_formatted_in_seconds() -> None:
    assert format_time_range(1e18, 2e18) == "1e+18 – 2e+18 s"
    assert time_ticks(1e18, 2e18, 8) == []


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(79200, "22 h"), (81000, "22 h 30 m"), (DAY, "1 d"), (60, "1 m"), (5, "5 s"), (4.5, "4.5 s"), (0.45, "450 ms")],
)
def test_a_length_is_formatted_without_zeros(seconds: float, text: str) -> None:
    assert format_length(seconds) == text


@pytest.mark.parametrize(
    ("length", "texts"),
    [
        (0.9, ["01:02:03.200", "01:02:03.400", "01:02:03.600", "01:02:03.800"]),
        (20, ["01:02:05", "01:02:10", "01:02:15", "01:02:20"]),
        (600, ["01:04", "01:06", "01:08", "01:10", "01:12"]),
        (5 * 3600, ["02:00", "03:00", "04:00", "05:00", "06:00"]),
        (2 * DAY, ["06:00", "12:00", "18:00", "2 Mar", "06:00", "12:00", "18:00", "3 Mar"]),
        (9 * DAY, ["3 Mar", "5 Mar", "7 Mar", "9 Mar"]),
        (40 * DAY, ["8 Mar", "15 Mar", "22 Mar", "1 Apr", "8 Apr"]),
        (365 * DAY, ["Apr", "Jul", "Oct", "2026"]),
        (60 * 365 * DAY, ["2030", "2040", "2050", "2060", "2070", "2080"]),
    ],
)
def test_labels_stand_at_round_times(length: float, texts: list[str]) -> None:
    since = at(2025, 3, 1, 1, 2, 3)
    ticks = time_ticks(since + 0.1, since + length, 8)
    assert [tick.text for tick in ticks] == texts


def test_what_begins_something_larger_is_strong() -> None:
    since = at(2025, 3, 1, 1)
    assert [tick.text for tick in time_ticks(since, since + 2 * DAY, 8) if tick.is_strong] == ["2 Mar", "3 Mar"]
    assert [tick.text for tick in time_ticks(since, since + 365 * DAY, 8) if tick.is_strong] == ["2026"]
    assert not any(tick.is_strong for tick in time_ticks(since, since + 9 * DAY, 8))


def test_there_is_no_label_where_the_clock_was_put_forward() -> None:
    forward = [tick.text for tick in time_ticks(at(2025, 3, 30, 1), at(2025, 3, 30, 4), 4)]
    assert forward == ["01:00", "01:30", "03:00", "03:30", "04:00"]
    back = time_ticks(at(2025, 10, 26, 1), at(2025, 10, 26, 4), 4)
    assert [tick.seconds for tick in back] == sorted(tick.seconds for tick in back)
