"""The log as a table: a correct Qt model that grows, requests pages when they are shown, and drops them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.facts import LoggedEvent
from es_desktop.app.entity.hues import TypeHues
from es_desktop.app.text.times import exact_time, format_time
from es_desktop.core import RecordedEvent
from es_desktop.models.search.event_log import EVENT, ID, PAGE, PAYLOAD, TIME, TYPE, VERSION, LogModel
from es_desktop.models.table.model import SWATCH_ROLE, TONE_ROLE
from es_desktop.models.table.paging import PAGES_KEPT
from tests.models.working import titles

SOMEBODY = UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e")


def event(number: int, **fields: Any) -> LoggedEvent:
    """The event with a number, which is also its version."""
    topic = "shop#Cart.Opened" if number % 2 else "shop#Cart.Filled"
    return LoggedEvent(SOMEBODY, RecordedEvent(number, topic, 1e9 + number, {"note": f"the {number}"}, **fields))


class Reader:
    """Gives a model its pages, at once or when a test says so."""

    def __init__(self, *, at_once: bool = True) -> None:
        self.model = LogModel()
        self.asked: list[tuple[int, Sequence[int]]] = []
        self._at_once = at_once
        self.model.page_wanted.connect(self._on_wanted)

    def _on_wanted(self, page: int, numbers: Sequence[int]) -> None:
        self.asked.append((page, numbers))
        if self._at_once:
            self.give()

    def give(self) -> None:
        """Give the page that was requested first."""
        page, numbers = self.asked.pop(0)
        self.model.set_page(page, [event(number) for number in numbers])

    def versions(self, first: int, last: int) -> list[str]:
        """The texts of some rows, after their pages were read."""
        self.model.at(last - 1)
        self.model.at(first)
        return [self.model.index(row, VERSION).data() for row in range(first, last)]


@pytest.fixture
def slow(qapp: object) -> Reader:
    return Reader(at_once=False)


@pytest.fixture
def reader(qapp: object) -> Reader:
    return Reader()


def test_the_log_is_a_well_behaved_table(qtmodeltester: ModelTester, reader: Reader) -> None:
    model = reader.model
    qtmodeltester.check(model)
    model.set_numbers(range(3, 40))
    qtmodeltester.check(model)
    model.set_numbers(range(3, 45))
    model.set_numbers(array("q"))
    qtmodeltester.check(model)
    model.append([5, 9, 10])
    model.append([])
    model.append([14, 15])
    qtmodeltester.check(model)
    assert reader.versions(0, 5) == ["5", "9", "10", "14", "15"]


def test_a_row_shows_the_event_its_entity_and_its_time(reader: Reader) -> None:
    model = reader.model
    model.set_hues(TypeHues([("Cart", "Filled"), ("Cart", "Opened")]))
    model.set_numbers(range(7, 9))
    assert titles(model) == ["Time", "Type", "Id", "Ver", "Event", "Payload"]
    model.at(0)
    cells = [model.index(0, column).data() for column in range(model.columnCount())]
    assert cells == [format_time(1e9 + 7), "Cart", "5f2c91d0", "7", "Opened", "note the 7"]
    assert [model.index(row, EVENT).data(SWATCH_ROLE) for row in (0, 1)] == [1, 0]
    assert model.index(0, TYPE).data(SWATCH_ROLE) is None
    tips = [model.index(0, column).data(Qt.ItemDataRole.ToolTipRole) for column in range(model.columnCount())]
    assert tips == [exact_time(1e9 + 7), None, str(SOMEBODY), None, None, None]
    assert model.index(0, EVENT).data(Qt.ItemDataRole.DecorationRole) is None


def test_a_name_that_may_be_cut_is_complete_in_the_tip(slow: Reader) -> None:
    slow.model.set_numbers(range(1))
    slow.model.at(0)
    named = RecordedEvent(0, "shop#ShoppingCartOfACustomer.Filled", None, {})
    slow.model.set_page(0, [LoggedEvent(SOMEBODY, named)])
    tips = [slow.model.index(0, column).data(Qt.ItemDataRole.ToolTipRole) for column in (TIME, TYPE, EVENT)]
    assert tips == [None, "ShoppingCartOfACustomer", None]


def test_a_broken_record_shows_its_error(slow: Reader) -> None:
    slow.model.set_numbers(range(1))
    slow.model.at(0)
    slow.model.set_page(0, [event(0, error="no JSON")])
    payload = slow.model.index(0, PAYLOAD)
    assert payload.data() == payload.data(Qt.ItemDataRole.ToolTipRole) == "no JSON"
    assert payload.data(TONE_ROLE) == "failed"


def test_a_row_that_is_not_read_yet_says_so(slow: Reader) -> None:
    slow.model.set_numbers(range(2))
    assert [slow.model.index(0, column).data() for column in (TIME, ID, PAYLOAD)] == ["", "", "reading…"]
    assert slow.model.index(0, PAYLOAD).data(TONE_ROLE) == "faint"
    assert slow.model.index(0, EVENT).data(SWATCH_ROLE) is None
    assert [page for page, _ in slow.asked] == [0], "once"
    slow.give()
    assert slow.model.index(0, PAYLOAD).data() == "note the 0"


def test_a_page_is_requested_when_it_is_shown(qtbot: QtBot, slow: Reader) -> None:
    slow.model.set_numbers(range(1, 2_000))
    slow.model.at(PAGE + 1)
    assert slow.asked == [(1, range(PAGE + 1, 2 * PAGE + 1))]
    with qtbot.waitSignal(slow.model.dataChanged) as changed:
        slow.give()
    assert changed.args is not None
    assert [(each.row(), each.column()) for each in changed.args[:2]] == [(PAGE, 0), (2 * PAGE - 1, PAYLOAD)]
    assert slow.versions(PAGE, 2 * PAGE) == [str(number) for number in range(PAGE + 1, 2 * PAGE + 1)]


def test_rows_stay_where_more_follow(qtbot: QtBot, reader: Reader) -> None:
    model = reader.model
    model.set_numbers(range(1, 11))
    assert reader.versions(0, 10) == [str(number) for number in range(1, 11)]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsInserted) as inserted:
        model.set_numbers(range(1, PAGE + 11))
    assert inserted.args is not None and list(inserted.args[1:]) == [10, PAGE + 9]
    assert reader.versions(0, PAGE + 10) == [str(number) for number in range(1, PAGE + 11)]
    with qtbot.assertNotEmitted(model.rowsInserted), qtbot.assertNotEmitted(model.modelReset):
        model.set_numbers(range(1, PAGE + 11))
    with qtbot.waitSignal(model.modelReset):
        model.set_numbers(range(5, 8))
    assert reader.versions(0, 3) == ["5", "6", "7"]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_page_that_grows_is_read_again_and_shown_until_then(slow: Reader, is_there: bool) -> None:
    model = slow.model
    model.set_numbers(array("q"))
    model.append([10, 20])
    model.at(0)
    if is_there:
        slow.give()
    model.append([30])
    if not is_there:
        slow.give()
    assert slow.versions(0, 3) == ["10", "20", ""]
    slow.give()
    assert slow.versions(0, 3) == ["10", "20", "30"]
    assert slow.asked == []


def test_the_least_recently_shown_pages_are_dropped(reader: Reader) -> None:
    model = reader.model
    model.set_numbers(range(PAGE * (PAGES_KEPT + 2)))
    asked: list[int] = []
    model.page_wanted.connect(lambda page, numbers: asked.append(page))
    for page in [*range(PAGES_KEPT + 2), PAGES_KEPT, 0]:
        assert model.index(page * PAGE, VERSION).data() in (f"{page * PAGE:,}", "")
    assert asked == [*range(PAGES_KEPT + 2), 0]


def test_one_that_was_passed_over_is_asked_for_again(slow: Reader) -> None:
    slow.model.set_numbers(range(9))
    slow.model.at(0)
    slow.model.forget_page(0)
    slow.model.at(0)
    assert [page for page, _ in slow.asked] == [0, 0]


def test_missing_events_leave_empty_rows(slow: Reader) -> None:
    slow.model.set_numbers(range(9))
    slow.model.at(0)
    slow.model.set_page(0, [event(0)])
    assert slow.versions(0, 2) == ["0", ""]
    slow.model.set_page(5, [])
    assert len(slow.asked) == 1
