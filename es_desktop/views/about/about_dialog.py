"""The dialog that says which version this is, and lists its plugins and the parts that others wrote."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTableView, QVBoxLayout, QWidget

from es_desktop.app.about.components import Component, components
from es_desktop.app.about.plugins import plugin_parts
from es_desktop.models.guard import Guarded
from es_desktop.models.table.model import Column, RowsModel
from es_desktop.version import __version__
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.fields import text_page
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.rows import Column as Look
from es_desktop.views.style.rows import RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.theme import Theme
from es_desktop.views.table.rows import choose_row
from es_desktop.views.window.bug_dialog import versions

_WHAT: Final = "Opens an event store and shows its entities, their events and snapshots, and how each state came to be."
_PARTS: Final = "It consists of these parts and plugins. Choose one to read its licence, or what a plugin gives."
_COLUMNS: Final[Sequence[Column[Component]]] = (
    Column("Part", lambda part: part.name, tip=lambda part: part.source),
    Column("Version", lambda part: part.version, tip=str),
    Column("Licence", lambda part: part.licence, tip=str),
)
_LOOKS: Final = {1: Look(dim=True), 2: Look(dim=True)}
_SIZE: Final = (760, 640)
_installed: Final = cache(components)
"""Read once in a run: each time, the parser of the metadata and importlib keep 47 KB."""


class AboutDialog(Guarded, QDialog):
    """Says what this is; below it a table of its parts, and the licence of the chosen one."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About")
        program, *others = _installed()
        self._parts = RowsModel(_COLUMNS, (program, *plugin_parts(), *others))
        self._parts.setParent(self)
        self.table, self.text = QTableView(self), text_page("Licence", self)
        delegate = RowDelegate(self.table, _LOOKS, theme=theme)
        widths = {1: 230, 2: 190}
        set_up_table(
            self.table, self._parts, delegate, "Parts", widths=widths, stretch=[0], several=False, finds_by_typing=True
        )
        self.table.selectionModel().currentRowChanged.connect(self._show)
        copy, close = push_button("Copy the versions", self), push_button("Close", self)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(versions()))
        close.clicked.connect(self.close)
        fill(
            QVBoxLayout(self),
            Label(f"Event Stream Explorer {__version__}", self, "title"),
            Label(_WHAT, self, wraps=True),
            Label(_PARTS, self, "dim", wraps=True),
            (self.table, 1),
            (self.text, 1),
            fill(QHBoxLayout(), (0, 1), copy, close, spacing=8),
            margins=(18, 16, 18, 16),
            spacing=10,
        )
        choose_row(self.table, 0)
        self.table.setFocus()
        self.resize(*_SIZE)

    def _show(self) -> None:
        part = self._parts.at(max(0, self.table.currentIndex().row()))
        head = "\n".join(filter(None, (f"{part.name} {part.version}", part.source)))
        self.text.setPlainText(f"{head}\n\n{part.text}")
