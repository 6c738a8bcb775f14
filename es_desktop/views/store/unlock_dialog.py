"""A dialog that asks for the key of encrypted records. The key is never saved."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QLineEdit, QWidget

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.credentials import keys_from_text
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label

_WIDTH: Final = 440


class UnlockDialog(FormDialog):
    """Asks for one key; ``keys`` are the keys that its text can mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Unlock with a key", "Unlock", parent, size=(_WIDTH, 0), spacing=10)
        self.keys: tuple[bytes, ...] = ()
        about = Label(
            "The AES key of the application that wrote the records: 16, 24 or 32 bytes, as base64, as hexadecimal "
            "digits, or as plain text. It is used while this store is open, and never saved.",
            self,
        )
        about.setProperty("role", "dim")
        about.setWordWrap(True)
        self.key = QLineEdit(self)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setAccessibleName("Key")
        self.key.setPlaceholderText("Key")
        self.agree_button.setEnabled(False)
        self.key.textChanged.connect(self._on_typed)
        self.add(about, self.key)
        self.add_result()
        self.key.setFocus()

    def _on_typed(self, text: str) -> None:
        self.keys, problem = (), ""
        if text.strip():
            try:
                self.keys = keys_from_text(text)
            except UserError as error:
                problem = error.text
        self.agree_button.setEnabled(bool(self.keys))
        self.result_line.show_text(problem, "dim")
