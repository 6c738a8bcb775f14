"""The models that ship with the program, and the stories of the demo store that they tell."""

from .account import Account
from .example import Example, create_new_example
from .order import Order
from .stories import demo_histories
from .ticket import Ticket

DEMO_MODELS: tuple[type, ...] = (Order, Account, Ticket, Example)
"""The classes of every entity in the demo store."""

__all__ = ["DEMO_MODELS", "Account", "Example", "Order", "Ticket", "create_new_example", "demo_histories"]
