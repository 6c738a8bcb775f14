"""Says what an import will write, before it is written."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLayout, QVBoxLayout, QWidget

from es_desktop.app.text.values import count_text, elide
from es_desktop.models.transfer.transfer import PlannedImport
from es_desktop.views.style.plain_text import Label

_WIDTH: Final = 440


class ImportDialog(QDialog):
    """Asks whether the records of a file should be written into the open store."""

    def __init__(self, planned: PlannedImport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import events")
        survey = planned.survey
        about = Label(f"{elide(planned.path.name, 48)} → {elide(planned.session.short_name, 32)}", self, role="dim")
        about.setMinimumWidth(_WIDTH)
        records = f"{count_text(survey.events, 'event')} and {count_text(survey.snapshots, 'snapshot')}"
        headline = Label(f"{records} of {count_text(survey.sequences, 'entity')} will be written", self, role="title")
        there = f"Already there, and passed over: {count_text(survey.skipped, 'record')}.\n"
        told = Label(
            f"{there if survey.skipped else ''}All of them are written in one step, or none at all.\n"
            "What is written stays in the store for good.",
            self,
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        write = buttons.addButton("Import", QDialogButtonBox.ButtonRole.AcceptRole)
        write.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 16)
        layout.setSpacing(12)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        for widget in (about, headline, told):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(buttons)
