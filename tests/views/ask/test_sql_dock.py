"""SQL in the view Ask: a statement is typed with completion, its rows are read, exported, and lead to versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from es_desktop.models.transfer.seen_lists import seen_lists
from es_desktop.models.window_view import EXPLORE
from es_desktop.views.ask.sql_dock import SqlDock
from tests.views.driving import Driver

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]
KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


class Statement:
    """The dock SQL of a window, and what a person does in it."""

    def __init__(self, driver: Driver, store: Path) -> None:
        self.driver = driver
        driver.open(store)
        driver.act("view-ask")
        self.dock = driver.window.docks.built(SqlDock)
        self.dock.bring_forward(self.dock.editor)
        driver.settle()

    def type(self, text: str) -> None:
        self.driver.activate()
        self.dock.editor.setFocus()
        self.driver.qtbot.keyClicks(self.dock.editor, text)

    def ask(self, text: str) -> None:
        """Type a statement in place of what is there, press Ctrl+Enter, and wait for all of the answer."""
        self.dock.editor.clear()
        self.type(text)
        self.driver.qtbot.keyClick(self.dock.editor, KEY.Key_Escape)
        self.driver.qtbot.keyClick(self.dock.editor, KEY.Key_Return, CTRL)
        self.driver.qtbot.waitUntil(lambda: not self.driver.workspace.questioner.sql.is_asking)

    @property
    def cells(self) -> list[list[str]]:
        model = self.dock.table.model()
        return [
            [model.index(row, column).data() for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]


@pytest.fixture
def statement(driver: Driver, demo_store: Path) -> Statement:
    return Statement(driver, demo_store)


def test_a_statement_is_completed_and_its_rows_are_shown_exported_and_lead_to_versions(
    statement: Statement,
) -> None:
    dock, driver = statement.dock, statement.driver
    assert dock.editor.y() < 20 and dock.hint.y() < dock.editor.geometry().bottom() + 30, "also while it is empty"
    dock.editor.clear()
    statement.type("SELECT type FROM ent")
    assert dock.editor.list.current is not None and dock.editor.list.current.word == "entities"
    driver.qtbot.keyClick(dock.editor, KEY.Key_Tab)
    assert dock.editor.toPlainText() == "SELECT type FROM entities "

    statement.ask(
        "SELECT type, count(*) AS times, NULL AS none FROM entities GROUP BY type ORDER BY times DESC LIMIT 2"
    )
    assert statement.cells == [["Order", "136", "NULL"], ["Ticket", "94", "NULL"]]
    assert dock.title_bar.summary().startswith("2 rows · ")

    statement.ask("SELECT id, version FROM events WHERE type = 'Paid' AND version = 5 LIMIT 1")
    ((entity, _),) = statement.cells
    seen = next(each for each in seen_lists(driver.workspace) if each.name == "sql").rows(None)
    assert seen is not None and [*seen.read(lambda: None)] == [(entity, 5)]
    dock.table.setCurrentIndex(dock.table.model().index(0, 0))
    driver.qtbot.keyClick(dock.table, KEY.Key_Return)
    driver.settle()
    assert driver.workspace.shown_view.name == EXPLORE
    selection = driver.workspace.selection
    assert (str(selection.entity_id), selection.version) == (entity, 5)


def test_what_is_wrong_is_said_and_what_runs_can_be_stopped(statement: Statement) -> None:
    dock = statement.dock
    statement.ask("SELECT nosuch FROM events")
    assert dock.hint.text().startswith("The statement cannot be carried out: ") and "nosuch" in dock.hint.text()
    statement.ask("DROP TABLE step")
    assert dock.hint.text().startswith("The statement does more than read")
    dock.editor.clear()
    statement.type("SELECT count(*) FROM range(10000000) a, range(10000000) b")
    statement.driver.qtbot.keyClick(dock.editor, KEY.Key_Return, CTRL)
    assert dock.button.text() == "Stop"
    dock.button.setFocus()
    statement.driver.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Space)
    statement.driver.settle()
    assert dock.button.text() == "Ask" and not statement.cells


def test_a_statement_is_saved_under_a_name_and_asked_again_from_any_view(statement: Statement) -> None:
    dock, driver = statement.dock, statement.driver
    searches = driver.workspace.searches
    dock.editor.clear()
    assert searches.why_not_saved("sql") == "Type a statement first."
    statement.ask("SELECT 41 + 1 AS answer")
    searches.save("sql", "The answer")
    statement.ask("SELECT 1 AS one")
    driver.act("view-explore")
    (saved,) = searches.of("sql")
    searches.apply(saved)
    driver.qtbot.waitUntil(lambda: not driver.workspace.questioner.sql.is_asking)
    assert dock.editor.toPlainText() == "SELECT 41 + 1 AS answer" and statement.cells == [["42"]]
    driver.qtbot.waitUntil(lambda: driver.is_in_front(dock))
    searches.remove(saved)
