"""The terms that a person meets in the window. ``resources/glossary.toml`` is their one source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from es_desktop.app.preferences.kept import Preferences
from es_desktop.app.preferences.table import keys_name
from es_desktop.app.runtime.places import resources
from es_desktop.system.text_match import has_words

from .parts import LABEL


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    what: str
    """What it is."""
    do: str
    """What to do with it; ``{id}`` stands for an action."""
    parts: tuple[str, ...]
    """The parts of the window that it is explained in: see ``parts_at``."""

    def advice(self, preferences: Preferences) -> str:
        """Return what to do, with the texts and the present keys of the actions."""
        return re.sub(r"\{([\w-]+)\}", lambda found: _action(found[1], preferences), self.do)

    def is_named_in(self, label: str) -> bool:
        """Return whether a label has the name of the term, of one or of several."""
        name = re.escape(self.name.removesuffix("y")) + ("(y|ies)" if self.name.endswith("y") else "s?")
        return re.search(rf"\b{name}\b", label, re.IGNORECASE) is not None

    def matches(self, text: str) -> bool:
        """Return whether the term has each word of a text."""
        return has_words(text, self.name, self.what, self.do)


def _action(name: str, preferences: Preferences) -> str:
    title, keys = preferences.table[keys_name(name)].title, preferences.text(keys_name(name)).split()
    return f"{title} ({' or '.join(keys)})" if keys else title


@cache
def terms() -> tuple[Term, ...]:
    """Return all terms, by their subject. Reads a file of the program, once."""
    import tomllib  # a start without a store needs none

    with (resources() / "glossary.toml").open("rb") as file:
        return tuple(Term(**{**each, "parts": tuple(each["parts"])}) for each in tomllib.load(file)["term"])


def terms_of(parts: Iterable[str]) -> Iterator[Term]:
    """Yield the terms of some parts of the window, those of the first part first, and each once."""
    yield from dict.fromkeys(term for part in parts for term in (*_named_in(part), *_with_part(part)))


def _with_part(part: str) -> Iterator[Term]:
    return (term for term in terms() if part in term.parts)


def _named_in(part: str) -> list[Term]:
    """Return the terms that a label names, the longest first: of *Event type* the event type, then the event."""
    label = part.removeprefix(LABEL)
    named = [] if label == part else [term for term in terms() if term.is_named_in(label)]
    return sorted(named, key=lambda term: -len(term.name))


def with_term(tip: str, part: str) -> str:
    """Return a tooltip with what the term of a part of the window is."""
    term = next(terms_of([part]), None)
    return tip if term is None else "\n".join(filter(None, (tip, f"{term.name}: {term.what}")))
