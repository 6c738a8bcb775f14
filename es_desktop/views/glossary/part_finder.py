"""Which part of the window is at a point, or has the focus."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QDockWidget,
    QHeaderView,
    QLabel,
    QTabBar,
    QTableView,
    QTreeView,
    QWidget,
)

from .parts import LABEL, part_of


@runtime_checkable
class Parted(Protocol):
    """A widget with parts of its own."""

    def part_at(self, point: QPoint | None) -> str:
        """Return the part at a point of the widget, or that has the focus; an empty text for none."""


def parts_at(widget: QWidget | None, point: QPoint | None) -> list[str]:
    """Return the parts of the window that a widget is in, the nearest first.

    ``point`` is one of the screen, or ``None`` for what has the focus inside the widget.
    """
    found: list[str] = []
    label = ""
    while widget is not None:
        inside = None if point is None else widget.mapFromGlobal(point)
        if isinstance(widget, Parted):
            found.append(widget.part_at(inside))
        elif isinstance(widget, QTabBar):
            found += _docks_of(widget, widget.currentIndex() if inside is None else widget.tabAt(inside))
        found.append(part_of(widget))
        outer = f"dialog.{type(widget).__name__}" if isinstance(widget, QDialog) else ""
        if isinstance(widget, QDockWidget):
            outer = widget.objectName()
        if outer:
            found += [f"{outer}.{label}", outer] if label else [outer]
        elif not label:
            heading = _heading(widget, point) if isinstance(widget, QTableView | QTreeView) else ""
            label = heading or label_of(widget)
            found += [f"{LABEL}{label}"] if label else []
        if isinstance(widget, QDialog):
            break
        widget = widget.parentWidget()
    return [each for each in found if each]


def label_of(widget: QWidget) -> str:
    """Return what a field, a button or a text is called; an empty text for what has no name."""
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return widget.accessibleName() or text.replace("&", "")


def _docks_of(bar: QTabBar, tab: int) -> list[str]:
    """Return the name of the panel of a tab."""
    docks = bar.window().findChildren(QDockWidget)
    return [each.objectName() for each in docks if tab >= 0 and each.windowTitle() == bar.tabText(tab)]


def _heading(view: QTableView | QTreeView, point: QPoint | None) -> str:
    """Return the heading of the column at a point of the screen, or of the current cell."""
    header = view.horizontalHeader() if isinstance(view, QTableView) else view.header()
    column = view.currentIndex().column() if point is None else _column_at(header, point)
    role = Qt.ItemDataRole.DisplayRole
    return str(view.model().headerData(column, Qt.Orientation.Horizontal, role) or "") if column >= 0 else ""


def _column_at(header: QHeaderView, point: QPoint) -> int:
    return header.logicalIndexAt(header.viewport().mapFromGlobal(point).x())
