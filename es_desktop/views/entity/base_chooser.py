"""A popup in which the snapshot that rebuilds start from is chosen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QFrame, QHeaderView, QTableView, QVBoxLayout, QWidget

from es_desktop.app.entity.bases import BaseChoice
from es_desktop.app.entity.view import EntityView
from es_desktop.models.entity.bases_model import BasesModel
from es_desktop.models.entity.inspector import Inspector
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.rows import ROW_HEIGHT, Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_view
from es_desktop.views.style.tokens import Tokens

_WIDTH: Final = 520
_MOST_ROWS: Final = 12
_MARGIN: Final = 6


class BaseChooser(QDialog):
    """A table of an entity's snapshots; typing digits goes to a version."""

    def __init__(self, inspector: Inspector, view: EntityView, version: int, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Snapshots to rebuild from")
        self._inspector = inspector
        used = None if inspector.state_view is None else inspector.state_view.base.version
        checks = view.reading.checks.of(view.facts.id)
        self._model = BasesModel(view.bases, view.outline.versions, version, used, self, checks=checks)
        self.table = QTableView(self)
        self.table.setModel(self._model)
        self._set_up_table(tokens)
        hint = Label("Press Enter to rebuild its version and all later ones from it.", self, role="hint")
        hint.setContentsMargins(8, 2, 8, 2)
        frame = QFrame(self)
        frame.setProperty("role", "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        inside.setSpacing(4)
        inside.addWidget(self.table)
        inside.addWidget(hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        self.table.clicked.connect(self._on_chosen)
        self.table.activated.connect(self._on_chosen)
        self.table.setCurrentIndex(self._model.index(self._model.first_choice, 0))
        self.table.setFocus()

    def open_at(self, point: QPoint, room: QWidget) -> None:
        """Open with the lower left corner at a point of the screen, inside the window of ``room``."""
        self.resize(_WIDTH, self.sizeHint().height())
        window = room.window().geometry()
        left = max(window.left() + _MARGIN, min(point.x(), window.right() - self.width() - _MARGIN))
        self.move(left, max(window.top() + _MARGIN, point.y() - self.height()))
        self.open()
        self.table.scrollTo(self.table.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _set_up_table(self, tokens: Tokens) -> None:
        set_up_view(self.table, finds_by_typing=True)
        delegate = RowDelegate(self.table, {0: Column(tint="amber"), 2: Column(dim=True)})
        delegate.set_tokens(tokens)
        self.table.setItemDelegate(delegate)
        self.table.setAccessibleName("Snapshots")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate((64, 108, 104)):
            header.resizeSection(column, width)
        rows = min(_MOST_ROWS, self._model.rowCount())
        self.table.setFixedHeight((rows + 1) * ROW_HEIGHT + 2)

    def _on_chosen(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.accept()
            self._inspector.set_base(BaseChoice.picked(self._model.version_at(index.row())))
