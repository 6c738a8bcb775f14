"""Dialogs to choose stores: one of a database, with what each of them holds, or some files of a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtWidgets import QTableView, QWidget

from es_desktop.app.store.folder import StoreFile
from es_desktop.app.text.values import format_bytes
from es_desktop.models.table.model import RIGHT, Column, RowsModel, time_column
from es_desktop.system.counts import format_number
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import ElidedLabel, Label
from es_desktop.views.style.rows import Column as Look
from es_desktop.views.style.rows import RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.theme import Theme, mono_font
from es_desktop.views.table.rows import choose_row

_SIZE: Final = (620, 360)
_ABOUT: Final = "This database holds several stores. Another one can be chosen later, above the entities."
_ABOUT_FOLDER: Final = "Each of the chosen ones opens in a window of its own."
_NAME, _FORMAT, _ENTITIES, _EVENTS = range(4)
_WIDTHS: Final = {_FORMAT: 210, _ENTITIES: 76, _EVENTS: 86}
_FILE_WIDTHS: Final = {1: 90, 2: 130}
_LOOKS: Final = {_NAME: Look(mono=True), _FORMAT: Look(dim=True)}


def _number(count: int | None) -> str:
    return "?" if count is None else format_number(count)


_COLUMNS: Final[Sequence[Column[Any]]] = (
    Column("Store", lambda store: store.table_name, tip=str),
    Column("Format", lambda store: store.format.name),
    Column("Entities", lambda store: _number(store.entities), RIGHT, value=lambda store: store.entities),
    Column("Events", lambda store: _number(store.events), RIGHT, value=lambda store: store.events),
)


_FILE_COLUMNS: Final[Sequence[Column[StoreFile]]] = (
    Column("Store", lambda file: file.name, tip=lambda file: str(file.path)),
    Column("Size", lambda file: format_bytes(file.size), RIGHT, value=lambda file: file.size),
    time_column("Changed", lambda file: file.changed, tip=None),
)


class _ChoiceDialog(FormDialog):
    """Lists stores in a table below a name and a text."""

    def __init__(
        self,
        title: str,
        name: str,
        about: str,
        rows: RowsModel[Any],
        widths: Mapping[int, int],
        theme: Theme,
        parent: QWidget | None,
        several: bool = False,
    ) -> None:
        super().__init__(title, "Open", parent, size=_SIZE, spacing=10)
        self._stores = rows
        rows.setParent(self)
        self.table = QTableView(self)
        delegate = RowDelegate(self.table, _LOOKS, theme=theme)
        choice: Any = {"several": several, "finds_by_typing": True}
        set_up_table(self.table, rows, delegate, "Stores", widths=widths, stretch=[_NAME], **choice)
        self.table.doubleClicked.connect(self.agree)
        name_label = ElidedLabel(name, self)
        name_label.setFont(mono_font())
        self.add(name_label, Label(about, self, "dim", wraps=True))
        self.add(self.table, stretch=1)
        choose_row(self.table, 0)
        self.table.setFocus()


class FolderDialog(_ChoiceDialog):
    """Lists the store files in a folder; ``chosen`` are the paths of the selected ones."""

    def __init__(self, folder: str, files: Sequence[StoreFile], theme: Theme, parent: QWidget | None = None) -> None:
        rows = RowsModel(_FILE_COLUMNS, files)
        super().__init__("Choose stores", folder, _ABOUT_FOLDER, rows, _FILE_WIDTHS, theme, parent, several=True)

    @property
    def chosen(self) -> list[str]:
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [str(self._stores.at(row).path) for row in rows]


class StoreDialog(_ChoiceDialog):
    """Lists the stores; ``chosen`` is the scope that opens the one of the current row."""

    def __init__(
        self, store: str, stores: Sequence[Any], shown: str | None, theme: Theme, parent: QWidget | None = None
    ) -> None:
        """``store`` is the name of the database; ``stores`` are those of its ``Detection``; ``shown`` is current."""
        super().__init__("Choose a store", store, _ABOUT, RowsModel(_COLUMNS, stores), _WIDTHS, theme, parent)
        names = [each.table_name for each in stores]
        if shown in names:
            choose_row(self.table, names.index(shown))

    @property
    def chosen(self) -> str:
        return str(self._stores.at(max(0, self.table.currentIndex().row())).table_name)
