"""Asks which list is written to a file, with which columns, and in which format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from es_desktop.app.text.plain import elide
from es_desktop.app.transfer.export import AnyFormat, ExportFormat
from es_desktop.app.transfer.seen import SeenRows
from es_desktop.models.transfer.seen_lists import SeenList
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label

from . import add_row, choices_grid, show_formats

_MOST_LETTERS: Final = 60


class SeenDialog(FormDialog):
    """Asks what of the lists is exported; what was chosen is there once it is accepted."""

    def __init__(
        self,
        lists: Sequence[SeenList],
        columns: Mapping[str, Sequence[int]],
        chosen: str,
        formats: Sequence[AnyFormat],
        parent: QWidget | None = None,
    ) -> None:
        """Offer the lists, and those of the formats that hold a table.

        ``columns`` are those that each list shows, by its name; ``chosen`` is the name of the one offered first.
        """
        super().__init__("Export what is seen", "Choose file…", parent, size=(0, 0), spacing=18)
        self.lists = {QRadioButton(each.title, self): each for each in lists}
        self.shown = QRadioButton("As the list shows", self)
        self.everything = QRadioButton("All columns", self)
        self.formats = {each: QRadioButton(each.about.title, self) for each in formats if each.is_table}
        self._columns = columns
        self._seen, self._whole = Label("", self, role="dim"), Label("", self, role="dim")
        self._sentences = {each: Label("", self, role="dim") for each in self.formats}
        grid = choices_grid()
        add_row(grid, Label("Rows", role="title"))
        for radio, each in self.lists.items():
            radio.setEnabled(each.count > 0)
            add_row(grid, radio, Label(each.described, role="dim"))
        add_row(grid, Label("Columns", role="title"), space_above=True)
        add_row(grid, self.shown, self._seen)
        add_row(grid, self.everything, self._whole)
        add_row(grid, Label("Format", role="title"), space_above=True)
        for format, radio in self.formats.items():
            add_row(grid, radio, self._sentences[format])
        self.add(grid)
        for radios in (self.lists, (self.shown, self.everything), self.formats.values()):
            self._group([*radios])
        first = next((radio for radio, each in self.lists.items() if each.name == chosen and each.count), None)
        (first or next((radio for radio in self.lists if radio.isEnabled()), self.shown)).setChecked(True)
        self.shown.setChecked(True)
        self.formats[ExportFormat.XLSX].setChecked(True)
        self._show_choice()
        (first or self.shown).setFocus()

    @property
    def list(self) -> SeenList:
        """The list that was chosen."""
        return next(each for radio, each in self.lists.items() if radio.isChecked())

    @property
    def format(self) -> AnyFormat:
        return next(format for format, radio in self.formats.items() if radio.isChecked())

    @property
    def suggested_name(self) -> str:
        """A file name for the export."""
        return f"{self.list.name}{self.format.about.ending}"

    @property
    def rows(self) -> SeenRows | None:
        """The rows to export; ``None`` if they cannot be read yet."""
        return self.list.rows(None if self.everything.isChecked() else self._columns[self.list.name])

    def _group(self, radios: Sequence[QRadioButton]) -> None:
        group = QButtonGroup(self)
        for each in radios:
            group.addButton(each)
            each.toggled.connect(self._show_choice)

    def _show_choice(self) -> None:
        """Describe what is chosen, and enable the formats that can hold it."""
        chosen = next((each for radio, each in self.lists.items() if radio.isChecked()), None)
        self.agree_button.setEnabled(chosen is not None)
        if chosen is None:
            return
        seen = chosen.rows(self._columns[chosen.name])
        self._seen.setText("" if seen is None else elide(", ".join(seen.headings), _MOST_LETTERS))
        self._whole.setText(chosen.whole)
        show_formats(self.formats, self._sentences, lambda format: format.why_not(chosen.count))
