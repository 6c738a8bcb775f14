"""Discards an entity: asks first, and shows the very event that this would write."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from es_desktop.app.entity.commands import Preview
from es_desktop.app.entity.view import EntityView
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label

from .preview_pane import PreviewPane


class DiscardDialog(FormDialog):
    """Asks whether the chosen entity should end here."""

    def __init__(self, workspace: Workspace, view: EntityView, parent: QWidget | None = None) -> None:
        super().__init__("Discard the entity", "Discard", parent, is_dangerous=True)
        self._pane = PreviewPane(self)
        self.agree_button.setEnabled(False)
        self.add(Label(f"{view.facts.type} {view.facts.id}", self, "dim"), self._pane)
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
        self.agree_button.setEnabled(True)

    def _on_refused(self, error: UserError) -> None:
        self._pane.show_refusal(error)
