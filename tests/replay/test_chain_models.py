"""The shipped models: the state at a version is the same from zero, from any snapshot, and by the core's own replay."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import EntityIsDiscarded, create_entity
from es_desktop.examples import Account, Example, Order, Ticket
from es_desktop.replay import BLOCK, Exactness
from tests.replay.histories import chain_of, plain_of, published, recorded, snapshots_of, states_of

ID = UUID(int=1)
Command = Callable[[Any], object]

TEXTS = st.text(max_size=4)
VALUES = TEXTS | st.integers() | st.lists(st.integers(), max_size=3) | st.dictionaries(TEXTS, TEXTS, max_size=2)
AMOUNTS = st.decimals("0.01", "99.99", places=2)
SKUS = st.sampled_from("ABC")


def setting(names: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return st.builds(lambda name, value: lambda each: setattr(each, name, value), st.sampled_from(names), values)


def calling(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return st.tuples(*arguments).map(lambda given: lambda each: getattr(each, name)(*given))


DISCARDING = calling("discard")
EXAMPLE = st.one_of(setting(["foo", "a", "b"], VALUES), calling("beat_heart", st.integers(1, BLOCK)), DISCARDING)
ORDER = st.one_of(
    setting(["customer", "note"], TEXTS),
    setting(["due"], st.none() | st.dates(date(2026, 1, 1))),
    setting(["channel"], st.sampled_from(Order.Channel)),
    calling("add_item", SKUS, TEXTS, st.integers(1, 9), AMOUNTS),
    calling("remove_item", SKUS),
    calling("change_address", st.dictionaries(TEXTS, VALUES, max_size=2)),
    calling("pay", TEXTS),
    calling("ship", TEXTS, TEXTS),
    calling("cancel", TEXTS),
    DISCARDING,
)
ACCOUNT = st.one_of(
    setting(["limit"], AMOUNTS),
    calling("deposit", AMOUNTS, TEXTS),
    calling("withdraw", AMOUNTS, TEXTS),
    calling("charge_fee", AMOUNTS, TEXTS),
    calling("freeze", TEXTS),
    calling("release"),
)
TICKET = st.one_of(
    setting(["tags"], st.lists(TEXTS, max_size=3)),
    calling("comment", TEXTS, TEXTS),
    calling("escalate", TEXTS),
    calling("resolve", TEXTS),
    calling("reopen", TEXTS),
)


def history(model: type[Any], arguments: dict[str, Any], commands: list[Command]) -> list[Any]:
    """Return what a model publishes when commands are given to it, of which it may refuse any."""
    with published() as events:
        entity = create_entity(model, ID, **arguments)
        for command in commands:
            with suppress(ValueError, EntityIsDiscarded):
                command(entity)
    return events


def check_every_version(model: type[Any], events: list[Any], based_on: int) -> None:
    """Compare the state at each version: by the core, by the chain from zero, and from a snapshot before it."""
    entities = states_of(model, events)
    read = recorded(events)
    snapshot = snapshots_of(entities, ID)[based_on]
    zero, later = chain_of(read, model), chain_of(read, model, snapshot)
    assert (later.base.version, later.skipped, len(later)) == (based_on, based_on + 1, len(events) - based_on - 1)
    assert later.base_state == plain_of(entities[based_on])
    for version, entity in enumerate(entities):
        expected = (plain_of(entity), Exactness.EXACT)
        assert zero.state_after(zero.index_of(version)) == expected
        if version >= based_on:
            assert later.state_after(later.index_of(version)) == expected


@given(commands=st.lists(ORDER, max_size=12), data=st.data())
def test_an_order_is_the_same_from_any_snapshot(commands: list[Command], data: st.DataObject) -> None:
    events = history(Order, {"customer": "Zoë"}, commands)
    check_every_version(Order, events, data.draw(st.integers(0, len(events) - 1)))


@given(commands=st.lists(ACCOUNT, max_size=12), data=st.data())
def test_an_account_is_the_same_from_any_snapshot(commands: list[Command], data: st.DataObject) -> None:
    events = history(Account, {"owner": "Ana", "limit": Decimal("50.00")}, commands)
    check_every_version(Account, events, data.draw(st.integers(0, len(events) - 1)))


@given(commands=st.lists(TICKET, max_size=12), data=st.data())
def test_a_ticket_is_the_same_from_any_snapshot(commands: list[Command], data: st.DataObject) -> None:
    events = history(Ticket, {"title": "It hums"}, commands)
    check_every_version(Ticket, events, data.draw(st.integers(0, len(events) - 1)))


@given(commands=st.lists(EXAMPLE, max_size=8), data=st.data())
def test_an_example_is_the_same_from_any_snapshot(commands: list[Command], data: st.DataObject) -> None:
    events = history(Example, {"foo": 1}, commands)
    check_every_version(Example, events, data.draw(st.integers(0, len(events) - 1)))


def test_it_is_the_same_across_the_borders_of_blocks() -> None:
    lengths = [BLOCK - 2, BLOCK, BLOCK // 2]
    events = history(Example, {}, [lambda example, n=n: example.beat_heart(n) for n in lengths])
    assert len(events) > 2 * BLOCK
    for based_on in (0, BLOCK - 2, BLOCK - 1, BLOCK, 2 * BLOCK - 1, len(events) - 1):
        check_every_version(Example, events, based_on)
