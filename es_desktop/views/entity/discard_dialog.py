"""Discards an entity: asks first, and shows the very event that this would write."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from es_desktop.app.entity.commands import Preview
from es_desktop.app.entity.view import EntityView
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.plain_text import Label

from .preview_pane import PreviewPane


class DiscardDialog(QDialog):
    """Asks whether the chosen entity should end here."""

    def __init__(self, workspace: Workspace, view: EntityView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Discard the entity")
        self.resize(520, 0)
        self._pane = PreviewPane(self)
        about = Label(f"{view.facts.type} {view.facts.id}", self, role="dim")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._discard = buttons.addButton("Discard", QDialogButtonBox.ButtonRole.AcceptRole)
        self._discard.setProperty("role", "danger")
        self._discard.setAutoDefault(False)
        self._discard.setEnabled(False)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 16)
        layout.setSpacing(12)
        layout.addWidget(about)
        layout.addWidget(self._pane)
        layout.addStretch(1)
        layout.addWidget(buttons)
        commands, entity_id, version = workspace.commander.commands, view.facts.id, view.facts.version
        request = LatestRequest(workspace.runner)
        request.start(
            "Preparing the event",
            lambda job: commands.preview_discard(entity_id, version),
            self._on_preview,
            failed=self._on_refused,
        )
        self.finished.connect(lambda _: request.cancel())

    def _on_preview(self, preview: Preview) -> None:
        self._pane.show_preview(preview)
        self._discard.setEnabled(True)

    def _on_refused(self, error: UserError) -> None:
        self._pane.show_refusal(error)
