"""Checks of rules: exact, whatever the histories hold, and equal to a check of each version by itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.rules.check import why_unusable
from es_desktop.app.rules.report import rule_lines, support_json
from es_desktop.app.rules.rule import Rule, RuleForm
from es_desktop.app.text.json_view import to_json
from es_desktop.replay.chain import Moment
from es_desktop.replay.conditions import Condition

from .histories import TYPE, History, checked, mined, name_of

EVENTS = ["A", "B", "C"]
small = st.none() | st.integers(-2, 2) | st.sampled_from(["", "x", "y"]) | st.booleans()
states = st.dictionaries(st.sampled_from(["a", "b", "c"]), small, max_size=3)
histories = st.lists(st.tuples(st.sampled_from(EVENTS), states | st.none()), min_size=1, max_size=8)
stores = st.lists(histories, min_size=1, max_size=6)
RULES = [
    Rule(TYPE, RuleForm.AT_MOST, "a ≤ b", "a <= b", where="a is not None and b is not None"),
    Rule(TYPE, RuleForm.MONOTONE, "a", "a >= previous.a", where="previous.a is not None and a is not None"),
    Rule(TYPE, RuleForm.CONSTANT, "c", "c == previous.c", where="previous.c is not None"),
    Rule(TYPE, RuleForm.ONE_OF, "c", 'c in ["x", ""]', where="c is not None"),
    Rule(TYPE, RuleForm.ONLY_AFTER, "B only after A", event="B", other="A"),
    Rule(TYPE, RuleForm.NEVER_AFTER, "B never after A", event="B", other="A"),
    Rule(TYPE, RuleForm.NEVER_AFTER, "A at most once", event="A", other="A"),
    Rule(TYPE, RuleForm.LAST, "nothing after C", event="C"),
    Rule(TYPE, RuleForm.WITHIN, "B within", event="B", other="A", seconds=90.0),
    Rule(TYPE, RuleForm.UNIQUE, "no two have the same c", path="c"),
]


@given(stores)
def test_support_and_exceptions_are_all(found: list[History]) -> None:
    for support in checked(found, RULES):
        assert support.holds_in + support.exception_count == support.entities <= len(found)
        assert support.exception_count == len(support.exceptions)
        assert support.holds_in >= 0
        assert to_json(support_json(support, True))
        assert list(rule_lines([(support, True)], with_exceptions=True))


@given(stores)
def test_a_condition_is_checked_at_every_version(found: list[History]) -> None:
    """Also where the check passes a version over, because nothing that it reads has changed."""
    for support in checked(found, [each for each in RULES if each.holds]):
        rule = support.rule
        where, breaks = Condition(rule.where).run(), Condition(rule.breaks).run()
        wanted: dict[str, int] = {}
        applies = 0
        for number, history in enumerate(found):
            before: Any = None
            has_applied = False
            for version, (_, state) in enumerate(history):
                moment = Moment(version, None, before, state)
                before = state
                if state is None:
                    continue
                has_applied |= bool(where(moment))
                if breaks(moment):
                    wanted.setdefault(name_of(number), version)
            applies += has_applied
        assert {str(each.entity): each.version for each in support.exceptions} == wanted
        assert support.entities == applies


@given(stores)
def test_orders_are_those_of_the_event_types(found: list[History]) -> None:
    supports = {each.rule.sentence: each for each in checked(found, RULES)}
    types = {name_of(number): [event for event, _ in history] for number, history in enumerate(found)}
    wrong = {each: names for each, names in types.items() if "B" in names and "A" not in names[: names.index("B")]}
    assert {each.entity for each in supports["B only after A"].exceptions} == wrong.keys()
    assert supports["B only after A"].entities == sum("B" in names for names in types.values())
    wrong = {each: names for each, names in types.items() if "A" in names and "B" in names[names.index("A") :]}
    assert {each.entity for each in supports["B never after A"].exceptions} == wrong.keys()
    wrong = {each: names for each, names in types.items() if names.count("A") > 1}
    assert {each.entity for each in supports["A at most once"].exceptions} == wrong.keys()
    wrong = {each: names for each, names in types.items() if "C" in names[:-1]}
    assert {each.entity for each in supports["nothing after C"].exceptions} == wrong.keys()


wild = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=80)
    | st.datetimes()
    | st.dates()
    | st.binary(max_size=4)
    | st.just({"__enum__": {"name": "X"}}),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
wild_histories = st.lists(
    st.tuples(st.text(max_size=3), st.none() | st.dictionaries(st.text(max_size=4), wild, max_size=6)), max_size=5
)


@given(st.lists(wild_histories, min_size=1, max_size=4))
def test_wild_states_are_mined(found: list[History]) -> None:
    for support in mined([each for each in found if each] * 6).values():
        assert support.holds_in + support.exception_count == support.entities
        assert not why_unusable(support.rule)
        assert to_json(support_json(support, False))


def test_a_long_list_and_a_wide_state_are_mined() -> None:
    wide = {f"key {number}": number for number in range(5_000)}
    deep: Any = 1
    for _ in range(500):
        deep = {"in": deep}
    long = [{"n": number} for number in range(5_000)]
    found = mined([[("A", {"wide": wide, "deep": deep, "long": long, **wide})]] * 8)
    assert all(each.exception_count == 0 for each in found.values())


@pytest.mark.parametrize(
    "rule",
    [
        Rule(TYPE, RuleForm.AT_MOST, "no condition", "a <="),
        Rule(TYPE, RuleForm.AT_MOST, "no premise", "a <= b", where="("),
        Rule(TYPE, RuleForm.UNIQUE, "no path", path="["),
        Rule(TYPE, RuleForm.LAST, "no event"),
        Rule(TYPE, RuleForm.SUM, "nothing"),
    ],
)
def test_a_rule_that_cannot_be_checked_says_why(rule: Rule) -> None:
    assert why_unusable(rule)
