"""A bank account: payments in and out, and a balance."""

# The bodies of attributes are made by @attribute.
# mypy: disable-error-code=empty-body

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Any

from es_desktop.core import TimestampedVersionedEntity, attribute, command


def _is_not_frozen(account: Any) -> None:
    if account.is_frozen:
        raise ValueError("the account is frozen: no money leaves it")


def _can_be_frozen(account: Any) -> None:
    if account.is_frozen:
        raise ValueError("the account is frozen already")


def _can_be_released(account: Any) -> None:
    if not account.is_frozen:
        raise ValueError("the account is not frozen")


class Account(TimestampedVersionedEntity):
    """The money of a person or a shop, in one currency."""

    class Currency(enum.StrEnum):
        EUR = "EUR"
        GBP = "GBP"
        PLN = "PLN"
        USD = "USD"

    class Event(TimestampedVersionedEntity.Event):
        """Something that happened to an account."""

    class Deposited(Event):
        """Cash or a card payment came in."""

        amount: Decimal
        reference: str

        def mutate(self, account: Account) -> None:
            account._balance += self.amount

    class Withdrawn(Event):
        """Money was taken out, or spent with the card."""

        amount: Decimal
        reference: str

        def mutate(self, account: Account) -> None:
            account._balance -= self.amount

    class TransferReceived(Event):
        """Another account sent money."""

        amount: Decimal
        sender: str
        reference: str
        transfer_id: str

        def mutate(self, account: Account) -> None:
            account._balance += self.amount

    class TransferSent(Event):
        """Money went to another account."""

        amount: Decimal
        recipient: str
        reference: str

        def mutate(self, account: Account) -> None:
            account._balance -= self.amount

    class FeeCharged(Event):
        """The bank charged a fee."""

        amount: Decimal
        reason: str

        def mutate(self, account: Account) -> None:
            account._balance -= self.amount
            account._fees += self.amount

    class Frozen(Event):
        """The account was frozen: no money can be paid out."""

        reason: str

        def mutate(self, account: Account) -> None:
            account._is_frozen = True

    class Released(Event):
        """The account is no longer frozen."""

        def mutate(self, account: Account) -> None:
            account._is_frozen = False

    def __init__(
        self,
        owner: str,
        currency: Account.Currency = Currency.EUR,
        limit: Decimal = Decimal("0.00"),
        paperless: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._owner = owner
        self._currency = currency
        self._limit = limit
        self._paperless = paperless
        self._is_frozen = False
        self._balance = Decimal("0.00")
        self._fees = Decimal("0.00")

    @attribute
    def owner(self) -> str:
        """Whose money it is."""

    @attribute
    def limit(self) -> Decimal:
        """How far below zero the balance may go."""

    @attribute
    def paperless(self) -> bool:
        """Whether statements are sent by e-mail only."""

    @property
    def currency(self) -> Account.Currency:
        return self._currency

    @property
    def is_frozen(self) -> bool:
        """Whether money may come in, but none may leave."""
        return self._is_frozen

    @property
    def balance(self) -> Decimal:
        return self._balance

    @property
    def fees(self) -> Decimal:
        """The sum of the fees so far."""
        return self._fees

    @command
    def deposit(self, amount: Decimal, reference: str) -> None:
        """Pay money in. Raises ``ValueError`` for an amount that is not positive."""
        self._require_positive(amount)
        self._trigger(self.Deposited, amount=amount, reference=reference)

    @command(guard=_is_not_frozen)
    def withdraw(self, amount: Decimal, reference: str) -> None:
        """Pay money out. Raises ``ValueError`` if the balance is too low or the account frozen."""
        self._require_affordable(amount)
        self._trigger(self.Withdrawn, amount=amount, reference=reference)

    @command
    def receive_transfer(self, amount: Decimal, sender: str, reference: str, transfer_id: str = "") -> None:
        """Receive money from another account. Raises ``ValueError`` for an amount that is not positive.

        ``transfer_id`` is that of the sender's bank. The account does not look whether it had it before.
        """
        self._require_positive(amount)
        self._trigger(self.TransferReceived, amount=amount, sender=sender, reference=reference, transfer_id=transfer_id)

    @command(guard=_is_not_frozen)
    def send_transfer(self, amount: Decimal, recipient: str, reference: str) -> None:
        """Send money to another account. Raises ``ValueError`` if the balance is too low or the account frozen."""
        self._require_affordable(amount)
        self._trigger(self.TransferSent, amount=amount, recipient=recipient, reference=reference)

    @command
    def charge_fee(self, amount: Decimal, reason: str) -> None:
        """Charge a fee, even beyond the limit. Raises ``ValueError`` as ``deposit`` does."""
        self._require_positive(amount)
        self._trigger(self.FeeCharged, amount=amount, reason=reason)

    @command(guard=_can_be_frozen)
    def freeze(self, reason: str) -> None:
        """Forbid payments out of the account. Raises ``ValueError`` if it is frozen already."""
        self._trigger(self.Frozen, reason=reason)

    @command(guard=_can_be_released)
    def release(self) -> None:
        """Allow payments out of the account again. Raises ``ValueError`` if it is not frozen."""
        self._trigger(self.Released)

    def can_afford(self, amount: Decimal) -> bool:
        """Return whether this amount can be paid out."""
        return not self._is_frozen and amount <= self._balance + self._limit

    def _require_affordable(self, amount: Decimal) -> None:
        self._require_positive(amount)
        if not self.can_afford(amount):
            raise ValueError(f"{amount} is more than {self._balance} with a limit of {self._limit} allows")

    def _require_positive(self, amount: Decimal) -> None:
        if amount <= 0:
            raise ValueError(f"an amount of money is more than nothing, not {amount}")
