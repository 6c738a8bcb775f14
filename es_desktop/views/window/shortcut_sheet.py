"""All keyboard shortcuts on one sheet, from the table of actions."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from es_desktop.views.actions import ACTIONS, MENUS
from es_desktop.views.style.plain_text import Label

_COLUMNS: Final = (("Store", "Entity"), ("Go", "View", "Help"), ("Debug", "What if"))
_FRAME: Final = QSize(40, 90)
"""Pixels left free around the sheet on a small screen."""


class ShortcutSheet(QDialog):
    """Lists the shortcuts by menu; scrolls on a small screen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        assert {menu for column in _COLUMNS for menu in column} == set(MENUS)
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(24, 20, 24, 24)
        columns.setSpacing(36)
        for menus in _COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(14)
            for menu in menus:
                self._add_menu(column, menu)
            column.addStretch(1)
            columns.addLayout(column)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        wanted = page.sizeHint() + QSize(area.verticalScrollBar().sizeHint().width(), 2)
        self.resize(wanted.boundedTo(parent.screen().availableSize() - _FRAME))

    def _add_menu(self, column: QVBoxLayout, menu: str) -> None:
        rows = [spec for spec in ACTIONS if spec.menu == menu and spec.shortcuts]
        title = Label(menu, role="title")
        column.addWidget(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(7)
        for number, spec in enumerate(rows):
            keys = Label("   ".join(spec.shortcuts), role="pill")
            grid.addWidget(keys, number, 0)
            grid.addWidget(Label(spec.text.rstrip("…")), number, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
