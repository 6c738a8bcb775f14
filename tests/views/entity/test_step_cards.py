"""The cards of a rebuild: what they say, which of them are asked for, and what a click means."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from es_desktop.replay.diff import ABSENT, Change
from es_desktop.replay.steps import Step
from es_desktop.views.entity.step_cards import Card, Line, StepCards, step_lines
from es_desktop.views.entity.step_row import step_tip
from es_desktop.views.style.tokens import LIGHT

PAID = Step(17, "Paid", None, (Change("status", "open", "paid"), Change("paid_at", None, "09:12:01")), seconds=1e-4)
BROKEN = Step(18, "ItemAdded", None, error="cannot be decoded: invalid JSON at byte 71")


SNAPSHOT = Card(10, "Snapshot", [Line("10 events not read", "dim"), Line("total 96.00")], "0.1 ms", "amber")


def make_step(index: int) -> Step:
    return Step(index, "ItemAdded", None, (Change(f"lines[{index}]", ABSENT, {}),), seconds=1e-4)


@pytest.fixture
def cards(qtbot: QtBot) -> StepCards:
    cards = StepCards()
    qtbot.addWidget(cards)
    cards.resize(1200, 170)
    cards.set_base(SNAPSHOT)
    cards.set_steps(7, make_step)
    cards.show()
    return cards


def chosen_by(cards: StepCards) -> list[object]:
    chosen: list[object] = []
    cards.step_chosen.connect(chosen.append)
    return chosen


def click(qtbot: QtBot, cards: StepCards, point: QPoint) -> None:
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=point)


def colors_in(cards: StepCards, index: int) -> set[str]:
    image: QImage = cards.viewport().grab(cards.card_rect(index)).toImage()
    return {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}


def test_a_click_chooses_a_step_or_the_base(cards: StepCards, qtbot: QtBot) -> None:
    chosen = chosen_by(cards)
    click(qtbot, cards, cards.card_rect(-1).center())
    click(qtbot, cards, cards.card_rect(3).center())
    click(qtbot, cards, cards.card_rect(3).topRight() + QPoint(8, 20))
    assert chosen == [-1, 3]


def test_arrow_keys_go_to_the_neighbours(cards: StepCards, qtbot: QtBot) -> None:
    chosen = chosen_by(cards)
    cards.set_current(0)
    qtbot.keyClick(cards, Qt.Key.Key_Left)
    qtbot.keyClick(cards, Qt.Key.Key_Right)
    cards.set_current(6)
    qtbot.keyClick(cards, Qt.Key.Key_Right)
    assert chosen == [-1, 1]


def test_the_current_card_is_tinted_and_in_view(cards: StepCards) -> None:
    cards.set_steps(100, make_step)
    cards.set_current(60)
    rect = cards.card_rect(60)
    assert cards.viewport().rect().contains(rect)
    assert LIGHT.accent_soft in colors_in(cards, 60)
    cards.set_current(None)
    assert LIGHT.accent_soft not in colors_in(cards, 60)


def test_a_snapshot_is_amber_and_zero_is_not(cards: StepCards) -> None:
    assert LIGHT.amber_soft in colors_in(cards, -1)
    cards.set_base(Card(None, "Zero", [Line("no state yet", "dim")], tone="neutral"))
    assert LIGHT.amber_soft not in colors_in(cards, -1)


def test_a_failed_step_is_red(cards: StepCards) -> None:
    cards.set_steps(1, lambda _index: BROKEN)
    assert {LIGHT.red, LIGHT.red_soft} <= colors_in(cards, 0)


def test_of_a_million_steps_only_those_in_view_are_asked_for(cards: StepCards) -> None:
    asked: set[int] = set()

    def step_at(index: int) -> Step | None:
        asked.add(index)
        return None

    cards.set_steps(1_000_000, step_at)
    cards.set_current(777_777)
    cards.viewport().grab()
    assert 777_777 in asked
    assert len(asked - set(range(10))) < 12


def test_a_step_that_comes_later_is_shown_by_refresh(cards: StepCards) -> None:
    steps: dict[int, Step] = {}
    cards.set_steps(3, steps.get)
    before = cards.viewport().grab(cards.card_rect(1)).toImage()
    steps[1] = PAID
    cards.refresh()
    assert cards.viewport().grab(cards.card_rect(1)).toImage() != before


def test_fewer_steps_forget_a_current_one_that_is_gone(cards: StepCards, qtbot: QtBot) -> None:
    cards.set_current(6)
    cards.set_steps(2, make_step)
    chosen = chosen_by(cards)
    qtbot.keyClick(cards, Qt.Key.Key_Right)
    assert chosen == [-1]


def test_low_and_high_docks_show_whole_cards(cards: StepCards) -> None:
    for height in (96, 170, 600):
        cards.resize(1200, height)
        assert cards.card_rect(0).top() >= 0
        assert cards.card_rect(0).height() <= 140
        assert not cards.viewport().grab().isNull()


def texts(step: Step, rows: int = 4, chars: int = 19) -> list[str]:
    return [line.text for line in step_lines(step, rows, chars)]


def test_lines_show_each_change() -> None:
    assert texts(PAID) == ["status open → paid", "paid_at → 09:12:01"], "in one line where that fits"
    assert texts(PAID, chars=14) == ["status → paid", "paid_at", "  → 09:12:01"]
    assert texts(PAID, rows=2) == ["status open → paid", "paid_at → 09:12:01"]
    gone = Step(15, "ItemRemoved", None, (Change("lines[2]", {}, ABSENT), Change("lines[3]", ABSENT, {})))
    assert texts(gone) == ["− lines[2] {}", "+ lines[3] {}"]


def test_lines_that_do_not_fit_say_how_many_more() -> None:
    many = Step(1, "Created", None, tuple(Change(f"field_{number}", ABSENT, "x" * 50) for number in range(9)))
    assert texts(many) == [*(f"field_{number} {'x' * 18}…" for number in range(3)), "+6 more"]
    assert texts(Step(2, "Touched", None)) == ["changes nothing"]


def test_a_failure_says_why_in_red() -> None:
    lines = step_lines(BROKEN, 2, 24)
    assert [line.tone for line in lines] == ["red", "red"]
    assert lines[0].text == "cannot be decoded:"
    assert "invalid JSON at byte 71" in step_tip(BROKEN)
