"""What fields and helps give as examples: all of them find something in the demo store."""

from __future__ import annotations

from typing import Final

CONDITION: Final = 'status == "open" and total > 100'
"""On the state of an entity, at its end."""
QUESTION: Final = 'Order where ever total > 100 and never status == "paid"'
"""To the whole histories of entities."""
WATCHED: Final = ('total > 100 and status == "paid"', 'changed("total")', "lines[0].price")
"""Along the history of an order: conditions and a path."""
SQL: Final = 'SELECT status, count(*) AS orders, max(total) AS highest FROM "Order" GROUP BY status ORDER BY status'
"""Over the states of orders at their ends."""
