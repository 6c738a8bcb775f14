"""The story of the demo: a few of its entities went wrong, each by something that happens to real systems.

An event of the story takes the place and the time of one that the simulation made, so that all counts stay.
docs/demo.md says for a teacher where everything is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial, reduce
from typing import Any, Final
from uuid import UUID

from es_desktop.core import DomainEvent, EventBus, clock_set_to
from es_desktop.core.bus import as_list

from .account import Account
from .order import Order
from .ticket import Ticket

WRONG_TOTAL: Final = UUID("7715f753-f563-425f-b880-a6eaa7c82dd9")
FALSE_SNAPSHOT: Final = UUID("cce1c12a-2a2b-4901-a5ef-5e97e90d5de2")
NEWER_EVENT: Final = UUID("f094cb8b-b723-41c8-a97d-a6eb9af328d0")
TRANSFER_TWICE: Final = UUID("ea3913ce-2af1-49ae-a3b2-40d267b77f75")
_OPEN_IN_PORTO: Final = UUID("9414d1b9-a10e-4c71-a7f2-af426183e118")
_OPEN_IN_LISBON: Final = UUID("42dc74af-1046-4329-85ee-150e4b0d51bc")

FALSE_VERSION: Final = 19
"""The version of the false snapshot, the last one of its entity."""
History = list[DomainEvent]
_Command = Callable[[Any], object]


def with_story(history: History) -> History:
    """Return a history as it is in the demo: with the events of the story, or itself if it has no part in it."""
    change = _CHANGES.get(vars(history[0])["originator_id"])
    return history if change is None else change(history)


def false_state(history: History) -> Account:
    """Return what the false snapshot holds: the account before its last payment, under the version after it."""
    *seen, missed = history[: FALSE_VERSION + 1]
    account: Account = reduce(
        Account.mutate, [*seen, type(missed)(**{**vars(missed), "amount": Decimal("0.00")})], None
    )
    return account


def collected(act: Callable[[], object], clock: Callable[[], float]) -> History:
    """Return the events that ``act`` publishes, on a bus of its own and at the times of ``clock``."""
    history: History = []
    bus = EventBus()
    bus.subscribe(lambda published: history.extend(as_list(published)))
    with bus.activated(), clock_set_to(clock):
        act()
    return history


def _run_instead(model: Any, history: History, at: int, commands: Sequence[_Command]) -> History:
    """Return the history with the events of ``commands`` from version ``at`` on, at the times of those they replace."""
    for version, command in enumerate(commands, at):
        entity = reduce(model.mutate, history[:version], None)
        time = partial(float, vars(history[version])["timestamp"])
        (event,) = collected(partial(command, entity), time)
        history = [*history[:version], event, *history[version + 1 :]]
    return history


def _wrong_total(history: History) -> History:
    first, paid = vars(history[1]), vars(history[11])
    commands: list[_Command] = [
        lambda order: order.add_item(first["sku"], first["name"], 1, first["price"]),
        lambda order: order.change_quantity(first["sku"], 3),
        lambda order: order.change_address(vars(history[10])["address"]),
        lambda order: order.pay(paid["method"]),
    ]
    return _run_instead(Order, history, 8, commands)


def _newer_event(history: History) -> History:
    attributes = vars(history[11])
    author = {"name": attributes["author"], "role": "customer"}
    newer = Ticket.Commented(**{**attributes, "author": author, "schema_version": 2})
    return [*history[:11], newer, *history[12:]]


def _transfer_twice(history: History) -> History:
    first = vars(history[29])
    again = (first["amount"], first["sender"], first["reference"], first["transfer_id"])
    return _run_instead(Account, history, 31, [lambda account: account.receive_transfer(*again)])


def _left_open(at: int, postcode: str, city: str, history: History) -> History:
    def move(order: Order) -> None:
        place = {"postcode": postcode, "city": city, "country": "PT"}
        order.change_address({"recipient": order.customer, "street": "Rua das Flores 12", "place": place})

    commands: list[_Command] = [
        move,
        lambda order: setattr(order, "note", "Ask before you send it."),
        lambda order: setattr(order, "priority", order.priority + 1),
        lambda order: setattr(order, "gift", not order.gift),
    ]
    return _run_instead(Order, history, at, commands[: len(history) - at])


_CHANGES: Final[dict[UUID, Callable[[History], History]]] = {
    WRONG_TOTAL: _wrong_total,
    NEWER_EVENT: _newer_event,
    TRANSFER_TWICE: _transfer_twice,
    _OPEN_IN_PORTO: partial(_left_open, 6, "4050-262", "Porto"),
    _OPEN_IN_LISBON: partial(_left_open, 8, "1100-148", "Lisboa"),
}
