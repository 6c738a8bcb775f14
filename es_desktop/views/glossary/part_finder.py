"""Which part of the window is at a point, or has the focus."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QDockWidget, QHeaderView, QTabBar, QTableView, QTreeView, QWidget

from .parts import part_of


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
    headings: list[str] = []
    while widget is not None:
        inside = None if point is None else widget.mapFromGlobal(point)
        if isinstance(widget, Parted):
            found.append(widget.part_at(inside))
        elif isinstance(widget, QTableView | QTreeView):
            headings.append(_heading(widget, point))
        elif isinstance(widget, QDockWidget):
            found += [f"{widget.objectName()}.{heading}" for heading in headings]
            found.append(widget.objectName())
        elif isinstance(widget, QTabBar):
            found += _docks_of(widget, widget.currentIndex() if inside is None else widget.tabAt(inside))
        found.append(part_of(widget))
        if isinstance(widget, QDialog):
            found.append(f"dialog.{type(widget).__name__}")
            break
        widget = widget.parentWidget()
    return [each for each in found if each]


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
