"""Conformance: which entities fit a pattern of event types, and how the others first differ."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHBoxLayout, QTableView, QVBoxLayout, QWidget

from es_desktop.app.process.process import pattern_of
from es_desktop.app.process.selections import OfDeviation, OfVariant
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.presence import Absence
from es_desktop.models.process.process_tables import DIFFERENCE, FIT_COUNT, FIT_SHARE, FitModel, fit_rows
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.fields import line_edit
from es_desktop.views.style.plain_text import Hint
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table

_WIDTHS: Final = {FIT_COUNT: 64, FIT_SHARE: 64}
_EXAMPLE: Final = "Created > ItemAdded+ > ... > Paid"
_NONE: Final = Absence(
    "Type the order of event types that you expect, and press Enter. “>” separates what follows directly; after "
    "a type “+” is once or more, “?” at most once and “*” any number of times; “A | B” is either, and "
    "“...” any events. Or take the chosen variant."
)


class ConformanceDock(WorkspaceDock):
    """Checks the entities of the type against a pattern; a click chooses those that differ in one way."""

    name, title = "process-conformance", "Conformance"

    def _fill(self, body: QWidget) -> None:
        self._finder = self._workspace.process
        self._model = FitModel(self)
        self.line = line_edit("Pattern of event types", _EXAMPLE, body, can_clear=True)
        self.check_button = push_button("Check", body)
        self.take_button = push_button("Take the variant", body, "link")
        self.hint, self.error = Hint(parent=body, top=10, bottom=8), Hint(parent=body, top=4, bottom=4)
        self.table = QTableView(body)
        delegate = RowDelegate(self.table, {FIT_SHARE: Column(dim=True)}, theme=self._theme)
        set_up_table(
            self.table,
            self._model,
            delegate,
            "How entities differ",
            widths=_WIDTHS,
            stretch=[DIFFERENCE],
        )
        row = fill(QHBoxLayout(), (self.line, 1), self.check_button, self.take_button, margins=(9, 9, 9, 4), spacing=8)
        fill(QVBoxLayout(body), row, self.error, self.hint, (self.table, 1), margins=(1, 0, 1, 1))
        self.line.returnPressed.connect(self._check)
        self.check_button.clicked.connect(self._check)
        self.take_button.clicked.connect(self._take_variant)
        self.table.clicked.connect(self._choose)
        self.table.activated.connect(self._choose)
        self._finder.conformance_changed.connect(self._show)
        self._finder.part_changed.connect(self._show_take)
        self._theme.follow(self)
        self._show()

    def _check(self) -> None:
        self.error.explain("")
        try:
            self._finder.check_conformance(self.line.text())
        except UserError as error:
            self._explain(self.error, Absence.of(error))

    def _take_variant(self) -> None:
        """Type the pattern of the chosen variant, and check it."""
        shown, part = self._finder.shown, self._finder.part
        if shown is None or not isinstance(part, OfVariant):
            return
        found = next((each for each in shown.process.variants.variants if each.key == part.key), None)
        if found is not None:
            try:
                self.line.setText(str(pattern_of(found, shown.process.query)))
            except UserError as error:
                self._explain(self.error, Absence.of(error))
            else:
                self._check()

    def _choose(self, index: QModelIndex) -> None:
        found = self._finder.conformance
        if found is not None:
            self._finder.choose(OfDeviation(found.pattern, self._model.row_at(index).deviation))

    def _show_take(self) -> None:
        self.take_button.setEnabled(isinstance(self._finder.part, OfVariant))

    def _show(self) -> None:
        finder, found = self._finder, self._finder.conformance
        self._model.set_rows([] if found is None else fit_rows(found))
        self.table.setVisible(found is not None)
        if found is not None:
            self._explain(self.hint, None)
        elif finder.conformance_problem is not None:
            self._explain(self.hint, Absence.of(finder.conformance_problem))
        else:
            self._explain(self.hint, Absence("Checking…") if finder.is_checking else _NONE)
        fits = (
            ""
            if found is None
            else f"{format_number(found.fitting)} of {count_text(found.entities, found.entity_type)} fit"
        )
        self.title_bar.set_summary(fits)
        self._show_take()
