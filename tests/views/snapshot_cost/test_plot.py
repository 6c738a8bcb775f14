"""The plot of intervals: positions, and how an interval is chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from es_desktop.app.snapshot_cost.cost import INTERVALS, EntityCosts, Point, Share, SnapshotCost
from es_desktop.views.snapshot_cost.plot import LEFT, CostPlot, PlotContent, PlotScale
from es_desktop.views.style.tokens import DARK, LIGHT, Tokens

COST = SnapshotCost((Share(EntityCosts(5000, 2e-4, 0.05, 3e-4, bytes_each=300.0)),))
POINTS = [COST.at(each) for each in INTERVALS]
CHOSEN = 4


@pytest.fixture
def plot(qtbot: QtBot) -> CostPlot:
    plot = CostPlot()
    qtbot.addWidget(plot)
    plot.resize(640, 260)
    plot.set_target(0.001)
    plot.show_points(POINTS, {CHOSEN: [("pays", "green")], 3: [("now", "amber")]})
    plot.choose(CHOSEN)
    plot.show()
    qtbot.waitExposed(plot)
    plot.setFocus()
    return plot


def test_longer_intervals_are_at_the_right_and_longer_times_above(plot: CostPlot) -> None:
    positions = [plot.scale.point(index) for index in range(len(POINTS))]
    assert [each.x() for each in positions] == sorted(each.x() for each in positions)
    assert [each.y() for each in positions] == sorted((each.y() for each in positions), reverse=True)
    assert all(plot.scale.area.contains(each) for each in positions)
    assert [plot.scale.index_at(each.x()) for each in positions] == list(range(len(POINTS)))
    assert plot.scale.index_at(LEFT - 1) is plot.scale.index_at(640) is None


def test_a_rebuild_from_zero_that_takes_far_longer_does_not_press_the_others_down(plot: CostPlot) -> None:
    scale = plot.scale
    assert scale.is_beyond(POINTS[-1].seconds)
    assert not any(scale.is_beyond(each.seconds) for each in POINTS[:-1])
    assert scale.point(len(POINTS) - 1).y() == scale.area.top()


def test_where_no_snapshot_would_be_taken_the_target_gives_the_scale() -> None:
    never = PlotContent([Point(None, 5e-4, 0.0)], 0.001)
    scale = PlotScale(never, CostPlot().sizeHint())
    assert scale.highest == pytest.approx(0.0012)
    assert not scale.is_beyond(5e-4)


def test_arrows_choose_and_stop_at_the_ends(qtbot: QtBot, plot: CostPlot) -> None:
    emitted: list[int | None] = []
    plot.chosen.connect(lambda point: emitted.append(point.interval))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home):
        qtbot.keyClick(plot, key)
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert emitted == [50, 20, 10, None, 1]
    assert plot.content.chosen == 0
    assert "A snapshot every event" in plot.accessibleDescription()


def test_a_click_chooses_the_column_that_it_is_in(qtbot: QtBot, plot: CostPlot) -> None:
    emitted: list[int | None] = []
    plot.chosen.connect(lambda point: emitted.append(point.interval))
    column = plot.scale.column(6)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(int(column.left()) + 3, 12))
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(4, 12))
    assert emitted == [100]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
def test_what_is_chosen_is_seen_in_either_theme(qtbot: QtBot, plot: CostPlot, tokens: Tokens) -> None:
    plot.set_tokens(tokens)
    picture = plot.grab().toImage()
    column = plot.scale.column(CHOSEN)
    at = (int(column.left()) + 8, int(column.top()) + 4)
    assert picture.pixelColor(*at) == QColor(tokens.accent_soft)
    dot = plot.scale.point(CHOSEN)
    assert picture.pixelColor(int(dot.x()), int(dot.y())) == QColor(tokens.accent)
    bar = plot.scale.column(0).center().x()
    assert picture.pixelColor(int(bar), int(plot.scale.area.bottom()) - 4) == QColor(tokens.amber_soft)


def test_without_points_it_says_why(qtbot: QtBot, plot: CostPlot) -> None:
    plot.show_nothing("Nothing was measured.")
    assert plot.content.chosen is None
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(300, 100))
    assert plot.content.chosen is None
    assert not plot.grab().isNull()
