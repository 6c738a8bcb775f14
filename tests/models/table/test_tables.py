"""The tables of entities, of events and of snapshots, on real stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.facts import EntityFacts, Outline
from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.entity.view import EntityView
from es_desktop.app.search.lists import EntityQuery
from es_desktop.app.store.session import Session, open_session
from es_desktop.core import RecordedSnapshot
from es_desktop.models.entity.snapshots import SnapshotsModel
from es_desktop.models.entity.timeline_model import CHANGED, EVENT, GAP, TIME, VERSION, TimelineModel
from es_desktop.models.search.entities_model import CHANGED as MODIFIED
from es_desktop.models.search.entities_model import EntitiesModel
from es_desktop.models.table.model import MARK_ROLE, SWATCH_ROLE, TONE_ROLE
from es_desktop.replay import BLOCK, Step
from tests.models.working import listing_of, no_check, titles

DISPLAY = Qt.ItemDataRole.DisplayRole


@pytest.fixture(scope="module")
def session(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture(scope="module")
def entities(session: Session) -> list[EntityFacts]:
    return sorted(session.entities(), key=lambda each: each.modified or 0.0, reverse=True)


@pytest.fixture(scope="module")
def view(session: Session, entities: list[EntityFacts]) -> EntityView:
    """An entity of several blocks of events."""
    return EntityView(session, max(entities, key=lambda each: each.events).id)


def texts(model: QAbstractItemModel, row: int) -> list[Any]:
    return [model.index(row, column).data(DISPLAY) for column in range(model.columnCount())]


# Entities -------------------------------------------------------------------------------------------------------------


def test_entities_are_a_well_behaved_table(qtmodeltester: ModelTester, entities: list[EntityFacts]) -> None:
    entities = entities[::6]  # Qt's model tester is slow for many rows
    model = EntitiesModel()
    qtmodeltester.check(model)
    model.set_listing(listing_of(entities))
    qtmodeltester.check(model)
    model.set_listing(listing_of([replace(each, version=each.version + 1) for each in entities]))
    qtmodeltester.check(model)
    model.set_listing(listing_of(entities[:3]))
    qtmodeltester.check(model)
    model.set_listing(listing_of([]))
    assert model.rowCount() == 0


def test_each_entity_is_a_row(entities: list[EntityFacts]) -> None:
    model = EntitiesModel()
    model.set_listing(listing_of(entities))
    assert titles(model) == ["Type", "Id", "Name", "Ver", "Events", "◆", "Created", "Changed"]
    assert model.rowCount() == len(entities)
    for row, entity in enumerate(entities):
        cells = texts(model, row)
        shown_type = f"\N{CIRCLED DIVISION SLASH} {entity.type}" if entity.discarded else entity.type
        assert cells[:5] == [shown_type, str(entity.id)[:8], "", f"{entity.version:,}", f"{entity.events:,}"]
        assert cells[5] == (str(entity.snapshots) if entity.snapshots else "")
        assert model.at(row) == entity
        assert model.row_of(entity.id) == row
        struck = model.index(row, 0).data(Qt.ItemDataRole.FontRole)
        assert (struck is not None and struck.strikeOut()) == entity.discarded
        assert model.index(row, 0).data(TONE_ROLE) == ("faint" if entity.discarded else None)
    assert model.row_of(None) is None
    assert model.row_of("nobody") is None


def test_only_what_changed_of_the_entities_is_painted_again(qtbot: QtBot, entities: list[EntityFacts]) -> None:
    model = EntitiesModel()
    model.set_listing(listing_of(entities))
    after = [*entities[:4], replace(entities[4], version=99), *entities[5:]]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
        model.set_listing(listing_of(after))
    assert changed.args is not None
    assert [(each.row(), each.column()) for each in changed.args[:2]] == [(4, 0), (4, MODIFIED)]
    assert texts(model, 4)[3] == "99"
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.assertNotEmitted(model.modelReset):
        model.set_listing(listing_of(list(after)))
    with qtbot.waitSignal(model.modelReset):
        model.set_listing(listing_of(after[::-1]))
    assert model.row_of(after[0].id) == len(after) - 1


def test_a_filter_and_a_sorting_are_asked_for_once(qtbot: QtBot, entities: list[EntityFacts]) -> None:
    model = EntitiesModel()
    asked: list[EntityQuery] = []
    model.query_changed.connect(asked.append)
    model.set_filter("order")
    model.set_filter("order")
    model.sort(0, Qt.SortOrder.AscendingOrder)
    model.sort(99, Qt.SortOrder.AscendingOrder)
    model.set_filter("")
    assert asked == [
        EntityQuery("order"),
        EntityQuery("order", "type", descending=False),
        EntityQuery("", "type", descending=False),
    ]
    for column in range(model.columnCount()):
        model.sort(column, Qt.SortOrder.DescendingOrder)
    names = {"type", "id", "state", "version", "events", "snapshots", "created", "modified"}
    assert {each.sort_by for each in asked} == names


# Events ---------------------------------------------------------------------------------------------------------------


def timeline_of(view: EntityView, count: int | None = None) -> TimelineModel:
    """The timeline of an entity, or of its first events, expanded; it reads every block that is requested."""
    model = TimelineModel()
    model.set_collapses_runs(False)
    model.block_wanted.connect(
        lambda number: model.set_block(number, view.steps(view.facts.version, number, base=ZERO, checkpoint=no_check))
    )
    model.set_outline(outline_of(view, count), frozenset(view.snapshot_versions), same_entity=False)
    return model


def outline_of(view: EntityView, count: int | None) -> Outline:
    outline = view.outline
    return Outline(outline.versions[:count], outline.type_numbers[:count], outline.types)


def test_events_are_a_well_behaved_table(qtmodeltester: ModelTester, view: EntityView) -> None:
    model = TimelineModel()
    qtmodeltester.check(model)
    model.set_outline(outline_of(view, 300), frozenset({9}), same_entity=False)
    qtmodeltester.check(model)
    model.set_block(1, view.steps(299, 1, base=ZERO, checkpoint=no_check))
    model.set_current(150)
    model.set_outline(outline_of(view, 320), frozenset({9, 309}), same_entity=True)
    qtmodeltester.check(model)
    model.set_outline(Outline(), frozenset(), same_entity=False)
    assert model.rowCount() == 0


def test_the_number_of_rows_is_true_before_any_event_is_read(view: EntityView) -> None:
    model = TimelineModel()
    model.set_collapses_runs(False)
    asked: list[int] = []
    model.block_wanted.connect(asked.append)
    model.set_outline(view.outline, frozenset({9, 19}), same_entity=False)
    assert model.rowCount() == view.facts.events
    assert titles(model) == ["Ver", "Time", "+Δ", "Event", "What changed"]
    assert texts(model, 5) == ["5", "", "", "Deposited", "…"]
    assert model.index(9, CHANGED).data(MARK_ROLE) is True
    assert model.index(10, CHANGED).data(MARK_ROLE) is False
    assert (asked, model.version_at(5)) == ([0], 5)
    texts(model, 6)
    texts(model, BLOCK)
    assert asked == [0, 1], "a block is requested once"


def test_a_row_shows_its_event(view: EntityView) -> None:
    model = timeline_of(view)
    for row in (0, 1, BLOCK - 1, BLOCK, 2 * BLOCK, view.facts.version):
        (step,) = view.steps(row, row // BLOCK, base=ZERO, checkpoint=no_check)[row % BLOCK :][:1]
        texts(model, row)  # this requests blocks, which are read before the next painting
        cells = texts(model, row)
        assert (cells[VERSION], cells[EVENT]) == (f"{row:,}", step.type)
        assert cells[TIME]
        assert bool(cells[GAP]) == (row > 0)
        assert cells[CHANGED].startswith(step.changes[0].path)
        assert model.step_at(row) == step
        assert model.index(row, EVENT).data(SWATCH_ROLE) == view.outline.type_numbers[row]


def test_rows_after_the_chosen_one_are_faint_and_its_event_is_bold(qtbot: QtBot, view: EntityView) -> None:
    model = timeline_of(view)
    with qtbot.waitSignal(model.dataChanged):
        model.set_current(7)
    assert [model.index(row, 0).data(TONE_ROLE) for row in (0, 6, 7, 8)] == [None, None, None, "faint"]
    fonts = [model.index(row, EVENT).data(Qt.ItemDataRole.FontRole) for row in (6, 7, 8)]
    assert [font is not None and font.bold() for font in fonts] == [False, True, False]
    with qtbot.assertNotEmitted(model.dataChanged):
        model.set_current(7)


def test_an_event_that_failed_is_a_red_row_with_its_reason(view: EntityView) -> None:
    model = TimelineModel()
    model.set_outline(outline_of(view, 2), frozenset(), same_entity=False)
    model.set_block(0, [Step(0, "Created", 0.0), Step(1, "Deposited", None, (), "the payload is cut off")])
    assert model.index(1, 0).data(TONE_ROLE) == "failed"
    assert texts(model, 1) == ["1", "–", "", "Deposited", "the payload is cut off"]
    assert texts(model, 0)[CHANGED] == "nothing changed"


def test_new_events_are_rows_at_the_end(qtbot: QtBot, view: EntityView) -> None:
    model = timeline_of(view, BLOCK + 10)
    texts(model, BLOCK + 9)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsInserted) as inserted:
        model.set_outline(outline_of(view, BLOCK + 15), frozenset({BLOCK + 12}), same_entity=True)
    assert inserted.args is not None
    assert inserted.args[1:] == [BLOCK + 10, BLOCK + 14]
    assert texts(model, BLOCK + 14)[CHANGED].startswith("balance")
    assert model.index(BLOCK + 12, CHANGED).data(MARK_ROLE) is True


def test_other_events_reset_the_table(qtbot: QtBot, view: EntityView) -> None:
    model = timeline_of(view, 20)
    with qtbot.waitSignal(model.modelReset):
        model.set_outline(outline_of(view, 10), frozenset(), same_entity=True)
    with qtbot.waitSignal(model.modelReset):
        model.set_outline(outline_of(view, 15), frozenset(), same_entity=False)
    assert model.rowCount() == 15


# Snapshots ------------------------------------------------------------------------------------------------------------


def test_snapshots_are_a_well_behaved_table(qtmodeltester: ModelTester, view: EntityView) -> None:
    model = SnapshotsModel()
    qtmodeltester.check(model)
    model.set_rows(view.snapshots)
    model.set_used(9)
    qtmodeltester.check(model)


def test_each_snapshot_is_a_row_and_the_one_in_use_is_marked(qtbot: QtBot, view: EntityView) -> None:
    model = SnapshotsModel()
    broken = RecordedSnapshot(7, "shop#Order", None, None, "cut off")
    gone = RecordedSnapshot(8, "builtins#NoneType", 0.0, None)
    model.set_rows([broken, gone, *view.snapshots])
    assert titles(model) == ["Ver", "Taken", "Check", "State"]
    assert texts(model, 0) == ["7", "–", "", "cut off"]
    assert texts(model, 1)[3] == "discarded"
    assert texts(model, 2)[0] == "9"
    assert "Krämerei" in texts(model, 2)[3]
    with qtbot.waitSignal(model.dataChanged):
        model.set_used(9)
    assert [model.index(row, 0).data(TONE_ROLE) for row in range(4)] == ["failed", None, "changed", None]
    assert model.at(2) == view.snapshots[0]
