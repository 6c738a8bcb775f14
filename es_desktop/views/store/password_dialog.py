"""Asks for the password of a server, and whether the system's keyring should keep it."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from es_desktop.app.runtime.errors import StoreRefused
from es_desktop.app.store.opening import OpenOptions
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.dock_frame import ElidedLabel
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import mono_font

_WIDTH: Final = 440


class PasswordDialog(FormDialog):
    """Asks for one password; ``options`` are those of the request, with it."""

    def __init__(
        self, workspace: Workspace, error: StoreRefused, options: OpenOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__("Password", "Connect", parent, size=(_WIDTH, 0), spacing=10)
        self._given = options
        store = ElidedLabel(error.store, self)
        store.setFont(mono_font())
        self.password = QLineEdit(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("Password")
        self.password.setPlaceholderText("Password")
        self.keep = QCheckBox("Keep the password in the system’s keyring", self)
        self.keep.setEnabled(False)
        self._why_not_kept = Label("Looking for a keyring…", self, role="hint")
        self._why_not_kept.setContentsMargins(23, 0, 0, 0)
        self.add(store)
        self.add_result()
        self.add(self.password, self.keep, self._why_not_kept)
        if options.password:
            self.result_line.show_text(error.text, "error")
        else:
            self.result_line.show_text("This server wants a password.", "dim")
        self.agree_button.setEnabled(False)
        self.password.textChanged.connect(lambda text: self.agree_button.setEnabled(bool(text)))
        passwords = workspace.stores.opener.passwords
        asking = LatestRequest(workspace.runner)
        asking.start("Looking for a keyring", lambda job: passwords.why_not(), self._on_keyring)
        self.finished.connect(lambda _: asking.cancel())
        self.password.setFocus()

    @property
    def options(self) -> OpenOptions:
        """What the request was made with, and the password."""
        keeps = self.keep.isChecked() if self.keep.isEnabled() else None
        return self._given.with_password(self.password.text(), keeps)

    def _on_keyring(self, why_not: str) -> None:
        self.keep.setEnabled(not why_not)
        self._why_not_kept.setText(why_not or "Otherwise it is kept nowhere, and asked for the next time.")
