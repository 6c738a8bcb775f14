"""All keyboard shortcuts on one sheet, from the table of actions."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from .actions import ACTIONS, MENUS

_COLUMNS = (("Store", "Entity"), ("Go", "Debug"), ("View", "Help"))


class ShortcutSheet(QDialog):
    """Lists the shortcuts, menu by menu."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        columns = QHBoxLayout(self)
        columns.setContentsMargins(24, 20, 24, 24)
        columns.setSpacing(36)
        assert {menu for column in _COLUMNS for menu in column} == set(MENUS)
        for menus in _COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(14)
            for menu in menus:
                self._add_menu(column, menu)
            column.addStretch(1)
            columns.addLayout(column)

    def _add_menu(self, column: QVBoxLayout, menu: str) -> None:
        rows = [spec for spec in ACTIONS if spec.menu == menu and spec.shortcuts]
        if not rows:
            return
        title = QLabel(menu, self)
        title.setProperty("role", "title")
        column.addWidget(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(7)
        for number, spec in enumerate(rows):
            keys = QLabel("   ".join(spec.shortcuts), self)
            keys.setProperty("role", "pill")
            grid.addWidget(keys, number, 0)
            grid.addWidget(QLabel(spec.text.rstrip("…"), self), number, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
