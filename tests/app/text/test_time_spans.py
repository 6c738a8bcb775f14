"""Time ranges as a person types them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.time_spans import editable_span, parse_span


def at(*fields: int) -> float:
    return datetime(*fields).timestamp()  # type: ignore[arg-type,misc]


MARCH, APRIL, MAY = at(2025, 3, 1), at(2025, 4, 1), at(2025, 5, 1)


@pytest.mark.parametrize(
    ("typed", "span", "shown"),
    [
        ("2025-03", (MARCH, APRIL), "2025-03"),
        ("2025", (at(2025, 1, 1), at(2026, 1, 1)), "2025-01 .. 2025-12"),
        (" 2025-03 .. 2025-04 ", (MARCH, MAY), "2025-03 .. 2025-04"),
        ("2025-03…2025-04", (MARCH, MAY), "2025-03 .. 2025-04"),
        ("2025-03-01 - 2025-03-02", (MARCH, at(2025, 3, 3)), "2025-03-01 .. 2025-03-02"),
        ("2025-03-02 to 2025-03-02", (at(2025, 3, 2), at(2025, 3, 3)), "2025-03-02"),
        (".. 2025-04", (None, MAY), ".. 2025-04"),
        ("2025-04..", (APRIL, None), "2025-04 .."),
        ("2025-03-01 14:30 .. 2025-04", (at(2025, 3, 1, 14, 30), MAY), "2025-03-01 14:30 .. 2025-05-01 00:00"),
        ("2025-03-01 14:30", (at(2025, 3, 1, 14, 30), at(2025, 3, 1, 14, 31)), "2025-03-01 14:30 .. 2025-03-01 14:31"),
        ("2025-03-01 14:30:05", (at(2025, 3, 1, 14, 30, 5), at(2025, 3, 1, 14, 30, 6)), None),
        ("", (None, None), ""),
    ],
)
def test_a_range_is_read_and_written(typed: str, span: tuple[float | None, float | None], shown: str | None) -> None:
    assert parse_span(typed) == span
    assert shown is None or editable_span(*span) == shown
    assert parse_span(editable_span(*span)) == span


@pytest.mark.parametrize("typed", ["soon", "2025-13", "2025-03 .. soon", "2025-05 .. 2025-03", "1 .. 2 .. 3"])
def test_what_is_no_range_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_span(typed)
    assert repr(typed) in str(refused.value)


@given(st.floats(-7e10, 3e11), st.floats(0, 1e9))
def test_any_range_can_be_written(since: float, length: float) -> None:
    editable_span(since, since + length)
    editable_span(None, since)
