"""The search for sums: which values of an entity are the sum of others at every version."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MOST_NUMBERS: Final = 12
"""Numbers of one entity that a sum may be made of."""
MOST_SUMS: Final = 24
"""Sums over lists, of one entity."""
PLAIN: Final = ""
"""The term of a sum without another number."""
DIGITS: Final = 2
"""Sums are compared by hundredths here; whether they are equal says the condition of the rule."""


@dataclass(slots=True)
class SumSearch:
    """Tests sums at each version of one entity: ``target = sum``, ``target = sum + term``, ``target = sum − term``.

    A sum is over a list, ``lines|quantity*price``, or is another number, ``|total``; a term is a number with its sign.
    A version counts where target and sum are not zero.
    """

    numbers: dict[str, float] = field(default_factory=dict)
    sums: dict[str, float] = field(default_factory=dict)
    alive: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """The terms that fit at every version that counted, and for each that was not zero once: ``!`` and the term."""
    is_changed: bool = False

    def set_value(self, path: str, number: float | None) -> None:
        """Take the new value of a path; ``None`` for what is no number."""
        if number is None:
            self.is_changed |= self.numbers.pop(path, None) is not None
            self.sums.pop(f"|{path}", None)
        elif path in self.numbers or len(self.numbers) < MOST_NUMBERS:
            self.numbers[path] = self.sums[f"|{path}"] = round(number, DIGITS)
            self.is_changed = True

    def set_list(self, path: str, sums: dict[str, float]) -> None:
        """Take the sums over a list that changed, in place of those it had."""
        begin = f"{path}|"
        for key in [each for each in self.sums if each.startswith(begin)]:
            del self.sums[key]
        for name, number in sums.items():
            if len(self.sums) < MOST_SUMS + MOST_NUMBERS:
                self.sums[f"{begin}{name}"] = round(number, DIGITS)
        self.is_changed = True

    def test(self) -> None:
        """Test the sums at this version."""
        if not self.is_changed:
            return
        self.is_changed = False
        by_number: dict[float, list[str]] = {}
        for path, number in self.numbers.items():
            by_number.setdefault(number, []).append(path)
        zeros = by_number.get(0.0, [])
        targets = [(path, number) for path, number in self.numbers.items() if number]
        for key, total in self.sums.items():
            if not total:
                continue
            own = key[1:] if key[0] == "|" else ""
            for target, number in targets:
                pair = target, key
                if target == own or (known := self.alive.get(pair)) == set():
                    continue
                rest = round(number - total, DIGITS)
                others = {target, own}
                if rest:
                    fits = {f"+{each}" for each in by_number.get(rest, ()) if each not in others}
                    fits.update(f"-{each}" for each in by_number.get(-rest, ()) if each not in others)
                    marks = {f"!{each}" for each in fits}
                else:
                    fits = {PLAIN, *(f"{sign}{each}" for each in zeros if each not in others for sign in "+-")}
                    marks = set()
                self.alive[pair] = _still_alive(known, fits, marks)

    def found(self) -> dict[tuple[str, str], frozenset[str] | None]:
        """Return the terms of each sum that was tested; ``None`` where none fitted throughout."""
        return {pair: frozenset(terms) or None for pair, terms in self.alive.items()}


def _still_alive(known: set[str] | None, fits: set[str], marks: set[str]) -> set[str]:
    if known is None:
        return fits | marks
    kept = known & fits
    return kept | {each for each in (known | marks) if each[:1] == "!" and each[1:] in kept}
