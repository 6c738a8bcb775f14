"""The values of the last states of entities: read, kept in the index, and the one that names an entity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.search.entity_states import EntityStates
from es_desktop.app.search.state_values import NO_VALUES, path_of_name, state_values
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import open_session
from es_desktop.app.text.values import format_value
from es_desktop.stores.writing import append_records
from tests.app.recording import event, store_of
from tests.app.search.naive_search import Naive
from tests.app.trust.trusting import counting, fold_in, shop_in, trusting
from tests.conftest import SAMPLES
from tests.trusted.coding import PATIENT


class Colour(Enum):
    RED = 1


@contextmanager
def states_of(store: Path, folder: Path) -> Iterator[EntityStates]:
    with closing(open_session(str(store), writable=False)) as session, closing(StoreIndex(session, folder)) as index:
        index.update(lambda done, total: None)
        yield EntityStates(index)


def entities_of(store: Path) -> list[EntityFacts]:
    with closing(open_session(str(store), writable=False)) as session:
        return list(session.entities())


def test_each_leaf_has_its_text_and_what_it_is_sorted_by() -> None:
    when = datetime(2026, 5, 1, tzinfo=UTC)
    state = {
        "owner": "Zoë",
        "total": Decimal("144.80"),
        "paid": True,
        "number": "12.5",
        "zip": "01234",
        "colour": Colour.RED,
        "note": None,
        "at": when,
        "lines": [{"sku": "A", "price": 2}],
        "none": [],
        "odd": {'a"b': "\ud800"},
        "huge": 10**400,
    }
    values = state_values(state)
    for path in ("owner", "total", "paid", "colour", "at"):
        assert values.text(path) == format_value(state[path])
    assert values.amounts["total"] == 144.8
    assert (values.amounts["paid"], values.amounts["number"]) == (1.0, 12.5)
    assert "note" not in values.shown, "there is nothing to find"
    assert (values.text("lines"), values.text("none"), values.text("nowhere")) == ("1 item", "0 items", "")
    assert values.text("lines[0].sku") == "A"
    assert values.text('odd["a\\"b"]') == "\N{REPLACEMENT CHARACTER}"
    assert not {"huge", "zip", "at", "owner"} & {*values.amounts}


def test_a_large_state_is_cut_far_from_its_root() -> None:
    values = state_values({"lines": [{"sku": f"SKU-{at}"} for at in range(5_000)], "customer": "Ann"})
    assert values.text("customer") == "Ann"
    assert values.text("lines") == "5,000 items"
    assert len(values.shown) < 300
    assert state_values(None) == NO_VALUES


@pytest.mark.parametrize(
    ("states", "path"),
    [
        ([{"status": "open", "customer": name} for name in ("Ann", "Bob", "Ann")], "customer"),
        ([{"name": "x", "title": name} for name in ("Ann", "Bob", "Eve")], "title"),
        ([{"id": f"{at:032x}", "code": f"C-{at}", "fullName": f"Ann {at}"} for at in range(9)], "fullName"),
        ([{"status": "open", "words": f"word {at}"} for at in range(9)], "words"),
        ([{"status": "open", "words": "one word"}], ""),
        ([{"name": 5, "subject": "A fire"}], "subject"),
        ([{"customer": {"id": 4, "name": f"Ann {at}"}, "lines": [{"title": "t"}]} for at in range(4)], "customer.name"),
        ([{"ownerId": f"o-{at}"} for at in range(9)], ""),
        ([{"name": "Ann"}, {}, {}, {}], ""),
        ([{"at": f"2026-05-0{at}T10:00:00Z", "number": f"{at}"} for at in range(9)], ""),
        ([], ""),
    ],
)
def test_a_name_is_guessed_by_the_attribute_and_then_by_how_different_it_is(states: list[Any], path: str) -> None:
    assert path_of_name([state_values(each) for each in states]) == path


def test_the_entities_of_the_demo_have_names(demo_store: Path, tmp_path: Path) -> None:
    with states_of(demo_store, tmp_path) as states:
        assert {each: states.path_of_name(each) for each in ("Order", "Account", "Ticket")} == {
            "Order": "customer",
            "Account": "owner",
            "Ticket": "title",
        }


@pytest.mark.parametrize(
    ("sample", "names"),
    [
        ("emmett-sqlite-0.42.4.db", {"shopping_cart": "client", "Invoice": ""}),
        ("es-3.1.0-sqlalchemy-sqlite.db", {"TodoList": "title", "User": "name"}),
        ("es-8.2.5-sqlalchemy-sqlite-two-apps.db", {"Account": "owner", "Person": "name"}),
        ("es-3.1.0-sqlalchemy-sqlite-aes.db", {"TodoList": "", "User": ""}),
    ],
)
def test_the_entities_of_other_programs_have_names(sample: str, names: dict[str, str], tmp_path: Path) -> None:
    with states_of(SAMPLES / sample, tmp_path) as states:
        assert {each: states.path_of_name(each) for each in names} == names


def test_all_states_are_those_that_a_naive_fold_finds(demo_store: Path, tmp_path: Path) -> None:
    naive = {life.id: life for life in Naive.of(demo_store).lives}
    with states_of(demo_store, tmp_path) as states:
        counts = list(states.read_all(0))
        assert (counts[-1].known, counts[-1].entities) == (300, 300)
        known = states.known([each.id for each in entities_of(demo_store)])
        assert len(known) == 300
        failed = 0
        for entity_id, found in known.items():
            moments = [moment for _, moment in naive[str(entity_id)].moments]
            if found.failure:
                failed += 1
                continue
            last = next(each for each in reversed(moments) if each.after is not None)
            for name in ("status", "total", "owner"):
                if name in last.after:
                    assert found.values.text(name) == format_value(last.after[name])
        assert failed == 1, "the story of the demo has one event that breaks"


def test_a_state_is_read_again_when_its_entity_has_more(tmp_path: Path) -> None:
    store = store_of(tmp_path / "carts.esdb", [event(each, 0, '{"owner": "Ann"}') for each in ("a", "b")])
    with states_of(store, tmp_path) as states:
        assert [sorted(each) for each in states.read(["a", "b", "nobody"])] == [["a", "b"]]
        assert list(states.read(["a", "b"])) == [], "they are known"
        with closing(open_session(str(store))) as writing:
            append_records(writing.store.tables, [event("b", 1, '{"owner": "Bob"}')])
        states.index.update(lambda done, total: None)
        assert states.known(["b"])["b"].version == 0, "it is shown until the new one is read"
        ((found,),) = [list(each.values()) for each in states.read(["a", "b"])]
        assert (found.version, found.values.text("owner")) == (1, "Bob")


def test_a_discarded_entity_has_the_values_of_its_last_state(demo_store: Path, tmp_path: Path) -> None:
    with states_of(demo_store, tmp_path) as states:
        gone = [each.id for each in entities_of(demo_store) if each.discarded]
        list(states.read(gone))
        assert all(each.values.shown for each in states.known(gone).values())
        assert gone


def test_the_states_of_trusted_code_are_those_of_its_last_start(tmp_path: Path) -> None:
    def read(source: str) -> set[str]:
        session.set_trust(fold_in(tmp_path / "code", source), PATIENT)
        states = EntityStates(index)
        list(states.read_all(0))
        return {each.values.text("count") for each in states.known(ids).values()}

    with trusting(shop_in(tmp_path), fold_in(tmp_path / "code", counting())) as session:
        ids = [each.id for each in session.entities()]
        with closing(StoreIndex(session, tmp_path)) as index:
            index.update(lambda done, total: None)
            assert read(counting()) == {f"{each.events - each.discarded}" for each in session.entities()}
            assert read("def fold(state, event):\n    return {'count': 'other'}\n") == {"other"}
