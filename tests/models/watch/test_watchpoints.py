"""Watchpoints: kept in the notes, with the crossings that ``replay`` finds, and running from one to another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.notes.notebook import Notebook, Watchpoint
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.tasks import Progress
from es_desktop.models.watch.watchpoints import Watchpoints
from es_desktop.replay.conditions import Condition
from es_desktop.replay.watch import crossings, next_crossing
from tests.app.recording import event, store_of
from tests.models.working import Working, somebody_else

CART = UUID(int=7)
WATCHED = ("total > 100", "status", "lines[0].price", 'changed("total")', "previous.total", "len(lines)")


def carts(path: Path, count: int, at: Callable[[int], bool] = lambda version: version % 1000 == 500) -> Path:
    """A store with one long history, in which a flag is set for one event at some versions."""
    data = (json.dumps({"n": version, "flag": at(version)}) for version in range(count))
    return store_of(path, [event(CART, version, each) for version, each in enumerate(data)])


@pytest.fixture
def order(working: Working, demo_store: Path) -> Iterator[Working]:
    """The demo, with the longest order chosen."""
    working.open(demo_store)
    working.choose("Order")
    yield working


def messages_of(watchpoints: Watchpoints) -> list[str]:
    messages: list[str] = []
    watchpoints.message.connect(messages.append)
    return messages


def watch(working: Working, *expressions: str) -> Watchpoints:
    for expression in expressions:
        working.workspace.watchpoints.add(expression)
    working.settle()
    return working.workspace.watchpoints


def crossed(watchpoints: Watchpoints, index: int) -> list[int]:
    trace = watchpoints.trace(watchpoints.all[index])
    assert trace is not None and trace.error is None
    return [each.version for each in trace.crossings]


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


def test_a_search_that_is_cancelled_leaves_nothing_behind(working: Working, qtbot: QtBot, tmp_path: Path) -> None:
    working.open(carts(tmp_path / "long.esdb", 5_000))
    watchpoints, runner = working.workspace.watchpoints, working.workspace.runner
    messages: list[Progress] = []

    def cancel(progress: Progress) -> None:
        if progress.job.title == "Finding crossings":
            messages.append(progress)
            progress.job.cancel()

    runner.progressed.connect(cancel)
    watchpoints.add("flag")
    assert watchpoints.traces.is_running
    working.settle()
    assert messages and 0 < messages[0].done < messages[0].total == 5_000
    assert not watchpoints.traces.is_running
    assert watchpoints.trace(watchpoints.all[0]) is None
    assert list(watchpoints.crossed_versions) == []
    runner.progressed.disconnect(cancel)
    working.workspace.selection.go_to(0)
    watchpoints.run_to_next()
    working.settle()
    assert working.workspace.selection.version == 500, "it is computed when it is wanted again"
    assert crossed(watchpoints, 0) == [0, *(v + up for v in range(500, 5_000, 1_000) for up in (0, 1))]
    runner.progressed.connect(cancel)
    working.workspace.refresh()
    working.settle()
    assert watchpoints.trace(watchpoints.all[0]) is None, "the old trace may be outdated"
    assert list(watchpoints.crossed_versions) == []


def test_a_run_waits_for_crossings_that_are_not_there_yet(working: Working, tmp_path: Path) -> None:
    working.open(carts(tmp_path / "long.esdb", 3_000))
    watchpoints = working.workspace.watchpoints
    working.workspace.selection.go_to(1_000)
    working.settle()
    watchpoints.add("flag")
    watchpoints.run_to_next(forward=False)
    assert working.workspace.selection.version == 1_000
    working.settle()
    assert working.workspace.selection.version == 501


def test_a_run_waits_for_new_crossings_of_an_entity_that_was_read_again(order: Working, demo_store: Path) -> None:
    watchpoints = watch(order, 'note == "written by another"')
    order.go_to(order.view.facts.version - 1)
    with somebody_else(demo_store) as commands:
        commands.change_attribute(order.view.facts.id, "note", "written by another", order.view.facts.version)
    order.workspace.entity_loaded.connect(lambda view: watchpoints.run_to_next())
    order.workspace.refresh()
    order.settle()
    assert order.workspace.selection.version == order.view.facts.version == crossed(watchpoints, 0)[-1]


def test_going_elsewhere_gives_up_a_run(working: Working, tmp_path: Path) -> None:
    working.open(carts(tmp_path / "long.esdb", 3_000, lambda version: version == 2_900))
    messages = messages_of(working.workspace.watchpoints)
    working.go_to(10)
    working.workspace.watchpoints.run_to_change("flag")
    working.workspace.selection.go_to(20)
    working.settle()
    assert working.workspace.selection.version == 20
    assert messages == []


# Running --------------------------------------------------------------------------------------------------------------


def test_running_forward_and_back_meets_every_crossing_of_all_that_are_on(order: Working) -> None:
    watchpoints, selection = watch(order, *WATCHED), order.workspace.selection
    expected = list(watchpoints.crossed_versions)
    selection.go_to(selection.first)
    met = []
    for _ in range(len(expected) + 2):
        if watchpoints.is_crossed_at(selection.version or 0) and (not met or met[-1] != selection.version):
            met.append(selection.version)
        watchpoints.run_to_next()
    assert met == expected
    back = [selection.version]
    for _ in range(len(expected) + 2):
        watchpoints.run_to_next(forward=False)
        back.append(selection.version)
    assert sorted(set(back)) == expected


def test_running_along_one_of_them(order: Working) -> None:
    watchpoints, selection = watch(order, "total", "status"), order.workspace.selection
    messages = messages_of(watchpoints)
    selection.go_to(selection.first)
    met = []
    while not messages or not messages[-1].startswith("Nothing"):
        watchpoints.run_to_next(True, 1)
        met.append(selection.version)
    assert met[:-1] == [version for version in crossed(watchpoints, 1) if version > 0]
    assert messages[-1] == f"Nothing that is watched changes after version {selection.version}."


def test_a_run_reports_the_version_and_its_crossing(order: Working) -> None:
    watchpoints = watch(order, "status")
    watchpoints.rename(0, "state of it")
    messages = messages_of(watchpoints)
    order.workspace.selection.go_to(0)
    watchpoints.run_to_next()
    at = order.workspace.selection.version
    assert messages == [f"Version {at}: state of it OPEN → PAID"]


def test_a_run_without_a_target_is_reported(order: Working) -> None:
    watchpoints = order.workspace.watchpoints
    messages = messages_of(watchpoints)
    watchpoints.run_to_next()
    watch(order, "status")
    watchpoints.set_on(0, False)
    watchpoints.run_to_next()
    watchpoints.run_to_next(True, 0)
    assert [each.split(".")[0].split(":")[0] for each in messages] == [
        "No watchpoint is on",
        "No watchpoint is on",
        "This watchpoint is off",
    ]


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("path", ["total", "lines", "lines[1].quantity", "status", "no.such.value"])
def test_running_to_a_change_needs_no_watchpoint(order: Working, path: str, forward: bool) -> None:
    watchpoints, selection, chain = order.workspace.watchpoints, order.workspace.selection, order.view.own_chain()
    messages = messages_of(watchpoints)
    for version in order.view.outline.versions[::3]:
        selection.go_to(version)
        order.settle()
        watchpoints.run_to_change(path, forward)
        order.settle()
        expected = next_crossing(chain, path, after_version=version, forward=forward)
        if expected is None:
            side = "after" if forward else "before"
            assert selection.version == version
            assert messages[-1] == f"It does not change {side} version {version}: {path}"
        else:
            assert selection.version == expected.version
            assert messages[-1].startswith(f"Version {expected.version}: {path} ")
    assert watchpoints.all == ()


def test_running_to_a_condition_and_back(order: Working) -> None:
    watchpoints, selection, chain = order.workspace.watchpoints, order.workspace.selection, order.view.own_chain()
    condition = "total > 100 and len(lines) > 2"
    expected = [each.version for each in crossings(chain, Condition(condition))]
    assert expected
    order.go_to(0)
    watchpoints.run_to_condition(condition)
    order.settle()
    assert selection.version == expected[0]
    order.go_to(order.view.facts.version)
    watchpoints.run_to_condition(condition, forward=False)
    order.settle()
    assert selection.version == [each for each in expected if each < order.view.facts.version][-1]
    assert watchpoints.last_condition == condition


def test_a_condition_that_takes_too_much_during_a_run_is_reported(order: Working) -> None:
    order.go_to(0)
    order.workspace.watchpoints.run_to_condition("len([x for x in 'abcdefghij' * 60000]) if total > 0 else 0")
    order.settle()
    assert len(order.refused) == 1 and "cannot be used" in order.refused[0].text
    assert order.workspace.selection.version == 0


def test_a_malformed_path_is_reported(order: Working) -> None:
    order.workspace.watchpoints.run_to_change("a..b")
    order.settle()
    assert "a..b" in order.refused[0].text


def test_playing_stops_at_a_crossing(order: Working, qtbot: QtBot) -> None:
    watchpoints, selection, player = watch(order, "status"), order.workspace.selection, order.workspace.player
    messages: list[str] = []
    order.workspace.message.connect(messages.append)
    at = next(version for version in crossed(watchpoints, 0) if version > 0)
    selection.go_to(at - 2)
    player.set_speed(20)
    player.toggle()
    qtbot.waitUntil(lambda: not player.is_playing)
    assert selection.version == at
    assert messages[-1] == f"Version {at}: status OPEN → PAID"
    player.toggle()
    qtbot.waitUntil(lambda: (selection.version or 0) > at)
    watchpoints.set_on(0, False)
    qtbot.waitUntil(lambda: not player.is_playing)
    assert selection.is_at_last, "one that is off stops nothing"
    order.settle()


def test_without_a_store_nothing_happens(working: Working) -> None:
    watchpoints = working.workspace.watchpoints
    watchpoints.run_to_next()
    watchpoints.run_to_change("total")
    watchpoints.run_to_condition("total > 1")
    working.settle()
    assert not working.refused
