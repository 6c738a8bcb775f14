"""The timeline's table in the window: runs fold and unfold, types are hidden, and the chosen event stays in view."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from es_desktop.app.notes.notebook import NotebookFolder
from es_desktop.models.entity.event_rows import RunPart
from es_desktop.models.entity.timeline_model import EVENT, VERSION
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.table.model import SWATCH_ROLE
from es_desktop.models.workspace import Workspace
from es_desktop.views.entity.event_table import EventTable
from es_desktop.views.entity.strip_paint import FAINT_HUE
from es_desktop.views.entity.timeline_dock import TypeChooser
from es_desktop.views.style.theme import Theme
from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.settings import Settings
from tests.views.driving import Answers, Driver

pytestmark = pytest.mark.one_window


class Shopping:
    """The window at an order whose second to eighth events add items."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.workspace = driver.workspace
        self.selection = driver.workspace.selection
        self.dock = driver.window.docks.timeline
        self.table: EventTable = self.dock.table
        self.types = driver.workspace.inspector.event_types

    def versions(self) -> list[str]:
        return self.driver.timeline(VERSION)

    @property
    def current(self) -> str:
        """What the current row shows as its version."""
        index = self.table.currentIndex()
        return str(index.siblingAtColumn(VERSION).data()) if index.isValid() else ""

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.table.setFocus()
            self.driver.press(key)
            self.driver.settle()

    def go_to(self, version: int) -> None:
        self.selection.go_to(version)
        self.driver.settle()

    def is_in_view(self) -> bool:
        return self.table.viewport().rect().contains(self.table.visualRect(self.table.currentIndex()).center())

    def filter_text(self) -> str:
        return next(
            each for each in self.dock.title_bar.findChildren(QPushButton) if "type (T)" in each.toolTip()
        ).text()

    def hidden_text(self) -> str:
        labels = [*self.dock.title_bar.findChildren(QLabel), *self.dock.findChildren(QLabel)]
        return " ".join(each.text() for each in labels if each.isVisible())

    def type_number(self, name: str) -> int:
        view = self.workspace.inspector.view
        assert view is not None
        return view.outline.types.index(name)


@pytest.fixture
def shopping(driver: Driver, demo_store: Path) -> Shopping:
    return at_an_order(driver, demo_store)


def at_an_order(driver: Driver, demo_store: Path) -> Shopping:
    driver.open(demo_store)
    workspace = driver.workspace
    entities = map(workspace.entities.at, range(workspace.entities.rowCount()))
    longest = max((each for each in entities if each.type == "Order"), key=lambda each: each.events)
    workspace.choose(longest.id)
    driver.settle()
    shopping = Shopping(driver)
    assert shopping.driver.timeline(EVENT)[:2] == ["Created", "7 × ItemAdded"], "what the tests below are about"
    return shopping


@pytest.fixture
def account(driver: Driver, demo_store: Path) -> Shopping:
    """The window at an account of a thousand events, most of them in runs."""
    driver.open(demo_store)
    entities = driver.workspace.entities
    longest = max(map(entities.at, range(entities.rowCount())), key=lambda each: each.events)
    driver.workspace.choose(longest.id)
    driver.settle()
    return Shopping(driver)


def test_a_click_unfolds_a_run_and_a_click_on_its_arrow_folds_it(shopping: Shopping) -> None:
    shopping.driver.click_cell(shopping.table, 1, VERSION)
    shopping.driver.settle()
    assert shopping.versions()[:9] == [str(version) for version in range(9)]
    assert (shopping.selection.version, shopping.current) == (1, "1")
    arrow = shopping.table.visualRect(shopping.table.model().index(1, EVENT)).topLeft() + QPoint(14, 12)
    shopping.driver.qtbot.mouseClick(shopping.table.viewport(), Qt.MouseButton.LeftButton, pos=arrow)
    shopping.driver.settle()
    assert shopping.versions()[:3] == ["0", "1–7", "8"]
    assert (shopping.selection.version, shopping.current) == (1, "1–7")


def test_the_arrow_unfolds_a_run_without_going_there(shopping: Shopping) -> None:
    last = shopping.selection.version
    arrow = shopping.table.visualRect(shopping.table.model().index(1, EVENT)).topLeft() + QPoint(14, 12)
    shopping.driver.qtbot.mouseClick(shopping.table.viewport(), Qt.MouseButton.LeftButton, pos=arrow)
    assert shopping.versions()[:3] == ["0", "1", "2"]
    assert (shopping.selection.version, shopping.current) == (last, str(last))


def test_a_run_is_unfolded_and_folded_by_keyboard(shopping: Shopping) -> None:
    shopping.press(Qt.Key.Key_Home, Qt.Key.Key_Down)
    assert (shopping.current, shopping.selection.version) == ("1–7", 7), "a run gone to is all of it"
    shopping.press(Qt.Key.Key_Right)
    assert (shopping.current, shopping.versions()[:3]) == ("7", ["0", "1", "2"])
    shopping.press(Qt.Key.Key_Left)
    assert (shopping.current, shopping.versions()[:3]) == ("1–7", ["0", "1–7", "8"])
    for unfolds in (Qt.Key.Key_Return, Qt.Key.Key_Plus):
        shopping.press(unfolds)
        assert shopping.versions()[1] == "1"
        shopping.press(Qt.Key.Key_Minus)
        assert shopping.versions()[1] == "1–7"
    assert shopping.selection.version == 7, "folding and unfolding go nowhere"
    shopping.press(Qt.Key.Key_Left)
    assert (shopping.current, shopping.selection.version) == ("0", 0)
    shopping.press(Qt.Key.Key_Right)
    assert (shopping.current, shopping.selection.version) == ("1", 1), "where nothing unfolds it is a step"
    shopping.press(Qt.Key.Key_Minus, Qt.Key.Key_Down)
    assert shopping.current == "8"


def test_the_menu_folds_the_run_of_the_chosen_event_too(shopping: Shopping) -> None:
    action = shopping.driver.window.actions_by_id["toggle-run"]
    assert not action.isEnabled() and "not in a run" in action.toolTip()
    shopping.go_to(4)
    shopping.driver.act("toggle-run")
    assert (shopping.current, shopping.selection.version) == ("1–7", 4)
    shopping.driver.act("toggle-run")
    assert shopping.current == "4"


def test_stepping_and_playing_go_through_a_run_event_by_event(shopping: Shopping) -> None:
    shopping.press(Qt.Key.Key_Home)
    seen: list[tuple[int, str]] = []
    shopping.selection.version_changed.connect(lambda version: seen.append((version, shopping.current)))
    shopping.press(Qt.Key.Key_J)
    shopping.driver.act("play-20")
    shopping.driver.act("play")
    shopping.driver.qtbot.waitUntil(lambda: shopping.selection.is_at_last)
    assert seen == [(version, str(version)) for version in range(1, (shopping.selection.last or 0) + 1)]
    rows = shopping.workspace.inspector.timeline.rows
    assert all(rows.at(row).part is not RunPart.COLLAPSED for row in range(8))


def test_stepping_back_into_a_run_unfolds_it(shopping: Shopping) -> None:
    shopping.go_to(8)
    shopping.press(Qt.Key.Key_K)
    assert (shopping.current, shopping.versions()[1]) == ("7", "1")


def test_another_entity_starts_with_all_runs_collapsed(shopping: Shopping) -> None:
    shopping.go_to(4)
    first = shopping.selection.entity_id
    other = next(each for each in map(shopping.workspace.entities.at, range(99)) if each.id != first)
    for chosen in (other.id, first):
        assert chosen is not None
        shopping.workspace.choose(chosen)
        shopping.driver.settle()
    assert shopping.versions()[1] == "1–7"


def test_folding_is_turned_off_and_that_is_remembered(
    own_driver: Driver, settings: Settings, theme: Theme, tmp_path: Path, demo_store: Path
) -> None:
    driver, shopping = own_driver, at_an_order(own_driver, demo_store)
    action = driver.window.actions_by_id["fold-runs"]
    assert action.isChecked()
    driver.press(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    last = shopping.selection.last or 0
    assert shopping.versions() == [str(version) for version in range(last + 1)]
    assert not action.isChecked() and shopping.current == str(last) and shopping.is_in_view()
    driver.window.close()
    workspace = Workspace(TaskRunner(), NotebookFolder(tmp_path / "notebooks"))
    again = MainWindow(lambda: workspace, theme, settings, demo_store, Answers())
    assert not again.workspace.inspector.timeline.collapses_runs
    assert not again.actions_by_id["fold-runs"].isChecked()
    again.close()
    again.deleteLater()


def test_the_chosen_event_is_scrolled_to_wherever_it_is(account: Shopping) -> None:
    last = account.selection.last or 0
    for version in (last // 2, 3, last - 5, last // 3):
        account.go_to(version)
        assert account.current == f"{version:,}" and account.is_in_view()
    account.press(Qt.Key.Key_Home)
    assert account.current == "0" and account.is_in_view()
    account.press(Qt.Key.Key_End)
    assert account.current == f"{last:,}" and account.is_in_view()


def test_pages_are_turned_over_folded_rows(account: Shopping) -> None:
    account.press(Qt.Key.Key_Home)
    account.press(Qt.Key.Key_PageDown)
    row = account.table.currentIndex().row()
    assert row > 5 and account.is_in_view()
    assert account.selection.version == account.workspace.inspector.timeline.version_at(row)
    account.press(Qt.Key.Key_PageUp)
    assert account.current == "0" and account.is_in_view()


def test_types_are_filtered_by_keyboard_alone(shopping: Shopping) -> None:
    shopping.go_to(8)
    shopping.press(Qt.Key.Key_T)
    chooser = shopping.driver.dialog(TypeChooser)
    names = [str(shopping.types.index(row, 1).data()) for row in range(shopping.types.rowCount())]
    assert names[chooser.table.currentIndex().row()] == "ItemRemoved", "it starts at the type of the chosen event"
    assert shopping.filter_text().startswith("all events")
    shopping.driver.qtbot.keyClick(chooser.table, Qt.Key.Key_Space)
    assert shopping.filter_text().startswith(f"{len(names) - 1} of {len(names)} types")
    assert "ItemRemoved" not in shopping.driver.timeline(EVENT)
    shopping.driver.qtbot.keyClick(chooser.table, Qt.Key.Key_Up)
    shopping.driver.qtbot.keyClick(chooser.table, Qt.Key.Key_Return)
    assert all("ItemAdded" in name for name in shopping.driver.timeline(EVENT))
    shopping.driver.qtbot.keyClick(chooser.table, Qt.Key.Key_Return)
    assert shopping.filter_text().startswith("all events"), "alone already: all are shown again"
    shopping.driver.qtbot.keyClick(chooser.table, Qt.Key.Key_Escape)
    assert not chooser.isVisible()


def test_types_are_filtered_by_mouse(shopping: Shopping) -> None:
    button = next(each for each in shopping.dock.title_bar.findChildren(QPushButton) if "type (T)" in each.toolTip())
    shopping.driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    chooser = shopping.driver.dialog(TypeChooser)
    shopping.driver.click_cell(chooser.table, shopping.type_number("Created"), 1)
    assert shopping.types.hidden == frozenset({shopping.type_number("Created")})
    shopping.driver.qtbot.mouseClick(chooser.only_button, Qt.MouseButton.LeftButton)
    assert set(shopping.driver.timeline(EVENT)) == {"Created"}
    shopping.driver.qtbot.mouseClick(chooser.all_button, Qt.MouseButton.LeftButton)
    assert not shopping.types.hidden and not chooser.all_button.isEnabled()
    chooser.close()


def test_a_hidden_event_that_is_chosen_is_reported_and_the_row_before_it_is_current(shopping: Shopping) -> None:
    shopping.go_to(8)
    shopping.types.set_shown(shopping.type_number("ItemRemoved"), False)
    shopping.driver.settle()
    rows = shopping.workspace.inspector.timeline.rows
    assert shopping.selection.version == 8
    assert rows.row_of(8) == shopping.table.currentIndex().row()
    assert (
        "events of other types are hidden, and steps skip them. The chosen event, 8, is hidden too"
        in shopping.hidden_text()
    )
    shopping.go_to(0)
    assert (
        "events of other types are hidden" in shopping.hidden_text()
        and "The chosen event" not in shopping.hidden_text()
    )
    shopping.driver.act("show-all-types")
    assert "hidden" not in shopping.hidden_text()


def test_a_click_on_the_row_before_a_hidden_event_goes_there(shopping: Shopping) -> None:
    shopping.types.show_only(shopping.type_number("Created"))
    shopping.driver.settle()
    assert shopping.current == "0" and shopping.selection.version == shopping.selection.last
    shopping.driver.click_cell(shopping.table, 0, VERSION)
    assert shopping.selection.version == 0


def test_steps_go_over_what_is_shown(shopping: Shopping) -> None:
    shopping.types.show_only(shopping.type_number("AttributeChanged"))
    view = shopping.workspace.inspector.view
    assert view is not None
    type_number = shopping.type_number("AttributeChanged")
    shown = [
        version
        for version, each in zip(view.outline.versions, view.outline.type_numbers, strict=True)
        if each == type_number
    ]
    assert len(shown) > 1
    shopping.press(Qt.Key.Key_Home)
    assert shopping.selection.version == shown[0]
    assert not shopping.driver.window.actions_by_id["back"].isEnabled()
    shopping.press(Qt.Key.Key_J)
    assert shopping.selection.version == shown[1]
    shopping.press(Qt.Key.Key_End)
    assert shopping.selection.version == shown[-1]
    forward = shopping.driver.window.actions_by_id["forward"]
    assert not forward.isEnabled() and "of the types that are shown" in forward.toolTip()
    shopping.driver.act("show-all-types")
    assert forward.isEnabled()


def test_if_all_types_are_hidden_the_window_says_so(shopping: Shopping) -> None:
    for row in range(shopping.types.rowCount()):
        shopping.types.set_shown(row, False)
    shopping.driver.settle()
    assert shopping.versions() == []
    assert "All event types are hidden. Press T to choose which to show." in shopping.hidden_text()
    before = shopping.selection.version
    shopping.selection.step(-1)
    assert shopping.selection.version == before


def test_only_the_type_of_the_chosen_event_is_shown_by_an_action(shopping: Shopping) -> None:
    shopping.go_to(8)
    shopping.driver.act("show-only-type")
    assert set(shopping.driver.timeline(EVENT)) == {"ItemRemoved"}


def test_strip_table_and_filter_agree_on_the_hue_of_a_type(shopping: Shopping) -> None:
    view, rows = shopping.workspace.inspector.view, shopping.workspace.inspector.timeline.rows
    assert view is not None
    painted = shopping.dock.strip.content.hues
    for row in range(len(rows)):
        event = rows.at(row).first
        type_number = view.outline.type_numbers[event]
        table = shopping.table.model().index(row, EVENT).data(SWATCH_ROLE)
        assert table == painted[event] == shopping.types.index(type_number, 1).data(SWATCH_ROLE)
    shopping.types.set_shown(0, False)
    assert shopping.dock.strip.content.hues[0] == painted[0] + FAINT_HUE
    assert shopping.dock.strip.content.hues[1:] == painted[1:], "positions stay the same"


def test_the_chosen_row_stays_in_view_where_the_table_gets_less_room(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Account")
    table = driver.window.docks.timeline.table
    driver.workspace.selection.go_to(driver.workspace.selection.last)
    driver.settle()
    for height in (1000, 800, 700):
        driver.window.resize(1440, height)
        driver.settle()
        row = table.visualRect(table.currentIndex())
        assert row.top() >= 0 and row.bottom() <= table.viewport().height()
