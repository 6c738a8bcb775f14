"""Modal prompts; tests replace them with answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QLineEdit, QMessageBox, QWidget

from es_desktop.app.runtime.errors import ConflictError, UserError
from es_desktop.app.text.times import local_time
from es_desktop.app.transfer.export import FormatText
from es_desktop.system.counts import format_number
from es_desktop.views.style.dialogs import run_dialog
from es_desktop.views.style.plain_text import message_box

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_RECORDS = "JSON Lines and CloudEvents (*.jsonl *.ndjson *.json *.cloudevents);;All files (*)"
_NEW_STORES = "Event stores (*.esdb)"
_FILTER = "Event stores (*.esdb *.db *.sqlite *.sqlite3);;All files (*)"


class Prompts(Protocol):
    """Asks a person. Each method blocks in the GUI thread until it is answered."""

    def store_to_open(self) -> str | None:
        """Return the file to open; ``None`` for none."""

    def address(self, offered: str) -> str | None:
        """Return the address to open; ``None`` for none. ``offered`` is the default."""

    def store_to_make(self) -> str | None:
        """Return the file of a new store; ``None`` for none."""

    def store_to_save(self, name: str) -> str | None:
        """Return the new file to save a store to; ``None`` for none. ``name`` is the default."""

    def copy_to_make(self, name: str) -> str | None:
        """Return the file of a working copy; ``None`` for none. ``name`` is the default."""

    def file_to_write(self, name: str, about: FormatText) -> str | None:
        """Return the file to export to; ``None`` for none. ``name`` is the default."""

    def printer(self) -> QPrinter | None:
        """Return the printer to print with; ``None`` for none."""

    def file_to_import(self) -> str | None:
        """Return the file to import; ``None`` for none."""

    def confirm(self, title: str, text: str, yes: str) -> bool:
        """Return whether the person agrees; ``yes`` is the text of the button."""

    def retry(self, conflict: ConflictError) -> bool:
        """Show the events of the conflict; return whether to reload and try again."""

    def version(self, current: int, first: int, last: int) -> int | None:
        """Return the version to go to; ``None`` for none."""

    def time(self, offered: str) -> str | None:
        """Return the date or time to go to, as typed; ``None`` for none. ``offered`` is the default."""

    def show_error(self, error: UserError) -> None:
        """Show an error and its hint."""

    def choose(self, error: UserError, offers: Sequence[str]) -> str | None:
        """Show an error, and return what a person chose of what can be done; ``None`` for nothing."""

    def can_ask(self, error: UserError) -> bool:
        """Return whether a person can be asked for what is missing; if not, show ``error``."""


class Dialogs:
    """Asks with dialogs of Qt and of the system."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def store_to_open(self) -> str | None:
        name, _ = QFileDialog.getOpenFileName(self._parent, "Open a store", "", _FILTER)
        return name or None

    def address(self, offered: str) -> str | None:
        return self._text("Open an address", "esdb:FILE?entity=ID&at=N", offered)

    def store_to_make(self) -> str | None:
        return self._file_to_make("New store", "events.esdb", _NEW_STORES, ".esdb")

    def store_to_save(self, name: str) -> str | None:
        return self._file_to_make("Save the store", name, _FILTER, ".esdb", overwrites=False)

    def copy_to_make(self, name: str) -> str | None:
        # Copying continues an existing copy, and never overwrites it.
        return self._file_to_make("Work on a copy", name, _NEW_STORES, ".esdb", overwrites=False)

    def file_to_write(self, name: str, about: FormatText) -> str | None:
        file_filter = f"{about.title} (*{about.ending})"
        return self._file_to_make(f"Export as {about.title}", name, file_filter, about.ending)

    def printer(self) -> QPrinter | None:
        # Here, because few print, and the library of printers takes time to load.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)  # the dialog does not keep it alive
        dialog = QPrintDialog(printer, self._parent)
        run_dialog(dialog)
        return printer if dialog.result() == QDialog.DialogCode.Accepted else None

    def _file_to_make(
        self, title: str, name: str, file_filter: str, ending: str, *, overwrites: bool = True
    ) -> str | None:
        option = QFileDialog.Option(0) if overwrites else QFileDialog.Option.DontConfirmOverwrite
        found, _ = QFileDialog.getSaveFileName(self._parent, title, name, file_filter, options=option)
        return (found if Path(found).suffix else f"{found}{ending}") if found else None

    def _text(self, title: str, label: str, offered: str) -> str | None:
        text, given = QInputDialog.getText(self._parent, title, label, QLineEdit.EchoMode.Normal, offered)
        return text.strip() or None if given else None

    def file_to_import(self) -> str | None:
        name, _ = QFileDialog.getOpenFileName(self._parent, "Import events", "", _RECORDS)
        return name or None

    def confirm(self, title: str, text: str, yes: str) -> bool:
        box = message_box(self._parent, QMessageBox.Icon.Question, title, text)
        agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
        agree.setProperty("role", "danger")
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        run_dialog(box)
        return box.clickedButton() is agree

    def retry(self, conflict: ConflictError) -> bool:
        lines = [
            f"{format_number(each.version)}   {each.type}   {local_time(each.timestamp)}"
            for each in conflict.arrived[-8:]
        ]
        text = "Another writer changed this entity first. Your change was not written.\n\nNew events:\n"
        box = message_box(self._parent, QMessageBox.Icon.Warning, "The entity has changed", text + "\n".join(lines))
        again = box.addButton("Reload and try again", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Discard my change", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(again)
        run_dialog(box)
        return box.clickedButton() is again

    def version(self, current: int, first: int, last: int) -> int | None:
        question = f"Version, {format_number(first)} to {format_number(last)}:"
        if not -(2**31) < first <= last < 2**31:  # beyond the 32 bits of the box
            text = self._text("Go to version", question, str(current)) or ""
            return int(text) if text.lstrip("-").isdecimal() else None
        wanted, given = QInputDialog.getInt(self._parent, "Go to version", question, current, first, last)
        return wanted if given else None

    def time(self, offered: str) -> str | None:
        return self._text("Go to a time", "A date, or a date and a time:", offered)

    def show_error(self, error: UserError) -> None:
        box = message_box(self._parent, QMessageBox.Icon.Warning, "This cannot be done", error.text, error.hint)
        run_dialog(box)

    def choose(self, error: UserError, offers: Sequence[str]) -> str | None:
        box = message_box(self._parent, QMessageBox.Icon.Warning, "This cannot be done", error.text, error.hint)
        buttons = [box.addButton(each, QMessageBox.ButtonRole.AcceptRole) for each in offers]
        box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Close))
        box.setDefaultButton(buttons[0])
        run_dialog(box)
        return next((offer for offer, each in zip(offers, buttons, strict=True) if each is box.clickedButton()), None)

    def can_ask(self, error: UserError) -> bool:
        return True
