"""Values that differ read differently, however alike they are."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.text.values import difference_texts
from es_desktop.replay import ABSENT
from es_desktop.replay.diff import same_leaf
from tests.replay.trees import LEAVES


@given(left=LEAVES, right=LEAVES, limit=st.integers(40, 100))
def test_leaves_that_differ_never_read_alike(left: Any, right: Any, limit: int) -> None:
    if not same_leaf(left, right):
        texts = difference_texts(left, right, limit)
        assert texts[0] != texts[1]
        assert max(map(len, texts)) <= limit


@given(lead=st.text(min_size=30, max_size=9000), left=st.text(max_size=40), right=st.text(max_size=40))
def test_what_differs_in_long_texts_is_in_view(lead: str, left: str, right: str) -> None:
    if left != right:
        shown = difference_texts(f"{lead}<{left}", f"{lead}<{right}", 200)
        assert shown[0] != shown[1]
        assert all(len(each) <= 200 for each in shown)


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        ("open", "paid", ("open", "paid")),
        ("", "Joyeux anniversaire, maman !", ('""', "Joyeux anniversaire, maman !")),
        ("Micklegate Road 4, York", "Micklegate Road 51, York", ("…4, York", "…51, York")),
        ("a" * 50 + "b", "a" * 50 + "c", ("…aaaab", "…aaaac")),
        (1, "1", ("1", "'1'")),
        (1, Decimal(1), ("1", "Decimal('1')")),
        (b"\x00" * 9000 + b"a", b"\x00" * 9000 + b"b", ("…\\x00a'", "…\\x00b'")),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 5, tzinfo=UTC), None),
        (UUID(int=7), str(UUID(int=7)), None),
        (None, "–", ("None", "'–'")),
        (ABSENT, None, ("", "–")),
        (ABSENT, "", ("", '""')),
        ({"a": 1}, ABSENT, ("{a: 1}", "")),
    ],
)
def test_it_reads_as_a_person_needs_it(left: Any, right: Any, shown: tuple[str, str] | None) -> None:
    found = difference_texts(left, right)
    assert found[0] != found[1]
    if shown is not None:
        assert found == shown


def test_a_value_that_cannot_be_encoded_still_has_a_text() -> None:
    assert difference_texts(10**5000, 10**5000 + 1) == ("<int>", "<int>")
