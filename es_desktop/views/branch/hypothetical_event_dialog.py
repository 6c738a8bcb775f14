"""Edits an event of a hypothetical branch, or creates one, with a preview of what it would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from es_desktop.app.branch.edits import Draft, EventType, event_types, insert, payload_text, read_payload, set_payload
from es_desktop.app.branch.view import RecordedHistory
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.values import describe_step
from es_desktop.core import KnownClasses
from es_desktop.models.branch.current_branch import CurrentBranch, Operation, Preview
from es_desktop.replay import Branch, BranchEntry, EventRef
from es_desktop.system.counts import format_number
from es_desktop.views.actions.spec import ActionContext
from es_desktop.views.style.dialogs import open_dialog
from es_desktop.views.style.fields import ChoiceBox
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.pill import Pill
from es_desktop.views.style.plain_text import Label, set_tip
from es_desktop.views.style.theme import mono_font, restyle

_TYPING_MILLISECONDS: Final = 150
_MOST_CHANGES: Final = 8


@dataclass(frozen=True, slots=True)
class EventForm:
    """What a ``HypotheticalEventDialog`` asks for."""

    title: str
    types: Sequence[EventType]
    """The types to choose from; the first is offered."""
    operation: Callable[[str, Mapping[str, Any]], Operation]
    """Returns the edit for a topic and a payload."""
    accept: str
    """The text on the button that accepts."""


class HypotheticalEventDialog(FormDialog):
    """Asks for an event; ``operation`` holds the edit once it is accepted."""

    def __init__(
        self, shown: CurrentBranch, classes: KnownClasses, form: EventForm, parent: QWidget | None = None
    ) -> None:
        super().__init__(form.title, form.accept, parent, size=(560, 480))
        self._shown = shown
        self._classes = classes
        self._form = form
        self.operation: Operation | None = None
        self.types = ChoiceBox([(each.name, each) for each in form.types], self, name="Event type")
        self.types.setEnabled(len(form.types) > 1)
        self.payload = QPlainTextEdit(self)
        self.payload.setFont(mono_font())
        self.payload.setTabChangesFocus(True)
        self.payload.setAccessibleName("Payload, as JSON")
        self._message = Label(parent=self, wraps=True)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MILLISECONDS)
        self._typing.timeout.connect(self._ask_preview)
        self._offered = ""
        self._lay_out()
        self.types.currentIndexChanged.connect(self._on_type_chosen)
        self.payload.textChanged.connect(self._on_typed)
        self._on_type_chosen()
        self.payload.setFocus()

    @property
    def message(self) -> str:
        """The text below the payload: what the event would change, or what is wrong."""
        return self._message.text()

    def _lay_out(self) -> None:
        self.add(Pill("HYPOTHETICAL – never written", "accent", self))
        self.add_form().row("Type", self.types)
        self.add(self.payload, stretch=1)
        self.add_line()
        self.add(self._message)
        set_tip(self.agree_button, "Ctrl+Enter")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.agree)

    @property
    def _is_edited(self) -> bool:
        return self.payload.toPlainText() != self._offered

    def _on_type_chosen(self) -> None:
        # A payload that a person edited stays when the type changes.
        if not self._is_edited:
            self._offered = payload_text(self.types.chosen.example)
            self.payload.setPlainText(self._offered)
        self._ask_preview()

    def _on_typed(self) -> None:
        self.agree_button.setEnabled(False)  # until the text is checked
        self._typing.start()

    def _ask_preview(self) -> None:
        self._typing.stop()
        self._shown.drop_preview()
        try:
            data = read_payload(self.payload.toPlainText(), self._classes, self.types.chosen.example.keys())
        except UserError as error:
            self._refuse(error)
            return
        self.operation = self._form.operation(self.types.chosen.topic, data)
        self.agree_button.setEnabled(True)
        self._shown.preview(self.operation, self._on_preview, self._refuse)

    def _on_preview(self, preview: Preview) -> None:
        step = preview.result.step
        if step is None:
            return
        if step.error is not None:
            self._show_message(f"The event cannot be applied: {step.error}", "error" if self._is_edited else "dim")
            return
        changes = "it ends the entity" if step.discards else describe_step(step, _MOST_CHANGES)
        lines = [f"Version {format_number(preview.entry.version or 0)} · {preview.entry.type}: {changes}"]
        if preview.result.difference:
            lines.append(f"Unlike in the history: {preview.result.difference.text(_MOST_CHANGES)}")
        self._show_message("\n".join(lines), "")

    def _refuse(self, error: UserError) -> None:
        self.operation = None
        self.agree_button.setEnabled(False)
        self._show_message(str(error), "error")

    def _show_message(self, text: str, role: str) -> None:
        self._message.setText(text)
        restyle(self._message, role=role)

    def agree(self) -> None:
        if self._typing.isActive():
            self._ask_preview()
        if self.operation is not None:
            self.accept()

    def done(self, result: int) -> None:
        self._typing.stop()
        self._shown.drop_preview()
        super().done(result)


def ask_for_edit(context: ActionContext, recorded: RecordedHistory, branch: Branch, entry: BranchEntry) -> None:
    """Open a dialog that edits the payload of an event of a branch."""
    if entry.version is None:
        context.workspace.message.emit("The event is skipped. Restore it first.")
        return
    here = EventType(entry.topic, entry.type, branch.event_at(entry.count_in_branch - 1).data)
    title = f"What if event {format_number(entry.version)} had other data?"
    _open(context, EventForm(title, [here], lambda _, data: _with_payload(entry.name, data), "Edit event"))


def ask_for_insertion(context: ActionContext, recorded: RecordedHistory, branch: Branch, entry: BranchEntry) -> None:
    """Open a dialog that inserts an event after one of a branch."""
    # The type of the event before it is offered first.
    types = sorted(event_types(recorded, entry.count_in_history), key=lambda each: each.topic != entry.topic)
    after = entry.original if entry.version is None else entry.version
    title = f"What if there had been an event after {format_number(after or 0)}?"
    _open(context, EventForm(title, types, lambda topic, data: _insertion(entry.name, topic, data), "Insert event"))


def _open(context: ActionContext, form: EventForm) -> None:
    shown, session = context.workspace.what_if.current, context.workspace.session
    if session is None:
        return
    dialog = HypotheticalEventDialog(shown, session.classes, form, context.window)

    def accepted() -> None:
        if dialog.operation is not None:
            shown.change(dialog.operation)

    open_dialog(dialog, accepted)


def _with_payload(name: EventRef, data: Mapping[str, Any]) -> Operation:
    return lambda recorded, branch, draft: (draft.with_edits(set_payload(recorded, branch, name, data)), name)


def _insertion(after: EventRef, topic: str, data: Mapping[str, Any]) -> Operation:
    def operation(recorded: RecordedHistory, branch: Branch, draft: Draft) -> tuple[Draft, EventRef]:
        edits, name = insert(branch, after, topic, data)
        return draft.with_edits(edits), name

    return operation
