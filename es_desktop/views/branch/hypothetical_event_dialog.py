"""Edits an event of a hypothetical branch, or makes one: its type, its payload, and what it would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from es_desktop.app.branch.edits import Draft, insert, set_payload
from es_desktop.app.branch.history import RecordedHistory
from es_desktop.app.entity.event_templates import EventType, event_types, payload_text, read_payload
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.values import summarise_changes
from es_desktop.core import KnownClasses
from es_desktop.models.branch.current_branch import CurrentBranch, Operation, Preview
from es_desktop.replay import Branch, BranchEntry, EventRef
from es_desktop.views.actions.spec import Desk, open_dialog
from es_desktop.views.style.choice import ChoiceBox
from es_desktop.views.style.dock_frame import Pill
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label, set_tip
from es_desktop.views.style.theme import mono_font, restyle

_TYPING_MILLISECONDS: Final = 150
_MOST_CHANGES: Final = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What a dialog asks for."""

    title: str
    types: Sequence[EventType]
    """The types to choose from; the first is offered."""
    operation: Callable[[str, Mapping[str, Any]], Operation]
    """Makes the edit of the topic and the payload that are given."""
    accept: str
    """The word on the button."""


class HypotheticalEventDialog(FormDialog):
    """Asks for an event; ``operation`` holds the edit once it is accepted."""

    def __init__(
        self, shown: CurrentBranch, classes: KnownClasses, asked: Asked, parent: QWidget | None = None
    ) -> None:
        super().__init__(asked.title, asked.accept, parent, size=(560, 480))
        self._shown = shown
        self._classes = classes
        self._asked = asked
        self.operation: Operation | None = None
        self.types = ChoiceBox([(each.name, each) for each in asked.types], self)
        self.types.setAccessibleName("Type of the event")
        self.types.setEnabled(len(asked.types) > 1)
        self.payload = QPlainTextEdit(self)
        self.payload.setFont(mono_font())
        self.payload.setTabChangesFocus(True)
        self.payload.setAccessibleName("Payload, as JSON")
        self._told = Label(parent=self, wraps=True)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MILLISECONDS)
        self._typing.timeout.connect(self._ask_preview)
        self._offered = ""
        self._lay_out()
        self.types.currentIndexChanged.connect(self._on_type_chosen)
        self.payload.textChanged.connect(self._on_typed)
        self._on_type_chosen()
        self.payload.setFocus()

    @property
    def type(self) -> EventType:
        """The type that is chosen."""
        return self.types.chosen

    @property
    def told(self) -> str:
        """What is said of the payload: what the event would change, or what is wrong."""
        return self._told.text()

    def _lay_out(self) -> None:
        self.add(Pill("HYPOTHETICAL – never written", "amber", self))
        self.add_form().row("Type", self.types)
        self.add(self.payload, stretch=1)
        self.add_line()
        self.add(self._told)
        set_tip(self.agree_button, "Ctrl+Enter")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.agree)

    def _on_type_chosen(self) -> None:
        # What a person wrote stays, whatever type it is to be of.
        if self.payload.toPlainText() == self._offered:
            self._offered = payload_text(self.type.example)
            self.payload.setPlainText(self._offered)
        self._ask_preview()

    def _on_typed(self) -> None:
        self.agree_button.setEnabled(False)  # until what is typed is looked at
        self._typing.start()

    def _ask_preview(self) -> None:
        self._typing.stop()
        self._shown.drop_preview()
        try:
            data = read_payload(self.payload.toPlainText(), self._classes, self.type.example.keys())
        except UserError as error:
            self._refuse(error)
            return
        self.operation = self._asked.operation(self.type.topic, data)
        self.agree_button.setEnabled(True)
        self._shown.preview(self.operation, self._on_preview, self._refuse)

    def _on_preview(self, preview: Preview) -> None:
        step = preview.result.step
        if step is None:
            return
        if step.error is not None:
            self._tell(f"It cannot be applied: {step.error}", "error")
            return
        changes = "the entity is no more" if step.discards else summarise_changes(step.readable_changes, _MOST_CHANGES)
        told = [f"Version {preview.place.version} · {preview.place.type}: {changes or 'nothing changes'}"]
        if preview.result.difference:
            told.append(f"Unlike in the history: {preview.result.difference.text(_MOST_CHANGES)}")
        self._tell("\n".join(told), "")

    def _refuse(self, error: UserError) -> None:
        self.operation = None
        self.agree_button.setEnabled(False)
        self._tell(str(error), "error")

    def _tell(self, text: str, role: str) -> None:
        self._told.setText(text)
        self._told.setProperty("role", role)
        restyle(self._told)

    def agree(self) -> None:
        if self._typing.isActive():
            self._ask_preview()
        if self.operation is not None:
            self.accept()

    def done(self, result: int) -> None:
        self._typing.stop()
        self._shown.drop_preview()
        super().done(result)


def ask_what_else(desk: Desk, recorded: RecordedHistory, branch: Branch, place: BranchEntry) -> None:
    """Ask what an event of a branch should have told."""
    if place.version is None:
        desk.workspace.message.emit("The event is skipped; bring it back first.")
        return
    here = EventType(place.topic, place.type, branch.event_at(place.count_in_branch - 1).data)
    title = f"What if event {place.version} had told something else?"
    _open(desk, Asked(title, [here], lambda _, data: _with_payload(place.name, data), "Edit the event"))


def ask_what_more(desk: Desk, recorded: RecordedHistory, branch: Branch, place: BranchEntry) -> None:
    """Ask which event should have happened after one of a branch."""
    # Of the type of the event before it, at first.
    types = sorted(event_types(recorded, place.count_in_history), key=lambda each: each.topic != place.topic)
    after = place.original if place.version is None else place.version
    title = f"What if there had been an event after {after}?"
    _open(desk, Asked(title, types, lambda topic, data: _inserting(place.name, topic, data), "Insert the event"))


def _open(desk: Desk, asked: Asked) -> None:
    shown, session = desk.workspace.what_if.current, desk.workspace.session
    if session is None:
        return
    dialog = HypotheticalEventDialog(shown, session.classes, asked, desk.window)

    def accepted() -> None:
        if dialog.operation is not None:
            shown.change(dialog.operation)

    open_dialog(dialog, accepted)


def _with_payload(name: EventRef, data: Mapping[str, Any]) -> Operation:
    return lambda recorded, branch, draft: (draft.with_edits(set_payload(recorded, branch, name, data)), name)


def _inserting(after: EventRef, topic: str, data: Mapping[str, Any]) -> Operation:
    def operation(recorded: RecordedHistory, branch: Branch, draft: Draft) -> tuple[Draft, EventRef]:
        edits, name = insert(branch, after, topic, data)
        return draft.with_edits(edits), name

    return operation
