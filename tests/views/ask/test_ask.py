"""The view Ask, as a person uses it: a question is typed, its answers are read, and each leads to its version."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from es_desktop.app.search.questions import AskedQuestion
from es_desktop.app.text.times import parse_as_of
from es_desktop.models.ask.found_model import AT, FIXED, ID
from es_desktop.models.window_view import EXPLORE
from es_desktop.views.ask.answer_dock import AnswerDock
from es_desktop.views.ask.question_dock import QuestionDock
from es_desktop.views.ask.questions_dock import QuestionsDock
from es_desktop.views.search.saved_button import NameDialog
from es_desktop.views.transfer.seen_dialog import SeenDialog
from es_desktop.views.window.main_window import MainWindow
from tests.models.working import titles
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window
QUESTION = 'Order where ever total > 100 and never status == "paid"'
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Asking:
    """The view Ask of a window, and what a person does in it."""

    def __init__(self, driver: Driver, store: Path) -> None:
        self.driver = driver
        driver.open(store)
        driver.act("view-ask")
        docks = driver.window.docks
        self.question, self.answer = docks.built(QuestionDock), docks.built(AnswerDock)
        self.questions = docks.built(QuestionsDock)
        self.questioner = driver.workspace.questioner
        self.wait()

    def type(self, text: str) -> None:
        self.driver.type_into(self.question.line, text)

    def press(self, key: Qt.Key) -> None:
        self.driver.qtbot.keyClick(self.question.line, key)

    def ask(self, text: str) -> None:
        """Type a question, press Enter, and wait for all of the answer."""
        self.type(text)
        self.press(Qt.Key.Key_Return)
        self.wait()

    def wait(self) -> None:
        """Wait until all that is asked for is answered."""
        q = self.questioner

        def is_over() -> bool:
            is_counted = q.asked is None or q.problem is not None or q.buckets is not None
            return not q.is_asking and not q.is_listing_versions and is_counted

        self.driver.qtbot.waitUntil(is_over)
        self.driver.settle()

    def listed(self) -> list[tuple[str, int]]:
        """The questions of the list that are no headings, each with its count."""
        model = self.questions.table.model()
        rows = ((model.index(row, 0).data(), model.index(row, 1).data()) for row in range(model.rowCount()))
        return [(text, int(count)) for text, count in rows if count]


@pytest.fixture
def asking(driver: Driver, demo_store: Path) -> Asking:
    return Asking(driver, demo_store)


def test_who_asks_sees_the_answers_and_each_leads_to_its_version(asking: Asking) -> None:
    driver, answer = asking.driver, asking.answer
    assert asking.question.line.hasFocus(), "who comes to the view can type"
    asking.ask(QUESTION)
    assert asking.question.reads.text() == (
        "Reads: orders whose total was over 100 at any version, and whose status was paid at none."
    )
    count = answer.table.model().rowCount()
    assert count > 3 and f"{count} of " in answer.title_bar.summary() and "count by week" in answer.title_bar.summary()
    assert answer.title_bar.badge.text() == "all exact"
    assert answer.foot.whole_text() == f"Rows 1–{count} of {count}. A number leads to its version."
    found = asking.questioner.answers.at(2)
    driver.click_cell(answer.table, 2, ID)
    driver.settle()
    assert driver.workspace.shown_view.name == "ask", "a click chooses the version, and the list stays"
    assert driver.workspace.selection.entity_id == found.entity.id
    driver.click_cell(answer.table, 2, AT)
    driver.settle()
    assert driver.workspace.shown_view.name == EXPLORE and driver.window.docks.timeline.isVisible()
    assert driver.workspace.selection.version == found.version
    state = driver.workspace.inspector.state_view
    assert state is not None and state.state is not None and state.state["total"] > 100
    driver.press(Qt.Key.Key_2, ALT)
    assert answer.table.hasFocus() and answer.table.currentIndex().row() == 2, "it is where it was left"
    driver.press(Qt.Key.Key_Return)
    assert driver.workspace.shown_view.name == EXPLORE


def test_a_question_is_saved_found_after_a_restart_and_asked_again(
    asking: Asking, demo_store: Path, module_window: MainWindow, qtbot: QtBot
) -> None:
    driver = asking.driver
    asking.ask(QUESTION)
    count = asking.answer.table.model().rowCount()
    driver.settle()
    driver.act("save-question")
    dialog = driver.dialog(NameDialog)
    assert dialog.focusWidget() is dialog.line, "who saves types the name"
    qtbot.keyClicks(dialog.line, "Ever over 100, never paid")
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: asking.listed() == [("Ever over 100, never paid", count)])
    asking.ask("Account where now balance < 0")
    driver.workspace.close_store()
    driver.settle()
    second = module_window.another()
    again = Asking(Driver(second, qtbot, driver.answers), demo_store)
    assert again.question.line.text() == "Account where now balance < 0", "what was typed is there"
    qtbot.waitUntil(lambda: len(again.listed()) == 2)
    assert again.listed() == [("Ever over 100, never paid", count), ("Account where now balance < 0", 0)]
    again.driver.type_into(again.questions.line, "OVER")
    again.driver.click_cell(again.questions.table, 1, 0)
    again.wait()
    assert again.question.line.text() == QUESTION and again.answer.table.model().rowCount() == count
    second.close()


def test_the_list_of_words_is_chosen_from_by_keys_and_by_clicks(asking: Asking) -> None:
    line, words = asking.question.line, asking.question.line.list
    asking.type("Ord")
    assert words.isVisible() and words.current is not None and words.current.word == "Order"
    assert "an entity type" in line.accessibleDescription()
    asking.press(Qt.Key.Key_Tab)
    assert line.text() == "Order " and line.hasFocus()
    asking.driver.qtbot.keyClicks(line, "where e")
    assert words.current is not None and words.current.word == "ever"
    asking.press(Qt.Key.Key_Down)
    asking.press(Qt.Key.Key_Up)
    asking.press(Qt.Key.Key_Return)
    assert line.text() == "Order where ever ", "Enter takes the row that was chosen"
    asking.press(Qt.Key.Key_Escape)
    assert not words.isVisible() and line.text() == "Order where ever "
    asking.press(Qt.Key.Key_Down)
    row = next(row for row in range(words.model.count()) if words.model.at(row).word == "total")
    asking.driver.click_cell(words.table, row, 0)
    assert line.text() == "Order where ever total "
    asking.press(Qt.Key.Key_Escape)
    asking.press(Qt.Key.Key_Escape)
    assert line.text() == "", "once more clears the line"
    asking.press(Qt.Key.Key_Tab)
    assert not line.hasFocus(), "without a list Tab goes on"


def test_a_condition_finds_states_as_of_a_time_of_the_types_that_are_picked(asking: Asking) -> None:
    driver, question, answer = asking.driver, asking.question, asking.answer
    driver.act("view-explore")
    driver.press(Qt.Key.Key_F, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert question.line.hasFocus() and driver.is_in_front(question)
    asking.ask("total > 100")
    now = answer.table.model().rowCount()
    assert "no total" in answer.trouble.text()
    assert question.reads.text() == "Reads: entities whose total is over 100 now."
    driver.pick(question.types, "Order")
    assert question.line.text() == "Order where total > 100"
    driver.type_into(question.as_of, "2026-05-20")
    driver.press(Qt.Key.Key_Return)
    asking.wait()
    rows = asking.questioner.answers.rows
    assert 0 < len(rows) < now and answer.trouble.text() == ""
    assert any(each.version < each.entity.version for each in rows)
    assert titles(asking.questioner.answers)[FIXED:] == ["total"], "there is no other state than this one"
    driver.type_into(question.as_of, "in May")
    driver.press(Qt.Key.Key_Return)
    assert answer.hint.text().startswith("'in May' is no date or time")
    driver.pick(question.types, "Order")
    assert question.line.text() == "total > 100" and question.types.text().strip() == "Entity types"


def test_new_answers_begin_with_the_first_unless_the_chosen_one_is_among_them(asking: Asking) -> None:
    table, model = asking.answer.table, asking.questioner.answers
    asking.ask("total > 0")
    row = model.rowCount() - 1
    table.setCurrentIndex(model.index(row, 0))
    chosen = model.at(row).entity.id
    asking.ask("total > 1")
    assert model.at(table.currentIndex().row()).entity.id == chosen
    assert table.visualRect(table.currentIndex()).intersects(table.viewport().rect())
    asking.ask("Account where balance > 0")
    assert not table.currentIndex().isValid() and table.verticalScrollBar().value() == 0


def test_what_is_not_understood_is_said_where_it_is(asking: Asking) -> None:
    line, reads = asking.question.line, asking.question.reads
    asking.type("ever total > ")
    assert reads.text().startswith("Not understood") and reads.property("role") == "dim", "it is not written to its end"
    asking.press(Qt.Key.Key_Return)
    assert reads.property("role") == "error" and line.property("state") == "error"
    assert asking.questioner.asked is None
    asking.driver.qtbot.keyClicks(line, "100")
    assert reads.text().startswith("Reads: entities whose total was over 100")
    assert line.property("state") == "" and reads.property("role") == ""
    asking.press(Qt.Key.Key_Return)
    asking.wait()
    assert asking.answer.table.model().rowCount() > 0


def test_an_answer_that_is_empty_says_why(asking: Asking) -> None:
    assert "Ask a question" in asking.answer.hint.text()
    asking.ask("ever nothing_has_this > 3")
    assert "nothing_has_this" in asking.answer.hint.text()
    asking.ask("Order where ever total > 1000000")
    assert asking.answer.hint.text() == "The question holds for no entity."


def test_versions_are_listed_for_each_question_while_they_are_shown(asking: Asking) -> None:
    answer = asking.answer
    asking.ask("Order where ever total > 100")
    answer.choice.button(1).click()
    asking.wait()
    count = answer.versions.model().rowCount()
    assert answer.versions.isVisible() and not answer.table.isVisible()
    assert count > answer.table.model().rowCount()
    asking.ask("Order where ever total > 300")
    assert 0 < answer.versions.model().rowCount() < count
    answer.choice.button(0).click()
    assert answer.table.isVisible()


def test_a_bar_asks_as_of_its_end_and_the_last_one_at_the_end(asking: Asking) -> None:
    asking.ask(QUESTION)
    chart, whole = asking.answer.chart, asking.answer.table.model().rowCount()
    middle = next(at for at, each in enumerate(chart.content.buckets) if 0 < each.count < whole)
    bucket = chart.content.buckets[middle]
    assert chart.describe(middle).endswith(f"{bucket.count} entities" if bucket.count > 1 else "1 entity")
    interface = QAccessible.queryAccessibleInterface(chart)
    assert interface.childCount() == len(chart.content.buckets)
    asking.driver.qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.bar_rect(middle).center())
    asking.wait()
    assert asking.answer.table.model().rowCount() == bucket.count
    assert parse_as_of(asking.question.as_of.text()) == bucket.last
    asking.question.as_of.setFocus()
    asking.question.as_of.clear()
    asking.driver.press(Qt.Key.Key_Return)
    asking.wait()
    assert asking.answer.table.model().rowCount() == whole
    chart.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return):
        asking.driver.qtbot.keyClick(chart, key)
    asking.wait()
    assert asking.questioner.typed == AskedQuestion(QUESTION)


def test_columns_are_chosen_and_rows_are_sorted_by_a_click(asking: Asking) -> None:
    asking.ask(QUESTION)
    table, model = asking.answer.table, asking.questioner.answers
    asking.driver.qtbot.mouseClick(asking.answer.columns_button, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    values = next(each.menu() for each in menu.actions() if each.text().replace("&", "") == "Values")
    assert isinstance(values, QMenu)
    next(each for each in values.actions() if each.text().replace("&", "") == "customer").trigger()
    asking.driver.dismiss(menu)
    asking.wait()
    titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert {"customer", "customer now", "total"} <= set(titles)
    header, column = table.horizontalHeader(), titles.index("total")
    at = QPoint(header.sectionViewportPosition(column) + 8, header.height() // 2)
    with asking.driver.qtbot.waitSignal(model.layoutChanged):
        asking.driver.qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    totals = [each.values["total"] for each in model.rows]
    assert totals == sorted(totals) or totals == sorted(totals, reverse=True)


def test_the_answers_are_exported_as_they_are_listed(asking: Asking, tmp_path: Path) -> None:
    asking.ask(QUESTION)
    asking.driver.answers.file = str(tmp_path / "answer.csv")
    asking.driver.act("export-seen")
    dialog = asking.driver.dialog(SeenDialog)
    assert dialog.list.name == "answer", "what is in view is offered first"
    next(radio for format, radio in dialog.formats.items() if format.about.ending == ".csv").setChecked(True)
    dialog.agree_button.click()
    asking.driver.settle()
    with (tmp_path / "answer.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == asking.answer.table.model().rowCount()
    assert float(rows[0]["total"]) > 100 and rows[0]["Name"]


def test_nothing_of_one_store_is_asked_of_the_next(asking: Asking, tmp_path: Path, demo_store: Path) -> None:
    asking.ask(QUESTION)
    other = Path(shutil.copyfile(demo_store, tmp_path / "other.esdb"))
    asking.driver.open(other)
    assert asking.question.line.text() == "" and asking.answer.table.model().rowCount() == 0
    assert asking.listed() == [] and asking.answer.title_bar.summary() == ""
    asking.driver.open(demo_store)
    assert asking.question.line.text() == QUESTION, "it is typed again, but not asked by itself"
    assert asking.answer.table.model().rowCount() == 0
