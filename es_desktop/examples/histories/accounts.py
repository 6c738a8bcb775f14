"""Histories of accounts: months of wages, rent and small payments of a person, and the daily sales of a shop."""

from __future__ import annotations

from decimal import Decimal

from es_desktop.core import create_entity

from ..account import Account
from . import texts
from .simulation import OFFICE, Simulation

_DAY = 24.0


def simulate_account(simulation: Simulation) -> None:
    """Simulate the account of a person for some months; some are closed at the end."""
    account = _open(simulation)
    employer, rent = simulation.choose(texts.EMPLOYERS), texts.money(simulation.rng, 420, 980)
    for month in range(simulation.rng.randint(1, 5)):
        simulation.wait(_DAY, OFFICE)
        wage = rent + texts.money(simulation.rng, 800, 2600)
        account.receive_transfer(wage, employer, f"Wages, month {month + 1}")
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
        account.receive_transfer(texts.money(simulation.rng, 5, 80), texts.person(simulation.rng), "Dinner, thank you!")


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
