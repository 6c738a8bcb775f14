"""Boxes of numbers and options in a form."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from es_desktop.views.style.fields import ChoiceBox, calm

VIEWS = Path(__file__).parents[3] / "es_desktop" / "views"


def turn_wheel(box: QWidget) -> None:
    at = QPointF(box.rect().center())
    no_button, no_key = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    turn = (QPoint(), QPoint(0, -120), no_button, no_key, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(box, QWheelEvent(at, QPointF(box.mapToGlobal(at.toPoint())), *turn))


@pytest.mark.parametrize(
    ("make", "value"),
    [
        (lambda parent: ChoiceBox([("yes", True), ("no", False)], parent), QComboBox.currentIndex),
        (lambda parent: calm(QSpinBox(parent, value=5)), QSpinBox.value),
    ],
    ids=["options", "number"],
)
def test_the_wheel_changes_only_a_box_that_has_the_focus(
    qtbot: QtBot, make: Callable[[QWidget], QWidget], value: Callable[[QWidget], int]
) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    first, second = make(page), make(page)
    rows = QVBoxLayout(page)
    rows.addWidget(first)
    rows.addWidget(second)
    page.show()
    page.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    before = value(second)
    turn_wheel(second)
    assert value(second) == before and first.hasFocus()
    second.setFocus()
    turn_wheel(second)
    assert value(second) != before


def test_each_box_is_calm() -> None:
    made = re.compile(r"(?<!calm\()\bQ(?:ComboBox|\w*SpinBox|\w*TimeEdit|DateEdit)\((?=self|parent)")
    found = [f"{path.name}: {each}" for path in VIEWS.rglob("*.py") for each in made.findall(path.read_text("utf-8"))]
    assert found == []
