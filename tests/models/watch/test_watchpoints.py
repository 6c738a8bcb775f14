"""Watchpoints: kept in the notes, with the crossings that ``replay`` finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.notes.notebook import Notebook, Watchpoint
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.tasks import Progress
from es_desktop.replay.conditions import Condition
from es_desktop.replay.watch import crossings
from tests.app.recording import event, store_of
from tests.models.watch.watching import CART, WATCHED, carts, crossed, watch
from tests.models.working import Working, cancelled_at, somebody_else

# Watchpoints ----------------------------------------------------------------------------------------------------------


def test_the_crossings_are_those_of_the_engine(order: Working) -> None:
    watchpoints = watch(order, *WATCHED)
    for index, expression in enumerate(WATCHED):
        is_path = expression in ("status", "lines[0].price")
        chain = order.view.own_chain()
        expected = crossings(chain, expression if is_path else Condition(expression))
        trace = watchpoints.trace(watchpoints.all[index])
        assert trace is not None and list(trace.crossings) == list(expected)
    together = sorted({version for index in range(len(WATCHED)) for version in crossed(watchpoints, index)})
    assert list(watchpoints.crossed_versions) == together
    for version in order.view.outline.versions:
        assert watchpoints.is_crossed_at(version) == (version in together)


def test_another_entity_and_a_new_event_are_computed_again(order: Working, demo_store: Path) -> None:
    watchpoints = watch(order, "note", "version % 2 == 0")
    before = crossed(watchpoints, 1)
    with somebody_else(demo_store) as commands:
        commands.change_attribute(order.view.facts.id, "note", "written by another", order.view.facts.version)
    order.workspace.refresh()
    order.settle()
    last = order.view.facts.version
    assert crossed(watchpoints, 0)[-1] == last
    assert crossed(watchpoints, 1) == [*before, last]
    order.choose("Account")
    assert crossed(watchpoints, 0) == []
    assert len(crossed(watchpoints, 1)) == order.view.facts.events
    order.workspace.selection.choose_entity(None)
    assert watchpoints.trace(watchpoints.all[1]) is None
    assert not watchpoints.crossed_versions


def test_a_watchpoint_that_is_off_is_not_computed(order: Working) -> None:
    watchpoints = watch(order, "status", "total")
    with_both = list(watchpoints.crossed_versions)
    watchpoints.set_on(1, False)
    assert watchpoints.trace(watchpoints.all[1]) is None
    assert list(watchpoints.crossed_versions) == crossed(watchpoints, 0) != with_both
    watchpoints.set_on(1, True)
    order.settle()
    assert list(watchpoints.crossed_versions) == with_both


def test_a_watchpoint_that_was_off_while_events_came_is_computed_again(order: Working, demo_store: Path) -> None:
    watchpoints = watch(order, "version % 2 == 0")
    before = crossed(watchpoints, 0)
    watchpoints.set_on(0, False)
    with somebody_else(demo_store) as commands:
        commands.change_attribute(order.view.facts.id, "note", "written by another", order.view.facts.version)
    order.workspace.refresh()
    order.settle()
    watchpoints.set_on(0, True)
    order.settle()
    assert crossed(watchpoints, 0) == [*before, order.view.facts.version]


def test_a_name_costs_no_walk(order: Working) -> None:
    watchpoints = watch(order, "status")
    watchpoints.rename(0, "  how it stands ")
    assert watchpoints.all == (Watchpoint("status", "how it stands"),)
    assert not watchpoints.traces.is_running
    assert crossed(watchpoints, 0)
    watchpoints.rename(0, "")
    assert watchpoints.all[0].name == ""


def test_what_is_watched_already_is_switched_on(order: Working) -> None:
    watchpoints = watch(order, "status", "total > 3")
    watchpoints.rename(1, "some")
    watchpoints.set_on(1, False)
    watchpoints.add("  total > 3 ")
    assert watchpoints.all == (Watchpoint("status"), Watchpoint("total > 3", "some"))
    watchpoints.add("total > 3", "more than three")
    assert watchpoints.all[1].name == "more than three"
    watchpoints.remove(0)
    assert [each.expression for each in watchpoints.all] == ["total > 3"]


def test_an_invalid_expression_is_refused_with_its_column_and_not_kept(order: Working) -> None:
    watchpoints = order.workspace.watchpoints
    for expression, column in (("total >", "column 8"), ("status = 'PAID'", "column 8"), ("open('x')", "column 1")):
        with pytest.raises(UserError, match=column):
            watchpoints.add(expression)
        with pytest.raises(UserError, match=column):
            watchpoints.run_to_condition(expression)
    assert watchpoints.all == ()
    assert not order.refused


def test_a_path_that_is_no_name_in_python_can_be_watched_where_it_is_in_view(working: Working, tmp_path: Path) -> None:
    history = [{"first name": "Ada"}, {"first name": "Ada"}, {"first name": "Grace"}]
    store = store_of(tmp_path / "names.esdb", [event(CART, at, json.dumps(each)) for at, each in enumerate(history)])
    working.open(store)
    watchpoints = watch(working, "first name")
    assert watchpoints.all == (Watchpoint('value("first name")'),)
    assert crossed(watchpoints, 0) == [0, 2]
    with pytest.raises(UserError):
        watchpoints.add("last name")


def test_one_that_takes_too_much_has_its_error_and_the_others_go_on(order: Working) -> None:
    greedy = "len([x for x in 'abcdefghij' * 60000]) if total > 0 else 0"
    watchpoints = watch(order, greedy, "status")
    trace = watchpoints.trace(watchpoints.all[0])
    assert trace is not None and trace.error is not None and not trace.crossings
    assert crossed(watchpoints, 1)


# Kept in the notes ----------------------------------------------------------------------------------------------------


def test_watchpoints_are_there_again_when_their_store_is_opened_again(order: Working, demo_store: Path) -> None:
    watchpoints = watch(order, "status", "total > 100")
    watchpoints.rename(1, "big")
    watchpoints.set_on(0, False)
    kept = watchpoints.all
    order.workspace.close_store()
    order.settle()
    assert watchpoints.all == ()
    assert not watchpoints.crossed_versions
    order.open(demo_store)
    order.choose("Order")
    assert watchpoints.all == kept == (Watchpoint("status", is_on=False), Watchpoint("total > 100", "big"))
    assert crossed(watchpoints, 1)


def test_a_read_only_store_keeps_its_watchpoints_in_its_notebook(working: Working, sample: Path) -> None:
    before = sample.read_bytes()
    working.open(sample)
    watchpoints = watch(working, "version > 0", "items")
    working.workspace.close_store()
    working.settle()
    assert sample.read_bytes() == before
    assert [each.name for each in sample.parent.iterdir()] == [sample.name]
    working.open(sample)
    assert [each.expression for each in watchpoints.all] == ["version > 0", "items"]
    assert crossed(watchpoints, 0)


def test_each_store_has_its_own_watchpoints(working: Working, demo_store: Path, sample: Path) -> None:
    working.open(demo_store)
    watch(working, "status")
    working.open(sample)
    assert working.workspace.watchpoints.all == ()
    working.open(demo_store)
    assert [each.expression for each in working.workspace.watchpoints.all] == ["status"]


def test_an_invalid_kept_expression_shows_its_error_and_the_others_work(working: Working, demo_store: Path) -> None:
    """A person edited the file of the notebook."""
    working.shelf.save(str(demo_store), Notebook(watchpoints=(Watchpoint("total >"), Watchpoint("status"))))
    working.open(demo_store)
    working.choose("Order")
    watchpoints = working.workspace.watchpoints
    trace = watchpoints.trace(watchpoints.all[0])
    assert trace is not None and trace.error is not None and trace.error.column == 7
    assert crossed(watchpoints, 1)


# Long histories -------------------------------------------------------------------------------------------------------


def finds_crossings(progress: Progress) -> bool:
    return progress.job.title == "Finding crossings" and progress.done > 0


def test_a_search_that_is_cancelled_leaves_nothing_behind(working: Working, qtbot: QtBot, tmp_path: Path) -> None:
    working.open(carts(tmp_path / "long.esdb", 5_000))
    watchpoints, runner = working.workspace.watchpoints, working.workspace.runner
    with cancelled_at(runner, finds_crossings) as messages:
        watchpoints.add("flag")
        assert watchpoints.traces.is_running
        working.settle()
    assert 0 < messages[-1].done < messages[-1].total == 5_000
    assert not watchpoints.traces.is_running
    assert watchpoints.trace(watchpoints.all[0]) is None
    assert list(watchpoints.crossed_versions) == []
    working.workspace.selection.go_to(0)
    watchpoints.run_to_next()
    working.settle()
    assert working.workspace.selection.version == 500, "it is computed when it is wanted again"
    assert crossed(watchpoints, 0) == [0, *(v + up for v in range(500, 5_000, 1_000) for up in (0, 1))]
    with cancelled_at(runner, finds_crossings):
        working.workspace.refresh()
        working.settle()
    assert watchpoints.trace(watchpoints.all[0]) is None, "the old trace may be outdated"
    assert list(watchpoints.crossed_versions) == []
