"""The types of event that can be put into a branch, and the payloads that they begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.branch.edits import event_types, insert
from es_desktop.app.branch.view import BranchReader, RecordedHistory
from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.core import TimestampedVersionedEntity
from es_desktop.examples import Order
from tests.app.branch.branching import longest


@pytest.fixture(scope="module")
def session(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture(scope="module")
def recorded(session: Session) -> RecordedHistory:
    return longest(session, "Order")


def test_those_of_the_history_come_first_then_those_of_the_model(recorded: RecordedHistory) -> None:
    found = event_types(recorded, len(recorded.events))
    seen = list(dict.fromkeys(event.type for event in recorded.events))
    assert [each.name for each in found][: len(seen)] == seen
    assert {each.name for each in found} == {
        "AddressChanged", "AttributeChanged", "Cancelled", "Created", "Discarded", "ItemAdded", "ItemRemoved", "Paid",
        "QuantityChanged", "Shipped",
    }  # fmt: skip
    assert all(each.topic == f"es_desktop.examples.order#Order.{each.name}" for each in found)


def test_the_example_is_the_last_event_before_the_index_or_the_first_after_it(recorded: RecordedHistory) -> None:
    added = [event for event in recorded.events if event.type == "ItemAdded"]

    def example(passed: int) -> object:
        return next(each.example for each in event_types(recorded, passed) if each.name == "ItemAdded")

    assert example(1) == added[0].data
    assert example(recorded.events.index(added[1]) + 1) == added[1].data
    assert example(len(recorded.events)) == added[-1].data


def test_a_type_that_did_not_occur_begins_with_blank_values_that_can_be_folded(tmp_path: Path) -> None:
    with closing(create_session(str(tmp_path / "new.esdb"))) as session:
        Commands(session).create(Order, {"customer": "Zoë"})
        recorded = RecordedHistory(session, next(session.entities()))
        types = {each.name: each for each in event_types(recorded, 1)}
        assert types["Paid"].example == {"amount": Decimal("0.00"), "method": ""}
        assert types["AddressChanged"].example == {"address": {}}
        assert types["Discarded"].example == {}
        for name in ("ItemAdded", "Paid", "AddressChanged", "Shipped", "Cancelled", "ItemRemoved", "Discarded"):
            branch = recorded.branch(insert(recorded.branch(), 0, types[name].topic, types[name].example)[0])
            (outcomes,) = BranchReader(recorded).results(branch, 1, 2)
            assert outcomes.step is not None and (outcomes.step.type, outcomes.step.error) == (name, None)


def test_an_entity_whose_class_is_not_known_has_those_of_its_history(sample: Path) -> None:
    with closing(open_session(str(sample))) as session:
        facts = max(session.entities(), key=lambda each: each.events)
        recorded = RecordedHistory(session, facts)
        assert {each.name for each in event_types(recorded, 0)} == {event.type for event in recorded.events}


def test_names_that_only_a_type_checker_knows_leave_the_payload_blank() -> None:
    from es_desktop.app.branch.edits import _blank

    class Odd(TimestampedVersionedEntity.Event):
        thing: Any

    Odd.__annotations__["thing"] = "Nowhere"
    assert _blank(Odd) == {}
