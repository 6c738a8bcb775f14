"""The lanes under the strip: in line with it, scrubbed like it, and painted by what the values are."""

from __future__ import annotations

import math
import time
from array import array
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from es_desktop.app.watch.series import Lane
from es_desktop.replay import ValueSeries
from es_desktop.replay.watch import Band
from es_desktop.views.entity.strip import PAD, TimelineStrip
from es_desktop.views.style.tokens import DARK, LIGHT, Tokens, mix
from es_desktop.views.watch.lane_paint import ROW
from es_desktop.views.watch.lanes import MOST, LanesView

LAST = 42
TOTAL = Lane.of(ValueSeries("total", 0, LAST, points=((2, 10.0), (10, 30.0), (20, math.nan), (30, 20.0))))
STATUS = Lane.of(
    ValueSeries("status", 0, LAST, bands=(Band(0, 9, "open"), Band(10, 19, "paid"), Band(30, LAST, "open")))
)


class Panel(QWidget):
    """A strip with lanes below it, as the timeline has them."""

    def __init__(self, versions: array[int]) -> None:
        super().__init__()
        self.strip = TimelineStrip(self)
        self.lanes = LanesView(self.strip, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.strip)
        layout.addWidget(self.lanes)
        layout.addStretch(1)
        self.strip.set_events(versions, array("B", [1]) * len(versions))
        self.resize(1000, 500)
        self.show()

    def at(self, version: float, row: int = 0, y: int = ROW // 2) -> QPoint:
        return QPoint(round(self.strip.x_of(version)), row * ROW + y)

    def shown(self) -> QImage:
        return self.lanes.viewport().grab().toImage()

    def colors(self, version: float, row: int) -> set[str]:
        """The colours in the column of a version."""
        image, ratio = self.shown(), self.devicePixelRatio()
        points = (self.at(version, row, y) * ratio for y in range(1, ROW - 1))
        return {image.pixelColor(point).name() for point in points}


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[Panel]:
    panel = Panel(array("q", range(LAST + 1)))
    qtbot.addWidget(panel)
    panel.lanes.set_lanes([("total", TOTAL), ("status", STATUS)])
    yield panel
    QToolTip.hideText()


def chosen_by(panel: Panel) -> list[object]:
    chosen: list[object] = []
    panel.lanes.version_chosen.connect(chosen.append)
    return chosen


def removed_by(panel: Panel) -> list[object]:
    removed: list[object] = []
    panel.lanes.removed.connect(removed.append)
    return removed


def turn_wheel(panel: Panel, point: QPoint, steps: int, keys: Qt.KeyboardModifier) -> None:
    index = QPointF(point)
    event = QWheelEvent(
        index, index, QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel.lanes.viewport(), event)


def tip_at(panel: Panel, point: QPoint) -> str:
    viewport = panel.lanes.viewport()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, point, viewport.mapToGlobal(point)))
    return QToolTip.text()


# Room -----------------------------------------------------------------------------------------------------------------


def test_without_lanes_they_take_no_room_and_the_strip_has_all_of_it(panel: Panel) -> None:
    assert panel.strip.x_of(0) > PAD
    panel.lanes.set_lanes([])
    assert not panel.lanes.isVisible()
    assert (panel.strip.x_of(0), panel.strip.x_of(LAST)) == (PAD, 1000 - PAD)
    assert panel.lanes.current_path is None


def test_names_and_values_get_the_room_they_need_within_bounds(panel: Panel) -> None:
    modest = panel.strip.x_of(0)
    name = "a.very.long.path.to.a.value.that.nobody.would.want.to.read.as.a.whole"
    panel.lanes.set_lanes([(name, Lane.of(ValueSeries(name, 0, LAST, bands=(Band(0, LAST, "x" * 39),))))])
    assert modest < panel.strip.x_of(0) <= 160 + PAD
    assert 1000 - panel.strip.x_of(LAST) <= 130 + PAD


def test_more_lanes_than_fit_are_scrolled_to(panel: Panel, qtbot: QtBot) -> None:
    lanes = [(f"n{number}", Lane.of(ValueSeries(f"n{number}", 0, LAST))) for number in range(9)]
    panel.lanes.set_lanes(lanes)
    assert panel.lanes.height() == MOST * ROW
    panel.lanes.fit(3 * ROW + 5)
    assert panel.lanes.height() == 3 * ROW
    panel.lanes.fit(0)
    assert panel.lanes.height() == ROW
    panel.lanes.fit(3 * ROW)
    bar = panel.lanes.verticalScrollBar()
    for _ in range(4):
        qtbot.keyClick(panel.lanes, Qt.Key.Key_Down)
    assert (panel.lanes.current_path, bar.value()) == ("n4", 2 * ROW)
    for _ in range(9):
        qtbot.keyClick(panel.lanes, Qt.Key.Key_Up)
    assert (panel.lanes.current_path, bar.value()) == ("n0", 0)
    for _ in range(3):
        turn_wheel(panel, panel.at(5), -3, Qt.KeyboardModifier.NoModifier)
    assert bar.value() == 6 * ROW
    removed = removed_by(panel)
    panel.lanes.grab()
    qtbot.mouseMove(panel.lanes.viewport(), panel.at(5, 1))
    cross = panel.lanes.lane_layout.cross(7).center()
    qtbot.mouseClick(panel.lanes.viewport(), Qt.MouseButton.LeftButton, pos=cross)
    assert removed == ["n7"]


# Scrubbing ------------------------------------------------------------------------------------------------------------


def test_pointing_and_dragging_choose_versions_as_in_the_strip(panel: Panel, qtbot: QtBot) -> None:
    chosen, viewport = chosen_by(panel), panel.lanes.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=panel.at(10))
    for version in (10.1, 11, 11.2, 12):
        qtbot.mouseMove(viewport, panel.at(version))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=panel.at(12))
    qtbot.mouseMove(viewport, panel.at(20))
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=panel.at(17, 1))
    assert chosen == [10, 11, 12, 17]
    assert panel.lanes.current_path == "status"


def test_a_name_is_no_version(panel: Panel, qtbot: QtBot) -> None:
    chosen = chosen_by(panel)
    qtbot.mouseClick(panel.lanes.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, ROW + 20))
    qtbot.mouseClick(panel.lanes.viewport(), Qt.MouseButton.RightButton, pos=panel.at(5))
    assert chosen == []
    assert panel.lanes.current_path == "status"


def test_lanes_and_strip_are_zoomed_together(panel: Panel, qtbot: QtBot) -> None:
    whole, before = panel.strip.x_of(30), panel.shown()
    turn_wheel(panel, panel.at(30), 4, Qt.KeyboardModifier.ControlModifier)
    assert panel.strip.x_of(30) == pytest.approx(whole, abs=1.5)
    assert panel.strip.x_of(31) - panel.strip.x_of(30) > 40
    assert panel.shown() != before
    index = panel.strip.x_of(30)
    turn_wheel(panel, panel.at(30), 1, Qt.KeyboardModifier.NoModifier)
    assert panel.strip.x_of(30) != index, "a plain wheel pans where there is nothing to scroll"
    qtbot.mouseDClick(panel.lanes.viewport(), Qt.MouseButton.LeftButton, pos=panel.at(30))
    assert panel.strip.x_of(30) == whole


# Taking away ----------------------------------------------------------------------------------------------------------


def test_a_lane_is_removed_by_its_cross_or_by_delete(panel: Panel, qtbot: QtBot) -> None:
    removed, chosen = removed_by(panel), chosen_by(panel)
    viewport = panel.lanes.viewport()
    quiet = panel.shown()
    qtbot.mouseMove(viewport, panel.lanes.lane_layout.cross(1).center())
    assert panel.shown() != quiet, "the cross is there under the pointer"
    QApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=panel.lanes.lane_layout.cross(1).center())
    qtbot.keyClick(panel.lanes, Qt.Key.Key_Up)
    qtbot.keyClick(panel.lanes, Qt.Key.Key_Delete)
    assert (removed, chosen) == (["status", "total"], [])


@pytest.mark.parametrize("by_key", [True, False])
def test_a_lane_has_a_menu(panel: Panel, qtbot: QtBot, by_key: bool) -> None:
    wanted: list[object] = []
    panel.lanes.menu_requested.connect(lambda path, index: wanted.append(path))
    viewport = panel.lanes.viewport()
    if by_key:
        qtbot.keyClick(panel.lanes, Qt.Key.Key_Down)
    reason = QContextMenuEvent.Reason.Keyboard if by_key else QContextMenuEvent.Reason.Mouse
    point = QPoint(3, 3) if by_key else panel.at(5, 1)
    QApplication.sendEvent(viewport, QContextMenuEvent(reason, point, viewport.mapToGlobal(point)))
    assert wanted == ["status"]


# Words ----------------------------------------------------------------------------------------------------------------


def test_what_is_under_the_pointer_is_in_the_tooltip(panel: Panel) -> None:
    assert tip_at(panel, panel.at(12)) == "total: 30.0\nversions 10 to 19"
    assert tip_at(panel, panel.at(25, 1)) == "status: –\nversions 20 to 29"
    assert tip_at(panel, QPoint(20, 20)) == "total\n10.0 – 30.0"
    assert tip_at(panel, panel.lanes.lane_layout.cross(0).center()) == "Remove this lane (Del)"


def test_the_current_lane_is_described_for_screen_readers(panel: Panel, qtbot: QtBot) -> None:
    assert panel.lanes.accessibleName() == "Lanes of values"
    panel.lanes.set_position(12)
    assert panel.lanes.accessibleDescription() == "total at version 12: 30.0"
    qtbot.keyClick(panel.lanes, Qt.Key.Key_Down)
    assert panel.lanes.accessibleDescription() == "status at version 12: paid"
    panel.lanes.set_lanes([("total", None)])
    assert panel.lanes.accessibleDescription() == "total at version 12: working…"
    panel.lanes.set_lanes([("total", None)], "cancelled")
    assert tip_at(panel, QPoint(20, 20)) == "total\ncancelled"
    panel.lanes.set_position(None)
    assert panel.lanes.accessibleDescription() == ""


# Painting -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_a_band_has_the_colour_of_its_text(panel: Panel, tokens: Tokens) -> None:
    panel.lanes.set_tokens(tokens)
    fill = {
        name: mix(tokens.hue(order), tokens.panel, 0.3 if tokens.is_dark else 0.2)
        for order, name in enumerate(("open", "paid"))
    }
    assert fill["open"] in panel.colors(5, 1)
    assert fill["paid"] in panel.colors(15, 1)
    assert fill["open"] in panel.colors(35, 1)
    assert not set(fill.values()) & panel.colors(25, 1), "no band where there is no value"


def test_the_height_of_a_line_is_its_number(panel: Panel) -> None:
    def height(version: float) -> int | None:
        image, ratio = panel.shown(), panel.devicePixelRatio()
        line = [y for y in range(ROW) if image.pixelColor(panel.at(version, 0, y) * ratio).name() == LIGHT.accent]
        return min(line, default=None)

    low, high, middle = height(5), height(15), height(35)
    assert low is not None and high is not None and middle is not None
    assert high < middle < low
    assert height(1) is None and height(25) is None, "it is broken where there is no number"
    assert LIGHT.accent_soft in panel.colors(15, 0)


def test_what_comes_after_the_chosen_version_is_faint(panel: Panel) -> None:
    before = panel.colors(35, 1), panel.colors(5, 1)
    panel.lanes.set_position(20)
    assert panel.colors(35, 1) != before[0]
    assert panel.colors(5, 1) == before[1]
    assert panel.colors(20, 1) == {LIGHT.accent}, "the line of the chosen version goes through all lanes"


def test_a_value_is_amber_where_it_was_just_set(panel: Panel) -> None:
    def is_amber() -> bool:
        image = panel.shown()
        right = round(panel.strip.x_of(LAST)) + 14
        colors = [image.pixelColor(x, y) for x in range(right, 990) for y in range(ROW)]
        assert any(color.lightness() < 200 for color in colors), "there is a value"
        return any(color.hsvSaturation() > 100 and 25 < color.hue() < 50 for color in colors)

    panel.lanes.set_position(10)
    assert is_amber()
    panel.lanes.set_position(11)
    assert not is_amber()


def test_a_lane_that_is_worked_out_says_so(panel: Panel) -> None:
    done = panel.shown()
    panel.lanes.set_lanes([("total", None), ("status", STATUS)])
    assert panel.shown() != done
    assert LIGHT.accent not in panel.colors(15, 0)
    panel.lanes.set_lanes([("total", TOTAL), ("status", STATUS)])
    assert LIGHT.accent in panel.colors(15, 0)


def test_the_same_path_of_another_entity_is_drawn_again(panel: Panel) -> None:
    panel.shown()
    other = Lane.of(ValueSeries("total", 0, LAST, points=((0, 1.0),)))
    panel.lanes.set_lanes([("total", other), ("status", STATUS)])
    assert LIGHT.accent in panel.colors(25, 0)


def test_a_step_does_not_draw_the_graphs_again(panel: Panel) -> None:
    numbers = array("d", [1.0, 2.0])
    panel.lanes.set_lanes(
        [("n", Lane("n", 0, LAST, array("q", [0, 20]), numbers, low=1.0, high=2.0, texts=("1", "2")))]
    )
    panel.lanes.set_position(41)
    drawn = panel.colors(10, 0), panel.colors(30, 0)
    numbers.reverse()  # what another drawing would show
    for version in range(42, 34, -1):
        panel.lanes.set_position(version)
        assert (panel.colors(10, 0), panel.colors(30, 0)) == drawn
    panel.resize(1001, 500)
    assert panel.colors(10, 0) != drawn[0]


def test_many_points_and_bands_are_painted_at_once(qtbot: QtBot) -> None:
    count = 100_000
    panel = Panel(array("q", range(count)))
    qtbot.addWidget(panel)
    points = tuple((version, float(version * 7919 % 1000)) for version in range(count))
    bands = tuple(Band(version, version, "abcdefghij"[version * 7919 % 10]) for version in range(count))
    lanes = [
        Lane.of(ValueSeries("n", 0, count - 1, points=points)),
        Lane.of(ValueSeries("s", 0, count - 1, bands=bands)),
    ]
    panel.lanes.set_lanes([(lane.path, lane) for lane in lanes])
    panel.lanes.set_position(count // 2)
    taken = []
    for _ in range(3):
        panel.lanes.set_tokens(LIGHT)
        start = time.thread_time()
        panel.shown()
        taken.append(time.thread_time() - start)
    # A few hundredths of a second in truth; the bound only separates columns from a hundred thousand strokes.
    assert min(taken) < 0.3
    assert len(panel.colors(100, 1) | panel.colors(60_000, 1)) > 4, "bands that are too short share a column"


@pytest.mark.parametrize(
    "lane",
    [
        ValueSeries("x", 0, 0, points=((0, 1.0),)),
        ValueSeries("x", 0, LAST),
        ValueSeries("x", 0, LAST, points=((0, math.nan),)),
        ValueSeries("x", 0, LAST, points=((0, -1e308), (1, 1e308))),
        ValueSeries("x", 2**62, 2**62 + 4000, bands=(Band(2**62, 2**62 + 4000, "x"),)),
        ValueSeries("x", 0, LAST, bands=tuple(Band(at, at, str(at)) for at in range(LAST + 1))),
    ],
)
def test_odd_lanes_are_painted(qtbot: QtBot, lane: ValueSeries) -> None:
    panel = Panel(array("q", range(lane.first, lane.last + 1)))
    qtbot.addWidget(panel)
    panel.lanes.set_lanes([("x", Lane.of(lane))])
    panel.lanes.set_position(lane.last)
    assert not panel.shown().isNull()
    for _ in range(12):
        turn_wheel(panel, panel.at(lane.first), 3, Qt.KeyboardModifier.ControlModifier)
    assert not panel.shown().isNull()
