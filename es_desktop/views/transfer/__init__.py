"""Dialogs that ask what to export, and show what an import will write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QGridLayout, QRadioButton, QSpinBox, QWidget

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.store.session import Session
from es_desktop.app.text.values import elide
from es_desktop.app.transfer.export import AnyFormat, ExportFormat, ExportRequest, suggested_name
from es_desktop.core import EntityId
from es_desktop.models.transfer.transfer import PlannedImport
from es_desktop.models.workspace import Workspace
from es_desktop.replay.conditions import Condition
from es_desktop.system.counts import count_text
from es_desktop.views.style.fields import calm, offer_versions
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label
from es_desktop.views.watch.expression_line import ExpressionLine

_MOST: Final = 2**31 - 1
_INDENT: Final = 22
"""Pixels of a row below a radio button."""
Format = TypeVar("Format", bound=AnyFormat)


class ExportDialog(FormDialog):
    """Asks for an export; ``request`` describes it once it is accepted."""

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        selected: tuple[EntityId, ...],
        formats: Sequence[AnyFormat],
        parent: QWidget | None = None,
    ) -> None:
        """Offer the chosen entity, the ``selected`` ones if there are several, and the whole store; and the formats.

        A test is offered to fail where the condition is true that was run to last.
        """
        super().__init__("Export", "Choose file…", parent, size=(0, 0), spacing=18)
        self._workspace = workspace
        self._session = session
        self._selected = selected
        view = workspace.inspector.view
        self._entity: EntityFacts | None = None if view is None else view.facts
        self._wants_limit = False
        self.this_entity = QRadioButton("This entity", self)
        self.selection = QRadioButton("Selected entities", self)
        self.whole_store = QRadioButton("Whole store", self)
        self.selection.setVisible(len(selected) > 1)
        self.limited = QCheckBox("Up to version", self)
        self.version = self._make_version()
        self.fails_where = ExpressionLine(lambda text: Condition(text).expression, workspace, self)
        self.fails_where.setPlaceholderText("a condition; without one it passes")
        self.fails_where.setAccessibleName("The test fails where")
        self.fails_where.setText(workspace.watchpoints.last_condition)
        self.formats = {each: QRadioButton(each.about.title, self) for each in formats}
        self._sentences = {each: Label(each.about.sentence, role="dim") for each in formats}
        for radios in ((self.this_entity, self.selection, self.whole_store), self.formats.values()):
            group = QButtonGroup(self)
            for each in radios:
                group.addButton(each)
        choices = self._make_choices()
        self.formats[formats[0]].setChecked(True)
        self._lay_out(choices)
        self._connect()
        self._show_choice()
        next(each for each in choices if each.isChecked()).setFocus()

    @property
    def request(self) -> ExportRequest:
        """The export that was asked for."""
        entities = self._selected if self.selection.isChecked() else None
        if self.this_entity.isChecked() and self._entity is not None:
            entities = (self._entity.id,)
        selection = self._workspace.selection
        shown = None if selection.entity_id is None else (selection.entity_id, selection.version)
        to = self.version.value() if self.limited.isChecked() else None
        format = next(each for each, radio in self.formats.items() if radio.isChecked())
        fails_where = self.fails_where.text().strip() if format is ExportFormat.PYTEST else ""
        notebook = self._workspace.notes.notebook
        return ExportRequest(format, entities, to, notebook=notebook, shown=shown, fails_where=fails_where)

    @property
    def suggested_name(self) -> str:
        """A file name for the export."""
        entity = self._entity if self.this_entity.isChecked() else None
        return suggested_name(self.request, self._session.short_name, entity)

    def agree(self) -> None:
        if not self.request.fails_where or self.fails_where.usable() is not None:
            super().agree()

    # Layout

    def _make_choices(self) -> dict[QRadioButton, str]:
        """Return the buttons for what is exported, each with its description."""
        entity, facts, count = self._entity, self._workspace.facts, len(self._selected)
        events = "" if entity is None else count_text(entity.events, "event")
        whole = "" if facts is None else f"{count_text(facts.entities, 'entity')}, {count_text(facts.events, 'event')}"
        self.this_entity.setEnabled(entity is not None)
        chosen = self.selection if count > 1 else self.this_entity if entity is not None else self.whole_store
        chosen.setChecked(True)
        return {
            self.this_entity: "" if entity is None else f"{elide(entity.type, 40)} {short_id(entity.id)}, {events}",
            **({self.selection: count_text(count, "entity")} if count > 1 else {}),
            self.whole_store: whole,
        }

    def _make_version(self) -> QSpinBox:
        box, selection = calm(QSpinBox(self)), self._workspace.selection
        box.setAccessibleName("The last version")
        last = _MOST if selection.last is None else selection.last
        offer_versions(box, selection.version, selection.first, last)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setFixedWidth(92)
        return box

    def _lay_out(self, choices: dict[QRadioButton, str]) -> None:
        grid = choices_grid()
        add_row(grid, Label("Content", role="title"))
        for radio, description in choices.items():
            add_row(grid, radio, Label(description, role="dim"))
        add_row(grid, self.limited, self.version)
        add_row(grid, Label("Format", role="title"), space_above=True)
        for format, radio in self.formats.items():
            add_row(grid, radio, self._sentences[format])
            if format is ExportFormat.PYTEST:
                add_row(grid, Label("Fails where", role="dim"), self.fails_where, indent=_INDENT)
        self.add(grid, self.fails_where.error)

    # Choices

    def _connect(self) -> None:
        for each in (self.this_entity, self.selection, self.whole_store, *self.formats.values()):
            each.toggled.connect(self._show_choice)
        self.limited.clicked.connect(self._on_limit_clicked)
        self.limited.toggled.connect(self.version.setEnabled)

    def _on_limit_clicked(self, is_on: bool) -> None:
        self._wants_limit = is_on

    def _show_choice(self) -> None:
        """Enable what can be combined: a Python test is of one entity at one version."""
        test = self.formats[ExportFormat.PYTEST]
        show_formats(self.formats, self._sentences, self._why_not)
        self.fails_where.setEnabled(test.isChecked())
        self.limited.setEnabled(not test.isChecked())
        self.limited.setChecked(test.isChecked() or self._wants_limit)
        self.version.setEnabled(self.limited.isChecked())

    def _why_not(self, format: AnyFormat) -> str:
        facts = self._workspace.facts if self.whole_store.isChecked() else None
        return self._why_no_test() if format is ExportFormat.PYTEST else format.why_not(facts.events if facts else 0)

    def _why_no_test(self) -> str:
        if self._entity is None or not self.this_entity.isChecked():
            return "A Python test rebuilds one entity: choose this entity."
        if self._session.class_of(self._entity) is None:
            return f"A Python test needs the class {self._entity.type}, which is not known here."
        return ""


def choices_grid() -> QGridLayout:
    """Return the grid of a dialog with groups of choices, each with its description."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(8)
    grid.setColumnMinimumWidth(1, 420)
    return grid


def add_row(
    grid: QGridLayout, left: QWidget, right: QWidget | None = None, *, indent: int = 0, space_above: bool = False
) -> None:
    """Add a choice, or the title of a group, and its description."""
    row = grid.rowCount()
    left.setContentsMargins(indent, 10 if space_above else 0, 0, 0)
    grid.addWidget(left, row, 0)
    if right is not None:
        grid.addWidget(right, row, 1, Qt.AlignmentFlag.AlignLeft)


def show_formats(
    radios: Mapping[Format, QRadioButton],
    sentences: Mapping[Format, Label],
    why_not: Callable[[Format], str],
) -> None:
    """Describe each format, or why it cannot be chosen; choose the first one instead of one that cannot be."""
    for format, radio in radios.items():
        problem = why_not(format)
        radio.setEnabled(not problem)
        sentences[format].setText(problem or format.about.sentence)
        radio.setAccessibleDescription(sentences[format].text())
        if problem and radio.isChecked():
            next(iter(radios.values())).setChecked(True)


class ImportDialog(FormDialog):
    """Asks whether to write the records of a file into the open store."""

    def __init__(self, planned: PlannedImport, parent: QWidget | None = None) -> None:
        super().__init__("Import events", "Import", parent, size=(476, 0))
        preview = planned.preview
        about = Label(f"{elide(planned.path.name, 48)} → {elide(planned.session.short_name, 32)}", self, role="dim")
        records = f"{count_text(preview.events, 'event')} and {count_text(preview.snapshots, 'snapshot')}"
        headline = Label(f"{records} of {count_text(preview.sequences, 'entity')} will be written", self, role="title")
        there = f"Already in the store, and skipped: {count_text(preview.skipped, 'record')}.\n"
        rules = Label(
            f"{there if preview.skipped else ''}Either all of them are written, or none.\n"
            "Imported events cannot be removed from the store.",
            self,
        )
        self.add(about, headline, rules)
