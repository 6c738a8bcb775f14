"""Preferences in the real window: found by typing, effective at once, undone by Reset, kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QSpinBox, QTreeWidget, QWidget

from es_desktop.app.preferences.kept import Preferences
from es_desktop.app.preferences.table import GROUPS, PREFERENCES
from es_desktop.views.preferences.dialog import PreferenceRow, PreferencesDialog
from es_desktop.views.style.tokens import CONTRAST
from es_desktop.views.window.palette import Palette, ShortcutSheet
from es_desktop.views.window.settings import Settings
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


@pytest.fixture
def dialog(driver: Driver) -> PreferencesDialog:
    driver.qtbot.keyClick(driver.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    return driver.dialog(PreferencesDialog)


@pytest.fixture(autouse=True)
def _defaults_again(driver: Driver) -> object:
    yield
    live = driver.window.preferences
    live.set({name: each.default for name, each in live.kept.table.items()})
    driver.settle()


def shown(dialog: PreferencesDialog) -> list[str]:
    return [name for name, row in dialog.rows.items() if row.isVisible()]


def search(driver: Driver, dialog: PreferencesDialog, text: str) -> None:
    driver.type_into(dialog.search, text)


def test_it_is_found_by_any_word_that_is_said_of_it(driver: Driver, dialog: PreferencesDialog) -> None:
    assert dialog.search.hasFocus()
    for text, name in (
        ("lisbon", "time_zone"),
        ("LÍSBON", "time_zone"),
        ("payload", "payload_mb"),
        ("high contrast", "theme"),
        ("ctrl+k", "keys.palette"),
    ):
        search(driver, dialog, text)
        assert name in shown(dialog), text
    search(driver, dialog, "no such thing")
    assert shown(dialog) == []
    assert any(each.isVisible() and "No preference" in each.text() for each in dialog.findChildren(QLabel))


def test_each_preference_of_the_table_is_in_a_group_with_its_help(driver: Driver, dialog: PreferencesDialog) -> None:
    for button in dialog.groups.buttons():
        driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert shown(dialog)
    assert list(dialog.rows) and {each.text() for each in dialog.groups.buttons()} == {*GROUPS, "Shortcuts"}
    texts = {each.text() for each in dialog.findChildren(QLabel)}
    assert all(each.title in texts and each.help in texts for each in PREFERENCES)
    named = [each.editor.accessibleName() for each in dialog.rows.values()]
    assert all(named) and len(dialog.rows) == len(driver.window.preferences.kept.table)


def test_the_theme_takes_effect_at_once_and_reset_undoes_it(driver: Driver, dialog: PreferencesDialog) -> None:
    row = dialog.rows["theme"]
    assert isinstance(row.editor, QComboBox) and not row.reset.isVisible()
    row.editor.setFocus()
    driver.press(Qt.Key.Key_End)
    assert driver.window.theme.tokens is CONTRAST
    assert QApplication.palette().window().color().name() == CONTRAST.background
    assert row.reset.isVisible() and dialog.undo.isEnabled()
    driver.qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert driver.window.theme.mode == "system" and row.editor.currentText() == "System" and not row.reset.isVisible()


def test_the_font_changes_every_text_that_is_there(driver: Driver, dialog: PreferencesDialog) -> None:
    box = dialog.rows["font_size"].editor
    assert isinstance(box, QSpinBox)
    widgets = [each for each in driver.window.findChildren(QWidget) if each.isVisible()]
    before = [each.font().pointSizeF() for each in widgets]
    box.setFocus()
    for _ in range(2):
        driver.press(Qt.Key.Key_Up)
    driver.press(Qt.Key.Key_Return)
    after = [each.font().pointSizeF() for each in widgets]
    wrong = [
        (each, old, new)
        for each, old, new in zip(widgets, before, after, strict=True)
        if abs(new / old - 15 / 13) > 0.02
    ]
    assert wrong == []
    assert dialog.isVisible(), "Return ends the number, and not the dialog"
    driver.qtbot.mouseClick(dialog.undo, Qt.MouseButton.LeftButton)
    assert [each.font().pointSizeF() for each in widgets] == pytest.approx(before)


def test_the_zone_is_typed_and_all_times_change(driver: Driver, dialog: PreferencesDialog, sample: Path) -> None:
    driver.open(sample)
    driver.qtbot.mouseClick(dialog.groups.buttons()[1], Qt.MouseButton.LeftButton)
    box = dialog.rows["time_zone"].editor
    assert isinstance(box, QComboBox)
    times = []
    for zone in ("UTC", "Asia/Tokyo", "Asia/To", "The system's"):
        driver.type_into(box, zone)
        driver.settle()
        model = driver.window.docks.entities.table.model()
        times.append(str(model.index(0, model.columnCount() - 1).data()))
    assert times[0] != times[1] == times[2], "half a name changes nothing"
    assert driver.window.preferences.kept.is_default("time_zone")


def grouped(driver: Driver) -> list[str]:
    texts = (each.text() for each in driver.window.findChildren(QLabel))
    return [each for each in texts if re.search(r"\d,\d\d\d", each)]


def test_numbers_are_plain_everywhere(driver: Driver, dialog: PreferencesDialog, demo_store: Path) -> None:
    driver.open(demo_store)
    assert grouped(driver)
    driver.qtbot.mouseClick(dialog.groups.buttons()[1], Qt.MouseButton.LeftButton)
    box = dialog.rows["numbers"].editor
    box.setFocus()
    driver.press(Qt.Key.Key_End)
    driver.settle()
    assert grouped(driver) == []
    assert QLocale().toString(1234) == "1234"


def test_without_animations_nothing_moves_and_no_cursor_blinks(driver: Driver, dialog: PreferencesDialog) -> None:
    box = dialog.rows["animations"].editor
    assert isinstance(box, QCheckBox) and driver.window.docks.area.isAnimated()
    driver.qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert not driver.window.docks.area.isAnimated() and not driver.window.isAnimated()
    assert not QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateCombo) and QApplication.cursorFlashTime() == 0


def press_keys(driver: Driver, row: PreferenceRow, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    row.editor.setFocus()
    driver.qtbot.keyClick(row.editor, key, modifier)


def test_a_shortcut_is_pressed_and_holds_and_is_shown_everywhere(driver: Driver, dialog: PreferencesDialog) -> None:
    search(driver, dialog, "about event stream")
    row, control = dialog.rows["keys.about"], Qt.KeyboardModifier.ControlModifier
    press_keys(driver, row, Qt.Key.Key_F12, control)
    about = driver.window.actions_by_id["about"]
    assert about.shortcuts() == [QKeySequence("Ctrl+F12")] and isinstance(row.editor, QLineEdit)
    assert (row.editor.text() == "Ctrl+F12" and "Ctrl+F12" in about.toolTip()) or driver.settle() is None
    assert "(Ctrl+F12)" in about.toolTip()
    dialog.close()
    driver.act("shortcuts")
    sheet = driver.dialog(ShortcutSheet)
    assert "Ctrl+F12" in {each.text() for each in sheet.findChildren(QLabel)}
    sheet.close()
    driver.act("palette")
    palette = driver.dialog(Palette)
    palette.line.setText("About Event")
    assert palette.findChildren(QTreeWidget)[0].topLevelItem(0).text(2) == "Ctrl+F12"
    assert not palette.nothing.isVisible()
    palette.line.setText("no such action")
    assert palette.nothing.isVisible() and not palette.findChildren(QTreeWidget)[0].isVisible()


def test_a_key_of_another_action_is_said_and_taken_only_when_wanted(driver: Driver, dialog: PreferencesDialog) -> None:
    search(driver, dialog, "about event stream")
    row, actions = dialog.rows["keys.about"], driver.window.actions_by_id
    press_keys(driver, row, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert "Ctrl+K is the shortcut of “Command palette”." in row.notice.text() and row.notice.isVisible()
    assert actions["about"].shortcuts() == []
    driver.qtbot.mouseClick(row.take, Qt.MouseButton.LeftButton)
    assert actions["about"].shortcuts() == [QKeySequence("Ctrl+K")] and actions["palette"].shortcuts() == []
    driver.qtbot.mouseClick(dialog.agree_button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible() and actions["palette"].shortcuts() == [QKeySequence("Ctrl+K")]
    assert actions["about"].shortcuts() == []


def test_no_letter_alone_becomes_the_shortcut_of_what_writes(driver: Driver, dialog: PreferencesDialog) -> None:
    for words, name, key in (
        ("take a snapshot", "keys.snapshot", Qt.Key.Key_X),
        ("about event", "keys.about", Qt.Key.Key_5),
    ):
        search(driver, dialog, words)
        press_keys(driver, dialog.rows[name], key, Qt.KeyboardModifier.NoModifier)
        assert "alone is for typing" in dialog.rows[name].notice.text()
        assert driver.window.preferences.kept.is_default(name)


def test_what_is_set_is_kept_for_the_next_window(driver: Driver, dialog: PreferencesDialog) -> None:
    dialog.rows["theme"].editor.setFocus()
    driver.press(Qt.Key.Key_End)
    driver.settle()
    file = driver.window.demo_path.with_name("preferences.json")
    assert Preferences(file).text("theme") == "contrast"


def test_a_preference_holds_in_every_window(driver: Driver, sample: Path) -> None:
    other = driver.window.another()
    other.workspace.open(str(sample))
    driver.qtbot.waitUntil(lambda: other.workspace.session is not None and other.workspace.runner.is_idle)
    before = str(other.docks.entities.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole))
    driver.window.preferences.set({"keys.about": "Ctrl+F12", "animations": False, "numbers": "plain"})
    assert other.actions_by_id["about"].shortcuts() == [QKeySequence("Ctrl+F12")]
    assert not other.docks.area.isAnimated() and before
    driver.qtbot.waitUntil(lambda: other.workspace.runner.is_idle)
    other.close()


def test_the_theme_of_the_version_before_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    file.write_text("[look]\ntheme=dark\n")
    settings = Settings(file)
    assert settings.preferences.text("theme") == "dark"
    settings.preferences.set("theme", "system")
    settings.preferences.save()
    assert Settings(file).preferences.text("theme") == "system"
    assert Settings(tmp_path / "none" / "settings.ini").preferences.text("theme") == "system"
