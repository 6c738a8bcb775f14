"""The log in the window: what is typed, picked and brushed leaves some events."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView, QToolButton

from es_desktop.app.search.lists import Bars
from es_desktop.app.store.session import create_session
from es_desktop.app.text.time_spans import parse_span
from es_desktop.app.text.times import editable_time
from es_desktop.models.search.event_log import ALL, EVENT, ID, PAYLOAD, TIME, TYPE, VERSION
from es_desktop.views.search.log_dock import LogDock
from tests.views.driving import Driver
from tests.views.search.log_in_window import CONTROL, EVENTS, hint, logged, open_log, shown, type_words

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dock(driver: Driver, demo_store: Path) -> LogDock:
    return open_log(driver, demo_store)


def test_all_events_are_listed_oldest_first(dock: LogDock) -> None:
    assert dock.title_bar.summary() == "5,129 events"
    assert dock.table.model().rowCount() == EVENTS
    assert shown(dock, EVENT)[0] == "Created"
    assert "" not in shown(dock, TIME) and "reading…" not in shown(dock, PAYLOAD)
    assert (hint(dock), dock.clear.isVisible()) == ("", False)


def test_words_are_searched_while_they_are_typed(dock: LogDock, driver: Driver) -> None:
    driver.press(Qt.Key.Key_F, CONTROL)
    assert dock.text.hasFocus()
    type_words(driver, dock.text, "vase")
    count = driver.workspace.log.model.rowCount()
    assert 0 < count < EVENTS
    assert dock.title_bar.summary() == f"{count:,} events found"
    assert all("vase" in text.lower() for text in shown(dock, PAYLOAD))
    type_words(driver, dock.text, "vase nowhere")
    assert hint(dock) == "No event matches."
    assert not dock.table.isVisible()
    assert dock.title_bar.summary() == "0 events found"
    type_words(driver, dock.text, "---")
    assert hint(dock).startswith("There is no word in '---'")


def test_return_goes_to_what_is_found_and_escape_too(dock: LogDock, driver: Driver) -> None:
    driver.press(Qt.Key.Key_F, CONTROL)
    driver.type_into(dock.text, "vase")
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    driver.qtbot.waitUntil(dock.table.hasFocus)
    assert dock.table.currentIndex().row() == 0
    driver.settle()
    assert driver.workspace.selection.entity_id == logged(driver, 0).entity_id
    driver.press(Qt.Key.Key_F, CONTROL)
    assert dock.text.selectedText() == "vase"
    driver.press(Qt.Key.Key_Escape)
    assert dock.table.hasFocus()
    assert dock.text.text() == "vase", "the search text stays"


def test_return_where_nothing_is_found_lets_the_person_type_on(dock: LogDock, driver: Driver) -> None:
    driver.press(Qt.Key.Key_F, CONTROL)
    driver.type_into(dock.text, "nowhere")
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert hint(dock) == "No event matches."
    driver.type_into(dock.text, "vase")
    driver.qtbot.waitUntil(lambda: driver.workspace.log.model.rowCount() > 0)
    driver.settle()
    assert dock.text.hasFocus()


def grounds(view: QTableView, index: QModelIndex) -> set[str]:
    image = view.viewport().grab(view.visualRect(index)).toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_the_words_that_were_searched_for_are_marked(dock: LogDock, driver: Driver) -> None:
    def is_marked(column: int, row: int) -> bool:
        return driver.window.theme.tokens.found in grounds(dock.table, dock.table.model().index(row, column))

    assert not is_marked(PAYLOAD, 0) and not is_marked(ID, 0)
    type_words(driver, dock.text, "VASE")
    for row in range(4):
        assert is_marked(PAYLOAD, row), "also where the word is behind the part that has room"
        assert not is_marked(ID, row)
    prefix = str(logged(driver, 0).entity_id)[:3]
    type_words(driver, dock.id_prefix, prefix)
    assert is_marked(ID, 0) and is_marked(PAYLOAD, 0)
    dock.clear.click()
    driver.settle()
    assert not is_marked(PAYLOAD, 0) and not is_marked(ID, 0)
    driver.workspace.log.update_search(text="vase", id_prefix=prefix)
    driver.settle()
    assert (dock.text.text(), dock.id_prefix.text()) == ("vase", prefix)
    driver.window.theme.set_mode("dark")
    assert is_marked(PAYLOAD, 0)


def bars_of(dock: LogDock) -> Bars:
    assert dock.histogram.content.bars is not None
    return dock.histogram.content.bars


def test_the_histogram_follows_the_filter_but_not_its_time_range(dock: LogDock, driver: Driver) -> None:
    everything = bars_of(dock)
    assert sum(everything.counts) == EVENTS
    assert "one bar is" in dock.caption.whole_text()
    driver.pick(dock.types, "Paid")
    driver.settle()
    paid = bars_of(dock)
    assert sum(paid.counts) == driver.workspace.log.model.rowCount() < EVENTS
    assert (paid.begin, paid.width, len(paid.counts)) == (everything.begin, everything.width, len(everything.counts))
    driver.workspace.log.update_search(since=everything.begin, until=everything.begin + 20 * everything.width)
    driver.settle()
    assert bars_of(dock) == paid
    type_words(driver, dock.text, "vase")
    assert sum(bars_of(dock).counts) < sum(paid.counts)
    dock.clear.click()
    driver.settle()
    assert bars_of(dock) == everything


def test_a_time_range_is_typed_and_read(dock: LogDock, driver: Driver) -> None:
    log, model = driver.workspace.log, driver.workspace.log.model
    assert dock.times.placeholderText().count("-") == 4, "the times of the store"
    first, last = (logged(driver, row).event.timestamp for row in (0, model.rowCount() - 1))
    assert first is not None and last is not None
    month = editable_time(first)[:7]
    driver.type_into(dock.times, month)
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert dock.table.hasFocus()
    assert 0 < model.rowCount() < EVENTS
    assert dock.histogram.range == parse_span(month) == (log.search.since, log.search.until)
    driver.type_into(dock.times, f"{month} .. soon")
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert (dock.times.property("state"), dock.times.text()) == ("error", f"{month} .. soon")
    assert "is no time range" in dock.times.toolTip()
    assert log.search.since == parse_span(month)[0], "the range stays"
    dock.clear.click()
    driver.settle()
    assert (dock.times.text(), dock.times.property("state"), log.search) == ("", "", ALL)
    log.update_search(since=first, until=last)
    driver.settle()
    since, until = parse_span(dock.times.text())
    assert since is not None and until is not None
    assert abs(since - first) < 60 and abs(until - last) < 60
    QTest.keyClick(dock.times, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(dock.times, Qt.Key.Key_Delete)
    driver.qtbot.waitUntil(lambda: log.search == ALL)


def test_a_time_is_gone_to_among_what_is_found(dock: LogDock, driver: Driver) -> None:
    driver.pick(dock.types, "Paid")
    driver.settle()
    bars = bars_of(dock)
    time = bars.begin + bars.width * len(bars.counts) / 2
    driver.workspace.log.go_to_time(time, among_found=True)
    driver.settle()
    driver.qtbot.waitUntil(lambda: dock.table.currentIndex().row() > 0)
    row = dock.table.currentIndex().row()
    times = [logged(driver, each).event.timestamp or 0.0 for each in range(row + 1)]
    assert max(times[:row]) < time <= times[row], "the first of them in the log"
    assert driver.workspace.log.search.event_types == {"Paid"}


def test_types_are_picked_in_a_menu(dock: LogDock, driver: Driver) -> None:
    assert dock.types.text().strip() == "Event types"
    driver.pick(dock.types, "Paid")
    driver.settle()
    assert set(shown(dock, EVENT)) == {"Paid"}
    assert dock.types.text().strip() == "Paid"
    driver.pick(dock.types, "Shipped")
    driver.settle()
    assert set(shown(dock, EVENT)) == {"Paid", "Shipped"}
    assert dock.types.text().strip() == "2 event types"
    driver.pick(dock.types, "Paid", "Shipped")
    assert driver.workspace.log.search == ALL, "none picked is all wanted"
    driver.pick(dock.entity_types, "Ticket")
    driver.settle()
    assert dock.entity_types.text().strip() == "Ticket"
    assert driver.workspace.log.search.entity_types == {"Ticket"}
    driver.pick(dock.entity_types, "All entity types")
    assert driver.workspace.log.search == ALL


def test_the_menu_shows_counts_and_check_marks(dock: LogDock, driver: Driver) -> None:
    driver.pick(dock.types, "Paid")
    menu = dock.types.menu()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts[0] == "All event types"
    assert "Deposited\t1,170" in texts
    assert [action.text().split("\t")[0] for action in menu.actions() if action.isChecked()] == ["Paid"]


def test_an_id_is_typed(dock: LogDock, driver: Driver) -> None:
    entity_id = str(logged(driver, 0).entity_id)
    type_words(driver, dock.id_prefix, entity_id[:6])
    assert set(shown(dock, ID)) == {entity_id[:8]}
    assert dock.title_bar.summary() == "1,088 events found"


def test_a_time_range_is_dragged(dock: LogDock, driver: Driver) -> None:
    histogram, qtbot = dock.histogram, driver.qtbot
    scale = histogram.scale
    assert scale is not None
    first, last = (scale.column(index).center().toPoint() for index in (20, 40))
    qtbot.mousePress(histogram, LEFT, pos=first)
    qtbot.mouseMove(histogram, last)
    qtbot.mouseRelease(histogram, LEFT, pos=last)
    driver.settle()
    count = scale.columns.count(20, 40)
    assert dock.title_bar.summary() == f"{count:,} events found"
    since, until = histogram.range
    assert since is not None and until is not None
    assert since <= logged(driver, 0).event.timestamp < until  # type: ignore[operator]
    driver.pick(dock.entity_types, "Order")
    driver.settle()
    assert 0 < driver.workspace.log.model.rowCount() < count
    histogram.setFocus()
    driver.press(Qt.Key.Key_Escape)
    driver.settle()
    assert histogram.range == (None, None)
    assert driver.workspace.log.search.entity_types == {"Order"}


def test_clear_shows_all_again_whatever_was_asked_for(dock: LogDock, driver: Driver) -> None:
    entity_id = str(logged(driver, 0).entity_id)
    type_words(driver, dock.text, "amount")
    type_words(driver, dock.id_prefix, entity_id[:6])
    driver.pick(dock.types, "Deposited")
    driver.settle()
    assert 0 < driver.workspace.log.model.rowCount() < EVENTS
    driver.qtbot.mouseClick(dock.clear, LEFT)
    driver.settle()
    assert (dock.text.text(), dock.id_prefix.text(), dock.types.text().strip()) == ("", "", "Event types")
    assert dock.title_bar.summary() == "5,129 events"
    assert not dock.clear.isVisible()
    assert not any(timer.isActive() for timer in dock.findChildren(QTimer)), "nothing that was typed is searched again"


def test_the_button_in_a_line_clears_it(dock: LogDock, driver: Driver) -> None:
    type_words(driver, dock.text, "vase")
    button = next(each for each in dock.text.findChildren(QToolButton) if each.isEnabled() and each.x() > 40)
    driver.qtbot.mouseClick(button, LEFT)
    driver.qtbot.waitUntil(lambda: driver.workspace.log.search == ALL)


def test_less_important_columns_are_hidden_if_there_is_little_space(dock: LogDock, driver: Driver) -> None:
    dock.setFloating(True)

    def hidden(width: int) -> set[int]:
        dock.resize(width, 500)
        driver.qtbot.waitUntil(lambda: abs(dock.width() - width) < 2)
        driver.settle()
        assert dock.table.columnWidth(PAYLOAD) > 80
        return {column for column in range(6) if dock.table.isColumnHidden(column)}

    given_way = [hidden(width) for width in range(900, 360, -20)]
    seen = [each for at, each in enumerate(given_way) if at == 0 or each != given_way[at - 1]]
    assert seen == [set(), {TYPE}, {TYPE, VERSION}, {TYPE, VERSION, ID}]
    assert hidden(900) == set()


def test_without_a_store_and_in_an_empty_one_it_says_what_to_do(driver: Driver, dock: LogDock, tmp_path: Path) -> None:
    type_words(driver, dock.text, "vase")
    create_session(str(tmp_path / "empty.esdb")).close()
    driver.open(tmp_path / "empty.esdb")
    dock.raise_()
    driver.settle()
    assert hint(dock) == "This store has no events yet."
    assert dock.text.text() == "", "the search of another store is gone"
    driver.act("close")
    driver.settle()
    dock.setFloating(True)
    assert (dock.why_empty.text(), dock.title_bar.summary()) == ("No store is open.", "")


def test_the_chosen_event_stays_in_view_if_it_is_still_a_row(dock: LogDock, driver: Driver) -> None:
    table = dock.table
    type_words(driver, dock.text, "vase")
    row = driver.workspace.log.model.rowCount() - 1
    table.setCurrentIndex(table.model().index(row, 0))
    chosen = logged(driver, row)
    driver.settle()
    for text in ("vas", "", "vase"):
        driver.workspace.log.update_search(text=text)
        driver.settle()
        assert logged(driver, table.currentIndex().row()) == chosen
        assert table.visualRect(table.currentIndex()).intersects(table.viewport().rect())
    type_words(driver, dock.text, "nowhere")
    type_words(driver, dock.text, "vase")
    assert logged(driver, table.currentIndex().row()) == chosen


def test_otherwise_the_log_begins_with_its_first_row(driver: Driver, own_demo: Path) -> None:
    dock = open_log(driver, own_demo)
    driver.workspace.selection.choose_entity(None)
    bar = dock.table.verticalScrollBar()
    for text in ("e", "customer", ""):
        bar.setValue(bar.maximum() // 2)
        assert bar.value()
        driver.workspace.log.update_search(text=text)
        driver.settle()
        assert bar.value() == 0 and dock.table.rowAt(1) == 0
        assert not dock.table.currentIndex().isValid()
