"""How surely two shares differ."""

from __future__ import annotations

from math import exp, lgamma, sqrt
from typing import Final, NamedTuple

_DEVIATIONS: Final = 1.96
"""Standard deviations around a share of 95 % confidence."""
_FALSE_SHARE: Final = 0.05
"""How likely it may be that chance alone makes one of all the differences that are compared."""


class Shares(NamedTuple):
    """In how many of two groups a fact holds."""

    these: int
    of_these: int
    others: int
    of_others: int

    @property
    def difference(self) -> float:
        """How much larger the share of the first group is, from -1 to 1."""
        return _share(self.these, self.of_these) - _share(self.others, self.of_others)

    @property
    def least_difference(self) -> float:
        """The lower bound of the difference: what it is at least, as far as so few entities can say; for the order.

        It is Newcombe's interval, of Wilson's intervals of both shares. It is right for small numbers and for shares of
        0 and 1, where a quotient of shares is infinite and the usual interval is empty; and it says how many entities
        differ, which mutual information does not.
        """
        low, _ = _interval(self.these, self.of_these)
        _, high = _interval(self.others, self.of_others)
        one, two = _share(self.these, self.of_these), _share(self.others, self.of_others)
        return one - two - sqrt((one - low) ** 2 + (high - two) ** 2)

    @property
    def chance(self) -> float:
        """How likely the share is so much larger, or more, if the group were drawn by lot: Fisher's exact test."""
        total, true = self.of_these + self.of_others, self.these + self.others
        whole = _log_choose(total, true)
        tail = 0.0
        for count in range(self.these, min(true, self.of_these) + 1):
            rest = true - count
            if rest <= self.of_others:
                tail += exp(_log_choose(self.of_these, count) + _log_choose(self.of_others, rest) - whole)
        return min(tail, 1.0)

    def is_clear(self, compared: int) -> bool:
        """Return whether the difference is more than chance makes, where so many are compared (Bonferroni)."""
        return self.difference > 0 and self.chance * max(compared, 1) <= _FALSE_SHARE


def _log_choose(number: int, chosen: int) -> float:
    return lgamma(number + 1) - lgamma(chosen + 1) - lgamma(number - chosen + 1)


def _share(count: int, of: int) -> float:
    return count / of if of else 0.0


def _interval(count: int, of: int) -> tuple[float, float]:
    """Return Wilson's interval of a share."""
    if not of:
        return 0.0, 1.0
    share, square = count / of, _DEVIATIONS**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _DEVIATIONS / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of**2))
    return max(0.0, middle - half), min(1.0, middle + half)
