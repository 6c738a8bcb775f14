"""An order of a shop: its lines, its address, and its status."""

# The bodies of attributes are made by @attribute.
# mypy: disable-error-code=empty-body

from __future__ import annotations

import enum
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from es_desktop.core import Guard, TimestampedVersionedEntity, attribute, command


def _only(what: str, *statuses: str) -> Guard:
    """Return what refuses a command of an order in no such status: "a paid order takes no other items"."""

    def check(order: Any) -> None:
        if order.status not in statuses:
            article = "an" if order.status == "open" else "a"
            raise ValueError(f"{article} {order.status} order {what}, only one that is {' or '.join(statuses)}")

    return check


class Order(TimestampedVersionedEntity):
    """The products that a customer ordered, the address, and the status."""

    class Status(enum.StrEnum):
        OPEN = "open"
        PAID = "paid"
        SHIPPED = "shipped"
        CANCELLED = "cancelled"

    class Channel(enum.StrEnum):
        WEB = "web"
        PHONE = "phone"
        SHOP = "shop"

    class Event(TimestampedVersionedEntity.Event):
        """Something that happened to an order."""

    class ItemAdded(Event):
        """The customer added a product."""

        sku: str
        name: str
        quantity: int
        price: Decimal

        def mutate(self, order: Order) -> None:
            line = {"sku": self.sku, "name": self.name, "quantity": self.quantity, "price": self.price}
            order._replace_lines([*order._lines, line])

    class ItemRemoved(Event):
        """The customer removed a product."""

        sku: str

        def mutate(self, order: Order) -> None:
            order._replace_lines([line for line in order._lines if line["sku"] != self.sku])

    class QuantityChanged(Event):
        """The customer wants more or fewer of a product."""

        sku: str
        quantity: int
        total: Decimal

        def mutate(self, order: Order) -> None:
            order._lines = [
                {**line, "quantity": self.quantity} if line["sku"] == self.sku else line for line in order._lines
            ]
            order._total = self.total

    class AddressChanged(Event):
        """The order will be sent to another address."""

        address: dict[str, Any]

        def mutate(self, order: Order) -> None:
            order._address = deepcopy(self.address)

    class Paid(Event):
        """The customer has paid."""

        amount: Decimal
        method: str

        def mutate(self, order: Order) -> None:
            order._status = Order.Status.PAID
            order._payment = {"amount": self.amount, "method": self.method}

    class Shipped(Event):
        """The parcel is on its way."""

        carrier: str
        tracking: str

        def mutate(self, order: Order) -> None:
            order._status = Order.Status.SHIPPED
            order._shipment = {"carrier": self.carrier, "tracking": self.tracking}

    class Cancelled(Event):
        """Nothing will be sent."""

        reason: str

        def mutate(self, order: Order) -> None:
            order._status = Order.Status.CANCELLED
            order._cancelled_because = self.reason

    def __init__(
        self,
        customer: str,
        note: str = "",
        priority: int = 0,
        gift: bool = False,
        due: date | None = None,
        discount: Decimal = Decimal("0.00"),
        channel: Order.Channel = Channel.WEB,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._status = Order.Status.OPEN
        self._customer = customer
        self._note = note
        self._priority = priority
        self._gift = gift
        self._due = due
        self._discount = discount
        self._channel = channel
        self._lines: list[dict[str, Any]] = []
        self._total = Decimal("0.00")
        self._address: dict[str, Any] = {}
        self._payment: dict[str, Any] | None = None
        self._shipment: dict[str, Any] | None = None
        self._cancelled_because: str | None = None

    @attribute
    def customer(self) -> str:
        """Who ordered."""

    @attribute
    def note(self) -> str:
        """What the packer should know."""

    @attribute
    def priority(self) -> int:
        """The higher, the sooner it is packed."""

    @attribute
    def gift(self) -> bool:
        """Whether it is wrapped, and sent without prices."""

    @attribute
    def due(self) -> date | None:
        """The day by which the customer needs it."""

    @attribute
    def discount(self) -> Decimal:
        """The amount that is taken off the total."""

    @attribute
    def channel(self) -> Order.Channel:
        """How the order reached the shop."""

    @property
    def status(self) -> Order.Status:
        return self._status

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The products, each with its sku, name, quantity and price; a copy."""
        return deepcopy(self._lines)

    @property
    def total(self) -> Decimal:
        """The sum of the lines, before the discount."""
        return self._total

    @property
    def amount_due(self) -> Decimal:
        """What the customer has to pay."""
        return max(self._total - self._discount, Decimal("0.00"))

    @command(guard=_only("takes no other items", Status.OPEN))
    def add_item(self, sku: str, name: str, quantity: int, price: Decimal) -> None:
        """Add a product. Raises ``ValueError`` if the order is not open, or the quantity not positive."""
        if quantity < 1:
            raise ValueError(f"an order takes one or more of a product, not {quantity}")
        self._trigger(self.ItemAdded, sku=sku, name=name, quantity=quantity, price=price)

    @command(guard=_only("takes no other items", Status.OPEN))
    def remove_item(self, sku: str) -> None:
        """Remove a product. Raises ``ValueError`` if the order is not open, or does not have it."""
        if all(line["sku"] != sku for line in self._lines):
            raise ValueError(f"there is no {sku} on the order")
        self._trigger(self.ItemRemoved, sku=sku)

    @command(guard=_only("takes no other items", Status.OPEN))
    def change_quantity(self, sku: str, quantity: int) -> None:
        """Change the quantity of a product. Raises ``ValueError`` as ``add_item`` and ``remove_item`` do."""
        if quantity < 1:
            raise ValueError(f"an order takes one or more of a product, not {quantity}")
        line = next((line for line in self._lines if line["sku"] == sku), None)
        if line is None:
            raise ValueError(f"there is no {sku} on the order")
        # This is the bug of the demo's story (docs/demo.md), and stays: a product may be on several lines.
        total = self._total + (quantity - line["quantity"]) * line["price"]
        self._trigger(self.QuantityChanged, sku=sku, quantity=quantity, total=total)

    @command(guard=_only("takes no other address", Status.OPEN, Status.PAID))
    def change_address(self, address: dict[str, Any]) -> None:
        """Change the address. Raises ``ValueError`` if the order is shipped or cancelled."""
        self._trigger(self.AddressChanged, address=deepcopy(address))

    @command(guard=_only("takes no payment", Status.OPEN))
    def pay(self, method: str) -> None:
        """Pay the amount due. Raises ``ValueError`` if the order is not open."""
        self._trigger(self.Paid, amount=self.amount_due, method=method)

    @command(guard=_only("is not shipped", Status.PAID))
    def ship(self, carrier: str, tracking: str) -> None:
        """Ship the order. Raises ``ValueError`` if it is not paid."""
        self._trigger(self.Shipped, carrier=carrier, tracking=tracking)

    @command(guard=_only("is not cancelled", Status.OPEN, Status.PAID))
    def cancel(self, reason: str) -> None:
        """Cancel the order. Raises ``ValueError`` if it is shipped or cancelled."""
        self._trigger(self.Cancelled, reason=reason)

    def _replace_lines(self, lines: list[dict[str, Any]]) -> None:
        self._lines = lines
        self._total = sum((line["quantity"] * line["price"] for line in lines), Decimal("0.00"))
