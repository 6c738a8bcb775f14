"""Filtering and sorting the list of entities."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from es_desktop.app.facts import EntityFacts
from es_desktop.app.listing import EntityQuery, listed

ORDER = EntityFacts(
    id=UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e"),
    type="Order",
    topic="shop#Order",
    version=4,
    events=5,
    snapshots=1,
    created=10.0,
    modified=90.0,
    discarded=False,
)
ACCOUNT = replace(ORDER, id=UUID(int=1), type="account", version=8, events=9, snapshots=0, created=5.0, modified=50.0)
GONE = replace(ORDER, id=UUID(int=2), version=1, events=2, snapshots=2, created=20.0, modified=70.0, discarded=True)
TIMELESS = replace(ORDER, id="ticket-1", type="Ticket", version=0, events=1, created=None, modified=None)
ALL = [ORDER, ACCOUNT, GONE, TIMELESS]


def test_the_latest_change_comes_first_unless_told() -> None:
    assert listed(ALL, EntityQuery()) == [ORDER, GONE, ACCOUNT, TIMELESS]


@pytest.mark.parametrize(
    ("key", "order"),
    [
        ("type", [ACCOUNT, ORDER, GONE, TIMELESS]),
        ("id", [ACCOUNT, GONE, ORDER, TIMELESS]),
        ("version", [TIMELESS, GONE, ORDER, ACCOUNT]),
        ("events", [TIMELESS, GONE, ORDER, ACCOUNT]),
        ("snapshots", [ACCOUNT, ORDER, TIMELESS, GONE]),
        ("created", [ACCOUNT, ORDER, GONE, TIMELESS]),
        ("modified", [ACCOUNT, GONE, ORDER, TIMELESS]),
    ],
)
def test_each_column_sorts(key: str, order: list[EntityFacts]) -> None:
    assert listed(ALL, EntityQuery(sort_by=key, descending=False)) == order


@pytest.mark.parametrize("descending", [True, False])
def test_what_has_no_time_comes_last_either_way(descending: bool) -> None:
    assert listed(ALL, EntityQuery(sort_by="created", descending=descending))[-1] == TIMELESS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [ORDER, GONE, ACCOUNT, TIMELESS]),
        ("  ", [ORDER, GONE, ACCOUNT, TIMELESS]),
        ("order", [ORDER, GONE]),
        ("ACC", [ACCOUNT]),
        ("5f2c91d0-9c", [ORDER]),
        ("5f2c91d09c", [ORDER]),
        ("order 2", [ORDER, GONE]),
        ("order discarded", [GONE]),
        ("ticket-1", [TIMELESS]),
        ("nothing", []),
    ],
)
def test_every_word_has_to_stand_in_the_type_or_the_id(text: str, found: list[EntityFacts]) -> None:
    assert listed(ALL, EntityQuery(text)) == found


@pytest.mark.parametrize(
    ("text", "only", "found"),
    [
        ("", {"ticket-1", str(ORDER.id), "somebody gone"}, [ORDER, TIMELESS]),
        ("order", {"ticket-1", str(ORDER.id)}, [ORDER]),
        ("", set(), []),
    ],
)
def test_only_some_entities_are_listed_where_it_is_asked_for(
    text: str, only: set[str], found: list[EntityFacts]
) -> None:
    assert listed(ALL, EntityQuery(text, only=frozenset(only))) == found
