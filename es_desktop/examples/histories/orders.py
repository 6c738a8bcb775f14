"""Histories of orders: filled, paid and shipped, or cancelled."""

from __future__ import annotations

from datetime import timedelta

from es_desktop.core import create_entity

from ..order import Order
from . import texts
from .simulation import OFFICE, Simulation


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
    order.ship(simulation.choose(texts.CARRIERS), texts.tracking_number(simulation.rng))


def _create(simulation: Simulation) -> Order:
    is_gift = simulation.happens(0.15)
    return create_entity(
        Order,
        simulation.new_id(),
        customer=texts.person(simulation.rng),
        note=simulation.choose(texts.ORDER_NOTES) if is_gift or simulation.happens(0.2) else "",
        priority=simulation.choose((0, 0, 0, 1, 2)),
        gift=is_gift,
        due=simulation.today + timedelta(days=simulation.rng.randint(3, 21)) if simulation.happens(0.3) else None,
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
    simulation.wait(24 * 14, OFFICE)
    order.discard()
