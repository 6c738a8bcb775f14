"""Changes carried out lead to the later tree, and back to the earlier one, and alter neither."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.replay import ABSENT, Change, diff
from es_desktop.replay.steps import apply_changes
from tests.replay.generated_histories import HISTORIES, History
from tests.replay.trees import STATES, same


def revert_changes(tree: Any, changes: Iterable[Change]) -> Any:
    return apply_changes(tree, [Change(each.path, each.after, each.before) for each in changes])


@given(before=STATES, after=STATES)
def test_changes_lead_to_the_later_tree_and_back(before: Any, after: Any) -> None:
    kept = deepcopy((before, after))
    changes = list(diff(before, after))
    assert same(apply_changes(before, changes), after or {})
    assert same(revert_changes(after, changes), before or {})
    assert same(list(kept), [before, after])


@given(trees=st.lists(STATES, min_size=1, max_size=5))
def test_trees_that_share_what_did_not_change_stay_as_they_were(trees: list[Any]) -> None:
    now: Any = {}
    made: list[Any] = []
    for before, after in zip([None, *trees], trees, strict=False):
        now = apply_changes(now, diff(before, after))
        made.append(now)
    assert all(same(each, tree or {}) for each, tree in zip(made, trees, strict=True))


@given(generated=HISTORIES)
def test_undoing_a_step_gives_the_state_before_it(generated: History) -> None:
    states = generated.states()
    for at, step in enumerate(generated.chain().steps(0, len(generated.events))):
        assert not list(diff(revert_changes(states[at + 1], step.changes), states[at]))
        assert not list(diff(apply_changes(states[at], step.changes), states[at + 1]))


def test_what_did_not_change_is_the_same_object() -> None:
    tree: dict[str, Any] = {"lines": [{"price": 1}, {"price": 2}], "address": {"city": "Oslo"}}
    later = apply_changes(tree, [Change("lines[1].price", 2, 3)])
    assert later == {"lines": [{"price": 1}, {"price": 3}], "address": {"city": "Oslo"}}
    assert later["address"] is tree["address"]
    assert later["lines"][0] is tree["lines"][0]
    assert tree["lines"][1] == {"price": 2}


def test_members_are_cut_off_and_put_on_in_order() -> None:
    changes = [Change("lines[1]", "b", ABSENT), Change("lines[2]", "c", ABSENT)]
    assert apply_changes({"lines": ["a", "b", "c"]}, changes) == {"lines": ["a"]}
    assert revert_changes({"lines": ["a"]}, changes) == {"lines": ["a", "b", "c"]}
