"""The Python API on real stores: values, rows, questions, and errors that say what to do."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import es_desktop as es
from es_desktop import api
from es_desktop.app.text.json_view import to_json
from es_desktop.examples import Example, Order
from tests.running import ask


@pytest.fixture
def store(demo_template: Path) -> Iterator[es.Store]:
    with es.open(demo_template) as store:
        yield store


@pytest.fixture
def order(store: es.Store) -> es.Entity:
    return next(each for each in store.entities("Order") if each.version > 5 and each.facts.snapshots)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[es.Store]:
    with es.create(tmp_path / "own.esdb") as store:
        yield store


def test_the_package_has_the_names_of_the_api_and_its_folders() -> None:
    assert {*api.__all__} <= {*dir(es)}
    assert es.open is api.open and es.Store is api.Store
    with pytest.raises(AttributeError, match="no attribute 'opn'"):
        es.opn  # noqa: B018


def test_each_command_prints_the_dictionaries_of_the_api(
    tmp_path: Path, demo_template: Path, store: es.Store, order: es.Entity
) -> None:
    rows: dict[tuple[object, ...], es.Rows[Any]] = {
        ("entities", demo_template): store.entities(),
        ("events", demo_template, order.id): order.events,
        ("snapshots", demo_template, order.id): order.snapshots,
        ("watch", demo_template, order.id, "total"): order.history("total"),
        ("verify", demo_template): store.verify(),
        ("find", demo_template, "total > 300"): store.find("total > 300"),
        ("find", demo_template, "--text", "knife"): store.log("knife"),
        ("sql", demo_template, "FROM entities ORDER BY id"): store.sql("FROM entities ORDER BY id"),
        ("find", demo_template, "total > 300", "--first", "--column", "lines[0].sku"): store.find(
            "total > 300", first=True, columns=["lines[0].sku"]
        ),
        ("find", demo_template, "Order where total > 300", "--versions"): store.find_versions(
            "Order where total > 300"
        ),
        ("find", demo_template, "ever total > 300", "--count-over-time", "month"): store.count_over_time(
            "ever total > 300", "month"
        ),
    }
    for line, found in rows.items():
        assert [to_json(each) for each in found.to_dicts()] == ask(tmp_path, *line, "--json").stdout.splitlines()
    one = {
        ("info", demo_template): store.summary(),
        ("explain", demo_template, order.id, "--at", 3): order.rebuild(3),
        ("explain", demo_template, order.id, "--from", "zero"): order.rebuild(base="zero"),
        ("compare", demo_template, f"{order.id}@1", f"{order.id}@4"): store.compare(f"{order.id}@1", f"{order.id}@4"),
    }
    for line, value in one.items():
        answer = ask(tmp_path, *line, "--json")
        assert answer.stdout.splitlines() == [to_json(value.to_dict())]


def test_an_entity_has_events_snapshots_and_states(order: es.Entity) -> None:
    events = order.events.to_list()
    assert [each.version for each in events] == list(range(order.version + 1))
    assert events[0].time == order.created and events[-1].time == order.modified
    assert events[0].time is not None and events[0].time.tzinfo is dt.UTC
    for snapshot in order.snapshots:
        assert order.state(snapshot.version, base="zero").value == order.rebuild(snapshot.version).value
        assert order.rebuild(order.version, base=snapshot.version).base == snapshot.version
    before, after = order.state(0), order.state()
    assert isinstance(after["total"], Decimal) and before["total"] == 0
    assert after.get("lines[0].sku") and after.get("lines[99].sku", "none") == "none"
    with pytest.raises(KeyError, match="nosuch"):
        after["nosuch"]
    assert after.exactness == "exact" and not isinstance(after, es.RebuiltState)


def test_a_rebuild_has_a_step_for_each_event_after_its_base(order: es.Entity) -> None:
    zero = order.rebuild(base="zero")
    assert (zero.base, zero.skipped, len(zero.steps)) == (None, 0, order.version + 1)
    nearest = order.rebuild()
    assert nearest.base is not None and nearest.skipped == nearest.base + 1
    assert nearest.value == zero.value
    assert zero.writers["total"][-1] == [each.version for each in order.history("total")][-1]


def test_what_is_not_there_is_an_error_that_says_what_is(store: es.Store, order: es.Entity) -> None:
    for ask_for, text in (
        (lambda: store.entity("zzz"), "no entity has an id that begins with 'zzz'"),
        (lambda: order.state(999), "has no event at version 999. Its versions go from 0 to"),
        (lambda: order.rebuild(base=1), "there is no snapshot at version 1"),
        (lambda: store.entities("Ordr").to_list(), "there is no entity type Ordr. Did you mean Order?"),
        (lambda: store.log(types=["Ordr"]).to_list(), "there is no type Ordr. Did you mean Order?"),
        (lambda: store.find("totl > 3").to_list(), "no entity has totl. Did you mean total"),
        (lambda: store.find("total >"), "the condition 'total >' cannot be used"),
        (lambda: order.change("note", "x"), "this store is open for reading only. It was opened only to be read"),
        (lambda: es.open("no/such/file.esdb"), "no/such/file.esdb"),
    ):
        with pytest.raises(es.UserError) as refused:
            ask_for()
        assert text in str(refused.value)


def test_the_log_has_all_events_in_the_order_of_the_store(store: es.Store) -> None:
    every = store.log().to_list()
    assert len(every) == store.summary().facts.events
    paid = store.log(types=["Paid"]).to_list()
    assert [(each.entity_id, each.version) for each in paid] == [
        (each.entity_id, each.version) for each in every if each.type == "Paid"
    ]
    middle = every[len(every) // 2].time
    assert middle is not None
    assert [each for each in every if each.time is not None and each.time <= middle] == store.log(
        until=middle
    ).to_list()


def test_questions_are_answered_as_of_a_time_and_notes_are_handed_over(store: es.Store) -> None:
    notes: list[str] = []
    now = store.find("total > 300", on_note=notes.append).to_list()
    assert now and all(each.values["total"] > 300 for each in now)
    assert any("have no total" in each for each in notes)
    assert {each.entity_id for each in store.find("total > 300", types=["Order"])} <= {each.entity_id for each in now}
    assert store.find("total > 300", as_of="2026-03-01", types=["Order"]).to_list() == []


def test_questions_to_whole_histories_are_values_with_their_witness(store: es.Store) -> None:
    notes: list[str] = []
    asked = store.find('Order where ever total > 100 and never status == "paid"', on_note=notes.append)
    found = [each for each in asked if isinstance(each, es.FoundEntity)]
    assert len(found) == 15 and not notes
    first = found[0]
    assert (first.type, first.clauses[0].version, first.clauses[1].version) == ("Order", first.version, None)
    assert first.time is not None and first.values["total"] > 100 and set(first.now) == {"total", "status"}
    assert repr(first).startswith(f"FoundEntity(Order {first.entity_id} at version {first.version}: ")
    version = store.find_versions("Order where total > 700", columns=["status"]).first()
    assert version is not None and repr(version).startswith("FoundVersion(Order ") and set(version.values) == {"status"}
    counts = store.count_over_time("Order where total > 100", "month", ever=True).to_list()
    assert [each.count for each in counts] == sorted(each.count for each in counts) and counts[-1].count == 111
    assert repr(counts[0]).startswith("CountedTime(2026-0")
    with pytest.raises(es.UserError, match="'year' is no period of a count"):
        store.count_over_time("ever gift", "year").to_list()
    table = store.find("Order where how long gift", columns=["status"]).to_arrow()
    assert table.num_rows == 136 and "clauses" in table.column_names


def test_rows_are_read_anew_each_time_and_only_as_far_as_needed(own: es.Store) -> None:
    rows = own.entities()
    assert rows.first() is None and rows.to_list() == []
    made = make(own)
    first = rows.first()
    assert first is not None and (first.id, repr(first)) == (made.id, f"<Example {made.id} at version 0>")


def test_a_store_that_is_writable_takes_changes_snapshots_and_ends(own: es.Store) -> None:
    entity = make(own)
    entity.change("foo", "2")
    with pytest.raises(es.ConflictError, match="an event arrived in between"):
        entity.change("foo", "3")
    entity = own.entity(entity.id)
    assert entity.state()["foo"] == "2"
    assert entity.take_snapshot().snapshots == (1,)
    assert own.verify().to_dicts()[0]["ok"] is True
    entity.discard()
    gone = own.entity(str(entity.id)[:8])
    assert gone.is_discarded and gone.state().value is None and gone != entity


def make(store: es.Store) -> es.Entity:
    from es_desktop.app.entity.commands import Commands

    made = Commands(store.session).create(Example, {"foo": "1"}).entity_id
    assert made is not None
    return store.entity(made)


def test_rows_are_arrow_and_pandas_tables_of_typed_columns(order: es.Entity) -> None:
    table = order.events.to_arrow()
    assert table.num_rows == order.version + 1
    assert table.schema.field("version").type == pa.int64()
    assert table.schema.field("timestamp").type == pa.timestamp("us", "UTC")
    assert json.loads(table.column("data")[0].as_py()).keys() == order.events.to_dicts()[0]["data"].keys()
    assert pa.table(order.events) == table, "any library that reads Arrow takes the rows themselves"
    assert order.history("total == -1").to_arrow().num_rows == 0


def test_notebooks_show_tables_in_which_every_text_is_only_text(own: es.Store) -> None:
    entity = make(own)
    entity.change("foo", "<img src=x onerror=alert(1)>")
    entity = own.entity(entity.id)
    shown = [own, own.entities(), entity, entity.events, entity.state(), entity.rebuild(), own.log(), own.summary()]
    for each in shown:
        text = each._repr_html_()
        assert text.startswith("<table>") and "<img" not in text
    assert "&lt;img src=x" in entity.events._repr_html_()
    assert "foo" in entity.rebuild()._repr_html_()


def test_values_say_in_a_prompt_what_they_are(store: es.Store, order: es.Entity) -> None:
    assert repr(store).startswith("<store ") and repr(store).endswith(": es-desktop store>")
    assert repr(order.events) == f"<rows: events of Order {order.id}>"
    assert repr(order.events.first()).startswith("Event(version=0, type='Created', time=")
    assert repr(order.snapshots.first()).startswith("Snapshot(version=")
    assert repr(order.state(0)).startswith("State(Order at version 0, exact: {")
    assert repr(order.rebuild(0)).startswith("1 steps from zero: State(Order")
    assert repr(store.verify().first()).startswith("Check(")
    assert repr(store.find("total > 300").first()).startswith("FoundState(")
    assert Order.__name__ in repr(store.log(types=["Order"]).first())


def test_a_store_goes_out_and_comes_in(store: es.Store, tmp_path: Path, order: es.Entity) -> None:
    done = store.export(tmp_path / "order.jsonl", entities=[order.id])
    assert done.events == order.version + 1
    with es.create(tmp_path / "in.esdb") as own:
        assert own.import_file(tmp_path / "order.jsonl").events == done.events
        assert own.entity(order.id).state(base="zero") == order.state(base="zero")
    assert store.copy(tmp_path / "copy.esdb", [order.id]).events == done.events
