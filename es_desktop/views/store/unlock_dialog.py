"""Asks for the key of encrypted records. It goes from here to the open store, and nowhere else."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.credentials import keys_from_text
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.result_line import ResultLine

_WIDTH: Final = 440


class UnlockDialog(QDialog):
    """Asks for one key; ``keys`` are what its text may stand for once it is accepted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unlock with a key")
        self.keys: tuple[bytes, ...] = ()
        about = Label(
            "The AES key of the application that wrote the records: 16, 24 or 32 bytes, as base64, as hexadecimal "
            "digits, or as plain text. It is used while this store is open, and kept nowhere.",
            self,
        )
        about.setProperty("role", "dim")
        about.setWordWrap(True)
        self.key = QLineEdit(self)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setAccessibleName("Key")
        self.key.setPlaceholderText("Key")
        self.result_line = ResultLine(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.unlock_button = buttons.addButton("Unlock", QDialogButtonBox.ButtonRole.AcceptRole)
        self.unlock_button.setDefault(True)
        self.unlock_button.setEnabled(False)
        self.key.textChanged.connect(self._on_typed)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 16)
        layout.setSpacing(10)
        for widget in (about, self.key, self.result_line):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.resize(_WIDTH, max(layout.heightForWidth(_WIDTH), layout.sizeHint().height()))
        self.key.setFocus()

    def _on_typed(self, text: str) -> None:
        self.keys, told = (), ""
        if text.strip():
            try:
                self.keys = keys_from_text(text)
            except UserError as error:
                told = error.text
        self.unlock_button.setEnabled(bool(self.keys))
        self.result_line.show_text(told, "dim")
