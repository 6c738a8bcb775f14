"""The views of the window: one switch; each with docks, a layout and controls of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from es_desktop.app.runtime.errors import UserError
from es_desktop.cli.arguments import window_parser
from es_desktop.models.window_view import EXPLORE
from es_desktop.views.actions import ACTIONS
from es_desktop.views.ask.questions_dock import QuestionsDock
from es_desktop.views.panels.window_views import VIEWS, view_named
from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.settings import Settings
from tests.views.driving import Answers, Driver

pytestmark = pytest.mark.one_window
ALT = Qt.KeyboardModifier.AltModifier


def segments(window: MainWindow) -> dict[str, QToolButton]:
    """The buttons of the switch that are in view, by their texts."""
    buttons = window.toolbar.findChildren(QToolButton)
    return {each.text(): each for each in buttons if each.property("role") == "segment" and each.isVisible()}


def controls(window: MainWindow) -> set[str]:
    """What the toolbar offers now: the ids of its actions, and the names of its fields."""
    buttons = (each for each in window.toolbar.findChildren(QToolButton) if each.isVisible())
    actions = {each.defaultAction().objectName() for each in buttons if each.defaultAction() is not None}
    return actions | ({"version"} if window.toolbar.version.isVisible() else set())


def test_the_keys_and_the_switch_show_a_view_and_keep_what_is_chosen(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    driver.workspace.selection.go_to(2)
    chosen = driver.workspace.selection.entity_id
    assert [*segments(driver.window)] == [each.title for each in VIEWS]
    for number, view in enumerate(VIEWS, 1):
        driver.press(getattr(Qt.Key, f"Key_{number}"), ALT)
        assert driver.workspace.shown_view.name == view.name
        assert [each for each, button in segments(driver.window).items() if button.isChecked()] == [view.title]
        assert driver.window.docks.shown.area.isVisible()
        shown = {dock.name for dock in driver.window.docks.all if dock.isVisible()}
        assert shown <= {dock.name for dock in driver.window.docks.shown.all}
        assert (driver.workspace.selection.entity_id, driver.workspace.selection.version) == (chosen, 2)
    driver.qtbot.mouseClick(segments(driver.window)["Explore"], Qt.MouseButton.LeftButton)
    assert driver.window.docks.timeline.isVisible() and segments(driver.window)["Explore"].isChecked()
    driver.qtbot.mouseClick(segments(driver.window)["Explore"], Qt.MouseButton.LeftButton)
    assert segments(driver.window)["Explore"].isChecked(), "a view is never switched off"


def test_the_toolbar_has_only_what_the_view_is_for(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    in_explore = controls(driver.window)
    assert {"new-entity", "forward", "version"} <= in_explore
    driver.act("view-ask")
    driver.settle()
    assert not controls(driver.window) & {"new-entity", "snapshot", "forward", "last", "version"}
    driver.act("view-explore")
    driver.settle()
    assert controls(driver.window) == in_explore


def test_in_a_narrow_window_the_switch_is_a_menu(driver: Driver, demo_store: Path) -> None:
    driver.window.resize(1024, 700)
    driver.open(demo_store)
    [(text, button)] = segments(driver.window).items()
    menu = button.menu()
    assert text == "Explore" and button.accessibleName() == "Views: Explore"
    assert [each.objectName() for each in menu.actions()] == [f"view-{each.name}" for each in VIEWS]
    menu.actions()[1].trigger()
    assert driver.workspace.shown_view.name == "ask"


def test_a_view_is_made_when_it_is_shown_and_has_menus_of_its_own(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)

    def panels() -> list[str]:
        entries = driver.window.findChild(type(driver.window.menuBar())).actions()
        view = next(each.menu() for each in entries if each.text().replace("&", "") == "View")
        shown = (each.text().replace("&", "") for each in view.actions() if each.isVisible())
        return [each for each in shown if each.startswith("Panels")]

    assert panels() == ["Panels of the store", "Panels of the entity"]
    driver.act("view-ask")
    assert panels() == ["Panels of Ask"]
    driver.act("view-explore")
    assert panels() == ["Panels of the store", "Panels of the entity"]


def test_what_shows_an_entity_brings_explore_forward(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    driver.workspace.notes.set_bookmark(driver.workspace.selection.entity_id, 1)  # type: ignore[arg-type]
    names = [each.id for each in ACTIONS if each.shows_entity]
    assert {"forward", "go-to", "next-crossing", "next-bookmark", "from-zero"} <= set(names)
    for name in ("back", "previous-snapshot", "from-zero", "next-bookmark", "find", "find-events", "compare-before"):
        driver.act("view-ask")
        driver.settle()
        driver.act(name)
        driver.settle()
        assert driver.workspace.shown_view.name == EXPLORE, name


def test_a_dock_that_floats_is_only_in_its_view(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    watch = driver.window.docks.watch
    watch.setFloating(True)
    driver.act("view-ask")
    assert not watch.isVisible()
    driver.act("view-explore")
    assert watch.isVisible() and watch.isFloating()


def test_a_store_opens_in_the_view_that_it_was_shown_in_last(
    driver: Driver, demo_store: Path, broken_store: Path
) -> None:
    driver.open(demo_store)
    driver.act("view-ask")
    driver.open(broken_store)
    assert driver.workspace.shown_view.name == EXPLORE
    driver.open(demo_store)
    assert driver.workspace.shown_view.name == "ask"
    entity = str(driver.workspace.selection.entity_id)
    driver.workspace.open(str(demo_store), entity=entity)
    driver.settle()
    assert driver.workspace.shown_view.name == EXPLORE, "who asks for an entity sees it"
    driver.workspace.open(str(demo_store), entity=entity, view="ask")
    driver.settle()
    assert driver.workspace.shown_view.name == "ask"


@pytest.mark.parametrize("closes_in", ["ask", "explore"])
def test_each_view_keeps_its_own_layout(
    request: pytest.FixtureRequest, settings: Settings, demo_store: Path, closes_in: str
) -> None:
    driver: Driver = request.getfixturevalue("own_driver")
    driver.open(demo_store)
    driver.window.docks.watch.setFloating(True)
    driver.act("view-ask")
    driver.window.docks.built(QuestionsDock).setFloating(True)
    driver.act(f"view-{closes_in}")
    again = driver.window.another()
    QApplication.processEvents()
    second = Driver(again, driver.qtbot, Answers())
    second.open(demo_store)
    second.act("view-explore")
    assert again.docks.watch.isFloating() and again.docks.watch.isVisible()
    assert not again.docks.state.isFloating()
    second.act("view-ask")
    assert again.docks.built(QuestionsDock).isFloating() and not again.docks.watch.isVisible()
    again.close()


def test_the_help_of_the_program_names_each_view() -> None:
    named = ", ".join(each.name for each in VIEWS)
    assert f"show this view of the window: {named}" in " ".join(window_parser().format_help().split())


def test_a_name_that_no_view_has_is_an_error_that_names_them() -> None:
    with pytest.raises(UserError, match=r"no view .nowhere.*Choose one of explore, ask"):
        view_named("nowhere")
