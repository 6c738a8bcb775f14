"""What do these have in common?, in the view Ask: facts of the answers, in sentences, and a link to a question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from es_desktop.app.search.questions import AskedQuestion
from es_desktop.models.ask.questioner import Questioner
from es_desktop.views.ask.answer_dock import AnswerDock
from es_desktop.views.common.common_dock import CommonDock
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window
LEFT = Qt.MouseButton.LeftButton
SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
QUESTION = 'Order where ever total > 300 and never status == "shipped"'


class Comparing:
    """The panel, and what a person does with it."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.dock = driver.window.docks.built(CommonDock)
        self.questioner: Questioner = driver.workspace.questioner

    def ask(self, text: str) -> None:
        self.questioner.ask(AskedQuestion(text))
        self.wait()

    def wait(self) -> None:
        """Wait until the question is answered, and its answers compared."""
        comparer, questioner = self.driver.workspace.common, self.questioner

        def is_over() -> bool:
            progress = questioner.progress
            is_answered = questioner.problem is not None or (progress is not None and progress.is_done)
            return is_answered and not questioner.is_asking and not comparer.is_comparing

        self.driver.qtbot.waitUntil(is_over)
        self.driver.settle()


@pytest.fixture
def comparing(driver: Driver, demo_store: Path) -> Iterator[Comparing]:
    driver.open(demo_store)
    driver.act("view-ask")
    yield Comparing(driver)
    driver.act("view-explore")


def test_the_answers_are_compared_with_the_others(comparing: Comparing, driver: Driver) -> None:
    dock = comparing.dock
    assert "Ask a question" in dock.hint.text()
    comparing.ask(QUESTION)
    assert dock.about.text() == "7 of 136 Orders against the other 129. Ordered by how surely they differ."
    titles = [each.title.whole_text() for each in dock.cards]
    assert titles[:2] == ['never event == "Shipped"', 'ever event == "Cancelled"']
    assert dock.cards[1].sentence.text() == "5 of these had Cancelled; of the others, 7."
    assert dock.cards[1].bars.accessibleName() == "5 of these 7, 7 of the other 129"
    assert dock.cards[-1].sentence.text() == "No difference worth a question."
    assert dock.joined.text() == "5 of these 7 never had Shipped and had Cancelled; of the other 129, 7."
    driver.qtbot.mouseClick(dock.copy, LEFT)
    assert "5 of these had Cancelled" in QApplication.clipboard().text()
    driver.qtbot.mouseClick(dock.cards[1].link, LEFT)
    comparing.wait()
    assert comparing.questioner.typed.text == 'Order where ever event == "Cancelled"'
    assert dock.about.text().startswith("12 of 136 Orders against the other 124")


def test_the_entities_of_bars_are_compared_by_pointer_and_by_keys(comparing: Comparing, driver: Driver) -> None:
    comparing.ask(QUESTION)
    chart, dock = driver.window.docks.built(AnswerDock).chart, comparing.dock
    driver.qtbot.waitUntil(lambda: bool(chart.content.buckets))
    first = next(at for at, each in enumerate(chart.content.buckets) if each.count == 2)
    end = next(at for at, each in enumerate(chart.content.buckets) if each.count == 4)
    driver.qtbot.mousePress(chart, LEFT, pos=chart.bar_rect(first).center())
    driver.qtbot.mouseMove(chart, chart.bar_rect(end).center())
    driver.qtbot.mouseRelease(chart, LEFT, pos=chart.bar_rect(end).center())
    comparing.wait()
    assert chart.content.span == range(first, end + 1) and chart.part(end).is_chosen
    text = dock.about.text()
    assert text.startswith("11 of 136 Orders against the other 125") and "counted in the bars of" in text
    chart.setFocus()
    driver.qtbot.keyClick(chart, Qt.Key.Key_Escape)
    comparing.wait()
    assert dock.about.text().startswith("7 of 136 Orders") and not chart.content.span
    for key, keys in ((Qt.Key.Key_Left, SHIFT), (Qt.Key.Key_Right, SHIFT), (Qt.Key.Key_Return, NONE)):
        driver.qtbot.keyClick(chart, key, keys)
    comparing.wait()
    last = len(chart.content.buckets) - 1
    assert chart.content.span == range(last, last + 1) and "is marked" in chart.accessibleDescription()
    assert dock.about.text().startswith("7 of 136 Orders") and "counted in the bars of" in dock.about.text()


def test_two_facts_become_a_question_and_trouble_is_said(comparing: Comparing, driver: Driver) -> None:
    dock = comparing.dock
    comparing.ask(QUESTION)
    driver.qtbot.mouseClick(dock.make, LEFT)
    comparing.wait()
    wanted = 'Order where never event == "Shipped" and ever event == "Cancelled"'
    assert comparing.questioner.typed.text == wanted
    comparing.ask("Order where ever total >= 0")
    assert "there are no others to compare with" in dock.hint.text()
    assert not dock.cards
    comparing.ask("Order where total > 1000000")
    assert "Ask a question" in dock.hint.text()


def test_selected_entities_are_compared(comparing: Comparing, driver: Driver) -> None:
    driver.act("view-explore")
    table, workspace = driver.window.docks.entities.table, driver.workspace
    driver.settle()
    table.clearSelection()
    for row in range(6):
        table.selectionModel().select(
            table.model().index(row, 0),
            table.selectionModel().SelectionFlag.Select | table.selectionModel().SelectionFlag.Rows,
        )
    driver.act("in-common")
    driver.qtbot.waitUntil(lambda: workspace.common.found is not None or workspace.common.problem is not None)
    driver.settle()
    assert workspace.shown_view.name == "ask"
    assert workspace.common.found is not None
    assert workspace.common.found.these + workspace.common.found.left_out == 6
