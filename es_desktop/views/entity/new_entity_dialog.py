"""A dialog that creates an entity from a model and the arguments of its ``Created`` event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from es_desktop.app.entity.fields import creation_fields, model_title
from es_desktop.app.text.plain import elide
from es_desktop.views.style.choice import ChoiceBox
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label

from .editors import FieldEditor, value_or_error

_WIDTH = 460
_LETTERS = 40


class NewEntityDialog(FormDialog):
    """Asks for a model and its arguments; ``model`` and ``arguments`` hold them once it is accepted."""

    def __init__(self, models: Sequence[type[Any]], parent: QWidget | None = None) -> None:
        super().__init__("New entity", "Create", parent, size=(_WIDTH, 0))
        self.arguments: dict[str, Any] = {}
        self._editors: dict[str, FieldEditor] = {}
        self._models = ChoiceBox([(model_title(model), model) for model in models], self)
        self._models.setAccessibleName("Model")
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
            editor.changed.connect(self._check)
            self._editors[field.name] = editor
            self._form.row(elide(field.name.replace("_", " "), _LETTERS), editor)
        self._about.setText((self.model.__doc__ or "").strip().partition("\n")[0])
        self._check()
        if self._editors:
            next(iter(self._editors.values())).setFocus()

    def _check(self) -> None:
        """Collect the arguments, or show the first error."""
        self.arguments, problem = {}, ""
        for name, editor in self._editors.items():
            self.arguments[name], error = value_or_error(editor)
            if error is not None and not problem:
                problem = f"{name.replace('_', ' ')}: {error}"
        self.result_line.show_text(problem, "error")
        self.agree_button.setEnabled(not problem)

    def agree(self) -> None:
        self._check()
        super().agree()
