"""The player: steps to the last event at a fixed speed, or with the recorded gaps."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.entity.view import EntityView
from es_desktop.app.store.session import open_session
from es_desktop.models.entity.player import Player
from es_desktop.models.entity.timeline_model import TimelineModel
from es_desktop.models.selection import Selection
from es_desktop.replay import BLOCK


@pytest.fixture
def playing(qtbot: QtBot, demo_store: Path) -> tuple[Player, Selection]:
    """A player over an order of the demo, at its first event."""
    session = open_session(str(demo_store), writable=False)
    order = next(each for each in session.entities() if each.type == "Order" and 5 <= each.events <= 7)
    view = EntityView(session, order.id)
    selection, timeline = Selection(), TimelineModel()
    timeline.set_outline(view.outline, frozenset(), same_entity=False)
    timeline.set_block(0, view.steps(order.version, 0, base=ZERO, checkpoint=lambda: None)[:BLOCK])
    selection.choose_entity(order.id)
    selection.set_versions(view.outline.versions, 0)
    session.close()
    return Player(selection, timeline.step_at), selection


def test_it_plays_to_the_last_event_and_stops(qtbot: QtBot, playing: tuple[Player, Selection]) -> None:
    player, selection = playing
    player.set_speed(20)
    seen: list[int | None] = []
    selection.version_changed.connect(seen.append)
    player.toggle()
    assert player.is_playing
    qtbot.waitUntil(lambda: selection.is_at_last and not player.is_playing)
    assert seen == list(range(1, (selection.last or 0) + 1))


def test_at_the_last_event_it_starts_again(playing: tuple[Player, Selection]) -> None:
    player, selection = playing
    selection.go_to(selection.last)
    player.toggle()
    assert selection.version == selection.first
    player.stop()
    assert not player.is_playing


def test_long_recorded_gaps_are_shortened(playing: tuple[Player, Selection]) -> None:
    player, selection = playing
    player.set_speed(None)
    waits = []
    for version in range(selection.last or 0):
        selection.go_to(version)
        player.toggle()
        waits.append(player.findChild(QTimer).interval())
        player.stop()
    assert all(50 <= wait <= 1500 for wait in waits)
    assert max(waits) == 1500, "somewhere in its life an order waits for longer than that"


def test_another_entity_stops_it(playing: tuple[Player, Selection]) -> None:
    player, selection = playing
    player.toggle()
    selection.choose_entity(None)
    assert not player.is_playing


def test_it_plays_the_shown_events_and_starts_again_from_the_first(
    qtbot: QtBot, playing: tuple[Player, Selection]
) -> None:
    player, selection = playing
    selection.set_stops([1, 3])
    selection.go_to(3)
    player.set_speed(20)
    seen: list[int | None] = []
    selection.version_changed.connect(seen.append)
    player.toggle()
    qtbot.waitUntil(lambda: not player.is_playing)
    assert seen == [1, 3]


def test_a_hidden_event_that_it_should_stop_at_is_not_passed_over(
    qtbot: QtBot, playing: tuple[Player, Selection]
) -> None:
    player, selection = playing
    selection.set_stops([0, 4])
    player.stops_at = lambda version: version == 2
    player.set_speed(20)
    with qtbot.waitSignal(player.stopped_at) as stopped:
        player.toggle()
    assert (stopped.args, selection.version, player.is_playing) == ([2], 2, False)
