"""Writings: what each of its writers did to a value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.view import EntityView, value_changes
from es_desktop.app.store.session import Session, create_session
from es_desktop.examples import Order


def no_check() -> None:
    """A checkpoint that lets everything pass."""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with closing(create_session(str(tmp_path_factory.mktemp("writings") / "orders.esdb"))) as session:
        yield session


@pytest.fixture(scope="module")
def view(session: Session) -> EntityView:
    changes = Commands(session).create(Order, {"customer": "Ana"})
    with session.bus.activated():
        order = session.repository[changes.entity_id]
        order.add_item("A", "Plate", 1, 2)
        order.add_item("B", "Cup", 1, 3)
        order.note = "soon"
        order.change_address({"city": "York", "street": "Mill Lane"})
        order.change_address({"city": "Leeds", "street": "Mill Lane"})
        order.remove_item("A")
        order.discard()
    return EntityView(session, changes.entity_id)


def results(view: EntityView, path: str) -> list[tuple[int, str]]:
    writers = view.history(no_check).blame.writers(path)
    return [(each.version, each.text) for each in value_changes(view, path, writers, no_check)]


def test_a_value_went_from_one_to_another(view: EntityView) -> None:
    assert results(view, "note")[-2:] == [(3, '"" → soon'), (7, "soon → removed")]
    totals = ["– → 0.00", "0.00 → 2.00", "2.00 → 5.00", "5.00 → 3.00", "3.00 → removed"]
    assert [text for _, text in results(view, "total")] == totals


def test_a_container_lists_the_changes_inside_of_it(view: EntityView) -> None:
    assert results(view, "lines") == [
        (0, "– → 0 items"),
        (1, "+ [0] A, Plate × 1, 2"),
        (2, "+ [1] B, Cup × 1, 3"),
        (6, "− [0] A, Plate × 1, 2"),
        (7, "1 item → removed"),
    ]
    assert results(view, "address")[1:-1] == [(4, "city York · street Mill Lane"), (5, "city York → Leeds")]


def test_a_change_with_its_container_is_listed_separately(view: EntityView) -> None:
    assert results(view, "lines[0].sku") == [(1, "– → A"), (6, "A → B"), (7, "B → removed")]
    assert results(view, "lines[1].sku") == [(2, "– → B"), (6, "B → removed")]
    assert results(view, "address.city") == [(4, "– → York"), (5, "York → Leeds"), (7, "Leeds → removed")]


def test_each_has_its_event(view: EntityView) -> None:
    found = list(value_changes(view, "note", [3], no_check))
    assert [(each.version, each.type, each.timestamp is not None) for each in found] == [(3, "AttributeChanged", True)]
    assert list(value_changes(view, "note", [], no_check)) == []
