"""The selection: one entity, and one of the versions that it has."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.models.selection import Selection

FIRST, SECOND = UUID(int=1), UUID(int=2)


class Heard:
    """A selection with gaps between its versions, and the versions that it emitted."""

    def __init__(self, *versions: int) -> None:
        self.selection = Selection()
        self.selection.choose_entity(FIRST)
        self.selection.set_versions(array("q", versions))
        self.versions: list[int | None] = []
        self.entities: list[object] = []
        self.selection.version_changed.connect(self.versions.append)
        self.selection.entity_changed.connect(self.entities.append)


@pytest.fixture
def heard(qapp: object) -> Iterator[Heard]:
    yield Heard(0, 1, 2, 5, 9)


def test_the_last_version_is_chosen_first(heard: Heard) -> None:
    selection = heard.selection
    assert (selection.first, selection.version, selection.last, selection.index) == (0, 9, 9, 4)
    assert selection.is_at_last


def test_a_version_that_is_not_there_leads_to_the_one_before(heard: Heard) -> None:
    for asked, found in ((7, 5), (5, 5), (3, 2), (-4, 0), (99, 9)):
        heard.selection.go_to(asked)
        assert heard.selection.version == found
    assert heard.versions == [5, 2, 0, 9], "going to the chosen version emits nothing"


def test_steps_go_from_event_to_event_and_no_further(heard: Heard) -> None:
    selection = heard.selection
    for count, found in ((-1, 5), (-1, 2), (-9, 0), (-1, 0), (2, 2), (9, 9), (1, 9)):
        selection.step(count)
        assert selection.version == found


def test_another_entity_begins_without_a_version(heard: Heard) -> None:
    selection = heard.selection
    selection.choose_entity(SECOND)
    assert (selection.entity_id, selection.version, selection.index, selection.last) == (SECOND, None, None, None)
    assert (heard.versions, heard.entities) == ([None], [SECOND])
    selection.step(1)
    selection.go_to(3)
    assert selection.version is None
    selection.set_versions(array("q", [0, 1]))
    assert selection.version == 1


def test_the_same_entity_again_is_no_change(heard: Heard) -> None:
    heard.selection.choose_entity(FIRST)
    assert (heard.versions, heard.entities, heard.selection.version) == ([], [], 9)


def test_new_events_are_followed_only_from_the_last_version(heard: Heard) -> None:
    selection = heard.selection
    selection.set_versions(array("q", [0, 1, 2, 5, 9, 10]))
    assert selection.version == 10
    selection.go_to(2)
    selection.set_versions(array("q", [0, 1, 2, 5, 9, 10, 11]))
    assert (selection.version, selection.last, selection.is_at_last) == (2, 11, False)


def test_a_version_may_be_chosen_together_with_new_versions(heard: Heard) -> None:
    heard.selection.set_versions(array("q", [0, 1, 2]), 1)
    assert heard.selection.version == 1


def test_without_events_there_is_no_version(heard: Heard) -> None:
    heard.selection.set_versions(array("q"))
    assert (heard.selection.version, heard.selection.first) == (None, None)
    assert heard.versions == [None]


@given(
    versions=st.sets(st.integers(0, 50), min_size=1).map(sorted),
    moves=st.lists(st.tuples(st.booleans(), st.integers(-60, 60))),
)
def test_the_chosen_version_always_exists(versions: list[int], moves: list[tuple[bool, int]]) -> None:
    heard = Heard(*versions)
    for steps, number in moves:
        before = heard.selection.index
        assert before is not None
        if steps:
            heard.selection.step(number)
            assert heard.selection.index == min(max(before + number, 0), len(versions) - 1)
        else:
            heard.selection.go_to(number)
            assert heard.selection.version == max((each for each in versions if each <= number), default=versions[0])
        assert heard.selection.version in versions
    assert all(before != after for before, after in zip(heard.versions, heard.versions[1:], strict=False))


@given(
    versions=st.sets(st.integers(0, 50), min_size=1).map(sorted),
    picks=st.sets(st.integers(0, 60)),
    moves=st.lists(st.tuples(st.booleans(), st.integers(-60, 60))),
)
def test_stepping_stops_only_where_it_should(
    versions: list[int], picks: set[int], moves: list[tuple[bool, int]]
) -> None:
    heard = Heard(*versions)
    selection = heard.selection
    stops = sorted(index for index in picks if index < len(versions))
    selection.set_stops(stops)
    assert selection.first_stop == versions[stops[0] if stops else 0]
    assert selection.last_stop == versions[stops[-1] if stops else -1]
    for steps, number in moves:
        before = selection.index
        assert before is not None
        if not steps:
            selection.go_to(number)
            assert selection.version in versions, "``go_to`` can choose any version"
            continue
        ahead = [index for index in stops if (index - before) * number > 0][:: 1 if number > 0 else -1]
        wanted = ahead[min(abs(number), len(ahead)) - 1] if ahead else before
        assert selection.can_step(number) == (wanted != before)
        selection.step(number)
        assert selection.index == wanted


def test_all_versions_are_stops_unless_some_are_given(heard: Heard) -> None:
    selection = heard.selection
    selection.set_stops([0])
    selection.set_versions(array("q", [0, 1, 2, 5, 9, 10]), 1)
    assert selection.last_stop == 10
    selection.set_versions(array("q", [0, 1, 2, 5, 9, 10, 11]), 1, [0, 3])
    selection.step(1)
    assert selection.version == 5
