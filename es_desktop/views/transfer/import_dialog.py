"""Says what an import will write, before it is written."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from es_desktop.app.text.values import count_text, elide
from es_desktop.models.transfer.transfer import PlannedImport
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label

_WIDTH: Final = 476


class ImportDialog(FormDialog):
    """Asks whether the records of a file should be written into the open store."""

    def __init__(self, planned: PlannedImport, parent: QWidget | None = None) -> None:
        super().__init__("Import events", "Import", parent, size=(_WIDTH, 0))
        preview = planned.preview
        about = Label(f"{elide(planned.path.name, 48)} → {elide(planned.session.short_name, 32)}", self, role="dim")
        records = f"{count_text(preview.events, 'event')} and {count_text(preview.snapshots, 'snapshot')}"
        headline = Label(f"{records} of {count_text(preview.sequences, 'entity')} will be written", self, role="title")
        there = f"Already there, and passed over: {count_text(preview.skipped, 'record')}.\n"
        told = Label(
            f"{there if preview.skipped else ''}All of them are written in one step, or none at all.\n"
            "What is written stays in the store for good.",
            self,
        )
        self.add(about, headline, told)
