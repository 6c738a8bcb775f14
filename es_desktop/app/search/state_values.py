"""The values of a state as a list of entities shows them, and the one that names an entity."""

from __future__ import annotations

import enum
import re
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from math import isfinite
from typing import Any, Final, NamedTuple

from es_desktop.app.text.values import format_value
from es_desktop.index.states import value_key
from es_desktop.replay import PlainTree
from es_desktop.replay.diff import join_path, members
from es_desktop.system.counts import count_text

_MOST_VALUES: Final = 200
_MOST_CHARACTERS: Final = 4_000
"""Of all values of one state together."""
_LONGEST: Final = 120
_LONGEST_NAME: Final = 60
_FEW_DIFFERENT: Final = 0.1
_MOSTLY_DIFFERENT: Final = 0.8
_FEW: Final = 3
"""With fewer states, only the name of an attribute says what names an entity."""
_NAMES: Final = (
    *("name", "full name", "display name", "title", "customer", "customer name", "owner", "owner name", "holder"),
    *("subject", "label", "user name", "username", "user", "client", "patient", "company", "last name", "first name"),
    *("email", "email address", "mail", "login", "description", "summary", "reference", "slug", "code", "number"),
)
"""Attributes that name an entity, in plain words, the best first; also the end of a longer one, such as shop name."""
_NO_NAMES: Final = frozenset(
    ["id", "ids", "uuid", "guid", "key", "token", "hash", "url", "uri", "version", "note", "notes", "comment", "reason"]
)
"""The last words of attributes that name something else."""
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_LONGEST_NUMBER: Final = 16
_NO_NAME: Final = re.compile(r"[0-9a-f-]{16,}|[\d\s.,:/+TZ-]+|true|false|\d+ (?:items?|bytes?)", re.IGNORECASE)
"""A whole value that is an id, a number or a time."""


class StateValues(NamedTuple):
    """The values of a state by the ``value_key`` of their paths: those near its root, of limited length."""

    shown: Mapping[str, str]
    """The text of each leaf; one that is ``None`` has none."""
    amounts: Mapping[str, float]
    """What numbers and truth values are sorted and compared by; of a list, how many members it has."""

    def text(self, path: str) -> str:
        """Return the text of a value, or how many members the list there has; empty for none."""
        key = value_key(path)
        amount = self.amounts.get(key)
        return self.shown.get(key) or ("" if amount is None else count_text(int(amount)))

    def is_number(self, path: str) -> bool | None:
        """Return whether a value is a number, or how many members a list has; ``None`` for no value."""
        key = value_key(path)
        if key not in self.shown:
            return True if key in self.amounts else None
        return key in self.amounts and self.shown[key] not in ("true", "false")


NO_VALUES: Final = StateValues({}, {})


def state_values(state: PlainTree | None) -> StateValues:
    """Return the values of a state; none for ``None``. Never raises."""
    shown: dict[str, str] = {}
    amounts: dict[str, float] = {}
    room = _MOST_CHARACTERS
    waiting: deque[tuple[str, Any]] = deque([("", state)])
    while waiting and room > 0 and len(shown) + len(amounts) < _MOST_VALUES:
        path, value = waiting.popleft()
        key = value_key(path)
        inner = [(join_path(path, key), each) for key, each in _first_members(value)]
        waiting.extend(inner)
        amount = len(value) if isinstance(value, list) else _amount(value)
        if amount is not None and path:
            amounts[key] = amount
        if path and value is not None and not isinstance(value, Mapping | list):
            shown[key] = format_value(value, _LONGEST)
            room -= len(key) + len(shown[key])
    return StateValues(shown, amounts)


def _first_members(value: object) -> list[tuple[object, Any]]:
    return [pair for pair, _ in zip(members(value), range(_MOST_VALUES), strict=False)]


def _amount(value: object) -> float | None:
    """Return a value as a number, also one that a payload has as a text; times are sorted by their texts."""
    found: float | None = None
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, enum.Enum)
    if is_number or (isinstance(value, str) and len(value) < _LONGEST_NUMBER and _NUMBER.fullmatch(value)):
        with suppress(OverflowError, ValueError, ArithmeticError):
            found = float(value)  # type: ignore[arg-type]
    return found if found is not None and isfinite(found) else None


def path_of_name(states: Sequence[StateValues]) -> str:
    """Return the path of the text that most likely names an entity, by some states of its type; empty for none.

    The name of the attribute decides first, then how different its values are. A text that most of the states lack,
    that is the same in all of them, or that is an id or a number, is none.
    """
    paths = dict.fromkeys(path for each in states for path in each.shown if "[" not in path)
    ranks = ((_rank(path, states), path) for path in paths)
    return min(((rank, path) for rank, path in ranks if rank is not None), default=(None, ""))[1]


def _rank(path: str, states: Sequence[StateValues]) -> tuple[float, ...] | None:
    """Return how well a path names an entity, less for a better one; ``None`` if it does not."""
    texts = [each.shown[path] for each in states if path in each.shown and path not in each.amounts]
    texts = [text for text in texts if text != '""' and not _NO_NAME.fullmatch(text)]
    if 2 * len(texts) < max(len(states), 1) or sum(map(len, texts)) > _LONGEST_NAME * len(texts):
        return None
    words = [word.lower() for word in _WORD.findall(path)]
    different = len(set(texts)) / len(texts)
    is_one = len(set(texts)) == 1 and len(states) >= _FEW
    if is_one or not words or words[-1] in _NO_NAMES:
        return None
    name, depth = " ".join(words), path.count(".")
    at = next((at for at, known in enumerate(_NAMES) if name == known), None)
    if at is None:
        ends = (at for at, known in enumerate(_NAMES) if name.endswith(f" {known}"))
        at = next((len(_NAMES) + end for end in ends), None)
    if at is not None:
        return float(different < _FEW_DIFFERENT), at, depth, -different
    is_usable = len(states) >= _FEW and different >= _MOSTLY_DIFFERENT and not depth
    return (2.0, -different) if is_usable else None
