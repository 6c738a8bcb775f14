"""The entity types of ids are found by one rule, which looks at all ids of a store."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.stores.naming import StreamTypes


def types_of(*ids: object) -> list[str]:
    found = StreamTypes(lambda: ids)
    return [found.type_of(str(each)) for each in ids]


@pytest.mark.parametrize(
    ("ids", "entity_type"),
    [
        ([f"ticket:{uuid4()}" for _ in range(5)], "ticket"),
        (["Order$12", "Order$13"], "Order"),
        (["cart_7", "cart_8"], "cart"),
        (["order/2025/1", "order/2025/2"], "order"),
        (["a" * 32, "b" * 32], ""),  # UUIDs without dashes
        (["order-1"], "order"),
        ([f"order-{uuid4()}"], "order"),
        (["order_item-12", "order_item-13"], "order_item"),
        (["order_item_12", "order_item_13"], "order_item"),
        (["shop.Order-1", "shop.Order-2"], "shop.Order"),
        (["bank-account-7", "bank-account-8"], "bank"),  # as message-db means it
        (["account:command-17", "account:command-18"], "account:command"),
        (["user-alice", "user-bob"], "user"),
        (["user:alice-smith", "user:bob-jones"], "user"),
        ([f"user/{name}/1" for name in ("ann", "bob", "cid", "dan", "eve")], "user"),
        (["user/alice/1", "user/bob/1"], "user"),
        (["acme/order/17", "acme/order/18"], "acme/order"),
        (["zamówienie-1", "zamówienie-2"], "zamówienie"),
        (["Order|1", "Order|2"], "Order"),
        (["Order#1", "Order#2"], "Order"),
        (["Order 1", "Order 2"], "Order"),
        (["k8s-17", "k8s-18"], "k8s"),
        (["/order/1", "/order/2"], "order"),
        (["inventory"], "inventory"),
        (["price_list"], "price_list"),
        (["user_alice", "user_bob"], "user"),
        ([uuid4(), uuid4()], ""),
        ([uuid4().hex, uuid4().hex], ""),
        (["17", "18"], ""),
        (["2025-03-01", "2025-03-02"], ""),
        (["a7Kx-b2", "c9Lm-d4"], ""),
        (["", "--", "🙂"], ""),
        ([f"name{'abcdefghijklmnopqrstuvwxyz'[n]}" for n in range(26)], ""),
        (["order-\x1b[31mRED\x1b]0;title\x07", "order-2"], "order"),
    ],
)
def test_the_type_in_ids(ids: list[object], entity_type: str) -> None:
    assert set(types_of(*ids)) == {entity_type}


def test_ids_of_all_forms_may_be_in_one_store() -> None:
    found = types_of(f"ticket:{uuid4()}", "Order$12", "cart_7", "order/2025/1", "order-9", "invoice-eu-1")
    assert found == ["ticket", "Order", "cart", "order", "order", "invoice"]


def test_an_id_that_came_later_is_named_alike() -> None:
    types = StreamTypes(lambda: [f"user/{name}/1" for name in ("ann", "bob", "cid", "dan", "eve")])
    assert [types.type_of(each) for each in ("user/fay/2", "cart/7")] == ["user", "cart"]


@given(st.lists(st.text(), max_size=30, unique=True))
def test_a_type_is_the_start_of_its_id(ids: list[str]) -> None:
    for stream, entity_type in zip(ids, types_of(*ids), strict=True):
        assert entity_type in stream
