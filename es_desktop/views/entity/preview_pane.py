"""A preview of an event before it is written."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from es_desktop.app.entity.commands import Preview
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.values import summarise_changes
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import mono_font, restyle


class PreviewPane(QWidget):
    """Shows the event that a command would write, its changes and what the policy will do; or why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headline = Label(parent=self, role="title")
        self._record = QPlainTextEdit(self)
        self._record.setReadOnly(True)
        self._record.setFont(mono_font())
        self._record.setFixedHeight(76)
        self._record.setAccessibleName("The event's payload")
        self._record.setTabChangesFocus(True)
        self._message = Label(parent=self, wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._headline)
        layout.addWidget(self._record)
        layout.addWidget(self._message)

    def show_preview(self, preview: Preview) -> None:
        """Show the preview of an event."""
        self._headline.setText(f"Event {preview.version} · {preview.topic.rpartition('#')[2]}")
        self._record.setPlainText(preview.data)
        if preview.ends:
            text = "This event ends the entity. Its history stays in the store."
        else:
            text = summarise_changes(preview.changes) or "The value stays the same, so there is nothing to write."
        policy = "\nThe policy will then take a snapshot." if preview.takes_snapshot and preview.has_effect else ""
        self._show_message(text + policy, "")

    def show_refusal(self, error: UserError) -> None:
        """Show why there is no event."""
        self._headline.setText("No event")
        self._record.clear()
        self._show_message(str(error), "error")

    def _show_message(self, text: str, role: str) -> None:
        self._message.setText(text)
        self._message.setProperty("role", role)
        restyle(self._message)
