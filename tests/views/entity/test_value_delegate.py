"""The rows of a state: a pin beside what is pinned, and long paths cut in their middle."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QTreeView
from pytestqt.qtbot import QtBot

from es_desktop.models.entity.state_model import NAME, VALUE, Arrangement, StateModel
from es_desktop.views.entity.editors import ValueDelegate
from es_desktop.views.style.rows import Column
from es_desktop.views.style.table_setup import set_up_view
from es_desktop.views.style.tokens import LIGHT


@pytest.fixture
def tree(qtbot: QtBot) -> QTreeView:
    tree = QTreeView()
    qtbot.addWidget(tree)
    tree.setModel(StateModel(tree))
    set_up_view(tree)
    delegate = ValueDelegate(tree, {NAME: Column(paths=True), VALUE: Column(mono=True)})
    delegate.set_tokens(LIGHT)
    tree.setItemDelegate(delegate)
    tree.header().resizeSection(NAME, 100)
    tree.resize(400, 120)
    tree.show()
    return tree


def arrange(tree: QTreeView, state: object, *pinned: str) -> None:
    model = tree.model()
    assert isinstance(model, StateModel)
    model.set_state(state, (), {})
    model.set_arrangement(Arrangement(pinned=pinned))


def inked(image: QImage, left: int, right: int) -> bool:
    """Whether anything is painted in the first row between two pixels."""
    return any(image.pixelColor(x, y).name() == LIGHT.faint for x in range(left, right) for y in range(4, 22))


def test_a_pinned_row_has_a_pin_at_the_end_of_its_name(tree: QTreeView) -> None:
    arrange(tree, {"total": 1})
    assert not inked(tree.viewport().grab().toImage(), 80, 100)
    arrange(tree, {"total": 1}, "total")
    image = tree.viewport().grab().toImage()
    assert inked(image, 80, 100)
    assert not inked(image, 100, 380)


def test_a_long_path_shows_both_its_ends_and_a_long_name_its_start(tree: QTreeView) -> None:
    def shown(state: object, *pinned: str) -> QImage:
        arrange(tree, state, *pinned)
        return tree.viewport().grab().toImage().copy(0, 0, 86, 26)

    one = shown({"customer": {"address": {"city": 1}}}, "customer.address.city")
    other = shown({"customer": {"address": {"land": 1}}}, "customer.address.land")
    assert one != other, "the ends differ, and are to be seen"
    assert shown({"customer_and_address_and_city": 1}) == shown({"customer_and_address_and_land": 1})
