"""Random data has no rules but those that are true of it by how it was made."""

from __future__ import annotations

from itertools import accumulate
from random import Random
from typing import Any

import pytest

from es_desktop.app.rules.candidates import surprise
from es_desktop.app.rules.rule import RuleForm

from .histories import History, mined

NONSENSE = frozenset(RuleForm) - {RuleForm.ONE_OF, RuleForm.RANGE, RuleForm.UNIQUE}
"""Forms of which random values have none: that a number is at least 0, or a text one of three, is true of them."""


def random_history(rng: Random) -> History:
    """Return events of any order, each of which sets any values."""

    def state() -> dict[str, Any]:
        return {
            "a": rng.gauss(0, 1),
            "b": rng.gauss(1, 2),
            "c": rng.randint(0, 9),
            "d": rng.randint(0, 9),
            "e": rng.choice("xyz"),
            "f": rng.choice(["p", "q", None]),
            "g": rng.choice([None, "", "text", "word"]),
            "h": rng.random() < 0.5,
            "list": [{"n": rng.randint(1, 9), "m": rng.randint(1, 9)} for _ in range(rng.randint(0, 3))],
        }

    names = ["Begun", *(rng.choice(["A", "B", "C", "D", "E"]) for _ in range(rng.randint(2, 12)))]
    return [(name, state()) for name in names]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("count", [12, 90])
def test_random_histories_have_no_rules(seed: int, count: int) -> None:
    rng = Random(seed)
    histories = [random_history(rng) for _ in range(count)]
    times = [list(accumulate(rng.expovariate(1 / 3600) for _ in history)) for history in histories]
    found = mined(histories, times)
    assert [each for each, support in found.items() if support.rule.form in NONSENSE] == []


def test_surprise_is_the_tail_of_a_binomial_distribution() -> None:
    assert surprise(10, 0, 0.5) == pytest.approx(10)
    assert surprise(10, 1, 0.5) == pytest.approx(10 - 3.459, abs=0.01)
    assert surprise(100, 60, 0.5) == 0
    assert surprise(100, 1, 0.0) == 0
    assert surprise(1_000_000, 10_000, 0.05) > 1_000
    assert surprise(0, 0, 0.5) == 0
