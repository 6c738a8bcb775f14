"""The stories of accounts: one person's months of wages, rent and errands; and the busy till of a shop."""

from __future__ import annotations

from decimal import Decimal

from es_desktop.core import create_entity

from ..account import Account
from . import words
from .stage import OFFICE, Stage

_DAY = 24.0


def tell_account(stage: Stage) -> None:
    """Tell one person's account, week by week, until it is closed or the time is up."""
    account = _open(stage)
    employer, rent = stage.any_of(words.EMPLOYERS), words.money(stage.rng, 420, 980)
    for month in range(stage.rng.randint(1, 5)):
        stage.wait(_DAY, OFFICE)
        wage = rent + words.money(stage.rng, 800, 2600)
        account.receive_transfer(wage, employer, f"Wages, month {month + 1}")
        stage.wait(2 * _DAY, OFFICE)
        _send(account, rent, stage.any_of(words.LANDLORDS), "Rent")
        for _ in range(stage.rng.randint(1, 5)):
            stage.wait(5 * _DAY)
            _run_errands(stage, account)
        _meet_the_bank(stage, account)
    if stage.happens(0.25):
        _close(stage, account)


def tell_till(stage: Stage) -> None:
    """Tell the account of a shop: many small payments on each working day, suppliers paid once a week."""
    account = create_entity(
        Account,
        stage.new_id(),
        owner="Krämerei am Markt",
        currency=Account.Currency.EUR,
        limit=Decimal("2000.00"),
        paperless=True,
    )
    for day in range(10_000):
        stage.wait(16, OFFICE)
        for sale in range(stage.any_of((4, 6, 8, 9, 11, 16))):
            stage.wait(0.2)
            account.deposit(words.money(stage.rng, 3, 190), f"Card payment {day + 1:03}-{sale + 1:02}")
        if day % 5 == 4:
            stage.wait(0.5)
            supplies = (account.balance * Decimal("0.6")).quantize(Decimal("0.01"))
            _send(account, supplies, stage.any_of(words.WHOLESALERS), f"Invoice {2600 + day}")
        if day % 20 == 19:
            account.charge_fee(Decimal("12.90"), "Card terminal")


def _open(stage: Stage) -> Account:
    return create_entity(
        Account,
        stage.new_id(),
        owner=words.person(stage.rng),
        currency=stage.any_of((*[Account.Currency.EUR] * 5, *Account.Currency)),
        limit=Decimal(stage.any_of(("0.00", "0.00", "250.00", "500.00", "1500.00"))),
        paperless=stage.happens(0.7),
    )


def _run_errands(stage: Stage, account: Account) -> None:
    for _ in range(stage.any_of((1, 1, 2, 3, 5))):
        stage.pause(1500)
        amount = words.money(stage.rng, 2, 120)
        if account.can_afford(amount):
            account.withdraw(amount, stage.any_of(words.SHOPS))
    if stage.happens(0.25):
        stage.wait(3)
        account.deposit(Decimal(f"{stage.rng.randint(1, 12)}0.00"), "Cash")
    if stage.happens(0.15):
        stage.wait(2)
        account.receive_transfer(words.money(stage.rng, 5, 80), words.person(stage.rng), "Dinner, thank you!")


def _meet_the_bank(stage: Stage, account: Account) -> None:
    stage.wait(_DAY, OFFICE)
    if account.balance < 0:
        account.charge_fee(Decimal("7.50"), "Overdraft")
    if stage.happens(0.15):
        account.limit += Decimal("250.00")
    if stage.happens(0.08):
        account.paperless = not account.paperless
    if stage.happens(0.06):
        account.freeze(stage.any_of(("Card reported lost", "Unusual payments abroad")))
        stage.wait(2 * _DAY, OFFICE)
        account.release()


def _send(account: Account, amount: Decimal, recipient: str, reference: str) -> None:
    if account.can_afford(amount):
        account.send_transfer(amount, recipient, reference)


def _close(stage: Stage, account: Account) -> None:
    stage.wait(3 * _DAY, OFFICE)
    if account.balance > 0:
        account.send_transfer(account.balance, account.owner, "Closing balance")
        stage.wait(1, OFFICE)
    account.discard()
