"""The table of snapshots that a rebuild may start from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from es_desktop.app.entity.verdict import Bases
from es_desktop.app.entity.view import EntityView
from es_desktop.app.store.session import open_session
from es_desktop.models.entity.snapshots import BasesModel
from es_desktop.models.table.model import TONE_ROLE
from es_desktop.replay.verify import SnapshotCheck
from tests.models.working import titles


@pytest.fixture(scope="module")
def view(demo_template: Path) -> Iterator[EntityView]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        longest = max(session.entities(), key=lambda each: each.events)
        yield EntityView(session, longest.id)


def row(model: BasesModel, number: int, role: int = Qt.ItemDataRole.DisplayRole) -> list[Any]:
    return [model.index(number, column).data(role) for column in range(model.columnCount())]


def test_bases_are_a_well_behaved_table(qtmodeltester: ModelTester, view: EntityView) -> None:
    few = Bases(view.bases.rows[:5])
    qtmodeltester.check(BasesModel(few, view.outline.versions, 25, 19))
    qtmodeltester.check(BasesModel(Bases(), view.outline.versions, 25, None))


def test_each_row_shows_what_a_rebuild_from_it_saves(view: EntityView) -> None:
    model = BasesModel(view.bases, view.outline.versions, 1025, 1019)
    assert model.rowCount() == len(view.snapshot_versions)
    assert titles(model) == ["Ver", "Type", "Taken", "A rebuild of version 1,025"]
    assert row(model, 1)[:2] + row(model, 1)[3:] == ["19", "Account", "20 events not read, 1,006 steps"]
    assert row(model, 101)[3] == "1,020 events not read, 6 steps"
    assert row(model, 102)[3] == "later than version 1,025"
    tones = [model.index(number, 0).data(TONE_ROLE) for number in (100, 101, 102)]
    assert tones == [None, "changed", "faint"]
    assert (model.first_choice, model.version_at(101)) == (101, 1019)


def test_the_first_choice_from_zero_is_the_nearest_and_before_all_the_first(view: EntityView) -> None:
    assert BasesModel(view.bases, view.outline.versions, 25, None).first_choice == 1
    assert BasesModel(view.bases, view.outline.versions, 5, None).first_choice == 0


def test_a_snapshot_that_cannot_be_used_is_red_with_its_reason_and_cannot_be_chosen(view: EntityView) -> None:
    good, bad = view.bases.rows[0], replace(view.bases.rows[1], error="the payload is not valid JSON")
    model = BasesModel(Bases([good, bad]), view.outline.versions, 25, 9)
    assert row(model, 1)[3] == bad.error
    assert row(model, 1, TONE_ROLE) == ["failed"] * 4
    assert row(model, 1, Qt.ItemDataRole.ToolTipRole) == [bad.error] * 4
    assert not model.index(1, 0).flags() & Qt.ItemFlag.ItemIsEnabled
    assert model.index(0, 0).flags() & Qt.ItemFlag.ItemIsSelectable


def test_a_false_snapshot_says_so_and_can_be_chosen(view: EntityView) -> None:
    model = BasesModel(view.bases, view.outline.versions, 1025, 1019, checks={9: SnapshotCheck(9, False, "total")})
    at = next(number for number in range(model.rowCount()) if model.version_at(number) == 9)
    assert row(model, at)[3] == "false snapshot: it is not what the events lead to"
    assert row(model, at, TONE_ROLE) == ["failed"] * 4
    assert model.flags(model.index(at, 0)) & Qt.ItemFlag.ItemIsEnabled
