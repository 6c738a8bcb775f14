"""A dialog to choose one of several stores of a database, with what each of them holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtWidgets import QTableView, QWidget

from es_desktop.core.counts import format_number
from es_desktop.models.table.model import RIGHT, Column, RowsModel
from es_desktop.views.style.dock_frame import ElidedLabel
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.rows import Column as Look
from es_desktop.views.style.rows import RowDelegate
from es_desktop.views.style.table_setup import choose_row, set_up_table
from es_desktop.views.style.theme import Theme, mono_font

_SIZE: Final = (620, 360)
_ABOUT: Final = "This database holds several stores. Another one can be chosen later, above the entities."
_NAME, _FORMAT, _ENTITIES, _EVENTS = range(4)
_WIDTHS: Final = {_FORMAT: 210, _ENTITIES: 76, _EVENTS: 86}
_LOOKS: Final = {_NAME: Look(mono=True), _FORMAT: Look(dim=True)}


def _number(count: int | None) -> str:
    return "?" if count is None else format_number(count)


_COLUMNS: Final[Sequence[Column[Any]]] = (
    Column("Store", lambda store: store.table_name, tip=str),
    Column("Format", lambda store: store.format.name),
    Column("Entities", lambda store: _number(store.entities), RIGHT),
    Column("Events", lambda store: _number(store.events), RIGHT),
)


class StoreDialog(FormDialog):
    """Lists the stores; ``chosen`` is the scope that opens the one of the current row."""

    def __init__(
        self, store: str, stores: Sequence[Any], shown: str | None, theme: Theme, parent: QWidget | None = None
    ) -> None:
        """``store`` is the name of the database; ``stores`` are those of its ``Detection``; ``shown`` is current."""
        super().__init__("Choose a store", "Open", parent, size=_SIZE, spacing=10)
        self._stores: RowsModel[Any] = RowsModel(_COLUMNS, stores, parent=self)
        self.table = QTableView(self)
        delegate = RowDelegate(self.table, _LOOKS, theme=theme)
        set_up_table(
            self.table, self._stores, delegate, "Stores", widths=_WIDTHS, stretch=[_NAME], finds_by_typing=True
        )
        self.table.doubleClicked.connect(self.agree)
        name = ElidedLabel(store, self)
        name.setFont(mono_font())
        self.add(name, Label(_ABOUT, self, "dim", wraps=True))
        self.add(self.table, stretch=1)
        names = [each.table_name for each in stores]
        choose_row(self.table, names.index(shown) if shown in names else 0)
        self.table.setFocus()

    @property
    def chosen(self) -> str:
        return str(self._stores.at(max(0, self.table.currentIndex().row())).table_name)
