"""The variants: the orders of event types that entities have in common, the most frequent first."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QTableView, QVBoxLayout, QWidget

from es_desktop.app.process.selections import OfEdge, OfType, OfVariant, Part
from es_desktop.app.process.variants import Variant
from es_desktop.models.presence import Absence
from es_desktop.models.process.process_tables import COUNT, SHARE, TYPES, TYPICAL, VariantsModel
from es_desktop.system.counts import count_text, format_number, format_share
from es_desktop.views.style.builders import fill, foot_frame
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint, Label
from es_desktop.views.style.rows import Column
from es_desktop.views.style.table_setup import set_up_table

from .variant_rows import ROW_HEIGHT, VariantDelegate

_WIDTHS: Final = {COUNT: (52, 44), SHARE: (104, 58), TYPICAL: (84, 80)}
"""Of columns in pixels, with and without room for bars."""
_ROOM_FOR_BARS: Final = 440
_COLUMNS: Final = {COUNT: Column(strong=True), TYPICAL: Column(dim=True)}


class VariantsDock(WorkspaceDock):
    """Lists the variants, or those that have the chosen node or edge; a click chooses one."""

    name, title = "process-variants", "Variants"

    def _fill(self, body: QWidget) -> None:
        self._finder = self._workspace.process
        self._model = VariantsModel(self)
        self.table = QTableView(body)
        self.hint = Hint(parent=body, top=10, bottom=8)
        self.legend = Label(parent=body, role="dim", wraps=True)
        self._delegate = VariantDelegate(self.table, _COLUMNS, self._theme)
        set_up_table(self.table, self._model, self._delegate, "Variants", stretch=[TYPES])
        self._foot = foot_frame(body)
        fill(QVBoxLayout(self._foot), self.legend, margins=(12, 6, 12, 8))
        fill(QVBoxLayout(body), self.hint, (self.table, 1), self._foot, margins=(1, 0, 1, 1))
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.clicked.connect(self._choose)
        self.table.activated.connect(self._choose)
        self._finder.changed.connect(self._show)
        self._finder.part_changed.connect(self._show)
        self._theme.follow(self)
        self._show()

    def _fit(self, width: int) -> None:
        self._delegate.has_bars = has_bars = width >= _ROOM_FOR_BARS
        header = self.table.horizontalHeader()
        for column, (wide, narrow) in _WIDTHS.items():
            header.resizeSection(column, wide if has_bars else narrow)

    def _choose(self, index: QModelIndex) -> None:
        self._finder.choose(OfVariant(self._model.row_at(index).key))

    def _show(self) -> None:
        shown, part, session = self._finder.shown, self._finder.part, self._workspace.session
        if shown is None or session is None:
            self._model.set_rows(())
            self._explain(self.hint, Absence("The variants are shown when the process is read."))
            self.table.setVisible(False)
            self._foot.setVisible(False)
            self.title_bar.set_summary("")
            return
        found = shown.process.variants
        rows = [each for each in found.variants if has_part(each, part)]
        hues = session.type_hues
        self._model.short, self._model.wrong = shown.short, shown.wrong
        self._delegate.hues = {name: hues[name] for name in shown.short}
        self._model.set_rows(rows, key=lambda each: each.key)
        self.table.setVisible(bool(rows))
        self._explain(self.hint, None if rows else Absence("No variant that is listed has it."))
        named = list(dict.fromkeys(name for each in rows[:20] for name in each.types))[:14]
        self.legend.setText(" · ".join(f"{shown.short[name]} {name}" for name in named))
        self._foot.setVisible(bool(named))
        if len(rows) < len(found.variants):
            entities = sum(each.entities for each in rows)
            text = f"{format_number(len(rows))} of {count_text(found.count, 'variant')} · {format_number(entities)}"
            self.title_bar.set_summary(f"{text} of {count_text(found.entities, found.entity_type)}")
        elif found.count > 2:
            first = format_share(found.covered_by(2))
            self.title_bar.set_summary(f"{count_text(found.count, 'variant')} · the first two are {first}")
        else:
            self.title_bar.set_summary(count_text(found.count, "variant"))


def has_part(variant: Variant, part: Part | None) -> bool:
    """Return whether a variant has a node or an edge; for any other part, whatever it is."""
    match part:
        case OfType(name):
            return name in variant.types
        case OfEdge(before, after) if before != after:
            return any(pair == (before, after) for pair in pairwise(variant.types))
        case OfEdge(before, _):
            return before in variant.types
    return True
