"""The view Process on the demo: map, variants, conformance, and the entities of what is chosen there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from es_desktop.app.process.counting import Repeats
from es_desktop.app.process.selections import OfEdge, OfType, OfVariant
from es_desktop.app.rules.rule import Rule, RuleForm
from es_desktop.models.process.process_finder import ProcessFinder
from es_desktop.models.process.process_tables import TYPES
from es_desktop.models.table.model import TIP_ROLE
from es_desktop.models.window_view import EXPLORE
from es_desktop.views.process.conformance_dock import ConformanceDock
from es_desktop.views.process.controls import ProcessControls
from es_desktop.views.process.durations_dock import DurationsDock
from es_desktop.views.process.map_dock import MapDock
from es_desktop.views.process.map_view import MapView
from es_desktop.views.process.part_entities_dock import PartEntitiesDock
from es_desktop.views.process.variants_dock import VariantsDock
from es_desktop.views.style.accessible import PRESS
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window
KEY = Qt.Key


@pytest.fixture
def shown(driver: Driver, demo_store: Path) -> Driver:
    driver.open(demo_store)
    driver.act("view-process")
    driver.qtbot.waitUntil(lambda: driver.workspace.process.shown is not None)
    driver.settle()
    return driver


def finder(driver: Driver) -> ProcessFinder:
    return driver.workspace.process


def map_of(driver: Driver) -> MapView:
    return driver.window.docks.built(MapDock).view


def place(view: MapView, text: str) -> QPoint:
    """Return the middle of a part, by the beginning of what a screen reader says of it."""
    parts = [view.part(at) for at in range(view.part_count())]
    return next(each.rect.center() for each in parts if each.name.startswith(text))


def click(driver: Driver, text: str) -> None:
    view = map_of(driver)
    driver.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place(view, text))
    driver.settle()


def listed(driver: Driver) -> PartEntitiesDock:
    return driver.window.docks.built(PartEntitiesDock)


def test_nothing_is_read_before_the_view_is_shown(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    assert finder(driver).shown is None and finder(driver).query.entity_type == "Order"


def test_the_map_is_of_the_type_with_the_most_entities(shown: Driver) -> None:
    dock, found = shown.window.docks.built(MapDock), finder(shown).shown
    assert found is not None and found.layout is not None
    assert dock.title_bar.summary() == "136 Orders · 1,262 events"
    names = [map_of(shown).part(at).name for at in range(map_of(shown).part_count())]
    assert names[0] == "Created: 136 Orders, 136 events, 136 start here"
    assert "ItemAdded again: 429 times in 118 Orders, 38.1 s between them, as the median" in names
    assert "Paid → Cancelled: 2 times in 2 Orders, 1 d 23 h between them, as the median" in names
    assert not map_of(shown).grab().isNull()


def test_a_click_lists_the_variants_and_the_entities_that_have_it(shown: Driver) -> None:
    variants = shown.window.docks.built(VariantsDock)
    assert variants.table.model().rowCount() == 13
    click(shown, "Cancelled")
    assert finder(shown).part == OfType("Cancelled")
    assert variants.title_bar.summary() == "4 of 13 variants · 12 of 136 Orders"
    shown.qtbot.waitUntil(lambda: listed(shown).table.model().rowCount() == 12)
    assert listed(shown).title_bar.summary() == "12 entities"
    click(shown, "Cancelled")
    assert finder(shown).part is None and listed(shown).table.model().rowCount() == 0
    click(shown, "ItemAdded again")
    assert finder(shown).part == OfEdge("ItemAdded", "ItemAdded")
    shown.qtbot.waitUntil(lambda: listed(shown).table.model().rowCount() == 118)


def test_a_double_click_goes_to_the_entities_and_enter_to_one_in_explore(shown: Driver) -> None:
    view = map_of(shown)
    shown.qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place(view, "QuantityChanged"))
    table = listed(shown).table
    shown.qtbot.waitUntil(lambda: table.model().rowCount() == 1)
    assert finder(shown).part == OfType("QuantityChanged")
    table.setFocus()
    table.selectRow(0)
    shown.qtbot.keyClick(table, KEY.Key_Return)
    shown.settle()
    assert shown.workspace.shown_view.name == EXPLORE
    entities = finder(shown).entities
    assert entities is not None and shown.workspace.selection.entity_id == entities.listed[0].id


def test_the_keyboard_goes_from_part_to_part(shown: Driver) -> None:
    view = map_of(shown)
    shown.window.activateWindow()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.content.focus == 0
    shown.qtbot.keyClick(view, KEY.Key_Space)
    assert finder(shown).part == OfType("Created")
    shown.qtbot.keyClick(view, KEY.Key_Down)
    shown.qtbot.keyClick(view, KEY.Key_Space)
    assert finder(shown).part == OfEdge("Created", "ItemAdded")
    shown.qtbot.keyClick(view, KEY.Key_Escape)
    assert finder(shown).part is None
    shown.qtbot.keyClick(view, KEY.Key_Up)
    shown.qtbot.keyClick(view, KEY.Key_Return)
    assert finder(shown).part == OfType("Created")
    shown.settle()
    assert listed(shown).isAncestorOf(QApplication.focusWidget() or view)
    view.part(1).actions[PRESS]()
    assert finder(shown).part == OfEdge("Created", "ItemAdded") and view.part(1).is_chosen


def test_the_map_can_be_made_larger_and_moved(shown: Driver) -> None:
    view = map_of(shown)
    view.fit()
    fitted, before = view.zoom, place(view, "Shipped")
    shown.qtbot.keyClick(view, KEY.Key_Plus)
    assert view.zoom > fitted
    middle = QPointF(view.rect().center())
    turn = QPoint(0, 120)
    control, none = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
    for keys in (control, none):
        wheel = QWheelEvent(
            middle,
            QPointF(view.mapToGlobal(middle.toPoint())),
            QPoint(),
            turn,
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, wheel)
    assert view.zoom > fitted * 1.3 and place(view, "Shipped") != before
    at = place(view, "Created")
    shown.qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    shown.qtbot.mouseMove(view, QPoint(60, 45))
    shown.qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(60, 45))
    assert finder(shown).part is None
    shown.qtbot.keyClick(view, KEY.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert place(view, "Created") != at
    shown.qtbot.keyClick(view, KEY.Key_0)
    assert view.zoom == fitted and place(view, "Shipped") == before
    assert "Orders" in view.tip_at(place(view, "Paid")) and view.tip_at(QPoint(1, 1)) == ""


def test_the_toolbar_chooses_type_repeats_and_from_how_many_on(shown: Driver) -> None:
    (controls,) = shown.window.toolbar.findChildren(ProcessControls)
    assert controls.types.values == ("Order", "Ticket", "Account", "Example")
    controls.at_least.setValue(3)
    shown.qtbot.waitUntil(lambda: finder(shown).shown is not None and finder(shown).shown.map.at_least == 3)
    shown.settle()
    assert shown.window.docks.built(MapDock).title_bar.summary().endswith("9 of 10 event types · 5 edges hidden")
    controls.repeats.setCurrentIndex(1)
    controls.repeats.activated.emit(1)
    shown.settle()
    assert finder(shown).query.repeats is Repeats.COLLAPSED
    assert shown.window.docks.built(VariantsDock).table.model().rowCount() == 25
    controls.types.setCurrentIndex(2)
    controls.types.activated.emit(2)
    shown.settle()
    found = finder(shown).shown
    assert (
        found is not None and found.map.map.entity_type == "Account" and controls.at_least.value() == found.map.at_least
    )


def test_conformance_to_a_pattern_and_to_the_chosen_variant(shown: Driver) -> None:
    dock, variants = shown.window.docks.built(ConformanceDock), shown.window.docks.built(VariantsDock)
    dock.raise_()
    dock.line.setText("Created > ItemAdded > ... > Paid > ... > Shipped")
    shown.qtbot.keyClick(dock.line, KEY.Key_Return)
    shown.settle()
    rows = [
        [dock.table.model().index(row, column).data() for column in (0, 2)]
        for row in range(dock.table.model().rowCount())
    ]
    assert rows == [["116", "fits the pattern"], ["17", "ends without Paid"], ["3", "ends without Shipped"]]
    dock.table.clicked.emit(dock.table.model().index(2, 2))
    shown.qtbot.waitUntil(lambda: listed(shown).table.model().rowCount() == 3)
    variants.table.clicked.emit(variants.table.model().index(0, 0))
    assert isinstance(finder(shown).part, OfVariant)
    dock.take_button.click()
    shown.settle()
    assert dock.line.text() == "Created > ItemAdded > AddressChanged > Paid > AttributeChanged > Shipped"
    assert dock.title_bar.summary() == "42 of 136 Orders fit"
    dock.line.setText("Created Paid")
    dock.check_button.click()
    assert "cannot be understood" in dock.error.text()
    dock.line.setText("Created > Payd")
    dock.check_button.click()
    shown.settle()
    assert "Did you mean Paid" in dock.hint.text()


def test_waiting_times_between_two_types_lead_to_the_entities(shown: Driver) -> None:
    dock = shown.window.docks.built(DurationsDock)
    dock.raise_()
    shown.settle()
    assert (dock.before.chosen, dock.after.chosen) == ("Created", "Shipped")
    assert (
        dock.figures.text() == "Median 1 d 6 h · nine of ten within 3 d 2 h · longest 15 d 16 h · 20 never came there"
    )
    dock.before.choose("Paid")
    dock.before.activated.emit(dock.before.currentIndex())
    shown.settle()
    assert dock.title_bar.summary() == "116 Orders"
    names = [dock.bars.part(at).name for at in range(dock.bars.part_count())]
    assert names[-1] == "14 d – 30 d: 1 Order, 0.9 %"
    dock.bars.part(len(names) - 1).actions[PRESS]()
    shown.qtbot.waitUntil(lambda: listed(shown).table.model().rowCount() == 1)
    assert shown.is_in_front(listed(shown)) and dock.bars.part(len(names) - 1).is_chosen


def test_an_edge_that_breaks_a_kept_rule_says_so_and_is_always_shown(shown: Driver) -> None:
    text = "AttributeChanged only after Paid"
    rule = Rule("Order", RuleForm.ONLY_AFTER, text, event="AttributeChanged", other="Paid")
    shown.workspace.rules.keep(rule, True)
    shown.settle()
    finder(shown).show_from(50)
    shown.settle()
    names = [map_of(shown).part(at).name for at in range(map_of(shown).part_count())]
    wanted = "AddressChanged → AttributeChanged: 2 times in 2 Orders, 1 m 45 s between them, as the median"
    assert f"{wanted}, 2 Orders break here what is kept: {text}" in names
    table = shown.window.docks.built(VariantsDock).table
    tips = [str(table.model().index(row, TYPES).data(TIP_ROLE)) for row in range(table.model().rowCount())]
    assert sum(f"Breaks what is kept: {text}" in each for each in tips) == 2
    shown.workspace.rules.keep(rule, False)
    shown.settle()
    names = [map_of(shown).part(at).name for at in range(map_of(shown).part_count())]
    assert not any(each.startswith("AddressChanged → AttributeChanged") for each in names)


def test_another_store_has_another_process(shown: Driver, tmp_path: Path) -> None:
    click(shown, "Cancelled")
    shown.workspace.close_store()
    assert finder(shown).shown is None and finder(shown).part is None
    assert map_of(shown).part_count() == 0
