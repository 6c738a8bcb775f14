"""A choice of columns of one table, each for what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from es_desktop.app.store.map_guess import Sampled, guess_columns
from es_desktop.app.store.table_maps import toml_of
from es_desktop.views.style.choice import ChoiceBox
from es_desktop.views.style.form_dialog import form_label

_NONE: Final = "–"
_COLUMNS: Final = 2
_LETTERS: Final = 18
LABEL_WIDTH: Final = 78
"""So that what stands below each other is level."""


class ColumnChoice(QWidget):
    """A combo box for each role: the columns of a table, or none of them where the role may be empty."""

    changed = Signal()

    def __init__(self, roles: Mapping[str, str], optional: frozenset[str], parent: QWidget | None = None) -> None:
        """Show ``roles``, each with its title, in rows of two."""
        super().__init__(parent)
        self._optional = optional
        self.boxes: dict[str, ChoiceBox[str | None]] = {role: ChoiceBox(parent=self) for role in roles}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for number, (role, box) in enumerate(self.boxes.items()):
            box.setAccessibleName(roles[role])
            box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_LETTERS)
            box.currentIndexChanged.connect(self.changed)
            row, column = divmod(number, _COLUMNS)
            label = form_label(roles[role])
            label.setMinimumWidth(LABEL_WIDTH)
            grid.addWidget(label, row, 2 * column)
            grid.addWidget(box, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)

    def show_table(self, table: Sampled, chosen: Mapping[str, Any] | None = None) -> None:
        """Offer the columns of a table; those that are ``chosen``, or else what they look like, come first."""
        chosen = guess_columns(table) if chosen is None else chosen
        for role, box in self.boxes.items():
            box.blockSignals(True)
            none = [(_NONE, None)] if role in self._optional or role not in chosen else []
            source = chosen.get(role)
            # What a map says that no column of the table is by itself.
            other = [] if source is None or isinstance(source, str) else [(toml_of(source), source)]
            box.set_options([*none, *other, *((column, column) for column in table.columns)])
            box.choose(source)
            box.blockSignals(False)
        self.changed.emit()

    def names(self) -> dict[str, Any]:
        """Return the chosen column of each role; ``None`` where there is none."""
        return {role: box.chosen if box.values else None for role, box in self.boxes.items()}
