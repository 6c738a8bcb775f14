"""The rebuild of the state in view: its base and its steps as cards, and a popup in which the base is chosen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from es_desktop.app.entity.verdict import NEAREST, ZERO, BaseChoice
from es_desktop.app.entity.view import EntityView, StateView
from es_desktop.app.text.times import format_cost
from es_desktop.app.text.values import elide, format_value
from es_desktop.core.counts import count_text, format_number
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.entity.snapshots import BasesModel
from es_desktop.replay import Step
from es_desktop.views.style.builders import fill
from es_desktop.views.style.dock_frame import GAP, Pill, WorkspaceDock
from es_desktop.views.style.plain_text import Label, set_tip
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import TablePopup, set_up_table
from es_desktop.views.style.tokens import Tokens

from .step_cards import StepCards
from .value_menu import open_value_menu, values_of

_WIDTH: Final = 520
_MOST_ROWS: Final = 12


class BaseChooser(TablePopup):
    """A table of an entity's snapshots; typing digits goes to a version."""

    def __init__(self, inspector: Inspector, view: EntityView, version: int, tokens: Tokens, parent: QWidget) -> None:
        super().__init__("Snapshots to rebuild from", parent)
        used = None if inspector.state_view is None else inspector.state_view.base.version
        checks = view.reading.checks.of(view.facts.id)
        self._inspector = inspector
        self._model = BasesModel(view.bases, view.outline.versions, version, used, self, checks=checks)
        delegate = RowDelegate(self.table, {0: Column(tint="amber"), 2: Column(dim=True)})
        delegate.set_tokens(tokens)
        widths = {0: 64, 1: 108, 2: 104}
        set_up_table(
            self.table,
            self._model,
            delegate,
            "Snapshots",
            widths=widths,
            stretch=[3],
            several=False,
            finds_by_typing=True,
        )
        self.show_rows(min(_MOST_ROWS, self._model.rowCount()))
        hint = Label("Press Enter to rebuild its version and all later ones from it.", self, role="hint")
        hint.setContentsMargins(8, 2, 8, 2)
        self.lay_out(self.table, hint, spacing=4)
        self.table.clicked.connect(self._on_chosen)
        self.table.activated.connect(self._on_chosen)
        self.table.setCurrentIndex(self._model.index(self._model.first_choice, 0))
        self.table.setFocus()

    def open_at(self, point: QPoint, parent: QWidget) -> None:
        """Open with the lower left corner at a point of the screen, inside the window of ``parent``."""
        self.resize(_WIDTH, self.sizeHint().height())
        self.open_inside(parent.window(), point - QPoint(0, self.height()))

    def _on_chosen(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.accept()
            self._inspector.set_base(BaseChoice.picked(self._model.version_at(index.row())))


_PICK: Final = "choose a snapshot ▾"
_PICKED: Final = 2
"""Button id of the chosen snapshot; 0 is the nearest snapshot, 1 is zero."""
_LONGEST_NOTE: Final = 80


class RebuildDock(WorkspaceDock):
    """Shows the base, each step, and how long it took."""

    name, title = "rebuild", "Rebuild"

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._inspector = workspace.inspector
        self.cards = StepCards(body)
        self.history_views = (self.cards,)
        self.choice = self.title_bar.add_choice(["from snapshot", "from zero", _PICK])
        self.choice.idClicked.connect(self._on_choice)
        self._note = Pill(parent=self)
        self.title_bar.add_widget(self._note)
        fill(QVBoxLayout(body), self.cards, margins=(1, 0, 1, 1))
        theme.follow(self.cards, self)
        self.cards.step_chosen.connect(self._on_step_chosen)
        self.cards.menu_requested.connect(self._on_menu_requested)
        self._inspector.state_changed.connect(self._on_state)
        self._inspector.state_failed.connect(lambda error: self._on_state(None))
        workspace.checker.changed.connect(lambda: self._on_state(self._inspector.state_view))
        self._inspector.steps_changed.connect(self.cards.refresh)
        self._inspector.base_changed.connect(self._show_choice)
        self._inspector.outline_changed.connect(self._on_outline)
        self._on_outline(None)
        self._on_state(None)

    def choose_base(self) -> None:
        """Open a popup in which a person chooses the snapshot that rebuilds start from."""
        view, version = self._inspector.view, self._workspace.selection.version
        if view is None or version is None or not view.bases.rows:
            return
        self.show()
        self.raise_()
        button = self.choice.button(_PICKED)
        chooser = BaseChooser(self._inspector, view, version, self._theme.tokens, self)
        chooser.open_at(button.mapToGlobal(button.rect().topLeft()) - QPoint(0, GAP // 2), self)

    def _on_choice(self, number: int) -> None:
        if number == _PICKED:
            self._show_choice(self._inspector.base)  # unchanged until a snapshot is chosen
            self.choose_base()
        else:
            self._inspector.set_base((NEAREST, ZERO)[number])

    def _show_choice(self, base: BaseChoice) -> None:
        self.choice.button({NEAREST.mode: 0, ZERO.mode: 1}.get(base.mode, _PICKED)).setChecked(True)
        self.choice.button(_PICKED).setText(
            _PICK if base.version is None else f"from snapshot {format_number(base.version)} ▾"
        )

    def _on_outline(self, view: EntityView | None) -> None:
        button = self.choice.button(_PICKED)
        button.setEnabled(view is not None and bool(view.bases.rows))
        why_not = "" if view is None or view.bases.rows else "\nThere is no snapshot of this entity."
        set_tip(button, f"Choose the snapshot to rebuild from (Ctrl+R){why_not}")

    def _on_menu_requested(self, step: Step, at: QPoint) -> None:
        self._workspace.selection.go_to(step.version)
        open_value_menu(self._workspace, self._theme, values_of(step.readable_changes), self, at)

    def _on_step_chosen(self, index: int) -> None:
        shown = self._inspector.state_view
        if shown is None:
            return
        if index >= 0:
            step = self._inspector.rebuild_step(index)
            self._workspace.selection.go_to(None if step is None else step.version)
        elif shown.base.version is not None:
            self._workspace.selection.go_to(shown.base.version)

    def _on_state(self, shown: StateView | None) -> None:
        self.cards.setVisible(shown is not None)
        note = "" if shown is None else _note(shown)
        self._note.show_text(elide(note, _LONGEST_NOTE), "amber")
        set_tip(self._note, note)
        if shown is None:
            self.title_bar.set_summary("")
            self.cards.set_base("", "", [], False)
            return
        if shown.base.version is None:
            self.cards.set_base("Zero", "no state yet", [], False)
        else:
            is_false = self._inspector.verdict(shown).is_of_false_snapshot
            self.cards.set_base(
                f"{'False snapshot' if is_false else 'Snapshot'} {shown.base.version}",
                f"{count_text(shown.skipped, 'event')} not read",
                _lines(shown.base_state),
                True,
                is_false,
            )
        self.cards.set_steps(shown.step_count, self._inspector.rebuild_step)
        self.cards.set_current(shown.step_count - 1)
        self.title_bar.set_summary(f"{count_text(shown.step_count, 'step')} · {format_cost(shown.seconds)}")


def _note(shown: StateView) -> str:
    if not shown.base_note:
        return ""
    found = "zero" if shown.base.version is None else format_number(shown.base.version)
    return f"Rebuilt from {found}: {shown.base_note}"


def _lines(state: object) -> list[str]:
    if not isinstance(state, dict):
        return ["discarded"]
    return [f"{name} {format_value(value, 40)}" for name, value in list(state.items())[:6]]
