"""What a condition names: the paths that it reads."""

from __future__ import annotations

import pytest

from es_desktop.replay.conditions import Condition


@pytest.mark.parametrize(
    ("expression", "paths"),
    [
        ('status == "open" and total > 100', ["status", "total"]),
        ("total > 1 or total < -1", ["total"]),
        ('lines[0].price > 2 or address["place"].city == "Ghent"', ["lines[0].price", "address.place.city"]),
        ('prices["1.5"] > 2', ['prices["1.5"]']),
        ("lines[-1].price > 2 or lines[1:3]", ["lines"]),
        ("any(line.price > limit for line in lines if line.sku)", ["lines", "limit"]),
        ("[line for line in lines if line.price > least][0].name", ["lines", "least"]),
        ("prices[key.name].net[0]", ["key.name", "prices"]),
        ('value("first name") == "Ana"', ["first name"]),
        ('len(lines) > version and event == "Paid"', ["lines"]),
        ('"open"', []),
    ],
)
def test_the_paths_are_those_of_names_and_whole_numbers(expression: str, paths: list[str]) -> None:
    assert list(Condition(expression).paths) == paths


@pytest.mark.parametrize("expression", ["previous.total < total", 'not changed("total")', "len(previous.lines)"])
def test_a_condition_may_read_the_state_before(expression: str) -> None:
    assert Condition(expression).uses_previous


@pytest.mark.parametrize("expression", ["total > 1", "changed > 1", 'value("previous") == 1'])
def test_other_conditions_do_not(expression: str) -> None:
    assert not Condition(expression).uses_previous
