"""Runs from one crossing to another, also to those that are still computed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.replay.conditions import Condition
from es_desktop.replay.watch import crossings, next_crossing
from tests.models.watch.watching import WATCHED, carts, crossed, messages_of, watch
from tests.models.working import Working, somebody_else


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
