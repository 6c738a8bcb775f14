"""Filters and conditions that are saved for a store: in the menu beside them, in the palette, and in its notebook."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from es_desktop.app.notes.notebook import Notebook, notebook_from_json, notebook_to_json
from es_desktop.app.search.questions import AskedQuestion, EntityFilter, EventSearch, SavedSearch, SqlStatement
from es_desktop.app.store.view import StoreView
from es_desktop.views.ask.question_dock import QuestionDock
from es_desktop.views.search.saved_button import NameDialog
from es_desktop.views.window.palette import Palette
from tests.conftest import SAMPLES
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


def opened_menu(driver: Driver, dock: QWidget) -> QMenu:
    button = next(each for each in dock.findChildren(QPushButton) if each.text() == "Saved…")
    driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def plain(action: QAction) -> str:
    """Return the text of an entry without the mark of its letter."""
    return action.text().replace("&", "")


def offered(driver: Driver, dock: QWidget) -> list[tuple[str, bool]]:
    """Return what the menu offers to be applied, and whether it is what is asked for now."""
    menu = opened_menu(driver, dock)
    found = [(plain(each), each.isChecked()) for each in menu.actions() if each.isCheckable()]
    driver.dismiss(menu)
    return found


def choose(driver: Driver, dock: QWidget, *way: str) -> None:
    """Click an entry of the menu, or of one of its menus."""
    menu = opened_menu(driver, dock)
    for text in way[:-1]:
        inner = next(each.menu() for each in menu.actions() if plain(each) == text)
        driver.dismiss(menu)
        assert isinstance(inner, QMenu)
        menu = inner
    next(each for each in menu.actions() if plain(each) == way[-1]).trigger()
    driver.dismiss(menu)


def save(driver: Driver, dock: QWidget, name: str) -> None:
    choose(driver, dock, "Save as…")
    dialog = driver.dialog(NameDialog)
    driver.qtbot.keyClicks(dialog.line, name)
    driver.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)


def test_a_filter_of_entities_with_its_columns_is_saved_and_applied(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock, workspace = driver.window.docks.entities, driver.workspace
    whole = workspace.entities.rowCount()
    menu = opened_menu(driver, dock)
    entry = next(each for each in menu.actions() if plain(each).startswith("Save as…"))
    assert not entry.isEnabled() and "no filter" in entry.text()
    driver.dismiss(menu)
    workspace.notes.update(lambda notebook: notebook.with_entity_columns(("total",)))
    dock.columns.set_filter(dock.columns.header.count() - 1, "> 100")
    driver.type_into(dock.filter, "Order")
    driver.settle()
    few = workspace.entities.rowCount()
    assert 0 < few < whole
    save(driver, dock, "open dear")
    assert offered(driver, dock) == [("open dear", True)]
    dock.clear_button.click()
    workspace.notes.update(lambda notebook: notebook.with_entity_columns(()))
    driver.settle()
    assert workspace.entities.rowCount() == whole
    assert offered(driver, dock) == [("open dear", False)]
    choose(driver, dock, "open dear")
    driver.settle()
    assert (workspace.entities.rowCount(), dock.filter.text()) == (few, "Order")
    assert workspace.entities.value_paths == ("total",)


def test_a_search_of_the_log_is_renamed_replaced_and_deleted(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock = driver.window.docks.log
    dock.raise_()
    for text, name in (("SKU", "a"), ("PayPal", "b")):
        driver.type_into(dock.text, text)
        driver.qtbot.keyClick(dock.text, Qt.Key.Key_Return)
        save(driver, dock, name)
    assert offered(driver, dock) == [("a", False), ("b", True)]
    choose(driver, dock, "Rename", "b")
    dialog = driver.dialog(NameDialog)
    driver.qtbot.keyClicks(dialog.line, "a")
    assert "replaced" in dialog.result_line.text()
    driver.qtbot.keyClicks(dialog.line, "b")
    driver.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert offered(driver, dock) == [("a", False), ("ab", True)]
    choose(driver, dock, "a")
    driver.settle()
    assert dock.text.text() == "SKU"
    choose(driver, dock, "Delete", "a")
    assert offered(driver, dock) == [("ab", False)]


def test_a_condition_is_found_in_the_palette_and_searched_again(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    questioner, question = driver.workspace.questioner, driver.window.docks.built(QuestionDock)
    driver.act("view-ask")
    driver.type_into(question.line, "total > 100")
    question.types.picked.emit(frozenset({"Order"}))
    assert question.line.text() == "Order where total > 100"
    driver.qtbot.keyClick(question.line, Qt.Key.Key_Return)
    driver.settle()
    found = questioner.answers.rowCount()
    assert found
    driver.workspace.searches.save("asked", "dear")
    driver.act("close")
    driver.open(demo_store)
    driver.act("view-explore")
    driver.act("palette")
    palette = driver.dialog(Palette)
    driver.qtbot.keyClicks(palette.line, "ask: dear")
    driver.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    driver.settle()
    assert question.line.text() == "Order where total > 100"
    assert questioner.answers.rowCount() == found and driver.workspace.shown_view.name == "ask"


def test_another_store_has_others(driver: Driver, demo_store: Path, tmp_path: Path) -> None:
    driver.open(demo_store)
    driver.workspace.log.update_search(text="SKU")
    driver.workspace.searches.save("log", "a")
    driver.settle()
    driver.open(Path(shutil.copyfile(SAMPLES / "es-9.5.6-sqlite-plain.db", tmp_path / "other.db")))
    assert driver.workspace.searches.of() == []
    driver.open(demo_store)
    assert [each.name for each in driver.workspace.searches.of()] == ["a"]


def test_searches_are_kept_as_json_and_taken_along_in_a_case() -> None:
    columns = {"state total": "> 1"}
    searches = (
        SavedSearch("a", entities=EntityFilter("x", frozenset({"T"}), True, columns, "id", False, ("total",))),
        SavedSearch("a", log=EventSearch("x", frozenset({"E"}), None, 1.5, None, "ab")),
        SavedSearch("b", asked=AskedQuestion("ever total > 1", "2026-05", ("total", "lines[0].price"))),
        SavedSearch("b", sql=SqlStatement("SELECT 1")),
    )
    notebook = Notebook()
    for each in searches:
        notebook = notebook.with_search(each)
    assert notebook_from_json(notebook_to_json(notebook)) == notebook
    assert notebook.searches == searches
    own = SavedSearch("b", asked=AskedQuestion("own"))
    assert Notebook().with_search(own).merged_with(notebook).searches == (own, *searches[:2], searches[3])
    assert notebook.without_search(("log", "a")).searches == (searches[0], *searches[2:])


def test_a_condition_of_an_earlier_version_is_a_question() -> None:
    kept = """{"searches": [
      {"name": "dear", "entities": null, "log": null, "states": null, "asked": {"text": "ever total > 1"}},
      {"name": "dear", "entities": null, "log": null, "asked": null,
       "states": {"condition": "total > 100", "as_of": "2026-05-02", "types": ["Order", "Gift card"]}},
      {"name": "all", "states": {"condition": "version > 3", "as_of": "", "types": null}}]}"""
    notebook = notebook_from_json(kept)
    assert [(each.key, each.asked) for each in notebook.searches] == [
        (("asked", "dear"), AskedQuestion("ever total > 1")),
        (("asked", "dear 2"), AskedQuestion('"Gift card", Order where total > 100', "2026-05-02")),
        (("asked", "all"), AskedQuestion("version > 3")),
    ]
    assert notebook_from_json(notebook_to_json(notebook)) == notebook
    states = '"states": {"condition": "total > 100", "as_of": "", "types": ["Order"]}'
    view = StoreView.from_json(f'{{{states}, "in_front": ["states"]}}')
    asked = AskedQuestion("Order where total > 100")
    assert view == StoreView(in_front=("states",), asked=asked)
    view = StoreView.from_json(f'{{{states}, "asked": {{"text": "ever total > 1"}}}}')
    assert view == StoreView(asked=AskedQuestion("ever total > 1"), recent=(asked,))
