"""The directly-follows map: compared with a simple count, and its counts add up whatever is hidden."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.process.counting import ProcessQuery, Repeats
from es_desktop.app.process.process import read_process
from es_desktop.app.process.process_map import ProcessMap, ShownMap
from es_desktop.app.runtime.errors import UserError
from tests.app.process.processing import Histories, counted, every, gaps, histories, index_of, of, runs_of
from tests.index.indexing import indexed_store, timed_event
from tests.trials import FEW


def map_of(folder: Path, found: Histories, repeats: Repeats = Repeats.COLLAPSED, run: int = 4_096) -> ProcessMap:
    with index_of(folder, found) as database, runs_of(run):
        return read_process(database, ProcessQuery("Order", repeats)).map


def test_a_shop(tmp_path: Path) -> None:
    found = map_of(
        tmp_path,
        {
            "a": every(60, "Created", "ItemAdded", "ItemAdded", "Paid"),
            "b": every(30, "Created", "ItemAdded", "Paid", "Discarded"),
            "c": every(1, "Created"),
        },
    )
    assert of(found, "entities", "events") == (3, 9)
    assert [of(each, "type", "entities", "events", "visits", "starts", "ends") for each in found.nodes] == [
        ("Created", 3, 3, 3, 3, 1),
        ("ItemAdded", 2, 3, 2, 0, 0),
        ("Paid", 2, 2, 2, 0, 1),
        ("Discarded", 1, 1, 1, 0, 1),
    ]
    assert [of(each, "before", "after", "entities", "times", "median", "mean") for each in found.edges] == [
        ("Created", "ItemAdded", 2, 2, 45.0, 45.0),
        ("ItemAdded", "Paid", 2, 2, 45.0, 45.0),
        ("ItemAdded", "ItemAdded", 1, 1, 60.0, 60.0),
        ("Paid", "Discarded", 1, 1, 30.0, 30.0),
    ]


@pytest.mark.parametrize("repeats", Repeats)
@given(found=histories.filter(bool), run=st.sampled_from([1, 2, 4_096]))
@FEW
def test_a_map_is_what_a_simple_count_finds(found: Histories, run: int, repeats: Repeats) -> None:
    with TemporaryDirectory() as folder:
        made = map_of(Path(folder), found, repeats, run)
    steps = {
        key: counted(events, Repeats.FIRST if repeats is Repeats.FIRST else Repeats.EACH)
        for key, events in found.items()
    }
    pairs = [(key, pair) for key, events in steps.items() for pair in pairwise(events)]
    if repeats is Repeats.FIRST:
        for key, events in found.items():
            for name in {name for name, _ in events}:
                pairs += [(key, pair) for pair in pairwise([each for each in events if each[0] == name])]
    by_edge: dict[tuple[str, str], list] = {}
    for key, (first, second) in pairs:
        by_edge.setdefault((first[0], second[0]), []).append((key, (first, second)))
    assert {of(each, "before", "after") for each in made.edges} == set(by_edge)
    for edge in made.edges:
        taken = by_edge[edge.before, edge.after]
        known = gaps([pair for _, pair in taken])
        assert of(edge, "entities", "times") == (len({key for key, _ in taken}), len(taken))
        assert edge.untimed == len(taken) - len(known)
        assert edge.median == (pytest.approx(median(known)) if known else None)
        assert edge.mean == (pytest.approx(mean(known)) if known else None)
    events = Counter(name for each in found.values() for name, _ in each)
    assert {each.type: each.events for each in made.nodes} == events
    assert (
        sum(each.starts for each in made.nodes) == sum(each.ends for each in made.nodes) == made.entities == len(found)
    )
    for at_least in (1, 2, 3, 99):
        assert_adds_up(made.shown(at_least))


def assert_adds_up(shown: ShownMap) -> None:
    for node in shown.nodes:
        into = [each.times for each in shown.edges if each.after == node.type and not each.is_loop]
        out_of = [each.times for each in shown.edges if each.before == node.type and not each.is_loop]
        assert node.starts + sum(into) + shown.hidden_into.get(node.type, 0) == node.visits
        assert node.ends + sum(out_of) + shown.hidden_out_of.get(node.type, 0) == node.visits
    times = sum(each.times for each in shown.edges)
    assert times + shown.hidden_times == sum(each.times for each in shown.map.edges)
    assert len(shown.edges) + shown.hidden_edges == len(shown.map.edges)


def test_each_type_at_its_first_time_adds_up_in_entities(tmp_path: Path) -> None:
    found = map_of(tmp_path, {"a": every(1, "Created", "Paid", "Created", "Paid", "Shipped")}, Repeats.FIRST)
    assert [of(each, "type", "entities", "events", "visits") for each in found.nodes] == [
        ("Created", 1, 2, 1),
        ("Paid", 1, 2, 1),
        ("Shipped", 1, 1, 1),
    ]
    assert {of(each, "before", "after", "times", "median") for each in found.edges} == {
        ("Created", "Paid", 1, 1.0),
        ("Paid", "Shipped", 1, 3.0),
        ("Created", "Created", 1, 2.0),
        ("Paid", "Paid", 1, 2.0),
    }


def test_times_that_are_missing_or_go_back_are_no_durations(tmp_path: Path) -> None:
    found = map_of(
        tmp_path,
        {
            "a": [("Created", 9.0), ("Paid", 3.0)],
            "b": [("Created", None), ("Paid", 3.0)],
            "c": every(5, "Created", "Paid"),
        },
    )
    assert [of(each, "times", "untimed", "median", "mean") for each in found.edges] == [(3, 2, 5.0, 5.0)]


def test_event_types_are_left_out_as_if_there_were_no_such_events(tmp_path: Path) -> None:
    histories = {"a": every(1, "Created", "NoteChanged", "Paid"), "b": every(1, "NoteChanged")}
    with index_of(tmp_path, histories) as database:
        found = read_process(database, ProcessQuery("Order", without=frozenset({"NoteChanged"}))).map
        with pytest.raises(UserError, match="no event type Paied"):
            read_process(database, ProcessQuery("Order", without=frozenset({"Paied"})))
    assert found.entities == 1
    assert [of(each, "before", "after", "median") for each in found.edges] == [("Created", "Paid", 2.0)]


def test_an_entity_has_the_type_of_its_first_event_whatever_the_others_name(tmp_path: Path) -> None:
    records = [
        timed_event("a", 0, "shop#Order.Created", 0.0),
        timed_event("a", 1, "bank#Account.Created", 1.0),
        timed_event("b", 0, "bank#Account.Created", 2.0),
        timed_event("a", 2, "bare", 3.0),
    ]
    with indexed_store(tmp_path, records) as database:
        orders, accounts = (read_process(database, ProcessQuery(each)).map for each in ("Order", "Account"))
    assert {of(each, "before", "after") for each in orders.edges} == {("Created", "Created"), ("Created", "bare")}
    assert of(accounts, "entities", "events") == (1, 1)


def test_versions_and_not_the_order_of_writing_say_what_follows(tmp_path: Path) -> None:
    records = [timed_event("a", version, f"shop#Order.T{version}", 0.0) for version in (2, 0, 10, 1)]
    with indexed_store(tmp_path, records) as database:
        found = read_process(database, ProcessQuery("Order")).map
    assert {of(each, "before", "after") for each in found.edges} == {("T0", "T1"), ("T1", "T2"), ("T2", "T10")}


def test_thousands_of_event_types(tmp_path: Path) -> None:
    found = map_of(tmp_path, {"a": every(1, *(f"T{number}" for number in range(3_000)))})
    assert (len(found.nodes), len(found.edges)) == (3_000, 2_999)
    assert len(found.shown(2).edges) == 0 and found.shown(2).hidden_times == 2_999


def test_a_type_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with (
        index_of(tmp_path, {"a": every(1, "Created")}) as database,
        pytest.raises(UserError, match="Did you mean Order"),
    ):
        read_process(database, ProcessQuery("Oder"))
    with index_of(tmp_path / "empty", {}) as database, pytest.raises(UserError, match="no entities"):
        read_process(database, ProcessQuery("Order"))
