"""A popup in which the event types of the timeline are chosen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from es_desktop.models.entity.event_types_model import COUNT, NAME, TICK, EventTypesModel
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.rows import Column
from es_desktop.views.style.table_popup import TablePopup
from es_desktop.views.style.table_setup import set_up_table, width_for
from es_desktop.views.style.tick_delegate import TickDelegate
from es_desktop.views.style.tokens import Tokens

_MOST_ROWS: Final = 14
_TICK_WIDTH: Final = 34


class TypeChooser(TablePopup):
    """A check box for each type, with its colour and count; changes apply at once."""

    def __init__(self, types: EventTypesModel, row: int, tokens: Tokens, parent: QWidget) -> None:
        super().__init__("Event types to show", parent)
        # A click on the button that opened the popup only closes it.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self._types = types
        self._set_up_table(tokens)
        self.all_button, self.only_button = self._link("Show all"), self._link("Only this type")
        self.all_button.clicked.connect(types.show_all)
        self.only_button.clicked.connect(lambda: types.show_only(self._row))
        for keys, run in (("Space", self._toggle), ("Return", self._toggle_only), ("Enter", self._toggle_only)):
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(run)
        self.table.clicked.connect(self._on_clicked)
        types.changed.connect(self._on_changed)
        types.modelReset.connect(self.close)  # the types of another entity
        self._arrange()
        self._on_changed()
        self.table.setCurrentIndex(types.index(row, NAME))
        self.table.setFocus()

    def open_below(self, widget: QWidget) -> None:
        """Open below a widget, within its window."""
        self.resize(self.sizeHint())
        self.open_inside(widget.window(), widget.mapToGlobal(QPoint(0, widget.height() + 3)))

    @property
    def _row(self) -> int:
        return max(0, self.table.currentIndex().row())

    def _set_up_table(self, tokens: Tokens) -> None:
        table, types = self.table, self._types
        columns = {NAME: Column(strong=True), COUNT: Column(dim=True)}
        delegate = TickDelegate(table, columns)
        delegate.set_tokens(tokens)
        set_up_table(table, types, delegate, "Event types", stretch=[NAME])
        texts = [[str(types.index(row, column).data()) for row in range(types.rowCount())] for column in (NAME, COUNT)]
        widths = (
            _TICK_WIDTH,
            width_for(table, texts[0], swatch=True, least=130, most=320),
            width_for(table, [*texts[1], "Events"], least=56),
        )
        for column, width in zip((TICK, NAME, COUNT), widths, strict=True):
            table.horizontalHeader().resizeSection(column, width)
        self.show_rows(min(_MOST_ROWS, types.rowCount()))
        table.setMinimumWidth(max(sum(widths) + 14, 250))

    def _link(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("role", "link")
        button.setAutoDefault(False)
        return button

    def _arrange(self) -> None:
        hint = Label("Space shows or hides a type, Enter shows only that type.", self, role="hint")
        hint.setContentsMargins(8, 0, 8, 2)
        links = QHBoxLayout()
        links.setContentsMargins(2, 2, 2, 0)
        links.addWidget(self.all_button)
        links.addWidget(self.only_button)
        links.addStretch(1)
        self.lay_out(self.table, links, hint, spacing=2)

    def _toggle(self) -> None:
        self._types.set_shown(self._row, not self._types.is_shown(self._row))

    def _toggle_only(self) -> None:
        if self._types.is_only(self._row):
            self._types.show_all()
        else:
            self._types.show_only(self._row)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._types.set_shown(index.row(), not self._types.is_shown(index.row()))

    def _on_changed(self) -> None:
        self.all_button.setEnabled(bool(self._types.hidden))
