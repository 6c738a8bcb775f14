"""No note is lost: notes are kept outside the store, and what cannot be kept or found is reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from es_desktop.app.notes.notebook import Bookmark, Notebook, NotebookFolder
from es_desktop.models.notes.bookmarks import GONE
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.theme import Theme
from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.settings import Settings
from tests.views.driving import Answers, Driver
from tests.views.notes.noting import CTRL, NOTE, choose, chosen, dock_of, kept, rows, ticks, type_keys


def test_a_note_that_was_just_typed_is_not_removed_unasked(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.answers.agrees = False
    driver.press(Qt.Key.Key_T, CTRL)
    type_keys(driver, "important")
    driver.press(Qt.Key.Key_B, CTRL)
    assert ticks(driver)[0] and rows(driver)[0][2] == "important"
    type_keys(driver, " but past")
    driver.answers.agrees = True
    driver.press(Qt.Key.Key_B, CTRL)
    assert not ticks(driver)[0] and rows(driver) == [], "it does not come back with what was typed last"


def test_a_note_is_kept_after_a_pause_without_leaving_it(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.press(Qt.Key.Key_T, CTRL)
    type_keys(driver, "thinking")
    cursor = dock_of(driver).editor.textCursor().position()
    driver.qtbot.waitUntil(lambda: [each.note for each in kept(driver, demo_store)] == ["thinking"])
    assert dock_of(driver).editor.textCursor().position() == cursor
    type_keys(driver, " on")
    assert dock_of(driver).editor.toPlainText() == "thinking on"


@pytest.mark.parametrize("ending", ["close the store", "open another", "close the window"])
def test_nothing_typed_is_lost_when_it_ends(driver: Driver, demo_store: Path, sample: Path, ending: str) -> None:
    driver.open(demo_store)
    driver.press(Qt.Key.Key_T, CTRL)
    type_keys(driver, "my last words")
    if ending == "close the store":
        driver.workspace.close_store()
        driver.settle()
    elif ending == "open another":
        driver.workspace.open(str(sample))
        driver.settle()
        assert dock_of(driver).editor.toPlainText() == ""
    else:
        driver.window.close()
    assert [each.note for each in kept(driver, demo_store)] == ["my last words"]


def test_notes_on_a_store_that_is_only_read_are_there_in_the_next_window(
    driver: Driver, sample: Path, settings: Settings, theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    before = sample.read_bytes()
    driver.open(sample)
    facts = chosen(driver)
    driver.press(Qt.Key.Key_T, CTRL)
    type_keys(driver, "Made by another program.")
    driver.window.close()

    workspace = Workspace(TaskRunner(), NotebookFolder(tmp_path / "notebooks"))
    again = MainWindow(lambda: workspace, theme, settings, tmp_path / "demo.esdb", Answers())
    again.show()
    second = Driver(again, qtbot, Answers())
    second.open(sample)
    assert rows(second) == [(str(facts.id)[:8], str(facts.version), "Made by another program.")]
    assert ticks(second) == (True, False)
    again.close()
    again.deleteLater()
    assert sample.read_bytes() == before
    assert [each.name for each in sample.parent.iterdir()] == [sample.name]


def test_a_broken_notebook_is_reported_and_nothing_can_be_noted(driver: Driver, demo_store: Path) -> None:
    folder = NotebookFolder(demo_store.parent / "notebooks")
    path = folder.path_of(str(demo_store))
    path.parent.mkdir()
    path.write_bytes(b"not a notebook")
    driver.open(demo_store)
    assert [error.text.partition(":")[0] for error in driver.answers.errors] == [
        "the notes on this store cannot be read"
    ]
    assert str(path) in driver.answers.errors[0].hint
    for name in ("bookmark-event", "bookmark-entity", "note-on-event", "note-on-entity"):
        assert not driver.window.actions_by_id[name].isEnabled()
        assert "cannot be read" in driver.window.actions_by_id[name].toolTip()
    dock_of(driver).raise_()
    assert "Repair or move their file" in dock_of(driver).hint.text()
    driver.press(Qt.Key.Key_B, CTRL)
    driver.act("close")
    driver.settle()
    assert path.read_bytes() == b"not a notebook"


def test_a_bookmark_whose_event_is_gone_says_so_and_leads_to_the_nearest(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    account = choose(driver, "Account", 0)
    driver.act("close")
    driver.settle()
    lost = (Bookmark(str(account.id), 99_999, "of another copy"), Bookmark("nobody", 1))
    NotebookFolder(demo_store.parent / "notebooks").save(str(demo_store), Notebook(lost))
    driver.open(demo_store)
    dock = dock_of(driver)
    dock.raise_()
    assert [row[2] for row in rows(driver)] == [f"{GONE} · of another copy", GONE]
    messages: list[str] = []
    driver.workspace.message.connect(messages.append)
    driver.click_cell(dock.table, 0, NOTE, double=True)
    driver.settle()
    assert driver.workspace.selection.version == account.version
    driver.click_cell(dock.table, 1, NOTE, double=True)
    assert messages == [f"Account {str(account.id)[:8]} · event 99,999 is {GONE}.", f"nobody · event 1 is {GONE}."]
    driver.act("next-bookmark")
    assert messages[-1] == "There are no more bookmarks in that direction."
