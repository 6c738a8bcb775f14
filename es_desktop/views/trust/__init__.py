"""A dialog that asks whether a person's own code may run, and shows what will run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.plain import plain_label
from es_desktop.app.trust.fold import Trust, TrustError
from es_desktop.app.trust.rights import rights_text
from es_desktop.app.trust.settings import chosen_trust, offered_pythons, split_names
from es_desktop.models.trust.trust_control import ActiveTrust, TrustControl
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.fields import calm, line_edit
from es_desktop.views.style.form_dialog import FormDialog, row_of
from es_desktop.views.style.plain_text import Label, set_tip
from es_desktop.views.style.theme import mono_font

_WIDTH, _HEIGHT = 640, 500
"""Pixels, with space for what will run, so that nothing moves once it is known."""
_NOTHING: Final = (
    "Enter the folder and the modules of the program that wrote this store. Its classes then fold the events, and "
    "each state is exact. What will run is shown here first."
)
_RECORDS: Final = "It receives the records of this store through a pipe, not the store or a connection to it."
_END: Final = "Trust ends when the store is closed."
_REMEMBERED: Final = (
    "Trust is remembered for this store: opening the store runs the code, until you stop trusting it. If its files "
    "change, you are asked again."
)


class TrustNotice(QFrame):
    """A card with the lines that will run, and what they may do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        title = Label("What will run", self, role="title")
        self.lines = Label(parent=self, wraps=True)
        self.lines.setFont(mono_font())
        self.terms = Label(parent=self, role="dim", wraps=True)
        fill(QVBoxLayout(self), title, self.lines, self.terms, margins=(14, 12, 14, 12), spacing=8)

    def show_trust(self, trust: Trust | None, taken: Collection[str], *, is_remembered: bool) -> None:
        """Show what would run, and what it may do without the rights ``taken``; ``None`` shows how to name it."""
        self.lines.setVisible(trust is not None)
        if trust is None:
            self.terms.setText(_NOTHING)
            return
        self.lines.setText("\n".join(_breakable(line) for line in _lines_of(trust)))
        self.terms.setText(f"{rights_text(taken)} {_RECORDS} {_REMEMBERED if is_remembered else _END}")


def _lines_of(trust: Trust) -> list[str]:
    modules = [name.partition(":")[0] for name in (*trust.modules, *filter(None, [trust.function]))]
    folds = f"{trust.function}(state, event)" if trust.function else "event.mutate(state)"
    return [
        f"{trust.python}   in {trust.folder}",
        f"import {', '.join(dict.fromkeys(modules))}",
        f"for each event:   {folds}",
    ]


def _breakable(line: str) -> str:
    """Allow a line break after each folder of a path."""
    return line.replace("/", "/\u200b").replace("\\", "\\\u200b")


class TrustDialog(FormDialog):
    """Asks for a folder, modules and an interpreter. **Runs them** when accepted, and stays open if that fails.

    ``trusted`` is the result once it is accepted.
    """

    def __init__(self, trust_control: TrustControl, named: Sequence[str], parent: QWidget | None = None) -> None:
        """``named`` are the modules that the records of the store name."""
        super().__init__("Trust code", "Trust and run", parent, size=(_WIDTH, _HEIGHT))
        self.trusted: ActiveTrust | None = None
        self._trust_control = trust_control
        self._is_running = False
        self._taken: frozenset[str] = frozenset()
        self.folder = line_edit("Folder", "where the modules are", self, is_mono=True)
        self.modules = line_edit("Modules", "shop.orders, shop.stock", self, is_mono=True)
        fold = "the classes that the records name; or shop.folding:fold"
        self.function = line_edit("Function", fold, self, is_mono=True)
        self.python = calm(QComboBox(self, editable=True, insertPolicy=QComboBox.InsertPolicy.NoInsert))
        for part in filter(None, (self.python, self.python.lineEdit())):
            part.setAccessibleName("Python")
            part.setAccessibleDescription("The interpreter that runs the code")
        self.python.setFont(mono_font())
        self.python.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.remember = QCheckBox("Remember for this store", self)
        self.notice = TrustNotice(self)
        self.traceback = QPlainTextEdit(self, readOnly=True, lineWrapMode=QPlainTextEdit.LineWrapMode.NoWrap)
        self._set_up_traceback()
        self.use_named = push_button(f"Use {plain_label(', '.join(named), 60)}", self, "link")
        self.use_named.setVisible(bool(named))
        set_tip(self.use_named, "The modules that the records of this store name")
        self._named = tuple(named)
        self._lay_out()
        self._offer_pythons()
        self._connect()
        self._check()
        self.folder.setFocus()
        trust_control.rights_found.connect(self._show_rights)
        trust_control.find_rights()

    def offer(self, trust: Trust, *, note: str = "") -> None:
        """Fill in what was trusted before. With a ``note`` that explains the question, Enter does not accept."""
        self.folder.setText(str(trust.folder))
        self.modules.setText(", ".join(trust.modules))
        self.function.setText(trust.function or "")
        self.python.setEditText(trust.python)
        if note:
            self.remember.setChecked(True)
            self.result_line.show_text(note, "error")
            self.leave_button.setDefault(True)
            self.leave_button.setFocus()

    # Layout

    def _set_up_traceback(self) -> None:
        self.traceback.setFont(mono_font())
        self.traceback.setAccessibleName("Where the code failed")
        self.traceback.setFixedHeight(7 * self.traceback.fontMetrics().lineSpacing() + 12)
        self.traceback.hide()

    def _lay_out(self) -> None:
        self._browse_folder, self._browse_python = (push_button("Browse…", self) for _ in range(2))
        self._browse_folder.setAccessibleName("Browse for the folder")
        self._browse_python.setAccessibleName("Browse for the interpreter")
        form = self.add_form()
        form.row("Folder", self.folder, self._browse_folder)
        form.row("Modules", self.modules)
        form.addRow("", row_of(self.use_named, QWidget(self), stretched=1))
        form.row("Fold with", self.function)
        form.row("Python", self.python, self._browse_python)
        form.setRowVisible(2, bool(self._named))
        self.add(self.notice, self.remember)
        self.add_result()
        self.add(self.traceback)
        self.setMinimumWidth(_WIDTH)
        asked = [self.folder, self._browse_folder, self.modules, self.use_named, self.function, self.python]
        agreed = [self._browse_python, self.remember, self.traceback]
        for before, after in pairwise([*asked, *agreed]):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        for line in (self.folder, self.modules, self.function):
            line.textChanged.connect(self._check)
        self.folder.editingFinished.connect(self._offer_pythons)
        self.python.editTextChanged.connect(self._check)
        self.remember.toggled.connect(self._check)
        self.use_named.clicked.connect(lambda: self.modules.setText(", ".join(self._named)))
        self._browse_folder.clicked.connect(self._on_browse_folder)
        self._browse_python.clicked.connect(self._on_browse_python)

    def _offer_pythons(self) -> None:
        """Offer the Python environments in and beside the folder; a typed one stays."""
        offered = [self.python.itemText(row) for row in range(self.python.count())]
        is_typed = self.python.currentText() not in ("", *offered)
        text = self.folder.text().strip()
        found = offered_pythons(Path(text).expanduser() if text else None)
        if found != offered:
            kept = self.python.currentText()
            self.python.clear()
            self.python.addItems(found)
            self.python.setEditText(kept if is_typed else found[0])

    # Input

    def _show_rights(self, taken: frozenset[str]) -> None:
        self._taken = taken
        self._show_notice()
        self._make_room()

    def _show_notice(self) -> str:
        """Show what will run; return what is missing."""
        trust, problem = None, ""
        try:
            trust = self._chosen()
        except UserError as error:
            problem = error.text if self.folder.text() and (self.modules.text() or self.function.text()) else ""
        self.notice.show_trust(trust, self._taken, is_remembered=self.remember.isChecked())
        self.agree_button.setEnabled(trust is not None and not self._is_running)
        return problem

    def _chosen(self) -> Trust:
        modules, python = split_names(self.modules.text()), self.python.currentText().strip()
        return chosen_trust(self.folder.text(), modules, python, self.function.text().strip())

    def _check(self) -> None:
        """Show what will run, or what is missing."""
        self.traceback.hide()
        self.result_line.show_text(self._show_notice(), "dim")
        self._make_room()

    def _make_room(self) -> None:
        self.notice.updateGeometry()  # its layout would report the new size only later
        self.make_room()

    def _on_browse_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, "Folder of the modules", self.folder.text())
        if found:
            self.folder.setText(found)
            self._offer_pythons()

    def _on_browse_python(self) -> None:
        found, _ = QFileDialog.getOpenFileName(self, "Python interpreter", self.python.currentText())
        if found:
            self.python.setEditText(found)

    # Running

    def agree(self) -> None:
        if not self.agree_button.isEnabled():
            return
        trust = self._chosen()
        self._set_running(True)
        self.result_line.show_text(f"Importing {trust.title}…", "dim")
        self._trust_control.begin(trust, self._on_trusted, self._on_failed, remembers=self.remember.isChecked())

    def _on_trusted(self, trusted: ActiveTrust) -> None:
        self._is_running, self.trusted = False, trusted
        self.accept()

    def _on_failed(self, error: UserError) -> None:
        self._set_running(False)
        self.result_line.show_text(str(error), "error")
        lines = error.traceback if isinstance(error, TrustError) else ""
        self.traceback.setPlainText(lines)
        self.traceback.setVisible(bool(lines))
        self._make_room()
        self.agree_button.setFocus()

    def _set_running(self, is_running: bool) -> None:
        self._is_running = is_running
        for widget in (self.folder, self.modules, self.function, self.python, self.remember, self.agree_button):
            widget.setEnabled(not is_running)

    def reject(self) -> None:
        if self._is_running:
            self._trust_control.revoke()
        super().reject()
