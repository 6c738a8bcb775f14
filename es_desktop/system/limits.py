"""What is read at most, so that no content takes all memory or time. A person can raise each limit but that of levels.

They are kept in the environment: processes that are started to read a store have the same ones.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Final

VARIABLE: Final = "ES_DESKTOP_LIMITS"
MOST_NESTED: Final = 450
"""The levels of arrays and objects that a payload may have, whether it is written or read, and from wherever: Python
and other programs read JSON by calls inside of calls."""


def _limit(default: int, what: str) -> Any:
    return field(default=default, metadata={"what": what})


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits, each with what it is for a person."""

    payload_mb: int = _limit(64, "MB of one payload or state, as it is stored and unpacked")
    values: int = _limit(100_000, "values in one payload or state")
    statement_seconds: int = _limit(60, "seconds that one statement may take: a view may never end")
    table_seconds: int = _limit(5, "seconds for each table that may hold a store")

    def parsed(self, text: str) -> Limits:
        """Return the limits with those of a text such as ``values=500000 payload_mb=200``. Raises ``ValueError``."""
        found = self
        for part in text.replace(",", " ").split():
            name, _, number = part.partition("=")
            if name not in NAMES or not number.isdecimal() or not 0 < int(number) <= MOST:
                raise ValueError(f"{part!r} is not one of {', '.join(NAMES)} with a number, such as values=500000")
            found = replace(found, **{name: int(number)})
        return found

    def __str__(self) -> str:
        """Return the limits that are not the default ones, as ``parsed`` takes them."""
        return " ".join(
            f"{name}={getattr(self, name)}" for name in NAMES if getattr(self, name) != getattr(_DEFAULT, name)
        )


WHAT: Final = {each.name: str(each.metadata["what"]) for each in fields(Limits)}
"""What each limit is, by its name."""
NAMES: Final = tuple(WHAT)
MOST: Final = 10**9
_DEFAULT: Final = Limits()
_MET: Final = re.compile(r"\(the limit (\w+) is ")


def limits() -> Limits:
    """Return the limits that hold; the default ones if the environment has others that cannot be understood."""
    try:  # not ``get``, which takes twice as long: this runs several times for every event that is read
        return _parsed(os.environ[VARIABLE])
    except KeyError:
        return _DEFAULT


def payload_bytes() -> int:
    """Return how many bytes a payload or state may have."""
    return limits().payload_mb * 1_000_000


@lru_cache(maxsize=4)
def _parsed(text: str) -> Limits:
    try:
        return _DEFAULT.parsed(text)
    except ValueError:
        return _DEFAULT


def raise_limits(texts: list[str]) -> None:
    """Set limits for this process and those that it starts. Raises ``ValueError``."""
    text = " ".join([os.environ.get(VARIABLE, ""), *texts])
    _DEFAULT.parsed(text)
    os.environ[VARIABLE] = text


def set_limits(wanted: Limits) -> None:
    """Set all limits for this process and those that it starts."""
    os.environ[VARIABLE] = str(wanted)


def keep_limits(text: str) -> None:
    """Set limits that a person keeps, unless the environment has others; none if the text cannot be understood."""
    with suppress(ValueError):
        os.environ[VARIABLE] = f"{_DEFAULT.parsed(text)} {os.environ.get(VARIABLE, '')}".strip()


def limit_met(text: str) -> str:
    """Return the name of the limit that a text says is met; an empty text if none."""
    found = _MET.search(text)
    return found[1] if found is not None and found[1] in NAMES else ""


def over(what: str, name: str) -> str:
    """Return the sentence for a limit that is met: ``what`` is too large, long or many."""
    return f"{what} (the limit {name} is {getattr(limits(), name):,}; --limit {name}=N raises it)"
