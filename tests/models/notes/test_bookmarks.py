"""Bookmarks: their table, their flags in other tables, and keeping them for a read-only store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.notes.notebook import Bookmark, Notebook
from es_desktop.app.search.lists import EntityQuery
from es_desktop.models.entity.timeline_model import CHANGED
from es_desktop.models.notes.bookmarks import GONE, ID, NOTE, TYPE, VERSION, BookmarksModel
from es_desktop.models.notes.notes import Marks
from es_desktop.models.search.entities_model import EntitiesModel
from es_desktop.models.table.model import FLAG_ROLE, TONE_ROLE
from tests.models.working import Working, listing_of, titles

TIP = Qt.ItemDataRole.ToolTipRole
ORDER = EntityFacts(
    id=UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e"),
    type="Order",
    topic="shop#Order",
    version=9,
    events=10,
    snapshots=0,
    created=10.0,
    modified=90.0,
    discarded=False,
)
GONE_ORDER = replace(ORDER, id=UUID(int=1), discarded=True)
ENTITIES = {each.id: each for each in (ORDER, GONE_ORDER)}
KEY = str(ORDER.id)


def texts(model: QAbstractItemModel, row: int) -> list[Any]:
    return [model.index(row, column).data() for column in range(model.columnCount())]


# The table ------------------------------------------------------------------------------------------------------------


def test_bookmarks_are_a_well_behaved_table(qtmodeltester: ModelTester) -> None:
    model = BookmarksModel()
    qtmodeltester.check(model)
    model.set_bookmarks([Bookmark(KEY, 3, "odd"), Bookmark("nobody")])
    qtmodeltester.check(model)
    model.set_entities(ENTITIES)
    qtmodeltester.check(model)
    model.set_bookmarks([Bookmark(KEY, 3, "odd\nindeed", 1.0)])
    qtmodeltester.check(model)
    model.set_bookmarks([])
    assert model.rowCount() == 0


def test_each_bookmark_is_a_row_by_entity_and_version() -> None:
    model = BookmarksModel()
    model.set_entities(ENTITIES)
    model.set_bookmarks(
        [Bookmark(KEY, 4, "\nThe total is wrong.\nAsk Ana.", 0.0), Bookmark(KEY), Bookmark("nobody", 2)]
    )
    assert titles(model) == ["Type", "Id", "Ver", "Note", "Written"]
    assert texts(model, 0) == ["Order", "5f2c91d0", "entity", "", "–"]
    assert texts(model, 1)[:4] == ["Order", "5f2c91d0", "4", "The total is wrong."]
    assert "1970" in texts(model, 1)[4] or "1969" in texts(model, 1)[4]
    assert "Ask Ana." in model.index(1, NOTE).data(TIP)
    assert model.index(1, VERSION).data(FLAG_ROLE) is True
    assert not model.index(1, NOTE).data(FLAG_ROLE)
    assert [model.row_of(row) for row in ((KEY, 4), (KEY, None), (KEY, 9), None)] == [1, 0, None, None]


def test_a_bookmark_of_a_missing_event_says_so_and_is_faint() -> None:
    model = BookmarksModel()
    model.set_bookmarks([Bookmark("nobody", 2, "of old"), Bookmark(KEY, 10)])
    assert [model.index(row, NOTE).data(TONE_ROLE) for row in range(2)] == [None, None], "the store is not read yet"
    model.set_entities(ENTITIES)
    assert texts(model, 0)[:4] == ["Order", "5f2c91d0", "10", GONE]
    assert texts(model, 1)[:4] == ["", "nobody", "2", f"{GONE} · of old"]
    assert [model.index(row, NOTE).data(TONE_ROLE) for row in range(2)] == ["faint", "faint"]
    assert not model.index(1, VERSION).data(FLAG_ROLE)
    assert GONE in model.index(1, ID).data(TIP)


def test_a_discarded_entity_is_struck_through() -> None:
    model = BookmarksModel()
    model.set_entities(ENTITIES)
    model.set_bookmarks([Bookmark(str(GONE_ORDER.id)), Bookmark(KEY)])
    fonts = [model.index(row, TYPE).data(Qt.ItemDataRole.FontRole) for row in range(2)]
    assert [font is not None and font.strikeOut() for font in fonts] == [True, False]


def test_a_note_that_changed_is_painted_again_and_nothing_else(qtbot: QtBot) -> None:
    model = BookmarksModel()
    model.set_entities(ENTITIES)
    marks = [Bookmark(KEY, version) for version in range(4)]
    model.set_bookmarks(marks)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
        model.set_bookmarks([*marks[:2], Bookmark(KEY, 2, "odd"), marks[3]])
    assert changed.args is not None
    assert [each.row() for each in changed.args[:2]] == [2, 2]
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.assertNotEmitted(model.modelReset):
        model.set_entities(dict(ENTITIES))


# Flags in the other tables --------------------------------------------------------------------------------------------


def test_an_entity_that_is_bookmarked_or_has_events_that_are_has_a_flag(qtbot: QtBot) -> None:
    model = EntitiesModel()
    model.set_listing(listing_of([ORDER, GONE_ORDER]))
    marks: dict[str, Marks] = {KEY: {None: Bookmark(KEY, None, "odd one"), 3: Bookmark(KEY, 3)}}
    with qtbot.waitSignal(model.dataChanged):
        model.set_marks(marks)
    flags = [[model.index(row, column).data(FLAG_ROLE) for column in range(model.columnCount())] for row in range(2)]
    assert [any(row) for row in flags] == [True, False]
    assert flags[0].count(True) == 1
    assert "1 event bookmarked.\nBookmarked. odd one" in model.index(0, 0).data(TIP)
    assert "ookmark" not in model.index(1, 0).data(TIP)
    with qtbot.assertNotEmitted(model.dataChanged):
        model.set_marks(dict(marks))


def test_only_the_bookmarked_entities_are_asked_for_whichever_they_come_to_be() -> None:
    model = EntitiesModel()
    asked: list[EntityQuery] = []
    model.query_changed.connect(asked.append)
    model.set_only_marked(True)
    model.set_marks({KEY: {None: Bookmark(KEY)}})
    model.set_filter("order")
    model.set_only_marked(False)
    model.set_marks({})
    assert [(each.text, each.only) for each in asked] == [
        ("", frozenset()),
        ("", frozenset({KEY})),
        ("order", frozenset({KEY})),
        ("order", None),
    ]


def test_a_bookmarked_event_has_a_flag_and_shows_its_note(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    view = working.choose("Account")
    timeline, notes = working.workspace.inspector.timeline, working.workspace.notes
    timeline.set_collapses_runs(False)
    notes.set_bookmark(view.facts.id, 3, "Look here.")
    assert [row for row in range(9) if timeline.index(row, 0).data(FLAG_ROLE)] == [3]
    assert not timeline.index(3, CHANGED).data(FLAG_ROLE)
    assert "Bookmarked\nLook here." in timeline.index(3, CHANGED).data(TIP)
    notes.set_bookmark(view.facts.id, None, "of the entity")
    assert [row for row in range(9) if timeline.index(row, 0).data(FLAG_ROLE)] == [3]
    working.choose("Order")
    assert not any(timeline.index(row, 0).data(FLAG_ROLE) for row in range(timeline.rowCount()))
    working.choose("Account")
    notes.remove_bookmark(view.facts.id, 3)
    assert not any(timeline.index(row, 0).data(FLAG_ROLE) for row in range(9))


def test_a_folded_run_has_the_flags_of_its_events(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    view = working.choose("Account")
    timeline = working.workspace.inspector.timeline
    row = next(row for row in range(timeline.rowCount()) if timeline.rows.at(row).count > 1)
    first, last = timeline.rows.at(row).first, timeline.rows.at(row).last
    assert not timeline.index(row, 0).data(FLAG_ROLE)
    for event in (first, last):
        working.workspace.notes.set_bookmark(view.facts.id, view.outline.versions[event], f"note {event}")
    assert timeline.index(row, 0).data(FLAG_ROLE) is True
    tip = timeline.index(row, 0).data(TIP)
    assert f"note {first}" in tip and f"note {last}" in tip


# Kept -----------------------------------------------------------------------------------------------------------------


def test_bookmarks_are_there_again_when_the_store_is_opened_again(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    view = working.choose("Order")
    working.workspace.notes.set_bookmark(view.facts.id, 2, "Why?")
    working.workspace.close_store()
    working.settle()
    assert working.workspace.bookmarks.table.rowCount() == 0
    assert not working.workspace.entities.is_only_marked
    working.open(demo_store)
    assert texts(working.workspace.bookmarks.table, 0)[:4] == ["Order", str(view.facts.id)[:8], "2", "Why?"]
    rows = [row for row, each in enumerate(working.entities()) if each.id == view.facts.id]
    assert [working.workspace.entities.index(row, 1).data(FLAG_ROLE) for row in rows] == [True]


def test_a_store_that_is_only_read_has_bookmarks_too_and_stays_as_it_is(working: Working, sample: Path) -> None:
    before = sample.read_bytes()
    working.open(sample)
    entity = working.entities()[0]
    working.workspace.notes.set_bookmark(entity.id, entity.version, "of another program")
    working.workspace.close_store()
    working.open(sample)
    assert texts(working.workspace.bookmarks.table, 0)[3] == "of another program"
    working.workspace.close_store()
    working.settle()
    assert sample.read_bytes() == before
    assert [each.name for each in sample.parent.iterdir()] == [sample.name]


def test_the_last_text_is_saved_before_the_notebook_is_replaced(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    notes, entity = working.workspace.notes, working.entities()[0]
    notes.about_to_change.connect(lambda: notes.is_kept and notes.set_bookmark(entity.id, 0, "the last words"))
    working.workspace.shut_down()
    kept = working.shelf.load(str(demo_store))
    assert [each.note for each in kept.bookmarks] == ["the last words"]


def test_a_broken_notebook_is_reported_and_its_file_is_not_overwritten(working: Working, demo_store: Path) -> None:
    path = working.shelf.path_of(str(demo_store))
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"bookmarks": 3}')
    working.open(demo_store)
    notes = working.workspace.notes
    assert "cannot be read" in working.refused[0].text and str(path) in working.refused[0].hint
    assert (notes.is_kept, notes.problem) == (False, working.refused[0])
    notes.set_bookmark(working.entities()[0].id, 0, "on top of it")
    working.workspace.close_store()
    working.settle()
    assert path.read_bytes() == b'{"bookmarks": 3}'
    assert notes.problem is None
    working.shelf.save("another", Notebook())
    assert [each.name for each in path.parent.iterdir()] == [path.name]


# One after another ----------------------------------------------------------------------------------------------------


def test_the_next_bookmark_is_found_from_what_is_chosen(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    bookmarks, notes = working.workspace.bookmarks, working.workspace.notes
    assert bookmarks.adjacent(1) is None
    order = working.choose("Order")
    account = working.choose("Account")
    for view, version in ((account, 2), (account, 5), (order, 1)):
        notes.set_bookmark(view.facts.id, version)
    working.go_to(3)
    found = [bookmarks.adjacent(direction) for direction in (1, -1)]
    assert [each and each.bookmark.version for each in found] == [5, 2]
    working.go_to(5)
    onward = bookmarks.adjacent(1)
    assert onward is not None and onward.entity is not None
    assert (onward.entity.id, onward.bookmark.version) == (order.facts.id, 1)
    working.workspace.close_store()
    assert bookmarks.adjacent(1) is None
