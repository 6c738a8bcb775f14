"""The histogram: what it emits when it is dragged, clicked and used by keys, and how it is painted."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from es_desktop.app.search.lists import Bars
from es_desktop.views.search.histogram import Histogram
from es_desktop.views.search.histogram_paint import COMPACT_HEIGHT, HINT, Columns, HistogramScale
from es_desktop.views.style.tokens import DARK, LIGHT, Tokens, mix

HOUR = 3600.0
BEGIN = datetime(2025, 5, 12).timestamp()
COUNTS = (4, 0, 9, 1, 1, 2, 30, 12)
BARS = Bars(BEGIN, HOUR, COUNTS)
LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


def show(qtbot: QtBot, bars: Bars | None, *, compact: bool = False, width: int = 600) -> Histogram:
    histogram = Histogram(compact=compact)
    qtbot.addWidget(histogram)
    histogram.set_bars(bars)
    histogram.resize(width, COMPACT_HEIGHT if compact else 138)
    histogram.show()
    qtbot.waitExposed(histogram)
    histogram.activateWindow()
    histogram.setFocus()
    qtbot.waitUntil(histogram.hasFocus)
    return histogram


@pytest.fixture
def histogram(qtbot: QtBot) -> Histogram:
    return show(qtbot, BARS)


@pytest.fixture
def emitted(histogram: Histogram) -> list[object]:
    """The time ranges and times that are emitted, in hours since the first bar; ``(None, None)`` for no range."""
    emitted: list[object] = []

    def hours(seconds: float | None) -> float | None:
        return None if seconds is None else (seconds - BEGIN) / HOUR

    histogram.range_chosen.connect(lambda since, until: emitted.append((hours(since), hours(until))))
    histogram.time_chosen.connect(lambda at: emitted.append(hours(at)))
    return emitted


def scale_of(histogram: Histogram) -> HistogramScale:
    scale = histogram.scale
    assert scale is not None
    return scale


def column(histogram: Histogram, index: int) -> QPoint:
    """Return the middle of a column, a little above its foot."""
    room = scale_of(histogram).column(index)
    return QPoint(round(room.center().x()), round(room.bottom()) - 1)


def drag(qtbot: QtBot, histogram: Histogram, first: int, last: int) -> None:
    qtbot.mousePress(histogram, LEFT, pos=column(histogram, first))
    qtbot.mouseMove(histogram, column(histogram, last))
    qtbot.mouseRelease(histogram, LEFT, pos=column(histogram, last))


def color(image: QImage, at: QPoint) -> str:
    return image.pixelColor(at).name()


def test_a_click_goes_to_the_start_of_a_bar(histogram: Histogram, emitted: list[object], qtbot: QtBot) -> None:
    qtbot.mouseClick(histogram, LEFT, pos=column(histogram, 2))
    qtbot.mouseClick(histogram, LEFT, pos=column(histogram, 1))
    qtbot.mouseClick(histogram, LEFT, pos=QPoint(3, 60))
    qtbot.mouseClick(histogram, LEFT, pos=QPoint(590, 60))
    assert emitted == [2, 1]


def test_dragging_in_either_direction_chooses_whole_bars(
    histogram: Histogram, emitted: list[object], qtbot: QtBot
) -> None:
    drag(qtbot, histogram, 2, 5)
    drag(qtbot, histogram, 5, 2)
    assert emitted == [(2, 6), (2, 6)]
    assert histogram.range == (BEGIN + 2 * HOUR, BEGIN + 6 * HOUR)


def test_dragging_beyond_the_ends_stops_at_them(histogram: Histogram, emitted: list[object], qtbot: QtBot) -> None:
    qtbot.mousePress(histogram, LEFT, pos=column(histogram, 5))
    qtbot.mouseMove(histogram, QPoint(2000, 60))
    qtbot.mouseRelease(histogram, LEFT, pos=QPoint(2000, 60))
    assert emitted == [(5, 8)]


def test_a_double_click_clears_the_range(histogram: Histogram, emitted: list[object], qtbot: QtBot) -> None:
    drag(qtbot, histogram, 2, 5)
    qtbot.mouseDClick(histogram, LEFT, pos=column(histogram, 3))
    assert emitted[-1] == (None, None)
    assert histogram.range == (None, None)


def test_escape_cancels_a_range_that_is_being_dragged(
    histogram: Histogram, emitted: list[object], qtbot: QtBot
) -> None:
    qtbot.mousePress(histogram, LEFT, pos=column(histogram, 1))
    qtbot.mouseMove(histogram, column(histogram, 4))
    qtbot.keyClick(histogram, Qt.Key.Key_Escape)
    qtbot.mouseRelease(histogram, LEFT, pos=column(histogram, 4))
    assert emitted == []


def test_keys_move_and_stop_at_the_ends_and_return_goes_there(
    histogram: Histogram, emitted: list[object], qtbot: QtBot
) -> None:
    positions = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(histogram, key)
        positions.append(histogram.content.caret)
    assert positions == [0, 1, 7, 7, 6]
    assert emitted == []
    assert histogram.accessibleDescription() == "12 May 2025 06:00–07:00 · 30 events"
    qtbot.keyClick(histogram, Qt.Key.Key_Return)
    assert emitted == [6]


def test_shift_extends_the_range_from_its_start(histogram: Histogram, emitted: list[object], qtbot: QtBot) -> None:
    for _ in range(4):
        qtbot.keyClick(histogram, Qt.Key.Key_Right)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_End):
        qtbot.keyClick(histogram, key, SHIFT)
    assert emitted == [(3, 5), (3, 4), (2, 4), (3, 8)]
    qtbot.keyClick(histogram, Qt.Key.Key_Escape)
    assert emitted[-1] == (None, None)
    assert histogram.content.caret is None


def test_showing_a_range_emits_nothing(histogram: Histogram, emitted: list[object]) -> None:
    histogram.set_range(BEGIN + 2 * HOUR, None)
    assert emitted == []
    assert histogram.accessibleDescription() == "Chosen: 12 May 2025 02:00–08:00 · 55 events"
    histogram.set_range(None, None)
    assert histogram.accessibleDescription().endswith("most of them 12 May 2025 06:00–07:00 · 30 events")


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
def test_what_is_outside_of_the_range_is_faint(histogram: Histogram, tokens: Tokens) -> None:
    histogram.set_tokens(tokens)
    whole = histogram.grab().toImage()
    histogram.set_range(BEGIN + 2 * HOUR, BEGIN + 4 * HOUR)
    image = histogram.grab().toImage()
    assert color(image, column(histogram, 2)) == tokens.accent
    assert color(image, column(histogram, 0)) == color(image, column(histogram, 7))
    ground = QColor(mix(tokens.accent, tokens.panel, 0.22)).name()
    assert color(image, column(histogram, 0)) == ground != color(whole, column(histogram, 0))
    above = column(histogram, 3) - QPoint(0, 60)
    assert color(image, above) == tokens.accent_soft


def test_a_band_is_seen_while_it_is_drawn(histogram: Histogram, qtbot: QtBot) -> None:
    above = column(histogram, 3) - QPoint(0, 60)
    assert color(histogram.grab().toImage(), above) != LIGHT.accent_soft
    qtbot.mousePress(histogram, LEFT, pos=column(histogram, 2))
    qtbot.mouseMove(histogram, column(histogram, 5))
    assert color(histogram.grab().toImage(), above) == LIGHT.accent_soft
    qtbot.mouseRelease(histogram, LEFT, pos=column(histogram, 5))


def test_a_compact_one_is_low_and_chooses_as_well(qtbot: QtBot) -> None:
    histogram = show(qtbot, BARS, compact=True)
    assert histogram.maximumHeight() == histogram.minimumSizeHint().height() == COMPACT_HEIGHT == 62
    with qtbot.waitSignal(histogram.range_chosen) as chosen:
        drag(qtbot, histogram, 0, 3)
    assert chosen.args == [BEGIN, BEGIN + 4 * HOUR]


@pytest.mark.parametrize("bars", [None, Bars(BEGIN, 1.0, ())], ids=["no times", "no bars"])
def test_without_bars_nothing_is_emitted(qtbot: QtBot, bars: Bars | None) -> None:
    histogram = show(qtbot, bars)
    spied: list[object] = []
    histogram.range_chosen.connect(lambda *time_range: spied.append(time_range))
    histogram.time_chosen.connect(spied.append)
    qtbot.mouseClick(histogram, LEFT, pos=QPoint(300, 60))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Escape):
        qtbot.keyClick(histogram, key)
    histogram.grab()
    assert spied == []
    assert histogram.accessibleName() == "Events over time"
    assert histogram.accessibleDescription() == "No events whose times are known"


def test_bars_are_summed_where_there_is_no_room_for_each(qtbot: QtBot) -> None:
    bars = Bars(BEGIN, HOUR, [each % 7 for each in range(400)])
    narrow, wide = (
        scale_of(show(qtbot, bars, width=300)).columns,
        scale_of(show(qtbot, bars, width=1600)).columns,
    )
    assert len(narrow.counts) < len(wide.counts) == 400
    assert sum(narrow.counts) == sum(wide.counts) == sum(bars.counts)
    assert narrow.seconds % HOUR == 0
    assert Columns(0.0, 10.0, (1, 2, 3)).inside(9.0, 21.0) == range(1, 2)


def test_usual_counts_are_visible_beside_a_burst(qtbot: QtBot) -> None:
    scale = scale_of(show(qtbot, Bars(BEGIN, HOUR, [10, 12, 9, 4_000, 11])))
    assert scale.area.bottom() - scale.y(10) >= 0.04 * scale.area.height()
    calm = scale_of(show(qtbot, Bars(BEGIN, HOUR, [10, 12, 9, 20, 11])))
    assert calm.y(10) == pytest.approx(calm.area.center().y())


@pytest.mark.parametrize(("highest", "middle"), [(4_301, 2_000), (30, 10), (7, 2), (2, 1), (1, 0)])
def test_a_round_count_is_at_about_half_the_height(qtbot: QtBot, highest: int, middle: int) -> None:
    assert scale_of(show(qtbot, Bars(BEGIN, HOUR, [highest, highest]))).middle == middle


def test_a_column_is_described_by_its_time_range_and_count(histogram: Histogram) -> None:
    assert histogram.describe(2, 2) == "12 May 2025 02:00–03:00 · 9 events"
    assert histogram.describe(3, 3) == "12 May 2025 03:00–04:00 · 1 event"
    days = Histogram()
    days.set_bars(Bars(BEGIN, 48 * HOUR, (1204, 3)))
    assert days.describe(0, 0) == "12–13 May 2025 · 1,204 events"
    assert "Drag" in HINT


def test_painting_does_not_depend_on_the_number_of_events(qtbot: QtBot) -> None:
    few, many = (show(qtbot, Bars(BEGIN, HOUR, [count] * 400), width=1200) for count in (1, 25_000_000))
    taken = []
    for histogram in (few, many):
        histogram.grab()
        start = time.thread_time()
        for _ in range(5):
            histogram.grab()
        taken.append(time.thread_time() - start)
    assert taken[1] < 10 * taken[0] + 0.05
