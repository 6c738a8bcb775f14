"""Docks as cards: title bar, badge, choice, buttons, and dragging by the bar."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QTabBar, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from es_desktop.views.style.dock_area import DockArea
from es_desktop.views.style.dock_frame import TITLE_HEIGHT, Dock
from es_desktop.views.style.pill import Pill
from es_desktop.views.style.plain_text import ElidedLabel
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.tokens import DARK


class LabelDock(Dock):
    """Shows its title once more."""

    def _fill(self, body: QWidget) -> None:
        QVBoxLayout(body).addWidget(QLabel(self.windowTitle(), body))


@pytest.fixture
def area(qtbot: QtBot) -> DockArea:
    area = DockArea()
    qtbot.addWidget(area)
    area.setGeometry(60, 60, 900, 500)  # away from where the cursor is without a display
    return area


@pytest.fixture
def dock(area: DockArea) -> Dock:
    dock = LabelDock("entities", "Entities")
    area.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    other = LabelDock("timeline", "Timeline")
    area.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, other)
    area.show()
    return dock


def buttons(dock: Dock) -> list[QToolButton]:
    return [each for each in dock.title_bar.findChildren(QToolButton) if each.isVisible()]


def test_a_dock_has_a_name_for_layouts_and_menus(dock: Dock, area: DockArea) -> None:
    assert dock.objectName() == "entities"
    assert dock.toggleViewAction().text() == "Entities"
    dock.title_bar.set_title("Entities of the store")
    assert dock.toggleViewAction().text() == "Entities"
    saved = area.saveState()
    dock.hide()
    assert area.restoreState(saved)
    assert dock.isVisible()


def test_a_dock_is_empty_until_it_is_in_front_of_its_tabs(dock: Dock, area: DockArea, qtbot: QtBot) -> None:
    behind = LabelDock("log", "Log")
    area.tabifyDockWidget(dock, behind)
    dock.raise_()
    qtbot.waitUntil(lambda: behind.x() < 0)
    assert not behind.widget().children()
    behind.raise_()
    qtbot.waitUntil(lambda: not behind.widget().visibleRegion().isEmpty())
    (label,) = behind.widget().findChildren(QLabel)
    assert (label.text(), label.isVisible()) == ("Log", True)
    dock.raise_()
    behind.raise_()
    assert behind.widget().findChildren(QLabel) == [label]


@pytest.fixture
def log(dock: Dock, area: DockArea, qtbot: QtBot) -> Dock:
    """A dock that has a tab beside that of ``dock``, which is in front."""
    log = LabelDock("log", "Log")
    area.tabifyDockWidget(dock, log)
    dock.raise_()
    dock.title_bar.set_title("Entities of a shop")
    dock.title_bar.set_summary("12 of 300")
    qtbot.waitUntil(lambda: log.is_in_group)
    return log


def test_the_tab_is_the_title_and_the_facts_stand_beside_it(
    dock: Dock, log: Dock, area: DockArea, qtbot: QtBot
) -> None:
    bar, title_bar = next(each for each in area.findChildren(QTabBar) if each.isVisible()), dock.title_bar
    assert (title_bar.title.whole_text(), title_bar.summary()) == ("of a shop", "12 of 300")
    tabs = bar.tabRect(1).translated(bar.pos())
    assert title_bar.geometry().top() == bar.geometry().top()
    assert title_bar.geometry().left() > tabs.right()
    assert dock.widget().mapTo(area, QPoint()).y() - bar.geometry().bottom() <= 2
    assert not log.title_bar.isVisible()
    log.raise_()
    qtbot.waitUntil(log.title_bar.isVisible)
    assert not title_bar.isVisible()
    assert log.title_bar.title.isHidden()  # it would say no more than its tab


def test_without_room_beside_the_tabs_the_facts_are_a_row_below(
    dock: Dock, log: Dock, area: DockArea, qtbot: QtBot
) -> None:
    dock.title_bar.add_widget(wide := QLabel(dock))
    wide.setFixedWidth(900)
    wide.show()
    area.resize(901, 500)
    qtbot.waitUntil(lambda: dock.isAncestorOf(dock.title_bar))
    assert dock.title_bar.height() == TITLE_HEIGHT
    assert dock.title_bar.title.whole_text() == "of a shop"
    assert dock.holds(dock.title_bar.title)
    wide.setFixedWidth(10)
    area.resize(900, 500)
    qtbot.waitUntil(lambda: not dock.isAncestorOf(dock.title_bar))
    assert dock.holds(dock.title_bar.title)


def test_a_title_beside_the_tabs_floats_its_dock_by_a_double_click_or_a_drag(
    dock: Dock, log: Dock, qtbot: QtBot
) -> None:
    qtbot.mouseDClick(dock.title_bar, Qt.MouseButton.LeftButton)
    assert dock.isFloating()
    dock.setFloating(False)
    dock.raise_()
    qtbot.waitUntil(lambda: dock.title_bar.isVisible() and not dock.isAncestorOf(dock.title_bar))
    qtbot.mousePress(dock.title_bar, Qt.MouseButton.LeftButton)
    qtbot.mouseMove(dock.title_bar, QPoint(20, 5))
    assert not dock.isFloating()
    qtbot.mouseMove(dock.title_bar, QPoint(20, 90))
    assert dock.isFloating()


def test_a_dock_that_stands_alone_again_has_its_whole_title(dock: Dock, log: Dock, qtbot: QtBot) -> None:
    log.hide()
    qtbot.waitUntil(lambda: not dock.is_in_group)
    assert dock.title_bar.title.whole_text() == "Entities of a shop"
    assert dock.title_bar.height() == TITLE_HEIGHT
    log.show()
    qtbot.waitUntil(lambda: dock.is_in_group)
    dock.setFloating(True)
    qtbot.waitUntil(lambda: dock.isAncestorOf(dock.title_bar))
    assert len(buttons(dock)) == 2


def test_bar_and_body_are_inside_the_card(dock: Dock) -> None:
    assert dock.title_bar.height() == TITLE_HEIGHT
    assert dock.widget().geometry().top() == dock.title_bar.geometry().bottom() + 1
    assert dock.widget().geometry().bottom() < dock.rect().bottom() - 4


def test_a_card_has_rounded_corners_in_the_colours_of_the_theme(dock: Dock) -> None:
    dock.set_tokens(DARK)
    image = dock.grab().toImage()
    assert image.pixelColor(0, 0).name() != DARK.panel
    assert image.pixelColor(0, 100).name() == DARK.line
    assert image.pixelColor(4, dock.height() - 4).name() == DARK.panel


def test_buttons_stay_away_until_they_are_wanted(dock: Dock, qtbot: QtBot) -> None:
    assert buttons(dock) == []
    dock.setFloating(True)
    assert len(buttons(dock)) == 2
    assert all(button.toolTip() for button in buttons(dock))
    qtbot.mouseClick(buttons(dock)[0], Qt.MouseButton.LeftButton)
    assert not dock.isFloating()
    assert buttons(dock) == []


def test_a_dock_that_may_not_close_has_no_button_for_it(dock: Dock) -> None:
    dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetFloatable)
    dock.setFloating(True)
    assert len(buttons(dock)) == 1


def test_dragging_the_bar_takes_the_dock_along(dock: Dock, qtbot: QtBot) -> None:
    bar = dock.title_bar
    start = QPoint(40, 15)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    for away in range(20, 200, 30):
        qtbot.mouseMove(bar, start + QPoint(away, away))
    assert dock.isFloating()
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start)


def test_a_badge_is_visible_while_it_has_a_text(dock: Dock) -> None:
    badge = dock.title_bar.badge
    assert not badge.isVisible()
    dock.title_bar.set_badge("exact", "green")
    assert (badge.isVisible(), badge.text(), badge.property("tone")) == (True, "exact", "green")
    dock.title_bar.set_badge("")
    assert not badge.isVisible()


def test_a_choice_has_one_answer(dock: Dock, qtbot: QtBot) -> None:
    group = dock.title_bar.add_choice(["from snapshot", "from zero"])
    assert group.checkedId() == 0
    with qtbot.waitSignal(group.idClicked) as clicked:
        qtbot.mouseClick(group.button(1), Qt.MouseButton.LeftButton)
    assert clicked.args == [1]
    assert group.checkedId() == 1


def test_a_summary_gives_way(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(400, 20)
    label.set_whole_text("Order 5f2c91d0 · 42 events")
    label.show()
    assert (label.text(), label.toolTip()) == ("Order 5f2c91d0 · 42 events", "")
    label.resize(60, 20)
    assert label.text().endswith("…")
    assert label.toolTip() == label.whole_text() == "Order 5f2c91d0 · 42 events"
    label.setStyleSheet("padding: 0 30px")
    label.resize(label.sizeHint())
    assert label.text() == label.whole_text(), "there is room beside a padding"
    label.resize(label.width() - 30, 20)
    assert label.text().endswith("…")
    assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width() - 60, "nothing is cut without a mark"


def test_a_summary_leaves_out_its_last_facts_whole(qtbot: QtBot) -> None:
    label = ElidedLabel(drops_facts=True)
    qtbot.addWidget(label)
    whole = "Order 5f2c91d0 · 42 events · 1 snapshot"
    label.set_whole_text(whole)
    label.show()
    for text in (whole, "Order 5f2c91d0 · 42 events", "Order 5f2c91d0"):
        label.resize(label.fontMetrics().horizontalAdvance(text) + 2, 20)
        assert (label.text(), label.toolTip()) == (text, "" if text == whole else whole)
    label.resize(label.width() - 10, 20)
    assert label.text().endswith("…"), "the first fact is cut"


def test_a_pill_is_coloured_by_its_tone(theme: Theme, qtbot: QtBot) -> None:
    pill = Pill("READ ONLY", "amber")
    qtbot.addWidget(pill)
    pill.show()
    assert pill.grab().toImage().pixelColor(4, pill.height() // 2).name() == theme.tokens.amber_soft
    pill.show_text("WRITABLE", "green")
    assert pill.grab().toImage().pixelColor(4, pill.height() // 2).name() == theme.tokens.green_soft


def test_the_window_lives_on_when_a_widget_is_deleted_that_followed_a_dock(dock: Dock, area: DockArea) -> None:
    menu, label = area.menuBar().addMenu("Store"), QLabel("a recent store", area)
    dock.take_focus()
    shiboken6.delete(label)
    menu.setTitle("Entity")
    assert menu.title() == "Entity"
