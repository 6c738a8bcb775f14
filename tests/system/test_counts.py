"""Counts and shares as text."""

from __future__ import annotations

import pytest

from es_desktop.system.counts import format_share


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 9, "0 %"),
        (0, 0, "0 %"),
        (1, 5_000, "< 0.1 %"),
        (1, 300, "0.3 %"),
        (96, 10_000, "1 %"),
        (1, 12, "8 %"),
        (1, 3, "33 %"),
        (4_999, 5_000, "99.9 %"),
        (0.996, 1, "99.6 %"),
        (9, 9, "100 %"),
    ],
)
def test_little_is_not_nothing_and_nearly_all_is_not_all(part: float, whole: float, text: str) -> None:
    assert format_share(part, whole) == text
