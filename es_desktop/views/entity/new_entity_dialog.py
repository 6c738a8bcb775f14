"""Makes a new entity: a model, and the arguments of its ``Created`` event as a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from es_desktop.app.entity.fields import creation_fields, model_title
from es_desktop.views.style.choice import ChoiceBox
from es_desktop.views.style.plain_text import Label

from .editors import FieldEditor, form_label, value_or_error

_WIDTH = 460


class NewEntityDialog(QDialog):
    """Asks for a model and its arguments; ``model`` and ``arguments`` hold them once it is accepted."""

    def __init__(self, models: Sequence[type[Any]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New entity")
        self.resize(_WIDTH, 0)
        self.arguments: dict[str, Any] = {}
        self._editors: dict[str, FieldEditor] = {}
        self._models = ChoiceBox([(model_title(model), model) for model in models], self)
        self._models.setAccessibleName("Model")
        self._about = Label(parent=self, role="dim", wraps=True)
        self._form_holder = QWidget(self)
        self._form = QFormLayout(self._form_holder)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._error = Label(parent=self, role="error", wraps=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._create = buttons.addButton("Create", QDialogButtonBox.ButtonRole.AcceptRole)
        self._create.setDefault(True)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        top = QFormLayout()
        top.addRow(form_label("Model"), self._models)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 16)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self._about)
        layout.addWidget(self._form_holder)
        layout.addWidget(self._error)
        layout.addStretch(1)
        layout.addWidget(buttons)
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
            editor = FieldEditor(field, field.default, self._form_holder)
            editor.changed.connect(self._check)
            self._editors[field.name] = editor
            self._form.addRow(form_label(field.name.replace("_", " ")), editor)
        self._about.setText((self.model.__doc__ or "").strip().partition("\n")[0])
        self._check()
        if self._editors:
            next(iter(self._editors.values())).setFocus()

    def _check(self) -> None:
        """Gather the arguments, or say which one is none."""
        self.arguments, problem = {}, ""
        for name, editor in self._editors.items():
            self.arguments[name], error = value_or_error(editor)
            if error is not None and not problem:
                problem = f"{name.replace('_', ' ')}: {error}"
        self._error.setText(problem)
        self._error.setVisible(bool(problem))
        self._create.setEnabled(not problem)

    def _on_accepted(self) -> None:
        self._check()
        if self._create.isEnabled():
            self.accept()
