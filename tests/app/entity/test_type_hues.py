"""A type of event has one colour in a store: for every entity, and in every run."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

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


def test_all_entities_have_the_same_hues_and_so_has_the_next_run(demo_store: Path) -> None:
    first = hues(demo_store, "Ticket")
    together: dict[str, int] = {}
    for each in first:
        together |= each
    assert all(each == {name: together[name] for name in each} for each in first)
    assert hues(demo_store, "Ticket") == first


def test_the_types_of_the_first_events_have_different_hues(demo_store: Path) -> None:
    with closing(opened(demo_store)) as session:
        order = session.log_order()
        assert order is not None
        names = dict.fromkeys(each.event.type for each in session.logged(order[:300]))
        assert [session.type_hues[name] for name in names][:HUE_COUNT] == list(range(min(len(names), HUE_COUNT)))


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
    closed = TypeHues(["A", "B", "A"], is_open=False)
    assert [closed[each] for each in "AB"] == [0, 1]
    assert closed["Late"] == TypeHues(is_open=False)["Late"] < HUE_COUNT
    growing = TypeHues(["A", "B"])
    assert [growing[each] for each in "BCA"] == [1, 2, 0]
