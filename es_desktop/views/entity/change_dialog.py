"""Dialogs that create, change or discard an entity, with a preview of the event that would be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from es_desktop.app.entity.commands import Preview
from es_desktop.app.entity.facts import EntityCheck
from es_desktop.app.entity.fields import Field, creation_fields, model_title
from es_desktop.app.entity.view import EntityView
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.plain import elide
from es_desktop.app.text.values import summarise_changes
from es_desktop.models.runtime.tasks import LatestRequest
from es_desktop.models.workspace import Workspace
from es_desktop.replay import Change
from es_desktop.system.counts import format_number
from es_desktop.views.style.builders import delay, fill
from es_desktop.views.style.fields import ChoiceBox, text_page
from es_desktop.views.style.form_dialog import FormDialog, Tone, row_of
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import restyle

from .editors import FieldEditor, follow_form, read_form


class PreviewPane(QFrame):
    """Shows the event that a command would write, its changes and what the policy will do; or why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "preview")
        self._headline = Label(parent=self, role="title", wraps=True)
        self._fate = Label(parent=self, role="dim")
        self.record = text_page("The event's payload", self)
        self.record.setFrameShape(QFrame.Shape.NoFrame)
        self.record.setFixedHeight(_RECORD_LINES * self.record.fontMetrics().lineSpacing() + 8)
        self._message = Label(parent=self, wraps=True)
        self._policy = Label(parent=self, role="dim", wraps=True)
        head = row_of(self._headline, self._fate)
        parts = (head, self.record, self._message, self._policy)
        fill(QVBoxLayout(self), *parts, margins=(10, 8, 10, 8), spacing=4)

    def show_preview(self, preview: Preview, fate: str = "will be written") -> None:
        """Show the preview of an event; ``fate`` says what becomes of it."""
        first, last = map(format_number, (preview.version, preview.events[-1].version))
        number = f"Event {last}" if first == last else f"Events {first} to {last}"
        names = dict.fromkeys(each.topic.rpartition("#")[2] for each in preview.events)
        self._headline.setText(f"{number} · {elide(', '.join(names))}")
        self._fate.setText(fate if preview.has_effect else "")
        self.record.setPlainText("\n".join(each.data for each in preview.events))
        if preview.ends:
            text = "This event ends the entity. Its history stays in the store."
        else:
            text = summarise_changes(preview.changes, _MOST_CHANGES, "\n")
        self._show_message(text or "The value stays the same, so there is nothing to write.", "")
        due = preview.next_snapshot
        following = "" if due is None else f"No snapshot with it: the next is due at {format_number(due)}."
        policy = "The policy will then take a snapshot." if preview.takes_snapshot else following
        self._policy.setText(policy if preview.has_effect else "")

    def show_refusal(self, error: UserError, tone: Tone = "error") -> None:
        """Show why there is no event."""
        self._headline.setText("No event")
        self.record.clear()
        for label in (self._fate, self._policy):
            label.clear()
        self._show_message(str(error), tone)

    def _show_message(self, text: str, role: str) -> None:
        self._message.setText(text)
        restyle(self._message, role=role)


_RECORD_LINES: Final = 3
_MOST_CHANGES: Final = 4
_TYPING_MILLISECONDS: Final = 120


class ChangeDialog(FormDialog):
    """Asks for an attribute and its value; ``field`` and ``value`` hold them once it is accepted."""

    def __init__(
        self,
        workspace: Workspace,
        fields: Sequence[Field],
        state: Mapping[str, Any],
        chosen: tuple[Field, Any] | None = None,
        parent: QWidget | None = None,
        title: str = "Change an attribute",
    ) -> None:
        """Offer ``fields`` with their values in ``state``; ``chosen`` is the field and the value to start with."""
        super().__init__(title, "Write event", parent)
        self._workspace = workspace
        self._preview_request = LatestRequest(workspace.runner)
        self._state = state
        self.value: Any = None
        self._editor: FieldEditor | None = None
        self._attributes = ChoiceBox([(field.name, field) for field in fields], self, name="Attribute")
        self._typing = delay(_TYPING_MILLISECONDS, self._ask_preview, self)
        self._form = self.add_form()
        self._form.row("Attribute", self._attributes)
        self.add_line()
        self._pane = PreviewPane(self)
        self.add(self._pane)
        self._attributes.currentIndexChanged.connect(lambda: self._edit(self._state.get(self.field.name)))
        if chosen is not None:
            self._attributes.choose(chosen[0])
        is_entered = chosen is not None and chosen[1] is not self._state.get(chosen[0].name)
        self._edit(self._state.get(self.field.name) if chosen is None else chosen[1], is_entered=is_entered)
        if is_entered:
            self.agree_button.setFocus()

    @property
    def field(self) -> Field:
        return self._attributes.chosen

    @property
    def editor(self) -> FieldEditor | None:
        return self._editor

    def _edit(self, value: Any, *, is_entered: bool = False) -> None:
        """Show an editor of a value; ``is_entered`` if a person entered it elsewhere."""
        if self._editor is not None:
            self._form.removeRow(self._editor)
        self._editor = FieldEditor(self.field, value, self)
        if is_entered:
            self._editor.complain()
        follow_form({self.field.name: self._editor}, self._on_edited)
        self._form.row("New value", self._editor)
        self._editor.setFocus()
        self._editor.select_all()
        self._ask_preview()

    def _on_edited(self) -> None:
        self._preview_request.cancel()  # a late preview of the old value would enable the button
        self.agree_button.setEnabled(False)
        self._typing.start()

    def _ask_preview(self) -> None:
        entity_id, version = self._workspace.selection.entity_id, self._workspace.selection.last
        if self._editor is None or entity_id is None or version is None:
            return
        name, commands = self.field.name, self._workspace.commander.commands
        form = read_form({name: self._editor})
        if form.problem is not None:
            self._refuse(form.problem, form.tone)
            return
        value = self.value = form.values[name]
        self._preview_request.start(
            "Preparing the event",
            lambda job: commands.preview_change(entity_id, name, value, version),
            self._on_preview,
            failed=partial(self._refuse, tone=form.tone),
        )

    def _on_preview(self, preview: Preview) -> None:
        self._pane.show_preview(preview)
        self.agree_button.setEnabled(preview.has_effect)

    def _refuse(self, error: UserError, tone: Tone) -> None:
        self._pane.show_refusal(error, tone)
        self.agree_button.setEnabled(False)

    def done(self, result: int) -> None:
        self._typing.stop()
        self._preview_request.cancel()
        super().done(result)


class DiscardDialog(FormDialog):
    """Asks whether to discard the chosen entity."""

    def __init__(self, workspace: Workspace, view: EntityView, parent: QWidget | None = None) -> None:
        super().__init__("Discard the entity", "Discard", parent, is_dangerous=True)
        self._pane = PreviewPane(self)
        self.agree_button.setEnabled(False)
        about = view.facts.type, workspace.listing.name_of(view.facts), str(view.facts.id)
        self.add(Label(" ".join(filter(None, about)), self, "dim"), self._pane)
        commands, entity_id, version = workspace.commander.commands, view.facts.id, view.facts.version
        request = LatestRequest(workspace.runner)
        request.start(
            "Preparing the event",
            lambda job: commands.preview_discard(entity_id, version),
            self._on_preview,
            failed=self._pane.show_refusal,
        )
        self.finished.connect(lambda _: request.cancel())

    def _on_preview(self, preview: Preview) -> None:
        self._pane.show_preview(preview)
        self.agree_button.setEnabled(True)


class ReplaceSnapshotDialog(FormDialog):
    """Shows how a false snapshot differs from the true one, and asks whether that takes its place."""

    def __init__(self, workspace: Workspace, found: EntityCheck, parent: QWidget | None = None) -> None:
        entity, version = found.entity, found.check.version
        super().__init__(f"Replace the false snapshot at version {format_number(version)}", "Replace snapshot", parent)
        self.agree_button.setEnabled(False)
        self._values = Label(parent=self, role="mono", wraps=True)
        self.add(Label(f"{entity.type} {entity.id}", self, "dim"), self._values)
        self.add(Label("The new one is what the events lead to. No event changes.", self, "dim"))
        self.add_result()
        commands, request = workspace.commander.commands, LatestRequest(workspace.runner)
        request.start(
            "Preparing the snapshot",
            lambda job: commands.preview_replacement(entity.id, version),
            self._on_preview,
            failed=lambda error: self.result_line.show_text(str(error), "error"),
        )
        self.finished.connect(lambda _: request.cancel())

    def _on_preview(self, changes: Sequence[Change]) -> None:
        self._values.setText(summarise_changes(changes, _MOST_CHANGES, "\n"))
        self.agree_button.setEnabled(True)
        self.agree_button.setFocus()
        self.make_room()


_WIDTH: Final = 460
_LETTERS: Final = 40


class NewEntityDialog(FormDialog):
    """Asks for a model and its arguments; ``model`` and ``arguments`` hold them once it is accepted."""

    def __init__(self, models: Sequence[type[Any]], parent: QWidget | None = None) -> None:
        super().__init__("New entity", "Create", parent, size=(_WIDTH, 0))
        self.arguments: dict[str, Any] = {}
        self._editors: dict[str, FieldEditor] = {}
        self._models = ChoiceBox([(model_title(model), model) for model in models], self, name="Model")
        self._about = Label(parent=self, role="dim", wraps=True)
        self.add_form().row("Model", self._models)
        self.add(self._about)
        self._form = self.add_form()
        self.add_result()
        self._models.currentIndexChanged.connect(self._on_model_chosen)
        self._on_model_chosen()

    @property
    def model(self) -> type[Any]:
        return self._models.chosen

    def editor(self, name: str) -> FieldEditor:
        """Return the editor of an argument."""
        return self._editors[name]

    def _on_model_chosen(self) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self._editors = {}
        for field in creation_fields(self.model):
            editor = FieldEditor(field, field.default, self)
            self._editors[field.name] = editor
            self._form.row(elide(field.name.replace("_", " "), _LETTERS), editor)
        follow_form(self._editors, self._check)
        self._about.setText((self.model.__doc__ or "").strip().partition("\n")[0])
        self._check()
        if self._editors:
            next(iter(self._editors.values())).setFocus()

    def _check(self) -> None:
        """Take the arguments, or show why they cannot be used."""
        form = read_form(self._editors)
        self.arguments = dict(form.values)
        self.result_line.show_text("" if form.problem is None else str(form.problem), form.tone)
        self.agree_button.setEnabled(form.problem is None)

    def agree(self) -> None:
        self._check()
        super().agree()
