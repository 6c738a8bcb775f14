"""The menus of the window: opened by F10, Alt and letters; short; each entry with a letter of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar

from es_desktop.app.text.plain import with_mnemonics
from es_desktop.models.window_view import EXPLORE
from es_desktop.views.actions import MENUS, flat
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


def menus_in(parent: QMenu | QMenuBar) -> Iterator[QMenu]:
    """All menus below one, the nested ones too."""
    for action in parent.actions():
        menu = action.menu()
        if isinstance(menu, QMenu):
            yield menu
            yield from menus_in(menu)


def opened_menu(driver: Driver) -> str:
    """Return the title of the open menu, and close it."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    title = menu.title().replace("&", "")
    driver.dismiss(menu)
    driver.window.menuBar().setActiveAction(None)  # type: ignore[arg-type]
    return title


def test_f10_and_alt_with_the_letter_of_a_menu_open_it_wherever_the_focus_is(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    docks = driver.window.docks
    for widget in (docks.entities.table, docks.entities.filter, docks.timeline.strip, docks.state.tree):
        widget.setFocus()
        driver.press(Qt.Key.Key_F10)
        assert opened_menu(driver) == "Store"
        driver.press(Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
        assert opened_menu(driver) == "Debug"
    for action in driver.window.menuBar().actions():
        text = action.text()
        letter = text[text.index("&") + 1].upper()
        driver.press(getattr(Qt.Key, f"Key_{letter}"), Qt.KeyboardModifier.AltModifier)
        assert opened_menu(driver) == text.replace("&", "")


def test_the_letter_of_an_entry_chooses_it(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.go_to_history()
    driver.press(Qt.Key.Key_G, Qt.KeyboardModifier.AltModifier)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    driver.qtbot.keyClick(menu, Qt.Key.Key_F)
    driver.settle()
    assert driver.workspace.selection.version == 0, "&First event"


def test_no_two_entries_of_a_menu_have_the_same_letter(driver: Driver) -> None:
    assert driver.window.docks
    bar = driver.window.menuBar()
    for menu in (bar, *menus_in(bar)):
        if isinstance(menu, QMenu):
            menu.aboutToShow.emit()
        texts = [each.text() for each in menu.actions() if not each.isSeparator()]
        letters = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
        assert len(letters) == len(set(letters)), texts
        if not isinstance(menu, QMenu) or menu.title() != "Open &recent":  # whose entries are paths
            assert len(letters) >= min(len(texts), 18), texts


@pytest.mark.parametrize(
    ("texts", "marked"),
    [
        (["Store", "State", "Go"], ["&Store", "S&tate", "&Go"]),
        (["Copy path", "Copy value"], ["&Copy path", "Copy &value"]),
        (["A", "A"], ["&A", "A"]),
        (["…", "", "2 × Paid"], ["…", "", "&2 × Paid"]),
        (["over", "&Open", "A && B"], ["o&ver", "&Open", "A && B"]),
    ],
)
def test_letters_are_the_first_of_words_where_they_are_free(texts: list[str], marked: list[str]) -> None:
    assert with_mnemonics(texts) == marked
    assert with_mnemonics(marked) == marked


def test_no_menu_has_more_than_twelve_entries(driver: Driver) -> None:
    assert driver.window.docks
    bar = driver.window.menuBar()
    long = {
        menu.title(): [each.text() for each in menu.actions()]
        for menu in (*menus_in(bar), driver.window.toolbar.recent)
        if len([each for each in menu.actions() if each.isVisible() and not each.isSeparator()]) > 12
    }
    assert not long


def test_every_panel_is_in_a_menu(driver: Driver) -> None:
    docks = driver.every_dock()
    for dock in docks:
        driver.workspace.shown_view.show(EXPLORE)
        dock.raise_()
        entries = [each for menu in menus_in(driver.window.menuBar()) for each in menu.actions()]
        assert dock.toggleViewAction() in entries


def test_the_documents_name_entries_where_they_are() -> None:
    ways = {f"{way} ▸ {spec.text.rstrip('…')}" for menu, groups in MENUS.items() for way, spec in flat(menu, groups)}
    root = Path(__file__).parents[3]
    pages = [root / "README.md", *(root / "docs").rglob("*.md")]
    named = [found for page in pages for found in re.findall(r"\*(\w+ ▸ [^*]+?)…?\*", page.read_text(encoding="utf-8"))]
    assert len(named) > 5
    assert not set(named) - ways


def test_f11_fills_the_screen_and_gives_it_back(driver: Driver) -> None:
    for is_full in (True, False):
        driver.press(Qt.Key.Key_F11)
        assert driver.window.isFullScreen() is is_full
