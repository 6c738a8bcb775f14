"""Blame names, for each path, the events after which the value there is another, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.replay import Change, Step, join_path, members
from es_desktop.replay.diff import PathError, same_tree, value_at
from es_desktop.replay.steps import Blame, writers
from tests.replay.generated_histories import HISTORIES, History


def blame_of(generated: History) -> Blame:
    blame, chain = Blame(), generated.chain()
    for first in range(0, len(chain), 2):
        blame.add(chain.steps(first, first + 2))
    return blame


def all_paths(tree: Any, path: str = "") -> set[str]:
    found = {path} - {""}
    for key, value in members(tree):
        found |= all_paths(value, join_path(path, key))
    return found


def writers_by_hand(generated: History, path: str) -> list[int]:
    states = generated.states()
    sides = zip(generated.events, states, states[1:], strict=False)
    return [e.version for e, old, new in sides if not same_tree(value_at(old, path), value_at(new, path))]


@given(generated=HISTORIES)
def test_an_event_wrote_a_path_where_the_value_is_another_after_it(generated: History) -> None:
    blame = blame_of(generated)
    for path in set().union(*map(all_paths, generated.states())):
        assert blame.writers(path) == writers_by_hand(generated, path)


@given(generated=HISTORIES, version=st.integers(-1, 40))
def test_the_last_writer_is_the_last_one_at_or_before_a_version(generated: History, version: int) -> None:
    blame = blame_of(generated)
    for path in set().union(*map(all_paths, generated.states())):
        before = [each for each in writers_by_hand(generated, path) if each <= version]
        assert blame.last_writer(path, version) == (before[-1] if before else None)


@given(generated=HISTORIES)
def test_it_names_what_the_list_of_writers_names(generated: History) -> None:
    found, blame = writers(generated.chain().steps(0, len(generated.events))), blame_of(generated)
    for path in set().union(*map(all_paths, generated.states())):
        inside = {version for each in found if is_inside(each, path) for version in found[each]}
        assert blame.writers(path) == sorted(inside)


def is_inside(path: str, outer: str) -> bool:
    return path == outer or (path.startswith(outer) and path[len(outer)] in ".[")


def step(version: int, *changes: Change) -> Step:
    return Step(version, "Changed", None, changes)


def test_what_was_set_as_a_whole_was_set_inside_and_around() -> None:
    blame = Blame()
    blame.add(
        [step(0, Change("order", None, {"lines": [{"price": 1}]})), step(3, Change("order.lines[0].price", 1, 2))]
    )
    for path in ("order", "order.lines", "order.lines[0]", "order.lines[0].price"):
        assert blame.writers(path) == [0, 3]
    assert blame.writers("order.lines[1]") == blame.writers("other") == blame.writers("order.lines[0].price.x") == []
    assert (blame.last_writer("order", 2), blame.last_writer("order", 3), blame.last_writer("other", 9)) == (0, 3, None)


def test_an_event_is_named_once_for_all_that_it_changed_inside() -> None:
    blame = Blame()
    blame.add([step(4, Change("a.x", 1, 2), Change("a.y", 1, 2))])
    assert blame.writers("a") == [4]


def test_names_that_only_look_alike_are_others() -> None:
    blame = Blame()
    blame.add([step(1, Change("total", 1, 2)), step(2, Change("totals.a", 1, 2)), step(3, Change('["total.a"]', 1, 2))])
    assert (blame.writers("total"), blame.writers("totals"), blame.writers("total.a")) == ([1], [2], [])


def test_steps_are_taken_in_their_order() -> None:
    blame = Blame()
    blame.add([step(3)])
    blame.add([step(3), step(4)])
    with pytest.raises(ValueError, match="version 3 comes after that at 4"):
        blame.add([step(3)])


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(PathError):
        Blame().writers("a..b")


def test_what_it_hands_out_is_not_its_own() -> None:
    blame = Blame()
    blame.add([step(1, Change("a", 1, 2))])
    blame.writers("a").clear()
    assert blame.writers("a") == [1]


def test_steps_are_added_in_order_and_several_may_have_the_same_version() -> None:
    blame = Blame()
    blame.add([Step(version, "Paid", None, (Change("a", None, version),)) for version in (2, 2, 3)])
    assert blame.writers("a") == [2, 3]
    with pytest.raises(ValueError, match="the step at version 2 comes after that at 3"):
        blame.add([Step(2, "Paid", None)])
