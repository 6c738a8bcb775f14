"""What a screen reader is given of the whole window: every control and cell has a name, a role and a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from es_desktop.app.runtime.errors import StoreRefused
from es_desktop.app.search.questions import AskedQuestion
from es_desktop.app.store.opening import OpenOptions
from es_desktop.core.errors import StoreRefusedError
from es_desktop.views.store.connect_dialog import PasswordDialog, UnlockDialog
from es_desktop.views.store.mapping_dialog import MappingDialog
from es_desktop.views.store.store_dialog import StoreDialog
from tests.views.accessible import Node, node_of, nodes, part
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window

ROLE = QAccessible.Role
FRAMES = {
    ROLE.Border,
    ROLE.Client,
    ROLE.Graphic,
    ROLE.Grip,
    ROLE.Grouping,
    ROLE.LayeredPane,
    ROLE.Pane,
    ROLE.PopupMenu,
    ROLE.RowHeader,
    ROLE.ScrollBar,
    ROLE.Separator,
    ROLE.Splitter,
    ROLE.StaticText,
    ROLE.Window,
}
"""What holds or decorates other parts, or is a text, and shows nothing while it is empty."""
WITH_NUMBERS = {ROLE.Slider, ROLE.SpinBox, ROLE.ProgressBar}
OPENING = (
    "connect",
    "limits",
    "new-entity",
    "change",
    "discard",
    "why",
    "from-picked",
    "worth",
    "filter-types",
    "run-to-condition",
    "compare-other",
    "trust-code",
    "export",
    "palette",
    "shortcuts",
    "about",
    "messages",
    "what-if-insert",
    "context-menu",
    "preferences",
    "glossary",
)
"""The actions that open a dialog, a popup or a menu with the demo."""


def faults(top: QWidget) -> Iterator[str]:
    """Yield each part of a widget of which a screen reader cannot say what it is."""
    for node in nodes(top):
        if not node.is_shown or node.rect.isEmpty():
            continue
        needs_name = node.role not in FRAMES or (node.is_focusable and node.role != ROLE.StaticText)
        if needs_name and not node.name.strip():
            yield f"no name: {node}"
        if node.role == ROLE.NoRole:
            yield f"no role: {node}"
        if node.role in WITH_NUMBERS and not node.value:
            yield f"no value: {node}"
        if node.role == ROLE.ComboBox and not is_labelled(node):
            yield f"only its value: {node}"


def is_labelled(node: Node) -> bool:
    """Return whether a combo box says what it is for; its name is the text of its option on Linux."""
    return bool(node.description) or bool(node.interface.relations(QAccessible.RelationFlag.Label))


def test_every_dock_can_be_read_and_one_behind_a_tab_is_not_there(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    driver.act("bookmark-event")
    driver.workspace.watchpoints.add("total")
    driver.settle()
    found = set(faults(driver.window))
    driver.workspace.questioner.ask(AskedQuestion("ever total > 100"))
    for dock in driver.every_dock():
        dock.bring_forward(dock)
        driver.settle()
        area = QAccessible.queryAccessibleInterface(driver.window.docks.area)
        found.update(faults(dock))
        children = map(area.child, range(area.childCount()))
        docks = {each.name: each for each in map(node_of, children) if each.role == ROLE.Pane and each.name}
        for other in driver.window.docks.shown.all:
            assert docks[other.title].is_shown is Driver.is_in_front(other), (dock.title, other.title)
        outside = QRect(driver.window.frameGeometry())
        assert all(each.rect.intersects(outside) for each in docks.values() if each.is_shown)
    assert not found, "\n".join(sorted(found))


def test_every_dialog_can_be_read(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    found: set[str] = set()
    tree = driver.window.docks.state.tree
    for name in OPENING:
        driver.window.activateWindow()
        tree.setFocus()
        driver.qtbot.waitUntil(tree.hasFocus)
        tree.setCurrentIndex(tree.model().index(0, 0))
        driver.act(name)
        driver.settle()
        dialogs = [*driver.dialogs(QDialog), *driver.dialogs(QMenu)]
        assert dialogs, name
        for dialog in dialogs:
            found |= {f"{name}: {each}" for each in faults(dialog)}
            dialog.close()
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(
    "make",
    [
        lambda on: UnlockDialog(on.window),
        lambda on: StoreDialog("some.db", (), None, on.window.theme, on.window),
        lambda on: PasswordDialog(on.workspace, StoreRefused(StoreRefusedError("refused")), OpenOptions(), on.window),
        lambda on: MappingDialog(on.workspace, "some.db", OpenOptions(), lambda: (), on.window.theme, on.window),
    ],
    ids=["unlock", "stores", "password", "map"],
)
def test_a_dialog_of_a_store_of_others_can_be_read(driver: Driver, make: Callable[[Driver], QDialog]) -> None:
    dialog = make(driver)
    dialog.open()
    driver.settle()
    assert not list(faults(dialog))
    dialog.close()


def test_painted_things_are_read_and_used(driver: Driver, demo_store: Path) -> None:
    """Strip, lanes, cards, histogram and bars: what each part is, where it is, and that a press chooses it."""
    driver.open(demo_store)
    driver.choose("Order")
    docks, selection = driver.window.docks, driver.workspace.selection
    strip = docks.timeline.strip
    slide = QAccessible.queryAccessibleInterface(strip).valueInterface()
    assert (slide.minimumValue(), slide.currentValue()) == (0, slide.maximumValue())
    slide.setCurrentValue(3)
    driver.settle()
    assert selection.version == 3
    first = part(strip, "Version 0")
    assert first.role() == ROLE.ListItem and strip.rect().contains(strip.mapFromGlobal(first.rect().center()))
    press(first)
    driver.settle()
    assert selection.version == 0 and first.state().selected
    assert "snapshot" in part(strip, "Version 9 ").text(QAccessible.Text.Name)

    press(part(docks.rebuild.cards, "0 "))
    driver.act("last")
    driver.settle()
    lane = part(docks.timeline.lanes, "total")
    assert lane.text(QAccessible.Text.Name).startswith(f"total at version {selection.version}: ")
    docks.activity.bring_forward(docks.activity)
    driver.settle()
    press(part(docks.activity.types.list, "Paid: "))
    driver.settle()
    assert driver.workspace.log.search.event_types == {"Paid"}


def press(interface: QAccessible) -> None:
    actions = interface.actionInterface()
    assert actions is not None and "Press" in actions.actionNames()
    actions.doAction("Press")
