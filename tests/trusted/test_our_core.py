"""Entities of our own core, by the mapper and the mutators of the interpreter that runs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from es_desktop.core import RecordedEvent, SequencedItem, Snapshot, create_entity
from es_desktop.examples import Order
from es_desktop.replay import plain_state
from es_desktop.trusted import CodeState
from es_desktop.trusted.child.wire import encode
from tests.replay.histories import CLASSES, mapper_of, published, recorded, states_of
from tests.trusted.coding import at_work, fold, trust_in, views

ID = UUID(int=7)
ROOT = Path(__file__).parents[2]
SOURCE = f"import sys\nsys.path.append({str(ROOT)!r})\nfrom es_desktop.examples import Order\n"


def order_events() -> list[Any]:
    with published() as events:
        order = create_entity(Order, ID, customer="Zoë")
        order.add_item("A", "lamp", 2, 10)
        order.pay("card")
    return events


def record_of(event: RecordedEvent) -> list[Any]:
    item: SequencedItem = event.raw
    return [item.position, item.topic, item.data]


@pytest.fixture(scope="module")
def history() -> list[RecordedEvent]:
    return recorded(order_events())


def test_states_are_those_of_the_core(tmp_path: Path, history: list[RecordedEvent]) -> None:
    wanted = [plain_state(vars(each)) for each in states_of(Order, [event.domain_event for event in history])]
    with at_work(trust_in(tmp_path, SOURCE, function=None), classes=CLASSES) as code:
        assert views(fold(code, *map(record_of, history))) == wanted


def test_a_snapshot_is_a_base(tmp_path: Path, history: list[RecordedEvent]) -> None:
    order = states_of(Order, [event.domain_event for event in history])[1]
    taken = Snapshot(originator_id=ID, originator_version=1, topic=CLASSES.register(Order), state=vars(order))
    item = mapper_of(CLASSES).to_sequenced_item(taken)
    base = CodeState([1, item.topic, item.data])
    with at_work(trust_in(tmp_path, SOURCE, function=None), classes=CLASSES) as code:
        assert code.base_errors(ID, [base.base or []]) == [""]
        (after,) = views(fold(code, *map(record_of, history[2:]), start=base))
    assert after == plain_state(vars(states_of(Order, [event.domain_event for event in history])[-1]))


def test_an_event_that_is_passed_over_is_counted_and_an_edited_one_applied(
    tmp_path: Path, history: list[RecordedEvent]
) -> None:
    passed = [1, history[1].topic, None]
    edited = [*record_of(history[2]), [encode({**history[2].data, "method": "cash"}), history[2].topic]]
    with at_work(trust_in(tmp_path, SOURCE, function=None), classes=CLASSES) as code:
        done = fold(code, record_of(history[0]), passed, edited)
    assert [each.failure for each in done.outcomes] == [None, None, None]
    assert (views(done)[-1]["payment"]["method"], views(done)[-1]["lines"]) == ("cash", [])


def test_classes_that_are_not_in_the_modules_are_reported(tmp_path: Path, history: list[RecordedEvent]) -> None:
    with at_work(trust_in(tmp_path, f"import sys\nsys.path.append({str(ROOT)!r})\n", function=None)) as code:
        (found,) = fold(code, record_of(history[0])).outcomes
    assert "is in none of the modules that were named" in (found.failure or "")


def test_without_our_package_the_reason_names_it(tmp_path: Path, history: list[RecordedEvent]) -> None:
    source = (
        "import sys\nsys.path = [each for each in sys.path if 'main' not in each]\nsys.modules['es_desktop'] = None\n"
    )
    with at_work(trust_in(tmp_path, source, function=None)) as code:
        (found,) = fold(code, record_of(history[0])).outcomes
    assert "classes of es_desktop, which this interpreter does not have" in (found.failure or "")


def test_commands_are_described_and_run_on_a_copy(tmp_path: Path, history: list[RecordedEvent]) -> None:
    with at_work(trust_in(tmp_path, SOURCE, function=None), classes=CLASSES) as code:
        state = code.fold(ID, CodeState(), [record_of(each) for each in history], lambda at, outcome: None, views=False)
        topic = history[-1].topic
        commands = {each.name: each for each in code.commands(ID, state, topic)}
        assert commands["add_item"].refusal.startswith("a paid order takes no other items")
        assert (commands["ship"].refusal, commands["ship"].explanation) == ("", "Ship the order.")
        assert [each.type_name for each in commands["add_item"].parameters] == [
            "text", "text", "whole number", "decimal number",
        ]  # fmt: skip
        for _ in range(2):
            found = code.rehearse(ID, state, topic, "ship", {"carrier": "DHL", "tracking": "RX1"})
            ((shipped, version, data),) = found.events
            assert (shipped, version, data) == (
                f"{Order.__module__}#Order.Shipped", 3, {"carrier": "DHL", "tracking": "RX1"},
            )  # fmt: skip
            assert found.after["shipment"] == data
        assert code.rehearse(ID, state, topic, "discard", {}).after is None
        assert "takes no payment" in code.rehearse(ID, state, topic, "pay", {"method": "card"}).refusal
        assert "no command" in code.rehearse(ID, state, topic, "mutate", {}).refusal
