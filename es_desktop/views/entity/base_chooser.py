"""A popup in which the snapshot that rebuilds start from is chosen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QWidget

from es_desktop.app.entity.verdict import BaseChoice
from es_desktop.app.entity.view import EntityView
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.entity.snapshots import BasesModel
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_popup import TablePopup
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.tokens import Tokens

_WIDTH: Final = 520
_MOST_ROWS: Final = 12


class BaseChooser(TablePopup):
    """A table of an entity's snapshots; typing digits goes to a version."""

    def __init__(self, inspector: Inspector, view: EntityView, version: int, tokens: Tokens, parent: QWidget) -> None:
        super().__init__("Snapshots to rebuild from", parent)
        used = None if inspector.state_view is None else inspector.state_view.base.version
        checks = view.reading.checks.of(view.facts.id)
        self._inspector = inspector
        self._model = BasesModel(view.bases, view.outline.versions, version, used, self, checks=checks)
        delegate = RowDelegate(self.table, {0: Column(tint="amber"), 2: Column(dim=True)})
        delegate.set_tokens(tokens)
        widths = {0: 64, 1: 108, 2: 104}
        set_up_table(self.table, self._model, delegate, "Snapshots", widths=widths, stretch=[3], finds_by_typing=True)
        self.show_rows(min(_MOST_ROWS, self._model.rowCount()))
        hint = Label("Press Enter to rebuild its version and all later ones from it.", self, role="hint")
        hint.setContentsMargins(8, 2, 8, 2)
        self.lay_out(self.table, hint, spacing=4)
        self.table.clicked.connect(self._on_chosen)
        self.table.activated.connect(self._on_chosen)
        self.table.setCurrentIndex(self._model.index(self._model.first_choice, 0))
        self.table.setFocus()

    def open_at(self, point: QPoint, parent: QWidget) -> None:
        """Open with the lower left corner at a point of the screen, inside the window of ``parent``."""
        self.resize(_WIDTH, self.sizeHint().height())
        self.open_inside(parent.window(), point - QPoint(0, self.height()))

    def _on_chosen(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.accept()
            self._inspector.set_base(BaseChoice.picked(self._model.version_at(index.row())))
