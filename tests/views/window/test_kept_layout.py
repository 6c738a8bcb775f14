"""A kept layout that does not fit: of a lower panel, of other docks, or of more docks than there is room for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, Qt

from es_desktop.views.panels.docks import Docks
from es_desktop.views.window.settings import LAYOUT_VERSION, Settings
from tests.views.driving import Driver

UP, ACROSS = Qt.Orientation.Vertical, Qt.Orientation.Horizontal


@pytest.fixture
def docks(shared_driver: Driver, demo_store: Path) -> Docks:
    """The docks of a window of 1440x900 pixels, to be arranged and kept."""
    shared_driver.open(demo_store)
    docks = shared_driver.window.docks
    docks.restore_default()
    return docks


def opened(request: pytest.FixtureRequest, layout: QByteArray, store: Path) -> Docks:
    """Return the docks of a new window that shows a store in a layout, when they stand still."""
    settings: Settings = request.getfixturevalue("settings")
    settings.set_layout_of("explore", layout)
    driver: Driver = request.getfixturevalue("own_driver")
    driver.open(store)
    driver.choose("Order")
    return driver.window.docks


def test_a_dock_that_was_kept_too_low_gets_what_it_needs(
    request: pytest.FixtureRequest, docks: Docks, shared_driver: Driver, demo_store: Path
) -> None:
    docks.commands.hide()  # beside which there is more room
    docks.watch.raise_()
    shared_driver.settle()
    docks.area.resizeDocks([docks.timeline, docks.watch], [700, 60], UP)
    docks.area.resizeDocks([docks.entities, docks.timeline, docks.state], [100, 1000, 100], ACROSS)
    shared_driver.settle()
    assert docks.watch.widget().height() < docks.watch.least_height and docks.state.width() < 264
    found = opened(request, docks.area.saveState(LAYOUT_VERSION), demo_store)
    for each in (docks, found):
        each.rebuild.raise_()
        shared_driver.settle()
        assert each.rebuild.chips.isVisible(), "the steps from zero have room as soon as they are shown"
    docks.restore_default()
    assert min(found.entities.width(), found.state.width()) >= 264


def test_docks_that_have_no_room_side_by_side_stand_as_at_first(
    request: pytest.FixtureRequest, docks: Docks, demo_store: Path
) -> None:
    for each in (docks.event, docks.compare, docks.log, docks.activity, docks.notes):
        docks.area.splitDockWidget(docks.state, each, ACROSS)
    layout = docks.area.saveState(LAYOUT_VERSION)
    docks.restore_default()
    found = opened(request, layout, demo_store)
    assert found.area.tabifiedDockWidgets(found.state)
    assert found.area.minimumSizeHint().width() <= found.area.width()


@pytest.mark.parametrize("kept", ["of other docks", "no layout"])
def test_a_layout_that_is_none_of_these_docks_is_as_if_there_was_none(
    request: pytest.FixtureRequest, docks: Docks, demo_store: Path, kept: str
) -> None:
    layout = docks.area.saveState(LAYOUT_VERSION - 1) if kept == "of other docks" else QByteArray(b"\0\1damaged")
    found = opened(request, layout, demo_store)
    assert found.entities.width() == docks.entities.width()
    assert abs(found.rebuild.height() - docks.rebuild.height()) < 40, "the bar of the status is there or not"
