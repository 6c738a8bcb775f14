"""Histories for the demo store, simulated with the commands of the models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from es_desktop.core import DomainEvent, create_entity

from . import texts
from .account import Account
from .example import Example
from .order import Order
from .simulation import AWAKE, FIRST_DAY, LAST_DAY, OFFICE, PeriodOver, Simulation, begin_of
from .story import collected, with_story
from .ticket import Ticket

_DAY = 24.0
_MOODS = ("calm", "curious", "glücklich", "hungry", "sleepy", "très content", "wide awake")


def simulate_account(simulation: Simulation) -> None:
    """Simulate the account of a person for some months; some are closed at the end."""
    account = _open(simulation)
    employer, rent = simulation.choose(texts.EMPLOYERS), texts.money(simulation.rng, 420, 980)
    for month in range(simulation.rng.randint(1, 5)):
        simulation.wait(_DAY, OFFICE)
        wage = rent + texts.money(simulation.rng, 800, 2600)
        account.receive_transfer(wage, employer, f"Wages, month {month + 1}", simulation.transfer_id())
        simulation.wait(2 * _DAY, OFFICE)
        _send(account, rent, simulation.choose(texts.LANDLORDS), "Rent")
        for _ in range(simulation.rng.randint(1, 5)):
            simulation.wait(5 * _DAY)
            _make_small_payments(simulation, account)
        _handle_bank_matters(simulation, account)
    if simulation.happens(0.25):
        _close(simulation, account)


def simulate_shop_account(simulation: Simulation) -> None:
    """Simulate the account of a shop: many small payments on each working day, suppliers paid once a week."""
    account = create_entity(
        Account,
        simulation.new_id(),
        owner="Krämerei am Markt",
        currency=Account.Currency.EUR,
        limit=Decimal("2000.00"),
        paperless=True,
    )
    for day in range(10_000):
        simulation.wait(16, OFFICE)
        for sale in range(simulation.choose((4, 6, 8, 9, 11, 16))):
            simulation.wait(0.2)
            account.deposit(texts.money(simulation.rng, 3, 190), f"Card payment {day + 1:03}-{sale + 1:02}")
        if day % 5 == 4:
            simulation.wait(0.5)
            supplies = (account.balance * Decimal("0.6")).quantize(Decimal("0.01"))
            _send(account, supplies, simulation.choose(texts.WHOLESALERS), f"Invoice {2600 + day}")
        if day % 20 == 19:
            account.charge_fee(Decimal("12.90"), "Card terminal")


def _open(simulation: Simulation) -> Account:
    return create_entity(
        Account,
        simulation.new_id(),
        owner=texts.person(simulation.rng),
        currency=simulation.choose((*[Account.Currency.EUR] * 5, *Account.Currency)),
        limit=Decimal(simulation.choose(("0.00", "0.00", "250.00", "500.00", "1500.00"))),
        paperless=simulation.happens(0.7),
    )


def _make_small_payments(simulation: Simulation, account: Account) -> None:
    for _ in range(simulation.choose((1, 1, 2, 3, 5))):
        simulation.pause(1500)
        amount = texts.money(simulation.rng, 2, 120)
        if account.can_afford(amount):
            account.withdraw(amount, simulation.choose(texts.SHOPS))
    if simulation.happens(0.25):
        simulation.wait(3)
        account.deposit(Decimal(f"{simulation.rng.randint(1, 12)}0.00"), "Cash")
    if simulation.happens(0.15):
        simulation.wait(2)
        amount, sender = texts.money(simulation.rng, 5, 80), texts.person(simulation.rng)
        account.receive_transfer(amount, sender, "Dinner, thank you!", simulation.transfer_id())


def _handle_bank_matters(simulation: Simulation, account: Account) -> None:
    simulation.wait(_DAY, OFFICE)
    if account.balance < 0:
        account.charge_fee(Decimal("7.50"), "Overdraft")
    if simulation.happens(0.15):
        account.limit += Decimal("250.00")
    if simulation.happens(0.08):
        account.paperless = not account.paperless
    if simulation.happens(0.06):
        account.freeze(simulation.choose(("Card reported lost", "Unusual payments abroad")))
        simulation.wait(2 * _DAY, OFFICE)
        account.release()


def _send(account: Account, amount: Decimal, recipient: str, reference: str) -> None:
    if account.can_afford(amount):
        account.send_transfer(amount, recipient, reference)


def _close(simulation: Simulation, account: Account) -> None:
    simulation.wait(3 * _DAY, OFFICE)
    if account.balance > 0:
        account.send_transfer(account.balance, account.owner, "Closing balance")
        simulation.wait(1, OFFICE)
    account.discard()


def simulate_order(simulation: Simulation) -> None:
    """Simulate one order, from the first product to the parcel."""
    order = _create(simulation)
    _fill(simulation, order)
    order.change_address(texts.address(simulation.rng, order.customer))
    if simulation.happens(0.12):
        _abandon(simulation, order)
        return
    simulation.pause(90)
    order.pay(simulation.choose(texts.PAYMENT_METHODS))
    _change_details(simulation, order)
    if simulation.happens(0.04):
        simulation.wait(6, OFFICE)
        order.cancel("out of stock")
        return
    simulation.wait(20, OFFICE)
    if order.gift or simulation.happens(0.2):
        order.priority += 1
        simulation.wait(1, OFFICE)
    carrier, rng = simulation.choose(texts.CARRIERS), simulation.rng
    order.ship(carrier, f"{rng.choice('JRX')}{rng.choice('DJX')}{rng.randrange(10**9, 10**10)}")


def _create(simulation: Simulation) -> Order:
    is_gift, today = simulation.happens(0.15), simulation.moment.date()
    return create_entity(
        Order,
        simulation.new_id(),
        customer=texts.person(simulation.rng),
        note=simulation.choose(texts.ORDER_NOTES) if is_gift or simulation.happens(0.2) else "",
        priority=simulation.choose((0, 0, 0, 1, 2)),
        gift=is_gift,
        due=today + timedelta(days=simulation.rng.randint(3, 21)) if simulation.happens(0.3) else None,
        discount=texts.money(simulation.rng, 1, 15) if simulation.happens(0.2) else texts.money(simulation.rng, 0, 0),
        channel=simulation.choose((*[Order.Channel.WEB] * 4, Order.Channel.PHONE, Order.Channel.SHOP)),
    )


def _fill(simulation: Simulation, order: Order) -> None:
    for sku, name, price in simulation.rng.sample(texts.PRODUCTS, simulation.choose((1, 2, 3, 3, 4, 5, 6, 9))):
        simulation.pause()
        order.add_item(sku, name, simulation.choose((1, 1, 2, 2, 4, 6) if price < 30 else (1, 1, 2)), price)
        if simulation.happens(0.12) and len(order.lines) > 1:
            simulation.pause(15)
            order.remove_item(simulation.choose(order.lines)["sku"])
    simulation.pause()


def _change_details(simulation: Simulation, order: Order) -> None:
    if simulation.happens(0.15):
        simulation.wait(2)
        order.change_address(texts.address(simulation.rng, texts.person(simulation.rng)))
    if simulation.happens(0.2):
        simulation.wait(1)
        order.note = simulation.choose(texts.ORDER_NOTES)
    if simulation.happens(0.12):
        simulation.pause()
        order.gift = not order.gift


def _abandon(simulation: Simulation, order: Order) -> None:
    """Cancel the order in half of the cases; the shop discards it two weeks later."""
    if simulation.happens(0.5):
        simulation.wait(5)
        order.cancel(simulation.choose(texts.CANCEL_REASONS))
    simulation.wait(14 * _DAY, OFFICE)
    order.discard()


def simulate_ticket(simulation: Simulation) -> None:
    """Simulate one ticket, from the report of a problem to its solution."""
    customer, helper = texts.person(simulation.rng), texts.person(simulation.rng)
    ticket = create_entity(
        Ticket,
        simulation.new_id(),
        title=f"{simulation.choose(texts.SUBJECTS)} {simulation.choose(texts.SYMPTOMS)}",
        priority=simulation.choose((*Ticket.Priority, Ticket.Priority.NORMAL)),
        assignee=None,
        tags=[],
    )
    if simulation.happens(0.1):
        simulation.wait(3, OFFICE)
        ticket.title = f"{ticket.title} (duplicate)"
        simulation.wait(_DAY, OFFICE)
        ticket.discard()
        return
    _assign(simulation, ticket, helper)
    _discuss(simulation, ticket, customer, helper)
    ticket.resolve(simulation.choose(texts.RESOLUTIONS))
    while simulation.happens(0.25):
        simulation.wait(50)
        ticket.reopen(simulation.choose(texts.REOPENINGS))
        _discuss(simulation, ticket, customer, helper)
        ticket.resolve(simulation.choose(texts.RESOLUTIONS))


def _assign(simulation: Simulation, ticket: Ticket, helper: str) -> None:
    simulation.wait(4, OFFICE)
    ticket.assignee = helper
    simulation.pause()
    ticket.tags = sorted(simulation.rng.sample(texts.TAGS, simulation.rng.randint(1, 3)))


def _discuss(simulation: Simulation, ticket: Ticket, customer: str, helper: str) -> None:
    for _ in range(simulation.rng.randint(1, 7)):
        simulation.wait(7, OFFICE)
        ticket.comment(simulation.choose((customer, helper)), simulation.choose(texts.COMMENTS))
    if simulation.happens(0.3) and ticket.priority != Ticket.Priority.URGENT:
        simulation.wait(2, OFFICE)
        ticket.escalate(simulation.choose(texts.ESCALATIONS))
    if simulation.happens(0.2):
        simulation.wait(1, OFFICE)
        ticket.tags = [*ticket.tags, "second line"]
        simulation.pause(15)
        ticket.assignee = texts.person(simulation.rng)
    simulation.wait(12, OFFICE)


def simulate_example(simulation: Simulation) -> None:
    example = create_entity(Example, simulation.new_id(), foo="new", a=simulation.rng.randint(1, 9), b="")
    for _ in range(simulation.rng.randint(2, 6)):
        simulation.wait(30, AWAKE)
        example.foo = simulation.choose(_MOODS)
        simulation.pause(20)
        example.beat_heart(simulation.rng.randint(1, 4))
        if simulation.happens(0.3):
            simulation.pause()
            example.a += 1
    if simulation.happens(0.2):
        simulation.wait(48, AWAKE)
        example.discard()


_COUNTS: Final = {simulate_account: 49, simulate_order: 136, simulate_ticket: 94, simulate_example: 20}


def demo_histories(seed: int = 7) -> Iterator[list[DomainEvent]]:
    """Yield the histories of 300 entities, each as the list of its events, in the order of their first events.

    These are about 5,000 events, from March to August 2026, and the same ones for the same seed.
    """
    rng = Random(seed)
    histories = [_history(simulate_shop_account, Simulation(rng, begin_of(FIRST_DAY)))]
    for simulate, count in _COUNTS.items():
        histories += [_history(simulate, Simulation(rng, _random_begin(rng))) for _ in range(count)]
    yield from sorted(map(with_story, histories), key=lambda history: vars(history[0])["timestamp"])


def _random_begin(rng: Random) -> datetime:
    """Return a random time for the begin of a history, not in the last week: it might then have no event."""
    days = (LAST_DAY - FIRST_DAY).days - 7
    return begin_of(FIRST_DAY) + timedelta(days=rng.triangular(0, days, days / 4))


def _history(simulate: Callable[[Simulation], None], simulation: Simulation) -> list[DomainEvent]:
    """Run a simulation on a bus of its own, and return the published events."""

    def act() -> None:
        with suppress(PeriodOver):
            simulation.wait(0.2)
            simulate(simulation)

    return collected(act, simulation.now)
