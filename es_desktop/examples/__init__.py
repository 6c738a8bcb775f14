"""The models that ship with the program, and the histories of the demo store."""

from .account import Account
from .example import Example, create_new_example
from .histories import demo_histories
from .order import Order
from .story import FALSE_SNAPSHOT, FALSE_VERSION, false_state
from .ticket import Ticket

DEMO_MODELS: tuple[type, ...] = (Order, Account, Ticket, Example)
"""The entity classes of the demo store."""

__all__ = [
    "DEMO_MODELS",
    "FALSE_SNAPSHOT",
    "FALSE_VERSION",
    "Account",
    "Example",
    "Order",
    "Ticket",
    "create_new_example",
    "demo_histories",
    "false_state",
]
