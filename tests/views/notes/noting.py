"""What a person does with bookmarks and notes, and sees of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.notes.notebook import Bookmark, NotebookFolder
from es_desktop.views.notes import NotesDock
from tests.views.driving import Driver

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NOTE = 3


def dock_of(driver: Driver) -> NotesDock:
    return driver.window.docks.notes


def rows(driver: Driver) -> list[tuple[str, str, str]]:
    """What the dock lists: id, version and note."""
    model = dock_of(driver).table.model()
    return [
        (str(model.index(row, 1).data()), str(model.index(row, 2).data()), str(model.index(row, NOTE).data()))
        for row in range(model.rowCount())
    ]


def chosen(driver: Driver) -> EntityFacts:
    view = driver.workspace.inspector.view
    assert view is not None
    return view.facts


def choose(driver: Driver, type_name: str, version: int) -> EntityFacts:
    """Choose the entity of a type with the most events, at a version."""
    entities = driver.workspace.entities
    facts = [entities.at(row) for row in range(entities.rowCount())]
    found = max((each for each in facts if each.type == type_name), key=lambda each: each.events)
    driver.workspace.choose(found.id, version)
    driver.settle()
    return found


def kept(driver: Driver, store: Path) -> list[Bookmark]:
    """The bookmarks as they lie in the person's folder."""
    return list(NotebookFolder(store.parent / "notebooks").load(str(store)).bookmarks)


def type_keys(driver: Driver, text: str) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    driver.qtbot.keyClicks(target, text)


def ticks(driver: Driver) -> tuple[bool, bool]:
    actions = driver.window.actions_by_id
    return actions["bookmark-event"].isChecked(), actions["bookmark-entity"].isChecked()
