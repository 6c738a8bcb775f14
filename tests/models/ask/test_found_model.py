"""What answers a question, as a table: its columns are those of the question."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.app.ask.answers import Answer, ClauseAnswer, FoundVersion
from es_desktop.app.ask.parsing import parse_question
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.models.ask.found_model import AT, FIXED, FoundModel
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.search.listed_states import ListedStates
from es_desktop.replay import ABSENT, Exactness
from tests.models.working import no_check, titles

HOW_LONG = parse_question('Order where how long status == "open" > 1 day and how often total > 10 and ever total > 100')


def facts(number: int, *, discarded: bool = False) -> EntityFacts:
    return EntityFacts(
        id=UUID(int=number << 96),
        type="Order",
        topic=None,
        version=9,
        events=10,
        snapshots=0,
        created=0.0,
        modified=1e9,
        discarded=discarded,
    )


def answer(number: int, total: Any, seconds: float = 3600.0) -> Answer:
    clauses = ClauseAnswer(1, 1e9, seconds=seconds), ClauseAnswer(2, 1e9, times=3), ClauseAnswer(number, 1e9)
    values = {"total": total, "status": "open"}
    return Answer(
        facts(number, discarded=number == 2), number, 1e9, Exactness.EXACT, clauses, values, {"total": ABSENT}
    )


@pytest.fixture
def model(qapp: object) -> Iterator[FoundModel]:
    runner = TaskRunner()
    yield FoundModel(runner, ListedStates(runner))
    runner.close()


def column(model: FoundModel, title: str) -> list[str]:
    at = titles(model).index(title)
    return [model.index(row, at).data() for row in range(model.rowCount())]


def test_answers_are_a_well_behaved_table(qtmodeltester: ModelTester, model: FoundModel) -> None:
    qtmodeltester.check(model)
    model.ask(HOW_LONG, ("status", "total"), of_versions=False)
    model.append([answer(1, Decimal("12.50")), answer(2, 3)])
    model.append([])
    model.append([answer(3, 4)])
    qtmodeltester.check(model)
    model.ask(None, (), of_versions=False)
    assert model.rowCount() == 0 and model.columnCount() == FIXED
    qtmodeltester.check(model)


def test_the_columns_are_those_of_the_question(model: FoundModel) -> None:
    model.ask(HOW_LONG, ("status", "total"), of_versions=False)
    fixed = ["Type", "Id", "Name", "First at", "When"]
    assert titles(model) == [*fixed, "How long", "How often", "status", "status now", "total", "total now"]
    model.append([answer(1, Decimal("12.50"))])
    assert column(model, "How long") == ["1 h 0 m"] and column(model, "How often") == ["3"]
    assert column(model, "total") == ["12.50"] and column(model, "total now") == ["–"]
    number, text = (model.index(0, titles(model).index(each)) for each in ("total", "status"))
    role = Qt.ItemDataRole.TextAlignmentRole
    assert number.data(role) != text.data(role), "numbers stand at the right"


def test_versions_have_their_event_and_no_amounts(model: FoundModel) -> None:
    model.ask(HOW_LONG, ("total",), of_versions=True)
    assert titles(model)[FIXED:] == ["Event", "total"]
    model.append([FoundVersion(facts(1), 4, "Paid", None, Exactness.INFERRED, {"total": "a\nb"})])
    assert column(model, "Event") == ["Paid"] and "inferred" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_a_column_is_sorted_by_its_values_whatever_these_are(model: FoundModel, qtbot: QtBot) -> None:
    model.ask(HOW_LONG, ("total",), of_versions=False)
    odd: list[Any] = ["ten", 9, None, Decimal("2.5"), float("nan"), ABSENT, ["x"], "Alpha", True]
    model.append([answer(number, total) for number, total in enumerate(odd, 1)])
    chosen = model.index(3, AT)
    kept = [*map(model.index, range(model.rowCount()), [AT] * model.rowCount())][3]
    with qtbot.waitSignal(model.layoutChanged):
        model.sort(titles(model).index("total"), Qt.SortOrder.AscendingOrder)
    assert [each.version for each in model.rows[:5]] == [9, 4, 2, 8, 1]
    assert chosen == kept and model.at(0).version == 9
    model.append([answer(20, 0)])
    with qtbot.waitSignal(model.layoutChanged):
        model.sort_again()
    assert model.at(0).version == 20, "what came later stands where it belongs"


def test_all_rows_have_whole_values(model: FoundModel) -> None:
    model.ask(HOW_LONG, ("total",), of_versions=False)
    model.append([answer(1, "x" * 200)])
    rows = model.all_rows([1, 3, 5, 7], None, None)
    assert list(rows.headings) == ["Id", "Version", "Seconds that status is open", "total"]
    assert list(rows.read(no_check)) == [[str(UUID(int=1 << 96)), 1, 3600.0, "x" * 200]]


def test_the_number_of_rows_is_limited(model: FoundModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.models.ask.found_model.MOST", 3)
    model.ask(HOW_LONG, ("total",), of_versions=False)
    for numbers in ((1, 2), (3, 4), (5,)):
        model.append([answer(number, number) for number in numbers])
    assert [each.version for each in model.rows] == [1, 2, 3]
