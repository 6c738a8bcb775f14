"""The window as a whole: panels, palette, settings, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from es_desktop.app.notes.notebook import NotebookFolder
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.messages import MOST, TEXT
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.table.model import TONE_ROLE
from es_desktop.models.workspace import Workspace
from es_desktop.views.actions import ACTIONS, MENUS, flat
from es_desktop.views.branch.what_if_dock import WhatIfDock
from es_desktop.views.entity.change_dialog import ChangeDialog, NewEntityDialog
from es_desktop.views.style.fields import ChoiceBox
from es_desktop.views.style.theme import Theme
from es_desktop.views.window.bug_dialog import show_bug
from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.messages_popup import MessagesPopup
from es_desktop.views.window.palette import Palette, ShortcutSheet
from es_desktop.views.window.settings import Settings
from es_desktop.views.window.status import StatusBar
from es_desktop.views.window.window_actions import Action
from tests.views.driving import Answers, Driver


def test_every_action_is_in_its_menu_and_no_two_share_a_key(driver: Driver) -> None:
    menus = {action.text().replace("&", ""): action.menu() for action in driver.window.menuBar().actions()}
    assert tuple(menus) == tuple(MENUS)
    for menu, groups in MENUS.items():
        entries = list(menus[menu].actions())
        entries += [each for entry in entries if entry.menu() for each in entry.menu().actions()]
        assert all(driver.window.actions_by_id[spec.id] in entries for _, spec in flat(menu, groups))
    keys = [key for spec in ACTIONS for key in spec.shortcuts]
    assert len(keys) == len(set(keys))


def test_an_empty_window_offers_what_to_do(driver: Driver) -> None:
    assert driver.window.start_page.isVisible()
    assert not driver.window.docks.area.isVisible()
    assert not driver.window.actions_by_id["new-entity"].isEnabled()


def test_docks_behind_others_take_no_room_once_they_are_styled(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    docks = driver.window.docks
    before = [dock.geometry() for dock in (docks.entities, docks.timeline, docks.state, docks.rebuild)]
    for _ in range(2):  # a picture styles and lays out the hidden ones too
        driver.window.grab()
        driver.settle()
    driver.act("theme-dark")
    driver.settle()
    assert [dock.geometry() for dock in (docks.entities, docks.timeline, docks.state, docks.rebuild)] == before


def test_panels_are_hidden_restored_and_remembered(
    driver: Driver, demo_store: Path, settings: Settings, theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    driver.open(demo_store)
    docks = driver.window.docks
    height = docks.commands.height()
    docks.rebuild.toggleViewAction().trigger()
    assert not docks.rebuild.isVisible()
    driver.window.close()
    again = MainWindow(
        lambda: Workspace(TaskRunner(), NotebookFolder(tmp_path / "notebooks")), theme, settings, demo_store, Answers()
    )
    again.resize(1440, 900)
    again.show()
    next_driver = Driver(again, qtbot, Answers())
    again.grab()  # of the start page: what is read before the first store opens changes nothing
    next_driver.open(demo_store)
    assert (again.docks.rebuild.isHidden(), again.docks.commands.height()) == (True, height), "it was remembered"
    next_driver.act("reset-layout")
    assert not again.docks.rebuild.isHidden()
    assert all(not dock.isHidden() and not dock.isFloating() for dock in again.docks.all)
    again.close()
    again.deleteLater()


def test_the_palette_finds_an_action_by_its_words_and_runs_it(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    assert driver.workspace.selection.version != 0
    driver.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = driver.dialog(Palette)
    driver.qtbot.keyClicks(palette.line, "FIRST ev")
    assert palette.list.topLevelItemCount() == 1
    driver.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    driver.settle()
    assert driver.workspace.selection.version == 0


def test_the_palette_moves_by_arrows_and_does_not_run_what_is_disabled(driver: Driver) -> None:
    driver.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = driver.dialog(Palette)
    first = palette.list.currentItem()
    driver.qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.list.currentItem() is not first
    driver.qtbot.keyClicks(palette.line, "take a snapshot")
    driver.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible(), "there is no store to take one in"
    item = palette.list.currentItem()
    assert item.text(0).startswith("Take a snapshot") and item.text(1) == "No store is open."
    assert item.foreground(0).color() == palette.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    palette.line.setText("store")
    reasons = [palette.list.topLevelItem(row).text(1) for row in range(palette.list.topLevelItemCount())]
    assert reasons == sorted(reasons, key=bool), "what can run is first"
    assert len(set(reasons)) > 1
    palette.close()


def test_the_sheet_lists_every_shortcut(driver: Driver) -> None:
    driver.act("shortcuts")
    sheet = driver.dialog(ShortcutSheet)
    text = " ".join(label.text() for label in sheet.findChildren(QLabel))
    assert all(key in text for spec in ACTIONS for key in spec.shortcuts)
    sheet.close()


def test_a_file_that_is_no_store_is_refused_and_the_open_store_stays(
    driver: Driver, demo_store: Path, tmp_path: Path
) -> None:
    driver.open(demo_store)
    wrong = tmp_path / "notes.txt"
    wrong.write_text("no store", encoding="utf-8")
    driver.answers.store = str(wrong)
    driver.act("open")
    driver.settle()
    assert "is not an SQLite database" in driver.answers.errors[0].text
    assert driver.workspace.session is not None and driver.workspace.session.short_name == "demo.esdb"


def test_the_recent_stores_are_offered_the_latest_first(driver: Driver, demo_store: Path, sample: Path) -> None:
    driver.open(demo_store)
    driver.open(sample)
    assert driver.window.settings.recent == [str(sample), str(demo_store)]


def test_the_policy_of_a_store_is_remembered(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    assert driver.workspace.commander.frequency == 10
    box = next(
        each for each in driver.window.findChildren(ChoiceBox) if "Events between snapshots" in each.accessibleName()
    )
    box.choose(None)
    box.activated.emit(box.currentIndex())
    assert driver.workspace.commander.frequency is None
    driver.act("close")
    driver.settle()
    driver.open(demo_store)
    assert driver.workspace.commander.frequency is None
    assert box.currentText() == "off"


def test_a_value_of_another_type_is_refused_while_it_is_typed(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.act("new-entity")
    dialog = driver.dialog(NewEntityDialog)
    create = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Create")
    driver.type_into(dialog.editor("priority").findChildren(QLineEdit)[0], "high")
    assert not create.isEnabled()
    assert any("'high' is not a whole number. Such as: 42" in label.text() for label in dialog.findChildren(QLabel))
    driver.type_into(dialog.editor("priority").findChildren(QLineEdit)[0], "3")
    assert create.isEnabled()
    dialog.reject()


def test_the_change_dialog_shows_the_event_and_writes_nothing_when_cancelled(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    last = driver.workspace.selection.last
    assert last is not None
    driver.act("change")
    dialog = driver.dialog(ChangeDialog)
    driver.settle()
    write = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Write event")
    assert not write.isEnabled(), "the value is the same"
    assert dialog.editor is not None
    driver.type_into(dialog.editor.findChildren(QLineEdit)[0], "Somebody Else")
    driver.qtbot.waitUntil(write.isEnabled)
    text = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert f"Event {last + 1} · Account.AttributeChanged" in text
    assert "→ Somebody Else" in text
    dialog.reject()
    driver.settle()
    assert driver.workspace.selection.last == last


def test_the_chosen_theme_is_applied_and_saved(driver: Driver, qapp: QApplication) -> None:
    driver.act("theme-dark")
    assert qapp.palette().window().color().lightness() < 60
    assert driver.window.settings.preferences.text("theme") == "dark"
    driver.act("theme-light")
    assert qapp.palette().window().color().lightness() > 200


def test_nothing_of_the_toolbar_is_cut_off_in_any_window(driver: Driver, sample: Path) -> None:
    driver.window.resize(1024, 700)
    driver.open(sample)
    bar, extension = driver.window.toolbar, driver.window.findChild(QToolButton, "qt_toolbar_ext_button")
    words: dict[int, int] = {}
    for width in (1024, 1100, 1260, 1300, 1440, 1700, 1024):
        for shown in (True, False):  # a menu stands for the commands while their panel is hidden
            driver.window.docks.commands.setVisible(shown)
            driver.window.resize(width, 700)
            driver.settle()
            assert extension is None or not extension.isVisible()
            widgets = [bar.widgetForAction(action) for action in bar.actions() if action.isVisible()]
            assert all(each.isVisible() and each.geometry().right() <= bar.width() for each in widgets if each)
        icons = Qt.ToolButtonStyle.ToolButtonIconOnly
        words[width] = sum(isinstance(each, QToolButton) and each.toolButtonStyle() != icons for each in widgets)
    assert words[1024] < words[1700], "the wider the window, the more words"


def test_clicking_set_at_goes_to_the_event_that_set_a_value(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    state = driver.window.docks.state.tree
    row = list(driver.state()).index("owner")
    assert state.model().index(row, 2).data() == "0"
    driver.click_cell(state, row, 2)
    driver.settle()
    assert driver.workspace.selection.version == 0


def test_the_version_field_goes_to_what_is_typed(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    field = driver.window.toolbar.version
    field.lineEdit().selectAll()
    driver.qtbot.keyClicks(field, "4")
    driver.qtbot.keyClick(field, Qt.Key.Key_Return)
    driver.settle()
    assert driver.workspace.selection.version == 4
    assert driver.window.docks.state.title_bar.title.text() == "at 4"  # beside the tab "State"


def test_another_theme_before_the_first_store_keeps_the_default_layout(driver: Driver, demo_store: Path) -> None:
    driver.window.theme.set_mode("dark")
    driver.open(demo_store)
    docks = driver.window.docks
    widths = [docks.entities.width(), docks.state.width()]
    driver.window.theme.set_mode("light")
    docks.share_room()
    assert [docks.entities.width(), docks.state.width()] == widths
    assert 2 * docks.timeline.height() > 3 * docks.rebuild.height()


def test_a_recent_store_opens_at_its_last_place(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    settings, selection, name = driver.window.settings, driver.workspace.selection, str(demo_store)
    other = driver.workspace.entities.at(3)
    assert other is not None
    driver.workspace.choose(other.id, 1)
    driver.settle()
    driver.qtbot.waitUntil(lambda: settings.last_place_of(name) == (str(other.id), 1))
    driver.act("close")
    driver.window.start_page.recent_chosen.emit(name)
    driver.settle()
    assert (selection.entity_id, selection.version) == (other.id, 1)
    driver.act("close")
    settings.set_last_place_of(name, "gone", 1)
    driver.window.start_page.recent_chosen.emit(name)
    driver.settle()
    assert selection.entity_id == driver.workspace.entities.at(0).id  # type: ignore[union-attr]
    assert driver.answers.errors == []


def _raise_with_values(value: str) -> None:
    try:
        int(value)
    except ValueError as error:
        raise KeyError(value) from error


def test_the_report_of_a_bug_has_no_value_unless_a_person_adds_it(driver: Driver) -> None:
    with pytest.raises(KeyError) as raised:
        _raise_with_values("secret")
    for title, has_value in (("Copy the report", False), ("Copy it with the text of the error", True)):
        show_bug(driver.window, raised.value)
        box = driver.dialog(QMessageBox)
        assert "secret" not in box.detailedText().replace('_raise_with_values("secret")', "")
        next(each for each in box.buttons() if each.text().replace("&", "") == title).click()
        report = QApplication.clipboard().text()
        assert "ValueError" in report
        assert ("KeyError: 'secret'" in report) is has_value
        driver.qtbot.waitUntil(lambda: driver.window.findChild(QMessageBox, "bug") is None)


def test_a_change_of_an_action_leaves_nothing_in_its_buttons(driver: Driver) -> None:
    action = driver.window.actions_by_id["forward"]
    before = action.receivers("2changed()")
    for number in range(3):
        action.setText(str(number))
    assert action.receivers("2changed()") == before
    action.setEnabled(True)
    assert [each.isEnabled() for each in action.associatedObjects() if isinstance(each, QToolButton)] == [True]


def test_messages_and_errors_are_kept_and_listed_the_newest_first(driver: Driver, demo_store: Path) -> None:
    bar = driver.window.statusBar()
    assert isinstance(bar, StatusBar)
    assert bar.messages_button.isHidden()
    driver.open(demo_store)
    driver.workspace.message.emit("Nothing was found.")
    driver.workspace.message.emit("")
    driver.workspace.refused.emit(UserError("postgresql://anna:secret@host/x cannot be read", "Try again."))
    driver.act("copy-id")
    assert bar.message.text() == "The id was copied."
    driver.qtbot.mouseClick(bar.messages_button, Qt.MouseButton.LeftButton)
    popup = driver.dialog(MessagesPopup)
    model = popup.table.model()
    texts = [model.index(row, TEXT).data() for row in range(model.rowCount())]
    assert texts[0] == "The id was copied." and texts[2] == "Nothing was found."
    assert "cannot be read" in texts[1] and "secret" not in texts[1]
    assert [model.index(row, TEXT).data(TONE_ROLE) for row in range(3)] == [None, "failed", None]
    popup.table.selectRow(2)
    driver.qtbot.keyClick(popup.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().endswith("\tNothing was found.")
    popup.close()
    for number in range(2 * MOST):
        driver.workspace.message.emit(f"message {number}")
    driver.act("messages")
    popup = driver.dialog(MessagesPopup)
    assert popup.table.model().rowCount() == MOST
    assert driver.window.geometry().contains(popup.geometry())
    popup.close()


def test_each_action_with_a_button_is_of_the_kind_that_leaves_nothing(driver: Driver) -> None:
    driver.window.docks.unbuilt(WhatIfDock).build()
    has_button = {
        action
        for action in driver.window.actions_by_id.values()
        if any(isinstance(each, QToolButton) for each in action.associatedObjects())
    }
    assert has_button and all(isinstance(each, Action) for each in has_button)
