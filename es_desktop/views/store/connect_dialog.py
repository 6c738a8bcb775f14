"""Dialogs that ask for a database on a server, for a password, or for a key."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from es_desktop.app.runtime.errors import StoreRefused, UserError
from es_desktop.app.store.credentials import PORT, ServerAddress, keys_from_text
from es_desktop.app.store.opening import OpenOptions
from es_desktop.models.runtime.tasks import LatestRequest
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.builders import fill
from es_desktop.views.style.fields import line_edit
from es_desktop.views.style.form_dialog import FormDialog, form_label
from es_desktop.views.style.plain_text import ElidedLabel, Label, set_tip
from es_desktop.views.style.theme import mono_font

_ABOUT_KEYS: Final = (
    "The AES key of the application that wrote the records: 16, 24 or 32 bytes, as base64, as hexadecimal "
    "digits, or as plain text. It is used while this store is open, and never saved."
)


class KeepPassword(QCheckBox):
    """A check box: save the password in the system keyring. Looks for a keyring in a task."""

    def __init__(self, workspace: Workspace, dialog: QDialog) -> None:
        super().__init__("Save the password in the system keyring", dialog)
        self.setEnabled(False)
        self.note = Label("Looking for a keyring…", dialog, "hint")
        """The hint to show below the check box."""
        self.note.setContentsMargins(23, 0, 0, 0)
        passwords, request = workspace.stores.opener.passwords, LatestRequest(workspace.runner)
        request.start("Looking for a keyring", lambda job: passwords.why_not(), self._on_found)
        dialog.finished.connect(lambda _: request.cancel())

    @property
    def answer(self) -> bool | None:
        """Whether to save the password; ``None`` without a keyring."""
        return self.isChecked() if self.isEnabled() else None

    def _on_found(self, why_not: str) -> None:
        self.setEnabled(not why_not)
        self.note.setText(why_not or "Otherwise it is not saved, and you are asked for it next time.")


class ConnectDialog(FormDialog):
    """Asks for a database and connects to it; ``store`` and ``options`` are the answer once it is accepted."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("Connect to a database", "Connect", parent, size=(540, 0), spacing=14)
        self._workspace = workspace
        self._try_request = LatestRequest(workspace.runner)
        self._address = ServerAddress()
        self.url = line_edit("URL", "postgresql://user@host:5432/database", self, is_mono=True)
        self.host = line_edit("Host", "this computer", self)
        self.port = line_edit("Port", str(PORT), self)
        self.port.setValidator(QIntValidator(1, 65535, self))
        self.port.setFixedWidth(76)
        self.database = line_edit("Database", "", self)
        self.user = line_edit("User", "", self)
        self.password = line_edit("Password", "", self, is_secret=True)
        self.keep = KeepPassword(workspace, self)
        self.make_new = QCheckBox("Create a new store in this database", self)
        self.try_button = self.buttons.addButton("&Test connection", QDialogButtonBox.ButtonRole.ResetRole)
        self.try_button.setAutoDefault(False)
        self._lay_out()
        self._connect()
        self._show_address()
        self.url.setFocus()

    @property
    def store(self) -> str:
        """The URL, without a password."""
        return str(self._address.without_password())

    @property
    def options(self) -> OpenOptions:
        """The password, and whether to save it."""
        password = self.password.text()
        keeps = self.keep.answer if password else None
        return OpenOptions(password=password or None, keeps_password=keeps)

    # Layout

    def _lay_out(self) -> None:
        form = self.add_form()
        form.row("URL", self.url)
        form.row("Host", self.host, form_label("Port"), self.port)
        for line in (self.database, self.user, self.password):
            form.row(line.accessibleName(), line)
        form.addRow("", fill(QVBoxLayout(), self.keep, self.keep.note, 4, self.make_new, spacing=4))
        self.add_result()

    def _connect(self) -> None:
        self.url.textEdited.connect(self._on_url_edited)
        for line in (self.host, self.port, self.database, self.user):
            line.textEdited.connect(self._on_field_edited)
        self.password.textEdited.connect(self._on_changed)
        self.make_new.toggled.connect(self._on_changed)
        self.try_button.clicked.connect(lambda: self._try(then_accept=False))
        self.finished.connect(lambda _: self._try_request.cancel())

    def agree(self) -> None:
        if self.agree_button.isEnabled():
            self._try(then_accept=True)

    # The URL and its parts follow each other

    def _on_url_edited(self, text: str) -> None:
        try:
            address = ServerAddress.parse(text)
        except UserError as error:
            self._address = ServerAddress()
            self._on_changed()
            self.result_line.show_text(str(error) if "://" in text else "", "dim")
            return
        self._address = address.without_password()
        for line, value in self._parts():
            line.setText(value)
        if address.password:
            # A password is removed from the URL as soon as it is recognised.
            behind = len(text) - self.url.cursorPosition()
            self.password.setText(address.password)
            self.url.setText(self.store)
            self.url.setCursorPosition(max(0, len(self.url.text()) - behind))
        self._on_changed()

    def _parts(self) -> tuple[tuple[QLineEdit, str], ...]:
        address = self._address
        port = "" if address.port is None else str(address.port)
        lines = self.host, self.port, self.database, self.user
        return tuple(zip(lines, (address.host, port, address.database, address.user), strict=True))

    def _on_field_edited(self) -> None:
        port = self.port.text()
        self._address = ServerAddress(
            self.host.text().strip(),
            int(port) if port else None,
            self.database.text().strip(),
            self.user.text().strip(),
            options=self._address.options,
        )
        self.url.setText(self.store)
        self._on_changed()

    def _on_changed(self) -> None:
        self._try_request.cancel()
        self.result_line.show_text("", "dim")
        self._show_address()

    def _show_address(self) -> None:
        why_not = self._address.why_not()
        for button in (self.try_button, self.agree_button):
            button.setEnabled(not why_not)
            set_tip(button, why_not)

    # Connecting, in a task

    def _try(self, *, then_accept: bool) -> None:
        store, options, makes = self.store, self.options, self.make_new.isChecked()
        opener = self._workspace.stores.opener
        self.result_line.show_text("Connecting…", "dim")

        def done(found: str) -> None:
            self.result_line.show_text(found, "good")
            if then_accept:
                self.accept()

        def failed(error: UserError) -> None:
            # The URL is above this line, and is not repeated.
            self.result_line.show_text(error.text.removeprefix(f"{store} cannot be opened: "), "error")

        self._try_request.start(
            "Connecting", lambda job: opener.try_out(store, options, makes=makes), done, failed=failed
        )


class PasswordDialog(FormDialog):
    """Asks for one password; ``options`` are those of the request, with it."""

    def __init__(
        self, workspace: Workspace, error: StoreRefused, options: OpenOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__("Password", "Connect", parent, size=(440, 0), spacing=10)
        self._given = options
        store = ElidedLabel(error.store, self)
        store.setFont(mono_font())
        self.password = line_edit("Password", "Password", self, is_secret=True)
        self.keep = KeepPassword(workspace, self)
        self.add(store)
        self.add_result()
        self.add(self.password, self.keep, self.keep.note)
        text = error.text if options.password else "This server requires a password."
        self.result_line.show_text(text, "error" if options.password else "dim")
        self.agree_button.setEnabled(False)
        self.password.textChanged.connect(lambda text: self.agree_button.setEnabled(bool(text)))
        self.password.setFocus()

    @property
    def options(self) -> OpenOptions:
        """The options of the request, with the password."""
        return replace(self._given, password=self.password.text(), keeps_password=self.keep.answer)


class UnlockDialog(FormDialog):
    """Asks for one key; ``keys`` are the keys that its text can mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Unlock with a key", "Unlock", parent, size=(440, 0), spacing=10)
        self.keys: tuple[bytes, ...] = ()
        self.key = line_edit("Key", "Key", self, is_secret=True)
        self.agree_button.setEnabled(False)
        self.key.textChanged.connect(self._on_typed)
        self.add(Label(_ABOUT_KEYS, self, "dim", wraps=True), self.key)
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
