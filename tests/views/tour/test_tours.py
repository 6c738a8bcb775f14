"""Both tours on the real window, to their end: by keys alone in a small window, and by clicks."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QWidget,
)

from es_desktop.app.preferences.table import FONT_SIZE
from es_desktop.app.tour.tours import CONDITION, TOURS
from es_desktop.app.transfer.export import ExportFormat
from es_desktop.examples.story import WRONG_TOTAL
from es_desktop.views.actions import ACTIONS
from es_desktop.views.entity.change_dialog import ChangeDialog, DiscardDialog, NewEntityDialog
from es_desktop.views.tour.card import TourCard
from es_desktop.views.transfer import ExportDialog
from es_desktop.views.watch.expression_line import RunDialog
from es_desktop.views.window.palette import Palette
from es_desktop.views.window.settings import Settings
from tests.views.driving import Driver
from tests.views.hands import Mouse

pytestmark = pytest.mark.one_window

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Guest:
    """Somebody who takes a tour."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    @property
    def card(self) -> TourCard:
        (card,) = self.driver.window.findChildren(TourCard)
        return card

    def sees(self, number: str, title: str) -> None:
        """Wait until the card shows a step."""
        wanted = f"· {number}: {title}"
        self.driver.qtbot.waitUntil(lambda: self.card.accessibleName().endswith(wanted))
        self.driver.settle()
        # It follows the window when it looks the next time, a moment later.
        window = self.driver.window
        self.driver.qtbot.waitUntil(lambda: window.rect().contains(self.card.geometry()))
        assert self.card.isVisible()

    def reads(self) -> str:
        return "\n".join(each.text() for each in self.card.findChildren(QLabel) if each.isVisible())

    def button(self, text: str, where: QWidget | None = None) -> QAbstractButton:
        inside = self.card if where is None else where
        buttons = (each for each in inside.findChildren(QAbstractButton) if each.isVisibleTo(inside))
        return next(each for each in buttons if each.text().replace("&", "") == text)

    def clicks(self, text: str, where: QWidget | None = None) -> None:
        button = self.button(text, where)
        self.driver.qtbot.waitUntil(button.isEnabled)
        self.driver.qtbot.mouseClick(button, LEFT)
        self.driver.settle()


@pytest.fixture
def guest(driver: Driver) -> Guest:
    return Guest(driver)


def by_palette(driver: Driver, text: str) -> None:
    """Run an action by its name, typed."""
    driver.press(Key.Key_K, CTRL)
    palette = driver.dialog(Palette)
    driver.qtbot.waitUntil(palette.isActiveWindow)
    driver.qtbot.keyClicks(QApplication.focusWidget(), text)
    driver.press(Key.Key_Return)
    driver.settle()


def choose_by_keys(driver: Driver) -> None:
    """Go down the list of entities to the order of the story."""
    for _ in range(40):
        if driver.workspace.selection.entity_id == WRONG_TOTAL:
            return
        driver.press(Key.Key_Down)
        driver.settle()
    raise AssertionError("the order is not in the list")


def go_to_value(driver: Driver, name: str) -> None:
    """Go down the state to a value, by keys."""
    tree = driver.window.docks.state.tree
    for _ in range(20):
        if tree.hasFocus() and tree.currentIndex().siblingAtColumn(0).data() == name:
            return
        driver.press(Key.Key_Down)
    raise AssertionError(f"{name} is not in the state")


def export_by_keys(driver: Driver, file: Path) -> None:
    """Export the chosen entity as a test, in the dialog that is open."""
    driver.answers.file = str(file)
    dialog = driver.dialog(ExportDialog)
    driver.qtbot.waitUntil(dialog.isActiveWindow)
    while not dialog.formats[ExportFormat.CASE].hasFocus():
        driver.press(Key.Key_Tab)
    while not dialog.formats[ExportFormat.PYTEST].isChecked():
        driver.press(Key.Key_Down)
    assert dialog.fails_where.text() == CONDITION, "the condition that was run to last"
    driver.press(Key.Key_Return)
    driver.settle()


def test_both_tours_by_keys_alone_in_a_small_window(driver: Driver, guest: Guest, tmp_path: Path) -> None:
    driver.window.resize(1024, 700)
    by_palette(driver, "Five steps")
    guest.sees("1 of 5", "Create an order")
    driver.press(Key.Key_N, CTRL | SHIFT)
    dialog = driver.dialog(NewEntityDialog)
    driver.qtbot.keyClicks(dialog.editor("customer").findChildren(QLineEdit)[0], "You")
    driver.qtbot.keyClick(dialog, Key.Key_Return)
    guest.sees("2 of 5", "Change it")
    driver.go_to_history()
    driver.press(Key.Key_E)
    change = driver.dialog(ChangeDialog)
    assert change.editor is not None
    driver.qtbot.keyClicks(change.editor.focusProxy(), "Ada")
    driver.qtbot.waitUntil(guest.button("Write event", change).isEnabled)
    driver.qtbot.keyClick(change, Key.Key_Return)
    guest.sees("3 of 5", "Take a snapshot")
    assert "has 2 events" in guest.reads()
    driver.press(Key.Key_S, CTRL)
    guest.sees("4 of 5", "Rebuild it both ways")
    driver.go_to_history()
    for key in (Key.Key_Z, Key.Key_R):
        driver.press(key)
        driver.settle()
    guest.sees("5 of 5", "Discard it")
    driver.press(Key.Key_Delete, CTRL)
    discard = driver.dialog(DiscardDialog)
    driver.qtbot.waitUntil(guest.button("Discard", discard).isEnabled)
    driver.qtbot.keyClick(guest.button("Discard", discard), Key.Key_Space)
    guest.sees("done", "Well done")

    driver.press(Key.Key_F6)
    assert QApplication.focusWidget() is guest.button("Go on: The wrong total")
    driver.press(Key.Key_Space)
    guest.sees("1 of 7", "Find the order")
    driver.press(Key.Key_Slash)
    driver.qtbot.keyClicks(driver.window.docks.entities.filter, "rossi")
    driver.settle()
    driver.press(Key.Key_Return)
    choose_by_keys(driver)
    guest.sees("2 of 7", "Begin at its first event")
    driver.go_to_history()
    driver.press(Key.Key_Home)
    guest.sees("3 of 7", "Run to a change of total")
    driver.press(Key.Key_F6)
    driver.press(Key.Key_Space)  # Show me: the state has the focus
    go_to_value(driver, "total")
    driver.press(Key.Key_Period)
    guest.sees("4 of 7", "Run to where it is wrong")
    driver.press(Key.Key_F8, CTRL | SHIFT)
    run = driver.dialog(RunDialog)
    driver.qtbot.waitUntil(run.line.hasFocus)
    driver.qtbot.keyClicks(run.line, CONDITION)
    driver.press(Key.Key_Return)
    guest.sees("5 of 7", "Look at the event")
    assert driver.workspace.selection.version == 9
    driver.press(Key.Key_F6)
    driver.press(Key.Key_Space)
    guest.sees("6 of 7", "Look at the command")
    by_palette(driver, "Order: Change quantity")
    guest.sees("7 of 7", "Write a test that fails")
    driver.press(Key.Key_E, CTRL)
    export_by_keys(driver, tmp_path / "test_order.py")
    guest.sees("done", "Well done")
    assert f"FAILS_WHERE = {CONDITION!r}" in (tmp_path / "test_order.py").read_text("utf-8")
    driver.press(Key.Key_F6)
    driver.press(Key.Key_Space)
    assert not guest.card.isVisible()
    assert driver.window.docks.entities.isAncestorOf(QApplication.focusWidget()) or driver.window.focusWidget()


def test_both_tours_by_clicks(driver: Driver, guest: Guest, tmp_path: Path) -> None:
    window, docks, mouse = driver.window, driver.window.docks, Mouse(driver)
    mouse.menu("Help", "Tour: Five steps")
    guest.sees("1 of 5", "Create an order")
    driver.act("reset-layout")  # with the room of this size
    assert docks.commands.isVisible()
    mouse.button(window.toolbar, "New entity")
    new = driver.dialog(NewEntityDialog)
    driver.type_into(new.editor("customer").findChildren(QLineEdit)[0], "You")
    mouse.button(new, "Create")
    guest.sees("2 of 5", "Change it")
    mouse.button(docks.commands, "Change attribute…")
    change = driver.dialog(ChangeDialog)
    assert change.editor is not None
    driver.type_into(change.editor.findChildren(QLineEdit)[0], "Ada")
    mouse.button(change, "Write event")
    guest.sees("3 of 5", "Take a snapshot")
    mouse.button(window.toolbar, "Take snapshot")
    guest.sees("4 of 5", "Rebuild it both ways")
    mouse.button(window, "from zero")
    mouse.button(window, "from snapshot")
    guest.sees("5 of 5", "Discard it")
    mouse.button(docks.commands, "Discard…")
    mouse.button(driver.dialog(DiscardDialog), "Discard")
    guest.sees("done", "Well done")
    assert mouse.clicks == 11

    mouse.button(guest.card, "Go on: The wrong total")
    guest.sees("1 of 7", "Find the order")
    mouse.click(docks.entities.filter)
    driver.qtbot.keyClicks(docks.entities.filter, "Rossi")
    driver.settle()
    rows = map(driver.workspace.entities.at, range(driver.workspace.entities.rowCount()))
    mouse.cell(docks.entities.table, [each.id for each in rows].index(WRONG_TOTAL), 1)
    guest.sees("2 of 7", "Begin at its first event")
    mouse.button(window.toolbar, "First event")
    guest.sees("3 of 7", "Run to a change of total")
    mouse.cell(docks.state.tree, list(driver.state()).index("total"), 0, right=True)
    mouse.popup("Run to its next change")
    guest.sees("4 of 7", "Run to where it is wrong")
    mouse.button(guest.card, "Copy")
    assert guest.button("Copied").isVisible()
    mouse.menu("Debug", "Run", "Run to a condition…")
    run = driver.dialog(RunDialog)
    run.line.paste()
    mouse.button(run, "Run forward")
    guest.sees("5 of 7", "Look at the event")
    mouse.tab(docks.event)
    guest.sees("6 of 7", "Look at the command")
    mouse.button(docks.commands, "Change quantity")
    guest.sees("7 of 7", "Write a test that fails")
    driver.answers.file = str(tmp_path / "test_order.py")
    mouse.menu("Store", "Export, import and copy", "Export…")
    dialog = driver.dialog(ExportDialog)
    mouse.button(dialog, ExportFormat.PYTEST.about.title)
    mouse.button(dialog, "Choose file…")
    guest.sees("done", "Well done")
    assert f"FAILS_WHERE = {CONDITION!r}" in (tmp_path / "test_order.py").read_text("utf-8")
    mouse.button(guest.card, "Close")
    assert mouse.clicks - 11 == 19
    assert not guest.card.isVisible()


def test_a_person_may_do_something_else_first(driver: Driver, guest: Guest, demo_store: Path) -> None:
    """Skip, go back, choose another entity, open another store, resize: the card says what is in the way."""
    before = demo_store.read_bytes()
    driver.open(demo_store)
    driver.act("tour-wrong-total")
    guest.sees("1 of 7", "Find the order")
    assert driver.workspace.session is not None and driver.workspace.session.short_name == "tour.esdb"
    assert str(driver.workspace.session.absolute_name) not in driver.window.settings.recent
    guest.clicks("Skip")
    guest.sees("2 of 7", "Begin at its first event")
    guest.clicks("Back")
    driver.workspace.choose(WRONG_TOTAL, 9)
    guest.sees("2 of 7", "Begin at its first event")
    driver.workspace.choose_row(0)
    driver.settle()
    driver.qtbot.waitUntil(lambda: "is not chosen now" in guest.reads())
    guest.clicks("Back to it")
    driver.qtbot.waitUntil(lambda: "Go to the first event" in guest.reads())
    driver.act("close")
    driver.qtbot.waitUntil(lambda: "is not open" in guest.reads())
    driver.open(demo_store)
    for size in ((1024, 700), (1600, 1000)):
        driver.window.resize(*size)
        guest.sees("2 of 7", "Begin at its first event")
    guest.clicks("Back to it")
    driver.workspace.choose(WRONG_TOTAL, 0)
    guest.sees("3 of 7", "Run to a change of total")
    corner = guest.card.pos()
    driver.qtbot.mousePress(guest.card, LEFT, pos=QPoint(60, 8))
    driver.qtbot.mouseMove(guest.card, QPoint(0, 60))
    driver.qtbot.mouseRelease(guest.card, LEFT, pos=QPoint(0, 60))
    assert guest.card.pos() != corner
    driver.press(Key.Key_F6)
    driver.press(Key.Key_Escape)
    assert not guest.card.isAncestorOf(QApplication.focusWidget())
    guest.clicks("Leave the tour")
    assert not guest.card.isVisible()
    driver.press(Key.Key_F6)
    assert not guest.card.isVisible()
    assert demo_store.read_bytes() == before


def test_what_steps_point_at_exists(driver: Driver) -> None:
    names = {spec.id for spec in ACTIONS} | {dock.objectName() for dock in driver.window.docks.all}
    names |= {"entities-filter", "commands-menu", "change_attribute", "change_quantity"}
    for tour in TOURS:
        for step in tour.steps:
            assert names.issuperset(step.points + step.lights), step.title


def test_a_tour_is_offered_once_and_can_be_refused_or_begun(driver: Driver, guest: Guest, settings: Settings) -> None:
    assert settings.offers_tour() and not settings.offers_tour()
    for answer, title in (("Not now", ""), ("Start the tour", "Create an order")):
        driver.window.context.guide.offer(TOURS[0].summary)
        assert guest.card.isVisible() and "Your first time here?" in guest.reads()
        driver.press(Key.Key_F6)
        assert QApplication.focusWidget() is guest.button("Start the tour")
        guest.clicks(answer)
        assert guest.card.isVisible() == bool(title)
    guest.sees("1 of 5", title)
    guest.clicks("Leave the tour")


def test_whoever_did_a_tour_is_offered_none(settings: Settings) -> None:
    settings.add_tour_done("five-steps")
    settings.add_tour_done("five-steps")
    assert (settings.tours_done, settings.offers_tour()) == (("five-steps",), False)


def test_a_tour_runs_in_one_window_at_a_time(driver: Driver, guest: Guest) -> None:
    driver.act("tour-five-steps")
    guest.sees("1 of 5", "Create an order")
    store, second = driver.window.store, driver.window.another()
    second.actions_by_id["tour-wrong-total"].trigger()
    driver.settle()
    assert (second.context.guide.progress, driver.window.store) == (None, store)
    second.close()
    guest.clicks("Leave the tour")


def test_with_large_letters_the_card_still_fits_a_small_window(driver: Driver, guest: Guest) -> None:
    driver.window.resize(1024, 700)
    driver.window.preferences.set({FONT_SIZE: 18})
    driver.act("tour-wrong-total")
    for number, step in enumerate(TOURS[1].steps, 1):
        guest.sees(f"{number} of 7", step.title)
        for each in guest.card.findChildren(QAbstractButton):
            assert not each.isVisible() or guest.card.rect().contains(each.geometry())
        guest.clicks("Skip")
    guest.clicks("Close")
    driver.window.preferences.set({FONT_SIZE: 13})
