"""Counts as text."""


def count_text(number: int, noun: str = "item") -> str:
    """Return ``1 item``, ``3 items``, ``3 entities``."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
