"""One sitting at the debugger, by keyboard alone: from a first doubt about a value to the event that sets it right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from es_desktop.models.watch.watch_model import NEXT
from es_desktop.views.entity.change_dialog import ChangeDialog
from es_desktop.views.entity.rebuild_dock import BaseChooser
from es_desktop.views.entity.writers_popup import WritersPopup
from tests.views.driving import Driver

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def is_open(dialog_class: type[QWidget]) -> bool:
    return any(isinstance(each, dialog_class) and each.isVisible() for each in QApplication.topLevelWidgets())


def test_a_debugger_is_used_by_keyboard_alone(driver: Driver, demo_store: Path) -> None:
    messages: list[str] = []
    driver.workspace.message.connect(messages.append)
    docks, selection = driver.window.docks, driver.workspace.selection

    # The list of entities has the focus; the longest account is the second one.
    driver.answers.store = str(demo_store)
    driver.press(Key.Key_O, CTRL)
    driver.settle()
    driver.press(Key.Key_Down)
    driver.settle()
    last = selection.last
    assert last is not None
    assert last > 1000

    # 1: from a snapshot, from zero, from another snapshot.
    assert docks.rebuild.from_snapshot.facts.whole_text().startswith("8 steps")
    driver.press(Key.Key_Return)
    driver.press(Key.Key_Z)
    driver.settle()
    assert docks.rebuild.from_zero.facts.whole_text().startswith(f"{last + 1:,} steps")
    driver.press(Key.Key_R, CTRL)
    driver.dialog(BaseChooser)
    for _ in range(2):
        driver.press(Key.Key_Up)
    driver.press(Key.Key_Return)
    driver.settle()
    assert docks.rebuild.from_snapshot.facts.whole_text().startswith("28 steps")

    # 2: the snapshots are true.
    driver.press(Key.Key_V)
    driver.settle()
    assert "all are true" in messages[-1]

    # 3: why is the balance what it is?
    docks.state.tree.setFocus()
    for _ in range(5):
        driver.press(Key.Key_Down)
    assert docks.state.tree.currentIndex().siblingAtColumn(0).data() == "balance"
    driver.press(Key.Key_Y)
    driver.settle()
    assert is_open(WritersPopup)
    driver.press(Key.Key_Up)
    driver.press(Key.Key_Return)
    driver.settle()
    assert not is_open(WritersPopup)
    assert selection.version == last - 1

    # 4: where did it pass 3000?
    driver.press(Key.Key_W)
    driver.qtbot.keyClicks(docks.watch.line, "balance > 3000")
    driver.press(Key.Key_Return)
    driver.settle()
    driver.press(Key.Key_Escape)
    crossing = int(str(docks.watch.table.model().index(0, NEXT - 1).data()))
    driver.press(Key.Key_F8, SHIFT)
    driver.settle()
    assert selection.version == crossing < last - 1

    # 6: what is different since?
    driver.press(Key.Key_M)
    for _ in range(3):
        driver.press(Key.Key_K)
    driver.settle()
    paths = docks.compare.table.model()
    assert [paths.index(row, 0).data() for row in range(paths.rowCount())] == ["balance"]

    # 7: what if this event had not happened?
    here = selection.version
    driver.press(Key.Key_I, CTRL)
    driver.settle()
    driver.press(Key.Key_Delete)
    driver.settle()
    assert "1 skipped" in docks.what_if.title_bar.summary()
    assert f"differs from {here:,} on" in docks.what_if.title_bar.summary()
    driver.press(Key.Key_Escape)
    assert selection.last == last, "nothing was written"

    # 8: an earlier value is restored, by an event that is previewed first.
    driver.press(Key.Key_End)
    driver.settle()
    driver.press(Key.Key_E)
    dialog = driver.dialog(ChangeDialog)
    assert dialog.editor is not None
    driver.qtbot.keyClicks(dialog.editor.focusProxy(), "Ada")
    write = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Write event")
    driver.qtbot.waitUntil(write.isEnabled)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert f"Event {last + 1:,} · Account.AttributeChanged" in texts
    driver.qtbot.keyClick(dialog, Key.Key_Return)
    driver.settle()
    assert selection.last == last + 1
    assert driver.state()["owner"].endswith("→ Ada")


def test_stepping_through_a_broken_history_by_keyboard(driver: Driver, broken_store: Path) -> None:
    driver.answers.store = str(broken_store)
    driver.press(Key.Key_O, CTRL)
    driver.settle()
    driver.press(Key.Key_Return)
    driver.press(Key.Key_Home)
    seen = []
    for _ in range(9):
        driver.settle()
        seen.append((driver.workspace.selection.version, driver.window.docks.state.title_bar.badge.text()))
        driver.press(Key.Key_J)
    assert [version for version, _ in seen] == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert [badge for _, badge in seen] == ["exact"] * 2 + ["broken"] * 7
