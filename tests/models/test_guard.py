"""Whatever a method raises that Qt calls: it is logged, the cell says so, and the program lives."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, QStringListModel
from PySide6.QtGui import QIconEngine, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QListView, QStyledItemDelegate, QWidget
from pytestqt.qtbot import QtBot

import es_desktop
from es_desktop.models.guard import Guarded, overrides


def subclasses(cls: type) -> Iterator[type]:
    for each in cls.__subclasses__():
        yield each
        yield from subclasses(each)


def test_no_class_overrides_a_method_of_qt_without_the_guard() -> None:
    for each in pkgutil.walk_packages(es_desktop.__path__, "es_desktop."):
        if ".child" not in each.name and not each.name.endswith("__main__"):
            importlib.import_module(each.name)
    ours = {cls for base in (QObject, QIconEngine) for cls in subclasses(base) if cls.__module__.startswith("es_deskt")}
    assert len(ours) > 60
    assert [f"{cls.__name__}.{name}" for cls in ours for name, _ in overrides(cls)] == []


class Failing(Guarded, QLabel):
    """A label none of whose own methods works."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.save()
        raise ValueError("paint")

    def sizeHint(self) -> QSize:
        raise ValueError("size")

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            raise ValueError("event")
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        raise ValueError("filter")

    def setVisible(self, visible: bool) -> None:
        super().setVisible(visible)
        raise ValueError("visible")


class FailingDelegate(Guarded, QStyledItemDelegate):
    def paint(self, painter: QPainter, option: Any, index: Any) -> None:
        raise ValueError("paint")

    def sizeHint(self, option: Any, index: Any) -> QSize:
        raise ValueError("size")

    def createEditor(self, parent: QWidget, option: Any, index: Any) -> QWidget:
        raise ValueError("editor")


@pytest.mark.qt_log_ignore("Painter ended with 1 saved states", "edit: editing failed", extend=True)
def test_what_a_widget_and_a_delegate_raise_is_logged_and_nothing_ends(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    label, view, model = Failing("text"), QListView(), QStringListModel(["one", "two"])
    delegate = FailingDelegate(view)
    view.setModel(model)
    view.setItemDelegate(delegate)
    label.installEventFilter(label)
    for each in (label, view):
        qtbot.addWidget(each)
        each.show()
        for _ in range(3):
            each.grab()
            QApplication.sendEvent(each, QEvent(QEvent.Type.Enter))
    assert label.sizeHint().isValid()
    view.edit(model.index(0, 0))
    view.setItemDelegate(QStyledItemDelegate(view))
    found = [each.getMessage() for each in caplog.records]
    assert sorted(found) == sorted(set(found)), "each once"
    caplog.clear()  # otherwise the guard of the tests fails this one
    expected = {f"Failing.{each} failed" for each in ("paintEvent", "sizeHint", "event", "eventFilter", "setVisible")}
    assert expected | {f"FailingDelegate.{each} failed" for each in ("paint", "sizeHint", "createEditor")} <= {*found}
