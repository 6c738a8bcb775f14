"""The timeline strip: what a click means, what is in view, and what is painted how."""

from __future__ import annotations

import time
from array import array

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from es_desktop.views.entity.strip import TimelineStrip
from es_desktop.views.entity.strip_paint import AXIS_Y, BAND, DIAMOND_Y, FAINT_HUE
from es_desktop.views.entity.strip_scale import Scale, nearest, nice_step, sparse
from es_desktop.views.style.tokens import DARK, LIGHT


def show_strip(qtbot: QtBot, versions: array[int], hue: int = 1) -> TimelineStrip:
    strip = TimelineStrip()
    qtbot.addWidget(strip)
    strip.resize(1000, 78)
    strip.set_events(versions, array("B", [hue]) * len(versions))
    strip.show()
    return strip


@pytest.fixture
def strip(qtbot: QtBot) -> TimelineStrip:
    return show_strip(qtbot, array("q", range(43)))


def at(strip: TimelineStrip, version: float, y: int = AXIS_Y) -> QPoint:
    return QPoint(round(strip.x_of(version)), y)


def chosen_by(strip: TimelineStrip) -> list[object]:
    chosen: list[object] = []
    strip.version_chosen.connect(chosen.append)
    return chosen


def turn_wheel(strip: TimelineStrip, x: float, steps: int, keys: Qt.KeyboardModifier) -> bool:
    point = QPointF(x, AXIS_Y)
    event = QWheelEvent(
        point, point, QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(strip, event)
    return event.isAccepted()


def color_at(image: QImage, point: QPoint) -> QColor:
    return image.pixelColor(point * image.devicePixelRatio())


def test_a_click_chooses_the_nearest_event(strip: TimelineStrip, qtbot: QtBot) -> None:
    chosen = chosen_by(strip)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=at(strip, 17.4))
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(1, AXIS_Y))
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() - 1, AXIS_Y))
    assert chosen == [17, 0, 42]


def test_a_gap_in_the_versions_belongs_to_the_nearer_end(qtbot: QtBot) -> None:
    strip = show_strip(qtbot, array("q", [1, 2, 100]))
    chosen = chosen_by(strip)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=at(strip, 40))
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=at(strip, 60))
    assert chosen == [2, 100]


def test_dragging_emits_each_version_once(strip: TimelineStrip, qtbot: QtBot) -> None:
    chosen = chosen_by(strip)
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=at(strip, 10))
    for version in (10.1, 11, 11.2, 12):
        qtbot.mouseMove(strip, at(strip, version))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=at(strip, 12))
    qtbot.mouseMove(strip, at(strip, 20))
    assert chosen == [10, 11, 12]


def test_a_click_on_a_diamond_chooses_its_snapshot(qtbot: QtBot) -> None:
    strip = show_strip(qtbot, array("q", range(400)))
    strip.set_snapshots([199])
    beside = at(strip, 199, DIAMOND_Y) + QPoint(5, 0)
    assert strip.version_at(QPointF(beside)) == 199
    assert strip.version_at(QPointF(beside.x(), AXIS_Y)) == 201


def test_no_event_is_chosen_where_there_is_none(qtbot: QtBot) -> None:
    strip = show_strip(qtbot, array("q"))
    chosen = chosen_by(strip)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(500, AXIS_Y))
    strip.grab()
    assert chosen == []


def test_zooming_keeps_what_is_under_the_pointer(strip: TimelineStrip) -> None:
    x = strip.x_of(30)
    turn_wheel(strip, x, 4, Qt.KeyboardModifier.ControlModifier)
    assert strip.x_of(30) == pytest.approx(x)
    assert strip.x_of(31) - strip.x_of(30) > 2 * (1000 / 43)


def test_a_plain_wheel_pans_only_a_zoomed_strip(strip: TimelineStrip) -> None:
    nothing = Qt.KeyboardModifier.NoModifier
    assert not turn_wheel(strip, 500, -1, nothing)
    turn_wheel(strip, 500, 6, Qt.KeyboardModifier.ControlModifier)
    before = strip.x_of(21)
    assert turn_wheel(strip, 500, -1, nothing)
    assert strip.x_of(21) < before


def test_a_double_click_shows_everything_again(strip: TimelineStrip, qtbot: QtBot) -> None:
    whole = strip.x_of(0), strip.x_of(42)
    turn_wheel(strip, 500, 6, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(strip.range_changed):
        qtbot.mouseDClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(500, AXIS_Y))
    assert (strip.x_of(0), strip.x_of(42)) == whole


def test_the_chosen_version_is_brought_into_view(strip: TimelineStrip) -> None:
    turn_wheel(strip, 20, 8, Qt.KeyboardModifier.ControlModifier)
    assert strip.x_of(40) > strip.width()
    strip.set_position(40)
    assert 0 < strip.x_of(40) < strip.width()


def test_new_events_leave_a_zoomed_view_where_it_is(strip: TimelineStrip) -> None:
    turn_wheel(strip, 20, 8, Qt.KeyboardModifier.ControlModifier)
    before = strip.x_of(3)
    strip.set_events(array("q", range(50)), array("B", bytes(50)))
    assert strip.x_of(3) == before


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_events_after_the_chosen_one_are_faint(strip: TimelineStrip, tokens: object) -> None:
    assert tokens in (LIGHT, DARK)
    look = LIGHT if tokens is LIGHT else DARK
    strip.set_tokens(look)
    strip.set_position(17)
    image = strip.grab().toImage()
    assert color_at(image, at(strip, 12)).name() == look.hue(1)
    assert color_at(image, at(strip, 25)).name() != look.hue(1)


def test_a_failed_event_is_red_wherever_it_is(strip: TimelineStrip) -> None:
    strip.set_failed([5, 30])
    strip.set_position(17)
    image = strip.grab().toImage()
    assert {color_at(image, at(strip, version)).name() for version in (5, 30)} == {LIGHT.red}


def test_what_a_rebuild_did_not_read_is_hatched(strip: TimelineStrip) -> None:
    strip.set_position(40)
    before = strip.grab().toImage()
    strip.set_rebuild(20, 21)
    after = strip.grab().toImage()
    y = AXIS_Y + BAND - 3
    changed = {x for x in range(strip.width()) if color_at(before, QPoint(x, y)) != color_at(after, QPoint(x, y))}
    assert changed
    assert max(changed) <= strip.x_of(20)
    assert color_at(after, QPoint(round(strip.x_of(30.5)), AXIS_Y)).name() == LIGHT.accent


def test_words_for_a_version(strip: TimelineStrip) -> None:
    strip.set_snapshots([10])
    strip.set_failed([19])
    strip.set_rebuild(10, 11)
    assert strip.describe(10) == "Version 10 · snapshot · not read"
    assert strip.describe(19) == "Version 19 · failed"
    assert strip.accessibleName()


def test_a_million_events_are_painted_at_once(qtbot: QtBot) -> None:
    count = 1_000_000
    strip = show_strip(qtbot, array("q", range(count)))
    strip.set_snapshots(list(range(9, count, 10)))
    strip.set_failed([7, 500_000])
    strip.set_rebuild(600_009, 600_010)
    taken = []
    for position in (654_321, 654_322, 654_323):
        strip.set_tokens(LIGHT)
        strip.set_position(position)
        start = time.thread_time()
        strip.grab()
        taken.append(time.thread_time() - start)
    # A few milliseconds in truth; the bound only separates columns from a million dots.
    assert min(taken) < 0.1


def test_one_event_and_huge_versions_have_a_scale(qtbot: QtBot) -> None:
    for versions in (array("q", [0]), array("q", [2**62, 2**62 + 4000])):
        strip = show_strip(qtbot, versions)
        strip.set_position(versions[0])
        assert not strip.grab().isNull()
        assert strip.version_at(QPointF(strip.x_of(versions[0]), AXIS_Y)) == versions[0]


@pytest.mark.parametrize(
    ("span", "most", "step"), [(42, 8, 10), (42, 30, 2), (5, 100, 1), (1e6, 10, 100_000), (1e6, 9, 200_000)]
)
def test_labels_are_at_round_numbers(span: float, most: float, step: int) -> None:
    assert nice_step(span, most) == step


def test_marks_that_would_overlap_are_left_out() -> None:
    scale = Scale(left=0, width=100)
    scale.set_bounds(0, 1000)
    assert list(sparse(range(0, 1001, 10), scale, 25)) == [0, 250, 500, 750, 1000]
    assert nearest([1, 5, 9], 7) == 5


@pytest.mark.parametrize("count", [43, 5_000])
def test_events_of_hidden_types_keep_their_positions_but_are_faint(qtbot: QtBot, count: int) -> None:
    """Each second half of the strip is of a hidden type; dots where there are few, columns where there are many."""
    versions = array("q", range(count))
    shown, faint = (
        color_at(show_strip(qtbot, versions, hue).grab().toImage(), QPoint(500, AXIS_Y + (0 if count == 43 else 5)))
        for hue in (3, 3 + FAINT_HUE)
    )
    assert shown.name() == LIGHT.hue(3)
    assert faint.name() != QColor(LIGHT.panel).name()
    assert faint.lightness() > shown.lightness() + 60
