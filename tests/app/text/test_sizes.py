"""Sizes as people read them."""

from __future__ import annotations

import pytest

from es_desktop.app.text.values import format_bytes


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (999.6, "1.0 kB"),
        (2_960, "3.0 kB"),
        (9_960, "10 kB"),
        (537_000, "537 kB"),
        (999_600, "1.0 MB"),
        (12_000_000_000, "12 GB"),
        (5e15, "5,000 TB"),
    ],
)
def test_a_size_has_two_or_three_digits_and_a_unit(count: float, text: str) -> None:
    assert format_bytes(count) == text
