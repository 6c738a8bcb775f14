"""Ids as people type them."""

from __future__ import annotations

from uuid import UUID

import pytest

from es_desktop.app.entity.ids import matching_id, short_id, short_ids
from es_desktop.app.runtime.errors import UserError

FIRST = UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e")
SECOND = UUID("5f2c91d1-0000-4000-8000-000000000000")
IDS = [FIRST, SECOND, "order-1", "order-12", "Zoë"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (str(FIRST), FIRST),
        (FIRST.hex, FIRST),
        (str(FIRST).upper(), FIRST),
        ("5f2c91d0", FIRST),
        ("5F2C91D0-9", FIRST),
        ("5f2c91d09c1e4a", FIRST),
        ("5f2c91d1", SECOND),
        ("order-12", "order-12"),
        ("order-1", "order-1"),
        ("zoë", "Zoë"),
    ],
)
def test_an_id_is_found_whole_or_by_its_beginning(text: str, found: object) -> None:
    assert matching_id(text, IDS) == found
    assert matching_id(text, reversed(IDS)) == found


@pytest.mark.parametrize(("text", "count"), [("5f2c91d", 2), ("5", 2), ("order", 2), ("ORDER-", 2)])
def test_an_ambiguous_beginning_is_refused_with_the_number(text: str, count: int) -> None:
    with pytest.raises(UserError, match=f"{count} entities have an id that begins with '{text}'") as caught:
        matching_id(text, IDS)
    assert caught.value.hint


@pytest.mark.parametrize("text", ["9", "2c91d0", "", "-", "--", " ", "5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3f"])
def test_what_is_the_beginning_of_no_id_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="no entity has an id that begins with") as caught:
        matching_id(text, IDS)
    assert "\n" not in str(caught.value)


def test_a_short_id_is_the_part_that_differs() -> None:
    assert short_id(FIRST) == "5f2c91d0"
    assert short_id("a") == "a"
    assert short_id("shopping_cart-000") == "…cart-000"
    assert short_id("Invoice-1") == "Invoice-1"
    assert short_id("order-3dd4efa0-5f74-430e-9f51-63d6f230e5bc") == "3dd4efa0", "what it is comes with its type"


@pytest.mark.parametrize(
    ("ids", "shown"),
    [
        ([FIRST, SECOND], ["5f2c91d0", "5f2c91d1"]),
        ([UUID(int=1), UUID(int=2), FIRST], ["…00000001", "…00000002", "5f2c91d0"]),
        ([UUID("0190163d86947" + "0" * 19), UUID("0190163d86957" + "0" * 19)], ["…3d-8694-", "…3d-8695-"]),
        (["5f0c8a52-0000-4000-8000-000000000001", "5f0c8a52" + "0" * 24], ["5f0c8a52-", "5f0c8a520"]),
        (["order-1", "order-12"], ["order-1", "order-12"]),
        ([], []),
    ],
)
def test_short_ids_do_not_look_alike(ids: list[object], shown: list[str]) -> None:
    assert list(short_ids(ids).values()) == shown
