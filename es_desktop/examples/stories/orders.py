"""The story of an order: filled at one sitting, paid, packed and sent, or given up on the way."""

from __future__ import annotations

from datetime import timedelta

from es_desktop.core import create_entity

from ..order import Order
from . import words
from .stage import OFFICE, Stage


def tell_order(stage: Stage) -> None:
    """Tell one order from its first click to the parcel."""
    order = _place(stage)
    _fill(stage, order)
    order.change_address(words.address(stage.rng, order.customer))
    if stage.happens(0.12):
        _give_up(stage, order)
        return
    stage.pause(90)
    order.pay(stage.any_of(words.PAYMENT_METHODS))
    _change_mind(stage, order)
    if stage.happens(0.04):
        stage.wait(6, OFFICE)
        order.cancel("out of stock")
        return
    stage.wait(20, OFFICE)
    if order.gift or stage.happens(0.2):
        order.priority += 1
        stage.wait(1, OFFICE)
    order.ship(stage.any_of(words.CARRIERS), words.tracking_number(stage.rng))


def _place(stage: Stage) -> Order:
    is_gift = stage.happens(0.15)
    return create_entity(
        Order,
        stage.new_id(),
        customer=words.person(stage.rng),
        note=stage.any_of(words.ORDER_NOTES) if is_gift or stage.happens(0.2) else "",
        priority=stage.any_of((0, 0, 0, 1, 2)),
        gift=is_gift,
        due=stage.today + timedelta(days=stage.rng.randint(3, 21)) if stage.happens(0.3) else None,
        discount=words.money(stage.rng, 1, 15) if stage.happens(0.2) else words.money(stage.rng, 0, 0),
        channel=stage.any_of((*[Order.Channel.WEB] * 4, Order.Channel.PHONE, Order.Channel.SHOP)),
    )


def _fill(stage: Stage, order: Order) -> None:
    for sku, name, price in stage.rng.sample(words.PRODUCTS, stage.any_of((1, 2, 3, 3, 4, 5, 6, 9))):
        stage.pause()
        order.add_item(sku, name, stage.any_of((1, 1, 2, 2, 4, 6) if price < 30 else (1, 1, 2)), price)
        if stage.happens(0.12) and len(order.lines) > 1:
            stage.pause(15)
            order.remove_item(stage.any_of(order.lines)["sku"])
    stage.pause()


def _change_mind(stage: Stage, order: Order) -> None:
    if stage.happens(0.15):
        stage.wait(2)
        order.change_address(words.address(stage.rng, words.person(stage.rng)))
    if stage.happens(0.2):
        stage.wait(1)
        order.note = stage.any_of(words.ORDER_NOTES)
    if stage.happens(0.12):
        stage.pause()
        order.gift = not order.gift


def _give_up(stage: Stage, order: Order) -> None:
    """A basket is cancelled by the customer, or left behind and swept away by the shop."""
    if stage.happens(0.5):
        stage.wait(5)
        order.cancel(stage.any_of(words.CANCEL_REASONS))
    stage.wait(24 * 14, OFFICE)
    order.discard()
