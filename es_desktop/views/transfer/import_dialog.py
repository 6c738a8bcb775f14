"""A dialog that shows what an import will write."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from es_desktop.app.text.values import count_text, elide
from es_desktop.models.transfer.transfer import PlannedImport
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label

_WIDTH: Final = 476


class ImportDialog(FormDialog):
    """Asks whether to write the records of a file into the open store."""

    def __init__(self, planned: PlannedImport, parent: QWidget | None = None) -> None:
        super().__init__("Import events", "Import", parent, size=(_WIDTH, 0))
        preview = planned.preview
        about = Label(f"{elide(planned.path.name, 48)} → {elide(planned.session.short_name, 32)}", self, role="dim")
        records = f"{count_text(preview.events, 'event')} and {count_text(preview.snapshots, 'snapshot')}"
        headline = Label(f"{records} of {count_text(preview.sequences, 'entity')} will be written", self, role="title")
        there = f"Already in the store, and skipped: {count_text(preview.skipped, 'record')}.\n"
        rules = Label(
            f"{there if preview.skipped else ''}Either all of them are written, or none.\n"
            "Imported events cannot be removed from the store.",
            self,
        )
        self.add(about, headline, rules)
