"""A type of event has one colour in a store: for every entity, and in every run."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.entity.hues import HUE_COUNT, TypeHues
from es_desktop.app.entity.view import EntityView
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.examples.example import create_new_example


def opened(store: Path) -> Session:
    session = open_session(str(store), writable=False)
    session.read_type_hues()
    return session


def hues(store: Path, entity_type: str = "") -> list[dict[str, int]]:
    """Return the hue of each type of event, for every entity."""
    with closing(opened(store)) as session:
        views = [EntityView(session, each.id) for each in session.entities() if each.type.startswith(entity_type)]
        return [dict(zip(view.outline.types, view.outline.hues, strict=True)) for view in views]


def test_all_entities_have_the_same_hues_and_so_has_the_next_run(small_demo: Path) -> None:
    first = hues(small_demo, "Ticket")
    together: dict[str, int] = {}
    for each in first:
        together |= each
    assert all(each == {name: together[name] for name in each} for each in first)
    assert hues(small_demo, "Ticket") == first


@pytest.mark.parametrize("entity_type", ["Account", "Order", "Ticket"])
def test_the_types_of_one_kind_of_entity_have_all_hues_before_two_share_one(small_demo: Path, entity_type: str) -> None:
    together: dict[str, int] = {}
    for each in hues(small_demo, entity_type):
        together |= each
    assert len(set(together.values())) == min(len(together), HUE_COUNT), together


def test_a_type_that_is_new_in_a_small_store_keeps_its_hue_in_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "small.esdb"
    with closing(create_session(str(path))) as session, session.bus.activated():
        example = create_new_example()
        session.read_type_hues()
        example.beat_heart()
        now = [session.type_hues[name] for name in EntityView(session, example.id).outline.types]
    ((again,),) = [[list(each.values()) for each in hues(path)]]
    assert now == again == [0, 1]


def test_what_cannot_be_read_first_has_hues_by_first_use(sample: Path) -> None:
    """The table of this sample has no number."""
    with closing(opened(sample)) as session:
        view = EntityView(session, next(session.entities()).id)
        assert view.outline.hues == tuple(range(len(view.outline.types)))


def test_a_type_after_the_first_events_goes_by_its_name() -> None:
    closed = TypeHues([("a", "A"), ("a", "B"), ("b", "A")], is_open=False)
    assert [closed[each] for each in "AB"] == [0, 1]
    assert closed["Late"] == TypeHues(is_open=False)["Late"] < HUE_COUNT
    growing = TypeHues([("a", "A"), ("a", "B")])
    assert [growing[each] for each in "BCA"] == [1, 2, 0]


def test_a_hue_is_shared_only_by_types_of_different_kinds_of_entities() -> None:
    of_one = [("order", f"Order{number}") for number in range(6)]
    of_another = [("account", f"Account{number}") for number in range(6)]
    hues = TypeHues([*of_one, *of_another])
    assert [hues[name] for _, name in of_one] == [0, 1, 2, 3, 4, 5]
    assert [hues[name] for _, name in of_another] == [6, 7, 8, 0, 1, 2]
