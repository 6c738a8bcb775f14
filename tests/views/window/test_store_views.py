"""Nothing of one store is seen in the next one; back in the first, it is as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from es_desktop.models.search.entities_model import ID, TYPE, VERSION
from es_desktop.views.ask.question_dock import QuestionDock
from es_desktop.views.style.dock_frame import Dock
from tests.conftest import SAMPLES
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


@pytest.fixture
def other_store(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(SAMPLES / "es-9.5.6-sqlite-plain.db", tmp_path / "other.db"))


def seen(driver: Driver) -> dict[str, object]:
    """What a person sees that depends on a choice of theirs."""
    docks, question = driver.window.docks, driver.window.docks.built(QuestionDock)
    entities, header = docks.entities, docks.entities.columns.header
    columns = sorted(range(header.count()), key=header.visualIndex)
    title = driver.workspace.entities.headerData
    rows = driver.workspace.entities.rowCount()
    return {
        "entity filter": entities.filter.text(),
        "bookmarked only": entities.only_marked.isChecked(),
        "type filter": entities.only_types.text() if entities.only_types.isVisible() else "",
        "column filters": [header.line(column).text() for column in columns],
        "columns": [
            str(title(each, Qt.Orientation.Horizontal)) for each in columns if not header.isSectionHidden(each)
        ],
        "width of ids": header.sectionSize(ID),
        "sorted by": (header.sortIndicatorSection(), header.sortIndicatorOrder()),
        "some are left out": rows < driver.workspace.facts.entities if driver.workspace.facts else None,
        "words in the log": docks.log.text.text(),
        "event types in the log": docks.log.types.text().strip(),
        "question": question.line.text(),
        "as of": question.as_of.text(),
        "answers": driver.workspace.questioner.answers.rowCount(),
        "watched": docks.watch.table.model().rowCount(),
        "tabs": sorted(each.windowTitle() for each in docks.all if is_front(each)),
        "entity types picked": question.types.text().strip(),
    }


def is_front(dock: Dock) -> bool:
    return Driver.is_in_front(dock)


def resize_by_hand(driver: Driver, column: int, by: int) -> None:
    """Drag the edge of a heading."""
    header = driver.window.docks.entities.columns.header
    edge = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) - 1, 8)
    port = header.viewport()
    driver.qtbot.mouseMove(port, edge)
    driver.qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=edge)
    driver.qtbot.mouseMove(port, edge + QPoint(by // 2, 0))
    driver.qtbot.mouseMove(port, edge + QPoint(by, 0))
    driver.qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=edge + QPoint(by, 0))


def choose_everything(driver: Driver) -> None:
    """Choose something of everything that a store is shown by."""
    docks, workspace = driver.window.docks, driver.workspace
    driver.type_into(docks.entities.filter, "o")
    workspace.notes.update(lambda notebook: notebook.with_entity_columns(("total",)))
    driver.settle()
    header = docks.entities.columns.header
    total = header.count() - 1
    docks.entities.columns.set_filter(total, "> 10")
    docks.entities.columns.set_filter(TYPE, "=Order")
    driver.settle()
    resize_by_hand(driver, ID, 24)
    header.moveSection(header.visualIndex(VERSION), 0)
    header.setSortIndicator(VERSION, Qt.SortOrder.AscendingOrder)
    driver.type_into(docks.log.text, "SKU")
    docks.log.types.picked.emit(frozenset({"ItemAdded"}))
    question = docks.built(QuestionDock)
    driver.act("view-ask")
    driver.type_into(question.line, "total > 10")
    driver.type_into(question.as_of, "2030-01-01")
    question.types.picked.emit(frozenset({"Order"}))
    driver.qtbot.keyClick(question.as_of, Qt.Key.Key_Return)
    driver.act("view-explore")
    workspace.watchpoints.add("total")
    docks.snapshots.raise_()
    docks.event.raise_()
    driver.settle()


def test_nothing_of_one_store_is_seen_in_the_next_and_it_is_back_in_the_first(
    driver: Driver, qtbot: QtBot, demo_store: Path, other_store: Path
) -> None:
    driver.open(other_store)
    untouched = seen(driver)
    driver.open(demo_store)
    plain = seen(driver)
    choose_everything(driver)
    chosen = seen(driver)
    changed = {name for name in plain if plain[name] != chosen[name]}
    assert changed == plain.keys() - {"bookmarked only", "type filter"}, plain
    entity = driver.workspace.selection.entity_id
    driver.workspace.selection.go_to(1)
    driver.open(other_store)
    assert seen(driver) == untouched
    driver.open(demo_store)
    after = seen(driver)
    assert after.pop("answers") == 0 and chosen.pop("answers"), "a question is not asked by itself"
    assert after == chosen
    assert (driver.workspace.selection.entity_id, driver.workspace.selection.version) == (entity, 1)


def test_words_that_wait_to_be_searched_for_stay_in_the_store_in_which_they_were_typed(
    driver: Driver, demo_store: Path, other_store: Path
) -> None:
    driver.open(demo_store)
    log, line = driver.workspace.log, driver.window.docks.log.text
    driver.type_into(line, "SKU")
    driver.open(other_store)  # long before the pause after which a line is searched for
    assert line.text() == "" and log.search.is_for_all
    driver.open(demo_store)
    assert line.text() == "SKU" == log.search.text


def test_the_panels_keep_their_heights_where_stores_close_and_open(driver: Driver, demo_store: Path) -> None:
    docks, heights = driver.window.docks, set()
    for _ in range(3):
        driver.open(demo_store)
        heights.add((docks.timeline.height(), docks.rebuild.height()))
        driver.act("close")
        driver.settle()
    assert len(heights) == 1, heights


def test_the_types_and_bookmarks_that_are_listed_are_of_one_store(
    driver: Driver, demo_store: Path, other_store: Path
) -> None:
    driver.open(demo_store)
    chosen = driver.workspace.selection.entity_id
    assert chosen is not None
    driver.workspace.notes.set_bookmark(chosen, None)
    driver.workspace.entities.set_only_marked(True)
    driver.workspace.entities.set_types(frozenset({"Order", "Ticket", "Account"}))
    driver.settle()
    assert driver.workspace.entities.rowCount() == 1
    driver.open(other_store)
    assert not driver.window.docks.entities.only_marked.isChecked()
    assert driver.window.docks.entities.only_types.isHidden()
    assert driver.workspace.entities.rowCount() > 1
    driver.open(demo_store)
    assert driver.window.docks.entities.only_marked.isChecked()
    assert driver.workspace.entities.rowCount() == 1


def test_a_width_that_a_person_gave_stays_while_more_is_read(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    header = driver.window.docks.entities.columns.header
    before = header.sectionSize(ID)
    resize_by_hand(driver, ID, 30)
    assert header.sectionSize(ID) == before + 30
    driver.workspace.entities.set_filter("a")
    driver.settle()
    assert header.sectionSize(ID) == before + 30


@pytest.mark.parametrize("again", [False, True])
def test_the_entity_that_is_opened_is_chosen_and_in_view_in_the_list(
    driver: Driver, demo_store: Path, again: bool
) -> None:
    driver.open(demo_store)
    last = driver.workspace.entities.at(driver.workspace.entities.rowCount() - 1)
    assert last is not None
    if again:
        driver.workspace.choose(last.id)
        driver.settle()
    driver.act("close")
    driver.workspace.open(str(demo_store), entity=None if again else str(last.id))
    driver.settle()
    table = driver.window.docks.entities.table
    assert driver.workspace.selection.entity_id == last.id
    assert driver.workspace.entities.at(table.currentIndex().row()) == last
    assert table.viewport().rect().contains(table.visualRect(table.currentIndex()))
    before = table.verticalScrollBar().value()
    table.verticalScrollBar().setValue(0)
    driver.workspace.refresh()
    driver.settle()
    assert before and table.verticalScrollBar().value() == 0, "what others write leaves the list where it is"
