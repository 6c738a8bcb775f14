"""What snapshots buy, in the window: measured, conclusion in words, and made the policy with the keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox

from es_desktop.app.entity.ids import short_id
from es_desktop.app.snapshot_cost.measure import Effort
from es_desktop.models.runtime.tasks import Queue
from es_desktop.views.snapshot_cost.dialog import SnapshotCostDialog
from tests.models.working import Gate
from tests.views.driving import Driver

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def _measured_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure each way once: what is shown is tested, not how sure it is."""
    monkeypatch.setattr("es_desktop.app.snapshot_cost.measure._WHOLE_EFFORT", Effort(rounds=1))
    monkeypatch.setattr("es_desktop.app.snapshot_cost.measure._SECONDS", 0.0)


def choose(driver: Driver, *, snapshots: bool = True) -> Any:
    """Choose the longest entity with snapshots, or without."""
    model = driver.workspace.entities
    found = [model.at(row) for row in range(model.rowCount())]
    entity = max((each for each in found if bool(each.snapshots) is snapshots), key=lambda each: each.events)
    driver.workspace.choose(entity.id)
    driver.settle()
    return entity


def ask(driver: Driver) -> SnapshotCostDialog:
    """Ask with the keyboard what snapshots buy, and wait for it."""
    driver.press(Qt.Key.Key_W, CTRL_SHIFT)
    dialog = driver.dialog(SnapshotCostDialog)
    driver.settle()
    return dialog


def policy(driver: Driver) -> str:
    """The policy that the toolbar shows."""
    combos = [
        each for each in driver.window.findChildren(QComboBox) if "Events between snapshots" in each.accessibleName()
    ]
    return combos[0].currentText()


def marks(dialog: SnapshotCostDialog) -> dict[str, list[int | None]]:
    """The intervals that each word is above."""
    found: dict[str, list[int | None]] = {}
    for index, words in dialog.plot.content.marks.items():
        for word, _ in words:
            found.setdefault(word, []).append(dialog.plot.content.points[index].interval)
    return found


def is_asking() -> bool:
    return any(isinstance(each, SnapshotCostDialog) and each.isVisible() for each in QApplication.topLevelWidgets())


def test_an_interval_becomes_the_policy_with_the_keyboard(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    entity = choose(driver)
    assert policy(driver) == "10"
    dialog = ask(driver)
    assert dialog.plot.hasFocus()
    zero, base, saved, taken = dialog.figures.texts
    assert (zero[0], zero[2]) == ("From zero", f"{entity.events:,} events")
    assert (base[0], base[2]) == ("From snapshot 1,079", "and 8 events after it")
    assert saved == ("Events not read", "1,080", f"of {entity.events:,}")
    assert (taken[0], taken[1].endswith(" kB")) == ("Snapshots take", True)
    assert marks(dialog)["now"] == [10]
    driver.press(Qt.Key.Key_End)
    driver.press(Qt.Key.Key_Left)
    driver.press(Qt.Key.Key_Left)
    assert dialog.conclusion.text().startswith("A snapshot every 200 events makes a rebuild take ")
    assert dialog.agree_button.text() == "Use every 200 as policy"
    conclusion: list[str] = []
    driver.workspace.message.connect(conclusion.append)
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert not is_asking()
    assert (driver.workspace.commander.frequency, policy(driver)) == (200, "200")
    assert conclusion == ["Snapshots from now on: every 200 events."]
    session = driver.workspace.session
    assert session is not None
    assert driver.window.context.settings.frequency_of(session.absolute_name, 10) == 200, "remembered for the next time"
    dialog = ask(driver)
    assert marks(dialog)["now"] == [200]


def test_what_pays_is_chosen_at_first_and_follows_the_target(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    choose(driver)
    dialog = ask(driver)
    line = dialog.target
    driver.type_into(line, "60000")
    assert marks(dialog)["pays"] == [None]
    assert "no snapshot is needed" in dialog.conclusion.text()
    assert dialog.agree_button.text() == "Use no snapshots as policy"
    driver.type_into(line, "0.1")
    assert "pays" not in marks(dialog), "no store answers as fast as that"
    assert dialog.conclusion.text().startswith("No interval makes a rebuild take 0.1 ms or less: the least is ")
    assert (dialog.agree_button.isEnabled(), dialog.reason.text()) == (False, "No interval is chosen.")
    driver.type_into(line, "60000")
    dialog.again.click()
    driver.settle()
    assert marks(dialog)["pays"] == [None], "a person's own target stays"
    line.setFocus()
    driver.press(Qt.Key.Key_Return)
    assert dialog.isVisible(), "a target that was typed is no policy yet"
    assert dialog.plot.hasFocus()
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert (driver.workspace.commander.frequency, policy(driver)) == (None, "off")


def test_the_policy_of_now_is_not_offered_again(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    choose(driver)
    driver.workspace.commander.set_frequency(7)
    assert policy(driver) == "7"
    dialog = ask(driver)
    driver.press(Qt.Key.Key_Home)
    for _ in range(3):
        driver.press(Qt.Key.Key_Right)
    assert dialog.interval == 7, "that of the policy is among those shown"
    assert (dialog.agree_button.isEnabled(), dialog.reason.text()) == (False, "This is the current policy.")
    driver.press(Qt.Key.Key_Return)
    assert dialog.isVisible()
    driver.press(Qt.Key.Key_Escape)
    assert not is_asking()


def test_the_store_is_measured_by_a_switch(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    entity = choose(driver)
    dialog = ask(driver)
    assert dialog.subject.startswith(f"{entity.type} {short_id(entity.id)} · {entity.events:,} events")
    button = dialog.scope.button(1)
    button.setFocus()
    driver.press(Qt.Key.Key_Space)
    driver.settle()
    assert dialog.subject.startswith("demo.esdb · ")
    assert dialog.subject.endswith(f"of 300 entities measured · the longest has {entity.events:,} events")
    assert [title for title, _, _ in dialog.figures.texts][:2] == ["Mean from zero", "With the snapshots"]
    assert "on average" in dialog.conclusion.text()


def test_without_a_snapshot_it_shows_what_one_would_take(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    entity = choose(driver, snapshots=False)
    dialog = ask(driver)
    zero, base, saved, taken = dialog.figures.texts
    assert base[1:] == ("–", "no snapshot to start from")
    assert saved[1:] == ("0", f"of {entity.events}")
    assert taken[1] == "nothing"
    assert taken[2].startswith("one would take ")
    assert zero[1].endswith((" ms", " µs"))


def test_in_a_store_that_is_only_read_the_policy_cannot_be_set(driver: Driver, sample: Path) -> None:
    content = sample.read_bytes()
    driver.open(sample)
    choose(driver)
    dialog = ask(driver)
    driver.press(Qt.Key.Key_Home)
    assert dialog.conclusion.text()
    assert not dialog.agree_button.isEnabled()
    assert dialog.reason.text().startswith("This store was made by another program")
    assert "now" not in marks(dialog), "it has no policy"
    driver.press(Qt.Key.Key_Escape)
    assert sample.read_bytes() == content


def test_without_an_entity_the_store_is_measured(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.workspace.selection.choose_entity(None)
    driver.settle()
    dialog = ask(driver)
    assert not dialog.scope.button(0).isEnabled()
    assert dialog.subject.startswith("demo.esdb · ")


@pytest.fixture
def gate(driver: Driver, demo_store: Path) -> Gate:
    """Blocks the scan queue, so that measuring has not started."""
    driver.open(demo_store)
    choose(driver)
    gate = Gate()
    driver.workspace.runner.run("Waiting", gate, queue=Queue.SCAN)
    return gate


def test_measuring_can_be_stopped_and_done_again(driver: Driver, gate: Gate) -> None:
    driver.press(Qt.Key.Key_W, CTRL_SHIFT)
    dialog = driver.dialog(SnapshotCostDialog)
    assert [value for _, value, _ in dialog.figures.texts] == ["…"] * 4
    assert not dialog.agree_button.isEnabled()
    driver.qtbot.waitUntil(dialog.isActiveWindow)
    dialog.stop.setFocus()
    driver.press(Qt.Key.Key_Space)
    gate.opened.set()
    driver.settle()
    assert dialog.conclusion.text() == "Stopped."
    assert not dialog.agree_button.isEnabled()
    assert not dialog.stop.isVisible()
    dialog.again.setFocus()
    driver.press(Qt.Key.Key_Space)
    driver.settle()
    assert dialog.figures.texts[2][1] == "1,080"


def test_closing_gives_up_what_is_being_measured(driver: Driver, gate: Gate) -> None:
    measured: list[object] = []
    driver.workspace.cost_meter.measured.connect(measured.append)
    driver.press(Qt.Key.Key_W, CTRL_SHIFT)
    dialog = driver.dialog(SnapshotCostDialog)
    close = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Close)
    close.click()
    gate.opened.set()
    driver.settle()
    for look in ("dark", "light"):  # no widget follows it any more
        driver.window.theme.set_mode(look)
        driver.settle()
    assert (measured, is_asking()) == ([], False)


def test_a_closed_dialog_does_not_follow_the_next_measurement(driver: Driver, gate: Gate) -> None:
    driver.press(Qt.Key.Key_W, CTRL_SHIFT)
    driver.dialog(SnapshotCostDialog).close()
    gate.opened.set()
    driver.settle()
    dialog = ask(driver)
    driver.workspace.cost_meter.stopped.emit()
    assert dialog.conclusion.text() == "Stopped."
