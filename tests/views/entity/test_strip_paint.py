"""Flags on the timeline strip: which versions have one, where it is, what a click on it means, and what it costs."""

from __future__ import annotations

import time
from array import array

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from es_desktop.views.entity.strip import TimelineStrip
from es_desktop.views.entity.strip_paint import FLAGS_Y, ROW
from es_desktop.views.style.tokens import DARK, LIGHT


def show_strip(qtbot: QtBot, count: int) -> TimelineStrip:
    strip = TimelineStrip()
    qtbot.addWidget(strip)
    strip.resize(1000, strip.sizeHint().height())
    strip.set_events(array("q", range(count)), array("B", bytes(count)))
    strip.show()
    return strip


@pytest.fixture
def strip(qtbot: QtBot) -> TimelineStrip:
    return show_strip(qtbot, 43)


def point_of(strip: TimelineStrip, version: int, row: int = 0) -> QPoint:
    return QPoint(round(strip.x_of(version)), FLAGS_Y + row * ROW + 3)


def color_at(image: QImage, point: QPoint) -> str:
    return image.pixelColor(point * image.devicePixelRatio()).name()


def painted(image: QImage, row: int, color: str) -> set[int]:
    """The columns of pixels in which a row of flags has a colour."""
    y = FLAGS_Y + row * ROW + 3
    return {x for x in range(image.width()) if image.pixelColor(x, y) == QColor(color)}


def test_each_version_of_a_set_has_a_flag_in_its_tone(strip: TimelineStrip) -> None:
    strip.set_flags("crossing", [3, 20, 41], "amber")
    image = strip.grab().toImage()
    assert {color_at(image, point_of(strip, version)) for version in (3, 20, 41)} == {LIGHT.amber}
    assert LIGHT.amber not in {color_at(image, point_of(strip, version)) for version in (2, 4, 19, 40, 42)}
    strip.set_tokens(DARK)
    assert color_at(strip.grab().toImage(), point_of(strip, 20)) == DARK.amber


def test_two_sets_on_one_version_are_both_painted_and_described(strip: TimelineStrip) -> None:
    strip.set_snapshots([20])
    strip.set_flags("crossing", [3, 20], "amber")
    strip.set_flags("bookmarked", [20], "accent")
    image = strip.grab().toImage()
    assert color_at(image, point_of(strip, 20, 0)) == LIGHT.amber
    assert color_at(image, point_of(strip, 20, 1)) == LIGHT.accent
    assert strip.describe(20) == "Version 20 · snapshot · crossing · bookmarked"
    assert strip.describe(3) == "Version 3 · crossing"
    assert strip.describe(4) == "Version 4"


def test_a_set_is_replaced_by_the_next_of_its_name_and_no_versions_remove_it(strip: TimelineStrip) -> None:
    before = strip.grab().toImage()
    strip.set_flags("crossing", [3], "amber")
    strip.set_flags("bookmarked", [7], "accent")
    strip.set_flags("crossing", [5], "green")
    assert (strip.describe(3), strip.describe(5)) == ("Version 3", "Version 5 · crossing")
    assert color_at(strip.grab().toImage(), point_of(strip, 5)) == LIGHT.green
    strip.set_flags("crossing", [], "green")
    assert color_at(strip.grab().toImage(), point_of(strip, 7)) == LIGHT.accent, "the other set moved up"
    strip.set_flags("bookmarked", [], "accent")
    assert strip.grab().toImage() == before


def test_a_click_on_a_flag_means_its_version_wherever_events_are_dense(qtbot: QtBot) -> None:
    strip = show_strip(qtbot, 100_000)
    strip.set_flags("crossing", [54_321], "amber")
    strip.set_flags("bookmarked", [54_777], "accent")
    for version, row in ((54_321, 0), (54_777, 1)):
        for beside in (-2, 0, 2):
            assert strip.version_at(QPointF(point_of(strip, version, row) + QPoint(beside, 0))) == version
            above = strip.version_at(QPointF(point_of(strip, version) + QPoint(beside, -20)))
            assert above not in (None, version)
    assert strip.version_at(QPointF(point_of(strip, 54_321) + QPoint(40, 0))) not in (54_321, 54_777)


def test_labels_make_room_for_flags(strip: TimelineStrip) -> None:
    """The numbers below move down by what the flags take, and stay inside the strip."""
    strip.set_flags("crossing", list(range(43)), "amber")
    strip.set_flags("bookmarked", list(range(43)), "accent")
    image = strip.grab().toImage()
    labels = range(FLAGS_Y + 2 * ROW, strip.height())
    x = round(strip.x_of(20))
    ground = image.pixelColor(0, 0)
    inked = [y for y in labels if any(image.pixelColor(x + dx, y) != ground for dx in range(-6, 7))]
    assert inked and max(inked) < strip.height() - 1
    assert len(painted(image, 0, LIGHT.amber)) >= 43


def test_neighbours_in_one_column_of_pixels_are_one_mark_and_none_is_lost(qtbot: QtBot) -> None:
    strip = show_strip(qtbot, 100_000)
    lone = [10, 49_999, 50_000, 99_000]
    strip.set_flags("crossing", lone, "amber")
    columns = painted(strip.grab().toImage(), 0, LIGHT.amber)
    for version in lone:
        assert any(abs(x - strip.x_of(version)) <= 2 for x in columns), version
    assert len(columns) <= 2 * 3, "two of them share a column"


def test_where_every_event_has_a_flag_there_is_no_gap(qtbot: QtBot) -> None:
    strip = show_strip(qtbot, 100_000)
    strip.set_flags("crossing", range(100_000), "amber")
    columns = painted(strip.grab().toImage(), 0, LIGHT.amber)
    assert columns >= set(range(round(strip.x_of(0)), round(strip.x_of(99_999)) + 1))


def test_flags_stay_with_their_events_when_the_strip_is_zoomed_or_wider(qtbot: QtBot) -> None:
    strip = show_strip(qtbot, 100_000)
    strip.set_flags("crossing", [70_000], "amber")
    seen = []
    for width in (1000, 1400):
        strip.resize(width, strip.height())
        seen.append(painted(strip.grab().toImage(), 0, LIGHT.amber))
        assert all(abs(x - strip.x_of(70_000)) <= 2 for x in seen[-1])
    assert all(seen) and seen[0].isdisjoint(seen[1])


def test_a_hundred_thousand_flags_are_painted_at_once(qtbot: QtBot) -> None:
    strip = show_strip(qtbot, 100_000)
    strip.set_flags("crossing", range(100_000), "amber")
    taken = []
    for position in (54_321, 54_322, 54_323):
        strip.set_position(position)
        start = time.thread_time()
        strip.grab()
        taken.append(time.thread_time() - start)
    # A few milliseconds in truth; the bound only separates one mark per column from a hundred thousand.
    assert min(taken) < 0.1
