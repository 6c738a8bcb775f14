"""Journeys: what a person does from beginning to end, on the real window and a real store."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLineEdit, QPushButton

from es_desktop.app.store.session import open_session
from es_desktop.views.entity.change_dialog import ChangeDialog, DiscardDialog, NewEntityDialog
from es_desktop.views.style.fields import ChoiceBox
from tests.models.working import only_looking_at_conflicts
from tests.views.driving import Driver

EVENT, CHANGED = 3, 4


def _choose_frequency(driver: Driver, frequency: int) -> None:
    box = next(
        box for box in driver.window.findChildren(ChoiceBox) if "Events between snapshots" in box.accessibleName()
    )
    box.choose(frequency)
    box.activated.emit(box.currentIndex())


def _write(driver: Driver, dialog: ChangeDialog) -> None:
    _click(driver, dialog, "Write event")
    driver.settle()


def _click(driver: Driver, dialog: QDialog, text: str) -> None:
    button = next(each for each in dialog.findChildren(QPushButton) if each.text() == text)
    driver.qtbot.waitUntil(button.isEnabled)
    driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _change(driver: Driver, attribute: str, text: str) -> None:
    driver.act("change")
    dialog = driver.dialog(ChangeDialog)
    names = next(box for box in dialog.findChildren(QComboBox) if box.accessibleName() == "Attribute")
    names.setCurrentText(attribute)
    driver.settle()
    assert dialog.editor is not None
    line = next(each for each in dialog.editor.findChildren(QLineEdit) if each.isVisible())
    driver.type_into(line, text)
    _write(driver, dialog)


def test_a_learner_makes_an_entity_changes_it_and_sees_what_happens(driver: Driver, tmp_path: Path) -> None:
    """New store, new entity, five changes, snapshots by policy and by hand, back in time, discard, read on."""
    window, workspace = driver.window, driver.workspace
    driver.answers.store = str(tmp_path / "mine.esdb")
    driver.act("new-store")
    driver.settle()
    assert "no entities yet" in window.docks.entities.empty.text()
    _choose_frequency(driver, 2)

    driver.act("new-entity")
    dialog = driver.dialog(NewEntityDialog)
    models = next(box for box in dialog.findChildren(QComboBox) if box.accessibleName() == "Model")
    models.setCurrentText("Example")
    driver.type_into(dialog.editor("foo").findChildren(QLineEdit)[0], "first")
    driver.qtbot.mouseClick(
        next(each for each in dialog.findChildren(QPushButton) if each.text() == "Create"), Qt.MouseButton.LeftButton
    )
    driver.settle()
    assert driver.state()["foo"] == "first"

    for number in range(1, 5):
        _change(driver, "foo", f"value {number}")
    # The fifth in place: double-click the value, type, Enter, and confirm the event that is shown.
    tree = window.docks.state.tree
    row = list(driver.state()).index("a")
    driver.click_cell(tree, row, 1, double=True)
    editor = next(each for each in tree.findChildren(QLineEdit) if each.isVisible())
    driver.type_into(editor, "in place")
    driver.qtbot.keyClick(editor, Qt.Key.Key_Return)
    _write(driver, driver.dialog(ChangeDialog))

    view = workspace.inspector.view
    assert view is not None and view.facts.version == 5
    assert view.snapshot_versions == [1, 3, 5], "the policy took one at every second event"
    _choose_frequency(driver, 100)
    _change(driver, "b", "by hand next")
    driver.act("snapshot")
    driver.settle()
    assert workspace.inspector.view is not None
    assert workspace.inspector.view.snapshot_versions == [1, 3, 5, 6]
    assert window.docks.snapshots.table.model().rowCount() == 4

    driver.click_cell(window.docks.timeline.table, 2, EVENT)
    driver.settle()
    assert workspace.selection.version == 2
    assert driver.state()["foo"] == "value 1 → value 2"
    assert driver.timeline(CHANGED)[2] == "foo value 1 → value 2"

    driver.act("last")
    driver.settle()
    driver.act("discard")
    prompts = driver.dialog(DiscardDialog)
    driver.settle()
    text = " ".join(label.text() for label in prompts.findChildren(QLabel))
    assert "Event 7 · Example.Discarded" in text and "Its history stays" in text
    _click(driver, prompts, "Discard")
    driver.settle()
    assert driver.timeline(EVENT)[-1] == "Discarded"
    assert workspace.inspector.state_view is not None and workspace.inspector.state_view.state is None
    assert not window.actions_by_id["change"].isEnabled()
    assert "discarded" in window.actions_by_id["change"].toolTip()

    driver.act("back")
    driver.settle()
    assert driver.state()["b"] == '"" → by hand next'
    assert driver.timeline(EVENT) == ["Created", *["AttributeChanged"] * 6, "Discarded"]
    assert not driver.answers.errors

    driver.act("close")
    driver.settle()
    assert sorted(each.name for each in tmp_path.glob("mine.esdb*")) == ["mine.esdb"]
    session = open_session(str(tmp_path / "mine.esdb"), writable=False)
    assert session.facts().events == 8
    session.close()


def test_keys_step_jump_play_and_find(driver: Driver, demo_store: Path) -> None:
    """The same by keyboard alone: j, k, Home, End, brackets, Space, slash, Ctrl+G."""
    driver.open(demo_store)
    selection, workspace = driver.workspace.selection, driver.workspace
    driver.press(Qt.Key.Key_Slash)
    driver.qtbot.keyClicks(driver.window.docks.entities.filter, "account")
    driver.settle()
    entities = workspace.entities
    assert entities.rowCount() and all(entities.at(row).type == "Account" for row in range(entities.rowCount()))
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    view = workspace.inspector.view
    assert view is not None and view.facts.type == "Account"
    longest = max((entities.at(row) for row in range(entities.rowCount())), key=lambda each: each.snapshots)
    workspace.choose(longest.id)
    driver.settle()

    driver.press(Qt.Key.Key_Return)
    driver.press(Qt.Key.Key_Home)
    assert selection.version == 0
    driver.press(Qt.Key.Key_J)
    driver.press(Qt.Key.Key_J)
    driver.press(Qt.Key.Key_K)
    assert selection.version == 1
    driver.press(Qt.Key.Key_BracketRight)
    assert workspace.inspector.view is not None
    assert selection.version == workspace.inspector.view.snapshot_versions[0] == 9
    driver.press(Qt.Key.Key_End)
    assert selection.version == longest.version
    driver.press(Qt.Key.Key_BracketLeft)
    assert selection.version == max(v for v in workspace.inspector.view.snapshot_versions if v < longest.version)
    driver.answers.goes_to = 3
    driver.press(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert selection.version == 3
    driver.act("play-20")
    driver.press(Qt.Key.Key_Space)
    driver.qtbot.waitUntil(lambda: selection.version == 5)
    driver.press(Qt.Key.Key_Space)
    driver.settle()
    assert workspace.inspector.state_view is not None and workspace.inspector.state_view.version == selection.version


def test_a_new_entity_a_change_and_a_discard_by_keyboard_alone(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    workspace = driver.workspace
    driver.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = driver.dialog(NewEntityDialog)
    driver.qtbot.keyClicks(dialog.editor("customer").findChildren(QLineEdit)[0], "Zoe Key")
    driver.qtbot.keyClick(dialog, Qt.Key.Key_Return)
    driver.settle()
    assert driver.state()["customer"] == "Zoe Key"
    driver.press(Qt.Key.Key_Return)
    driver.press(Qt.Key.Key_E)
    change = driver.dialog(ChangeDialog)
    assert change.editor is not None
    driver.qtbot.keyClicks(change.editor.focusProxy(), "Yara Key")
    button = next(each for each in change.findChildren(QPushButton) if each.text() == "Write event")
    driver.qtbot.waitUntil(button.isEnabled)
    driver.qtbot.keyClick(change, Qt.Key.Key_Return)
    driver.settle()
    assert driver.state()["customer"] == "Zoe Key → Yara Key"
    driver.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    driver.settle()
    assert workspace.inspector.view is not None and workspace.inspector.view.snapshot_versions == [1]
    driver.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    prompts = driver.dialog(DiscardDialog)
    discard = next(each for each in prompts.findChildren(QPushButton) if each.text() == "Discard")
    driver.qtbot.waitUntil(discard.isEnabled)
    driver.qtbot.keyClick(discard, Qt.Key.Key_Space)
    driver.settle()
    assert workspace.inspector.view.facts.discarded


def test_an_analyst_reads_a_store_of_another_program(driver: Driver, sample: Path) -> None:
    """Everything is there, nothing can be changed, and the window says why."""
    before = sample.read_bytes()
    driver.open(sample)
    workspace, window = driver.workspace, driver.window
    assert workspace.entities.rowCount() == 11
    for name in ("new-entity", "change", "snapshot", "discard"):
        assert not window.actions_by_id[name].isEnabled()
        assert "made by another program" in window.actions_by_id[name].toolTip()
    workspace.choose_by_id("ccc273ce", 9)
    driver.settle()
    assert window.docks.state.title_bar.badge.text() == "inferred"
    assert window.docks.rebuild.cards.isVisible()
    assert workspace.inspector.state_view is not None and workspace.inspector.state_view.skipped == 9
    driver.act("from-zero")
    driver.settle()
    assert workspace.inspector.state_view.skipped == 0
    assert workspace.rebuilds.step_at(True, 0) is not None
    assert '"tags":["a"],"text":"thing 7 ' in window.docks.event.record.toPlainText()
    driver.act("close")
    driver.settle()
    assert sample.read_bytes() == before
    assert [each.name for each in sample.parent.iterdir()] == [sample.name]


def test_what_another_process_appends_is_noticed(driver: Driver, demo_store: Path) -> None:
    from es_desktop.app.entity.commands import Commands

    driver.open(demo_store)
    view = driver.workspace.inspector.view
    assert view is not None
    other = open_session(str(demo_store))
    Commands(other).change_attribute(view.facts.id, view.fields[0].name, "from elsewhere", view.facts.version)
    other.close()
    driver.qtbot.waitUntil(lambda: driver.workspace.selection.last == view.facts.version + 1)
    driver.settle()
    assert "from elsewhere" in driver.state()[view.fields[0].name]


def test_a_conflict_loses_nothing_and_can_be_tried_again(driver: Driver, demo_store: Path) -> None:
    """Another writer appends while the dialog is open: the conflict is shown, and the retry uses the new state."""
    from es_desktop.app.entity.commands import Commands

    driver.open(demo_store)
    view = driver.workspace.inspector.view
    assert view is not None
    name, first = view.fields[0].name, view.facts.version
    with only_looking_at_conflicts(driver.workspace):
        other = open_session(str(demo_store))
        Commands(other).change_attribute(view.facts.id, name, "theirs", first)
        other.close()
        driver.workspace.commander.run_on_entity(
            "Changing", lambda commands, entity_id, version: commands.change_attribute(entity_id, name, "mine", version)
        )
        driver.settle()
    (conflict,) = driver.answers.conflicts
    assert [each.version for each in conflict.arrived] == [first + 1]
    assert driver.state()[name] == "theirs → mine"
    assert driver.workspace.selection.last == first + 2


def test_a_value_is_restored_by_a_new_event(driver: Driver, demo_store: Path) -> None:
    """History is never edited: the old value is written once more, and the dialog shows the event before."""
    driver.open(demo_store)
    last = driver.workspace.selection.last
    assert last is not None
    owner = driver.state()["owner"]
    _change(driver, "owner", "A Mistake")
    driver.act("back")
    driver.settle()
    driver.act("restore-value")
    dialog = driver.dialog(ChangeDialog)
    assert dialog.windowTitle() == f"Restore a value from version {last}"
    assert dialog.field.name == "owner"
    _write(driver, dialog)
    assert driver.workspace.selection.last == last + 2
    assert driver.state()["owner"] == f"A Mistake → {owner}"


def test_a_change_asked_for_at_an_earlier_version_starts_from_the_last_state(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    _change(driver, "owner", "The Latest")
    driver.act("first")
    driver.settle()
    driver.act("change")
    dialog = driver.dialog(ChangeDialog)
    assert dialog.editor is not None and dialog.editor.value() == "The Latest"
    dialog.reject()
