"""Where a dock has nothing to show it says why, and what to do: never an empty table, never what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPushButton
from pytestqt.qtbot import QtBot

from es_desktop.app.store.session import create_session
from es_desktop.models.runtime.tasks import Queue
from es_desktop.views.ask.answer_dock import AnswerDock
from es_desktop.views.entity.step_row import StepRow
from es_desktop.views.search.bar_list import BarPanel
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint
from es_desktop.views.style.theme import Theme
from es_desktop.views.window.main_window import MainWindow
from tests.app.storing import sql
from tests.models.working import Gate
from tests.views.driving import Answers, Driver

pytestmark = pytest.mark.one_window
NAMES = ("entities", "notes", "commands", "timeline", "log", "activity", "state", "event", "rebuild", "watch",
         "what_if", "snapshots", "compare")  # fmt: skip
OF_ENTITY = {"timeline", "state", "event", "rebuild", "snapshots", "compare", "commands", "what_if"}


def dock_of(driver: Driver, name: str) -> WorkspaceDock:
    dock: WorkspaceDock = getattr(driver.window.docks, name)
    return dock


def texts(dock: WorkspaceDock) -> list[str]:
    """Return what a dock says in place of its content."""
    hints = dock.widget().findChildren(Hint)
    return [each.text() for each in hints if each.text() and each.isVisibleTo(dock.widget())]


def link(dock: WorkspaceDock) -> str:
    """Return the link that a dock offers; empty for none."""
    links = [each.link for each in dock.widget().findChildren(Hint) if each.isVisibleTo(dock.widget())]
    return next((each.text() for each in links if each.isVisibleTo(dock.widget())), "")


def empty_tables(dock: WorkspaceDock) -> list[str]:
    """Return the tables in a dock that are in view without a row."""
    tables = [each for each in dock.widget().findChildren(QAbstractItemView) if each.isVisibleTo(dock.widget())]
    empty = [each for each in tables if each.model() and not each.model().rowCount()]
    return [
        each.accessibleName() for each in empty if each.viewport().height() > 4 and not isinstance(each, QHeaderView)
    ]


def check_all(driver: Driver) -> None:
    """Fail for a dock with an empty table, or with nothing at all."""
    for dock in driver.every_dock():
        dock.build()
        name = dock.name
        assert not empty_tables(dock), name
        tables = [each for each in dock.widget().findChildren(QAbstractItemView) if each.isVisibleTo(dock.widget())]
        others = (BarPanel, StepRow, QPushButton)
        parts = [each for kind in others for each in dock.content.findChildren(kind) if each.isVisibleTo(dock.widget())]
        assert texts(dock) or tables or parts, name


@contextmanager
def busy(driver: Driver, *queues: Queue) -> Iterator[None]:
    """Have all tasks wait, as they do for a slow disk."""
    gates = [Gate() for _ in queues]
    for gate, queue in zip(gates, queues, strict=True):
        driver.workspace.runner.run("Waiting", gate, queue=queue)
        gate.wait_until_started()  # otherwise the store that opens would cancel it
    try:
        yield
    finally:
        for gate in gates:
            gate.opened.set()
        driver.settle()


def wait_for(driver: Driver, name: str, text: str) -> None:
    driver.qtbot.waitUntil(lambda: any(text in each for each in texts(dock_of(driver, name))))


def test_without_a_store(driver: Driver) -> None:
    for dock in driver.every_dock():
        dock.build()
        name = dock.name
        assert texts(dock) == ["No store is open."] and link(dock) == "Open a store…", name
        assert not empty_tables(dock), name


def test_of_a_store_without_events_each_dock_leads_to_the_first(driver: Driver, tmp_path: Path) -> None:
    store = tmp_path / "empty.esdb"
    create_session(str(store)).close()
    driver.open(store)
    for name in OF_ENTITY | {"entities", "log", "activity"}:
        (text,) = texts(dock_of(driver, name))
        assert text.startswith("This store has no") and link(dock_of(driver, name)) == "New entity…", name
    check_all(driver)


def test_without_a_chosen_entity(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.workspace.selection.choose_entity(None)
    for name in OF_ENTITY:
        dock = dock_of(driver, name)
        assert texts(dock) == [f"Choose an entity to see {dock.shows}."] and link(dock) == "Find an entity", name
    check_all(driver)
    docks = driver.window.docks
    docks.timeline.raise_()
    driver.qtbot.mouseClick(docks.timeline.why_empty.link, Qt.MouseButton.LeftButton)
    assert docks.entities.filter.hasFocus()


def test_of_a_discarded_entity(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    entities = driver.workspace.entities
    gone = next(each for each in map(entities.at, range(entities.rowCount())) if each.discarded)
    driver.workspace.choose(gone.id)
    driver.settle()
    check_all(driver)
    state = driver.window.docks.state
    assert texts(state)[0].startswith("Discarded: there is no state") and link(state) == "Step back"
    assert texts(driver.window.docks.event) == ["This event has no fields: that it happened is all it says."]
    driver.qtbot.mouseClick(state.why_empty.link, Qt.MouseButton.LeftButton)
    driver.settle()
    assert state.tree.isVisible() and not state.why_empty.isVisible()


def test_while_it_is_read(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    docks = [dock_of(driver, name) for name in NAMES]
    driver.workspace.close_store()
    driver.settle()
    with busy(driver, *(each for each in Queue if each is not Queue.FRONT)):
        driver.workspace.open(str(demo_store))
        for name in ("entities", "log", "activity"):
            wait_for(driver, name, "being read" if name != "activity" else "Counting")
        driver.qtbot.waitUntil(lambda: not any(map(empty_tables, docks)))
    driver.go_to_history()
    with busy(driver, Queue.FRONT):
        driver.workspace.choose_row(5)
        for name in OF_ENTITY:
            wait_for(driver, name, "The entity is being read…")
        assert not any(map(empty_tables, docks))
    assert not texts(driver.window.docks.timeline)
    assert driver.window.docks.timeline.table.hasFocus(), "it had the focus before"


def test_a_state_an_event_and_commands_that_take_long(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    driver.window.docks.commands.build()
    with busy(driver, Queue.FRONT):
        driver.workspace.refresh()
        driver.act("back")
        driver.qtbot.waitUntil(lambda: driver.window.docks.state.title_bar.badge.text() == "working…")
        assert not any(empty_tables(dock_of(driver, name)) for name in NAMES), "what was read stays meanwhile"


@pytest.mark.parametrize("table", ["integer_sequenced_items", "snapshots"])
def test_what_cannot_be_read_says_so_and_is_read_again(driver: Driver, demo_store: Path, table: str) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    sql(demo_store, f"ALTER TABLE {table} RENAME TO away")
    driver.workspace.choose_row(5)
    driver.settle()
    driver.qtbot.waitUntil(lambda: bool(driver.answers.errors))
    for name in OF_ENTITY:
        dock = dock_of(driver, name)
        assert "no such table" in texts(dock)[0] and link(dock) == "Read it again", name
    driver.act("refresh")
    driver.settle()
    for name in ("entities", "log", "activity"):
        dock = dock_of(driver, name)
        assert "no such table" in texts(dock)[0] and link(dock) == "Read it again", name
    check_all(driver)
    sql(demo_store, f"ALTER TABLE away RENAME TO {table}")
    docks = driver.window.docks
    docks.timeline.raise_()
    driver.qtbot.mouseClick(docks.timeline.why_empty.link, Qt.MouseButton.LeftButton)
    driver.settle()
    assert not any("no such table" in text for name in NAMES for text in texts(dock_of(driver, name)))
    check_all(driver)


def test_a_filter_that_nothing_meets(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    docks = driver.window.docks
    driver.type_into(docks.entities.filter, "qqqq")
    driver.settle()
    assert texts(docks.entities) == ["No entity matches the filter."] and link(docks.entities) == "Clear filters"
    driver.qtbot.mouseClick(docks.entities.empty.link, Qt.MouseButton.LeftButton)
    driver.settle()
    assert not docks.entities.filter.text() and not texts(docks.entities)
    docks.log.focus_text()
    driver.qtbot.keyClicks(docks.log.text, "qqqq")
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert texts(docks.log) == ["No event matches."] and not empty_tables(docks.log)
    driver.qtbot.mouseClick(docks.log.hint.link, Qt.MouseButton.LeftButton)
    driver.settle()
    assert docks.log.table.isVisible() and not docks.log.text.text()


def test_commands_that_cannot_be_read_are_read_again(
    window: MainWindow, qtbot: QtBot, answers: Answers, demo_store: Path
) -> None:
    window.resize(1024, 700)  # without the commands, which are read when they are first shown
    window.show()
    driver = Driver(window, qtbot, answers)
    driver.open(demo_store)
    driver.choose("Order")
    sql(demo_store, "ALTER TABLE integer_sequenced_items RENAME TO away")
    dock = driver.window.docks.commands
    dock.bring_forward(dock)
    driver.settle()
    assert "no such table" in texts(dock)[0] and link(dock) == "Read it again"
    sql(demo_store, "ALTER TABLE away RENAME TO integer_sequenced_items")
    driver.qtbot.mouseClick(dock.hint.link, Qt.MouseButton.LeftButton)
    driver.settle()
    assert dock.buttons and not texts(dock)


def test_a_question_that_failed_is_asked_again(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    sql(demo_store, "ALTER TABLE integer_sequenced_items RENAME TO away")
    dock = driver.window.docks.built(AnswerDock)
    driver.workspace.search_requested.emit("total > 100")
    driver.settle()
    assert "no such table" in texts(dock)[0] and link(dock) == "Ask again"
    sql(demo_store, "ALTER TABLE away RENAME TO integer_sequenced_items")
    driver.qtbot.mouseClick(dock.hint.link, Qt.MouseButton.LeftButton)
    driver.settle()
    assert dock.table.isVisible() and not dock.hint.isVisible()


def test_a_hint_of_a_panel_that_is_hidden_keeps_its_margins_in_another_theme(driver: Driver, theme: Theme) -> None:
    hints = [dock_of(driver, name).why_empty for name in NAMES] + [driver.window.docks.state.hint]
    driver.window.resize(1024, 700)
    for mode in ("contrast", "light", "dark", "light"):
        theme.set_mode(mode)
        driver.settle()
        driver.window.grab()
    assert {each.contentsMargins().left() for each in hints} == {13}
