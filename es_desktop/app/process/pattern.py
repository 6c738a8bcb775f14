"""Patterns of event types: ``Created > ItemAdded+ > Paid > Shipped``.

``>`` separates what follows directly. After a type, ``+`` is once or more, ``?`` at most once, and ``*`` any number of
times. ``A | B`` is either, and ``...`` any events. A name with other characters than letters, digits, ``_``, ``.``,
``:`` and ``-`` is in quotes, inside which a quote is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.plain import elide

_HINT: Final = "Write it as: Created > ItemAdded+ > Paid. Names with spaces stand in quotes."
_TOKEN: Final = re.compile(r"""\s*(?:(\.\.\.|…)|"((?:[^"]|"")+)"|(\w(?:[\w.:-]*\w)?)|([>|+?*]))\s*""")
_PLAIN: Final = re.compile(r"\w(?:[\w.:-]*\w)?")
_MOST_ELEMENTS: Final = 1_000
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Element:
    """What stands between two ``>``."""

    types: frozenset[str]
    """The event types of which each fits; empty for any type."""
    is_required: bool
    """Whether one at least must be there."""
    is_repeated: bool
    """Whether there may be several."""

    def fits(self, event_type: str) -> bool:
        """Return whether an event of that type can stand here."""
        return not self.types or event_type in self.types

    def __str__(self) -> str:
        if not self.types:
            return "..."
        mark = {(True, False): "", (True, True): "+", (False, False): "?", (False, True): "*"}
        return " | ".join(map(quoted, sorted(self.types))) + mark[self.is_required, self.is_repeated]


@dataclass(frozen=True, slots=True)
class Pattern:
    """The order in which event types are expected to follow each other."""

    elements: tuple[Element, ...]

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Return a pattern from its text. Raises ``UserError`` that says where it cannot be understood."""
        parts = [list(each) for each in _parts(text)]
        if len(parts) > _MOST_ELEMENTS:
            raise UserError(f"a pattern has at most {_MOST_ELEMENTS} parts", "Use + for repeats.")
        return cls(tuple(_element(each, text) for each in parts))

    @classmethod
    def of_types(cls, types: Iterable[str], *, repeated: bool) -> Pattern:
        """Return the pattern of event types that follow each other, each once; or each once or more."""
        return cls(tuple(Element(frozenset({each}), True, repeated) for each in types))

    @property
    def types(self) -> frozenset[str]:
        """All event types that it names."""
        return frozenset(name for each in self.elements for name in each.types)

    def __str__(self) -> str:
        return " > ".join(map(str, self.elements))


def quoted(name: str) -> str:
    """Return the name of an event type as a pattern has it."""
    return name if _PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'


def _parts(text: str) -> Iterator[list[tuple[str, str]]]:
    """Yield the tokens between each two ``>``."""
    at, part = 0, list[tuple[str, str]]()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise UserError(f"{elide(text[at:], _SHOWN)!r} in the pattern cannot be understood", _HINT)
        anything, in_quotes, name, mark = found.groups()
        if mark == ">":
            yield part
            part = []
        elif anything:
            part.append(("any", anything))
        elif mark:
            part.append(("mark", mark))
        else:
            part.append(("name", name or in_quotes.replace('""', '"')))
        at = found.end()
    yield part


def _element(tokens: list[tuple[str, str]], text: str) -> Element:
    shape = "".join({"any": ".", "name": "n", "mark": value}[token] for token, value in tokens)
    if shape == ".":
        return Element(frozenset(), False, True)
    if not re.fullmatch(r"n(\|n)*[+?*]?", shape):
        where = f"between two > of {elide(text, _SHOWN)!r}" if text.strip() else "in the pattern"
        raise (
            UserError(f"there is no event type {where}", _HINT)
            if not shape
            else UserError(f"{''.join(value for _, value in tokens)!r} in the pattern cannot be understood", _HINT)
        )
    mark = shape[-1]
    return Element(frozenset(value for token, value in tokens if token == "name"), mark not in "?*", mark in "+*")
