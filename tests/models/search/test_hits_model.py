"""The hits of a search by state, as a table."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.search.state_scan import StateHit
from es_desktop.app.text.times import format_day
from es_desktop.models.search.state_finder import AT, CHANGED, ID, TYPE, VALUES, HitsModel
from es_desktop.models.table.model import TONE_ROLE
from es_desktop.replay import ABSENT, Exactness
from tests.models.working import titles

MODIFIED = 1e9


def hit(number: int, values: dict[str, Any] | None = None, *, discarded: bool = False) -> StateHit:
    facts = EntityFacts(
        id=UUID(int=number << 96),
        type="Order",
        topic=None,
        version=2_000,
        events=2_001,
        snapshots=0,
        created=0.0,
        modified=MODIFIED,
        discarded=discarded,
    )
    return StateHit(facts, 1_999, Exactness.INFERRED, values or {})


@pytest.fixture
def model(qapp: object) -> HitsModel:
    return HitsModel()


def test_hits_are_a_well_behaved_table(qtmodeltester: ModelTester, model: HitsModel) -> None:
    qtmodeltester.check(model)
    model.append([hit(1, {"total": 3}), hit(2, discarded=True)])
    model.append([])
    model.append([hit(3)])
    qtmodeltester.check(model)
    assert [model.at(row) for row in range(3)] == [hit(1, {"total": 3}), hit(2, discarded=True), hit(3)]
    model.clear()
    qtmodeltester.check(model)
    assert model.rowCount() == 0


def test_each_hit_is_a_row(model: HitsModel) -> None:
    model.append([hit(7, {"status": "open", "lines[0].price": 12.5, "note": "x" * 100, "gone": ABSENT, "none": None})])
    assert titles(model) == ["Type", "Id", "Name", "At", "Values", "Changed"]
    cells = {column: model.index(0, column).data() for column in (TYPE, ID, AT, CHANGED)}
    assert cells == {TYPE: "Order", ID: "00000007", AT: "1,999", CHANGED: format_day(MODIFIED)}
    values = model.index(0, VALUES).data().split(" · ")
    assert values[:2] == ["status open", "lines[0].price 12.5"]
    assert values[2].startswith("note xxx") and values[2].endswith("…") and len(values[2]) < 80
    assert values[3:] == ["gone –", "none –"]
    assert model.index(0, AT).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    tip = model.index(0, VALUES).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == f"Order {UUID(int=7 << 96)}\nThe state at version 1,999 is inferred."


def test_one_that_is_discarded_by_now_is_struck_out(model: HitsModel) -> None:
    model.append([hit(1), hit(2, discarded=True)])
    struck = [
        [model.index(row, column).data(Qt.ItemDataRole.FontRole) for column in (TYPE, ID, VALUES)] for row in (0, 1)
    ]
    assert struck[0] == [None] * 3
    assert [font is not None and font.strikeOut() for font in struck[1]] == [True, True, False]
    assert [model.index(row, TYPE).data(TONE_ROLE) for row in (0, 1)] == [None, "faint"]


def test_the_number_of_hits_is_limited(model: HitsModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.models.search.state_finder.MOST", 5)
    model.append([hit(number) for number in range(3)])
    model.append([hit(number) for number in range(3, 9)])
    model.append([hit(9)])
    assert [model.at(row) for row in range(model.rowCount())] == [hit(number) for number in range(5)]
