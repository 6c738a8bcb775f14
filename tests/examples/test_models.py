"""The models of the demo store: what their commands publish and refuse, and the states after them."""

import enum
import inspect
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from es_desktop.core import DomainEvent, EventBus, attribute_names, create_entity
from es_desktop.examples import DEMO_MODELS, Account, Example, Order, Ticket, create_new_example

EDITABLE = (str, int, Decimal, bool, date, list[str], date | None, str | None, list[str] | None, Any)


@pytest.fixture(autouse=True)
def published() -> Iterator[list[DomainEvent]]:
    """Every event that a test publishes, also those of lists."""
    events: list[DomainEvent] = []
    bus = EventBus()
    bus.subscribe(lambda event: events.extend(event if isinstance(event, list) else [event]))
    with bus.activated():
        yield events


def new_order() -> Order:
    order = create_entity(Order, customer="Zoë")
    order.add_item("A", "Apple", 2, Decimal("1.50"))
    order.add_item("B", "Bowl", 1, Decimal("10.00"))
    return order


def is_editable(annotation: Any) -> bool:
    return annotation in EDITABLE or (isinstance(annotation, type) and issubclass(annotation, enum.Enum))


@pytest.mark.parametrize("model", DEMO_MODELS)
def test_a_form_can_be_made_from_each_signature(model: type) -> None:
    parameters = inspect.signature(model, eval_str=True).parameters.values()
    required = [each for each in parameters if each.kind is not inspect.Parameter.VAR_KEYWORD]
    assert required
    for parameter in required:
        assert is_editable(parameter.annotation), parameter


@pytest.mark.parametrize("model", DEMO_MODELS)
def test_each_attribute_has_the_type_of_its_values(model: type) -> None:
    for name in attribute_names(model):
        getter = inspect.getattr_static(model, name).fget
        assert is_editable(inspect.signature(getter, eval_str=True).return_annotation), name


def test_the_attributes_are_those_that_a_person_may_set() -> None:
    assert attribute_names(Order) == ["customer", "note", "priority", "gift", "due", "discount", "channel"]
    assert attribute_names(Account) == ["owner", "limit", "paperless"]
    assert attribute_names(Ticket) == ["title", "priority", "assignee", "tags"]
    assert attribute_names(Example) == ["foo", "a", "b"]


def test_each_entity_type_defines_its_events() -> None:
    for model in DEMO_MODELS:
        own = [each for each in vars(model).values() if isinstance(each, type) and issubclass(each, DomainEvent)]
        assert {"Created", "AttributeChanged", "Discarded"} < {each.__name__ for each in own}
        assert all(each.__qualname__ == f"{model.__qualname__}.{each.__name__}" for each in own)


def test_an_order_has_a_total_and_is_paid_and_shipped() -> None:
    order = new_order()
    assert (order.total, order.amount_due) == (Decimal("13.00"), Decimal("13.00"))
    order.discount = Decimal("3.00")
    order.remove_item("A")
    assert [line["sku"] for line in order.lines] == ["B"]
    assert (order.total, order.amount_due) == (Decimal("10.00"), Decimal("7.00"))
    order.pay("card")
    assert order.status == "paid"
    order.ship("DHL", "RX1")
    assert order.status == "shipped"


def test_an_order_refuses_wrong_commands(published: list[DomainEvent]) -> None:
    order = new_order()
    before = len(published)
    with pytest.raises(ValueError, match="no C on the order"):
        order.remove_item("C")
    with pytest.raises(ValueError, match="one or more"):
        order.add_item("C", "Cup", 0, Decimal(1))
    with pytest.raises(ValueError, match="only one that is paid"):
        order.ship("DHL", "RX1")
    assert len(published) == before
    order.cancel("changed my mind")
    with pytest.raises(ValueError, match="only one that is open or paid"):
        order.cancel("again")


def test_an_account_keeps_its_balance_and_its_limit() -> None:
    account = create_entity(Account, owner="Søren", limit=Decimal("50.00"))
    account.deposit(Decimal("100.00"), "Cash")
    account.receive_transfer(Decimal("10.00"), "Ana", "Dinner")
    account.withdraw(Decimal("120.00"), "Shop")
    account.send_transfer(Decimal("20.00"), "Ana", "Back")
    account.charge_fee(Decimal("25.00"), "Overdraft")
    assert (account.balance, account.fees) == (Decimal("-55.00"), Decimal("25.00"))
    with pytest.raises(ValueError, match=r"0\.01 is more than -55\.00"):
        account.withdraw(Decimal("0.01"), "Shop")
    with pytest.raises(ValueError, match="more than nothing"):
        account.deposit(Decimal(0), "Cash")


def test_nothing_is_paid_out_of_a_frozen_account() -> None:
    account = create_entity(Account, owner="Søren")
    account.deposit(Decimal("100.00"), "Cash")
    account.freeze("Card lost")
    assert account.is_frozen
    with pytest.raises(ValueError, match="frozen"):
        account.withdraw(Decimal("1.00"), "Shop")
    with pytest.raises(ValueError, match="frozen already"):
        account.freeze("Again")
    account.release()
    account.withdraw(Decimal("1.00"), "Shop")
    assert account.balance == Decimal("99.00")
    with pytest.raises(ValueError, match="not frozen"):
        account.release()


def test_a_ticket_is_commented_resolved_and_reopened() -> None:
    ticket = create_entity(Ticket, title="It hums")
    ticket.tags = ["noise"]
    ticket.comment("Ana", "Still?")
    ticket.escalate("Louder")
    assert (ticket.priority, ticket.tags) == (Ticket.Priority.HIGH, ["noise"])
    ticket.resolve("Oiled")
    with pytest.raises(ValueError, match="only one that is open"):
        ticket.escalate("Again")
    ticket.reopen("It hums again")
    assert (ticket.status, ticket.resolution, ticket.times_reopened) == (Ticket.Status.OPEN, None, 1)
    ticket.escalate("Much louder")
    with pytest.raises(ValueError, match="urgent already"):
        ticket.escalate("Deafening")
    assert [(each["author"], each["text"]) for each in ticket.comments] == [("Ana", "Still?")]


def test_returned_lists_are_copies() -> None:
    order = new_order()
    order.lines[0]["quantity"] = 1000
    assert order.lines[0]["quantity"] == 2
    ticket = create_entity(Ticket, title="It hums")
    ticket.comment("Ana", "Still?")
    ticket.comments[0]["text"] = "changed"
    assert ticket.comments[0]["text"] == "Still?"


def test_a_change_of_an_entity_never_reaches_its_events(published: list[DomainEvent]) -> None:
    address = {"recipient": "Zoë", "place": {"city": "Köln"}}
    order = new_order()
    order.change_address(address)
    ticket = create_entity(Ticket, title="It hums", tags=["a"])
    ticket.tags = ["b"]
    before = deepcopy(published)
    vars(order)["_address"]["place"]["city"] = "Bonn"
    vars(order)["_lines"][0]["quantity"] = 5
    vars(ticket)["_tags"].append("c")
    address.clear()
    assert published == before


def test_heartbeats_are_published_as_one_list(published: list[DomainEvent]) -> None:
    example = create_new_example(foo=1, a=2, b=3)
    example.beat_heart(number_of_beats=3)
    example.beat_heart(0)
    assert (example.foo, example.a, example.b) == (1, 2, 3)
    assert (example.count_heartbeats(), example.version, len(published)) == (3, 4, 4)
