"""The rebuilds of the state in view, from the snapshot and from zero, and a popup in which the snapshot is chosen."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QMoveEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from es_desktop.app.entity.rebuilds import MeasuredRebuild, Rebuilds
from es_desktop.app.entity.verdict import NEAREST, ZERO, BaseChoice
from es_desktop.app.entity.view import EntityView, StateView
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.times import format_cost
from es_desktop.app.text.values import elide, format_value, format_wrong
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.entity.snapshots import BasesModel
from es_desktop.models.presence import Absence
from es_desktop.replay import Step
from es_desktop.system.counts import format_number
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.builders import bare_button, delay, fill, push_button
from es_desktop.views.style.dock_frame import GAP, WorkspaceDock
from es_desktop.views.style.icons import icon
from es_desktop.views.style.pill import Pill
from es_desktop.views.style.plain_text import Hint, Label, set_tip
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import TablePopup, set_up_table
from es_desktop.views.style.tokens import Tokens

from .cost_line import CostLine
from .step_cards import Card, Line, StepCards, StepChips
from .step_row import StepRow
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
            self._inspector.set_base(BaseChoice.picked(self._model.version_at(self._model.row_number(index))))


_PICK: Final = "choose a snapshot ▾"
_PICKED: Final = 2
"""Button id of the chosen snapshot; 0 is the nearest snapshot, 1 is zero."""
_LONGEST_NOTE: Final = 80
_ZERO: Final = Card(None, "Zero", [Line("no state yet", "dim")], tone="neutral")
_MOST_LINES: Final = 6
_CHIPS_FROM: Final = 200
_PATIENCE_MILLISECONDS: Final = 120
_FOLDED: Final = 8
_UNFOLDED: Final = 248
_COVERED: Final = 180
"""In a low window, where another panel is in front."""
QWIDGETSIZE_MAX: Final = 16_777_215
"""Height without the title, in pixels, from which there is room for the steps from zero below those from a snapshot."""


class RebuildDock(WorkspaceDock):
    """Shows both rebuilds one above the other: the base, each step, and how long it took."""

    name, title, shows = "rebuild", "Rebuild", "how its state is rebuilt"
    folded = Signal()
    """It is folded away, or unfolded, or came to the front: ``wanted_height`` may be another."""
    is_folded = False

    @property
    def wanted_height(self) -> int:
        """The height in pixels that it has in a low window, without its title."""
        if self.is_folded:
            return _COVERED if self.is_covered else _FOLDED
        return _UNFOLDED

    @property
    def least_height(self) -> int:
        return _FOLDED if self.is_folded else _CHIPS_FROM

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._inspector = workspace.inspector
        self._pair = workspace.rebuilds
        self._long = self.from_snapshot, self.from_zero = CostLine(body), CostLine(body)
        self._short = CostLine(self.title_bar, is_short=True), CostLine(self.title_bar, is_short=True)
        self.cards, self.chips = StepCards(body, self._hue_of), StepChips(body, self._hue_of)
        self.history_views = (self.cards, self.chips)
        self.hint = Hint(parent=body)
        self._patience = delay(_PATIENCE_MILLISECONDS, self._on_long_work, self)
        self.compare_link = push_button("Run it, and compare", body, "link")
        self.compare_link.clicked.connect(self._pair.read_all)
        self.from_zero.add_link(self.compare_link)
        self.arrow = bare_button("", self.title_bar)
        self.arrow.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.arrow.clicked.connect(lambda: self.set_folded(not self.is_folded))
        self.arrow.setVisible(False)
        self.title_bar.add_widget(self.arrow)
        for line in self._short:
            self.title_bar.add_widget(line)
        self.choice = self.title_bar.add_choice(["from snapshot", "from zero", _PICK])
        self.choice_frame: QWidget = self.choice.button(0).parentWidget() or self
        self.choice.idClicked.connect(self._on_choice)
        self._note = Pill(parent=self)
        self.title_bar.add_widget(self._note)
        parts = (
            self.from_snapshot,
            (self.cards, self._stretch(self.cards)),
            self.from_zero,
            self.chips,
            (0, 1),
            self.hint,
        )
        self._rows = fill(QVBoxLayout(body), *parts, margins=(1, 6, 1, 1), spacing=2)
        theme.follow(self.cards, self.chips, *self._long, *self._short, self)
        for row in (self.cards, self.chips):
            row.step_chosen.connect(lambda index, row=row: self._on_step_chosen(row, index))
            row.menu_requested.connect(self._on_menu_requested)
            self._pair.steps_changed.connect(row.refresh)
        self._pair.changed.connect(lambda found: self._show_pair())
        self._inspector.state_failed.connect(self._on_failed)
        workspace.checker.changed.connect(self._show_pair)
        self._inspector.state_changed.connect(self._on_state)
        self._inspector.base_changed.connect(self._show_choice)
        self._inspector.outline_changed.connect(self._on_outline)
        self._on_outline(self._inspector.view)
        self._on_state(self._inspector.state_view)
        self._show_pair()

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

    def _hue_of(self, step: Step) -> int:
        view = self._inspector.view
        return 0 if view is None else view.outline.type_hues[step.type]

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
        set_tip(button, with_keys("Choose the snapshot to rebuild from ({from-picked})") + why_not)

    def _on_menu_requested(self, step: Step, at: QPoint) -> None:
        self._workspace.selection.go_to(step.version)
        open_value_menu(self._workspace, self._theme, values_of(step.readable_changes), self, at)

    def _is_of_zero(self, row: StepRow) -> bool:
        """Return whether a row has the steps from zero: the cards show the rebuild of the state in view."""
        found = self._pair.shown
        are_cards_of_zero = self._inspector.base == ZERO or found is None or found.snapshot is None
        return are_cards_of_zero == (row is self.cards)

    def _on_step_chosen(self, row: StepRow, index: int) -> None:
        found = self._pair.shown
        step = self._pair.step_at(self._is_of_zero(row), index) if index >= 0 else None
        if step is not None:
            self._workspace.selection.go_to(step.version)
        elif index < 0 and found is not None and found.snapshot is not None:
            self._workspace.selection.go_to(found.snapshot.base)

    def _on_state(self, shown: StateView | None) -> None:
        note = "" if shown is None else _note(shown)
        self._note.show_text(elide(note, _LONGEST_NOTE), "amber")
        set_tip(self._note, note)
        self.hint.explain("")
        self.show_absence()
        self._patience.start()

    def _on_failed(self, error: UserError) -> None:
        self._on_state(None)

    def _absence(self) -> Absence | None:
        problem = self._inspector.problem
        return super()._absence() or (None if problem is None else Absence.of(problem))

    def _on_long_work(self) -> None:
        if self._pair.is_running and self._pair.shown is None:
            self.hint.explain("The state is being rebuilt, from its snapshot and from zero…")

    def set_tokens(self, tokens: Tokens) -> None:
        super().set_tokens(tokens)
        if self._is_built:
            self._show_arrow()

    def set_folded(self, is_folded: bool, *, can_unfold: bool = True) -> None:
        """Show one line in the title bar in place of the steps; ``can_unfold``: with an arrow that changes this."""
        self.build()
        self.is_folded = is_folded
        self.arrow.setVisible(can_unfold)
        self._show_arrow()
        self._fold_body()
        self._show_pair()
        self.folded.emit()

    def _show_arrow(self) -> None:
        name = "chevron-right" if self.is_folded else "chevron-down"
        self.arrow.setIcon(icon(name, self._tokens, self._tokens.dim))
        tip = "Show the steps" if self.is_folded else "Fold the steps away"
        set_tip(self.arrow, tip)
        self.arrow.setAccessibleName(tip)

    def _fold_body(self) -> None:
        """Take the room of the body away while it is folded, except from the panels that stand in front of it."""
        self.widget().setMaximumHeight(0 if self.is_folded and not self.is_covered else QWIDGETSIZE_MAX)

    def moveEvent(self, event: QMoveEvent) -> None:
        was_covered = self.is_covered
        super().moveEvent(event)
        if self.is_covered is not was_covered:
            self._fold_body()
            self.folded.emit()

    def _fit(self, width: int) -> None:
        self._show_pair()

    def _show_pair(self) -> None:
        found = self._pair.shown
        wanted: set[QWidget] = set() if self.is_folded else {self.choice_frame}
        if found is None:
            self.title_bar.set_badge("")
            self.title_bar.set_summary("")
        else:
            self.hint.explain("")
            self._show_verdict(found)
            wanted |= self._show_lines(found)
            wanted.update(row for row in (self.cards, self.chips) if self._show_steps(row, found))
        lines = self.from_snapshot, self.from_zero, *self._short
        for widget in (self.choice_frame, *lines, self.cards, self.chips):  # one that stays keeps the focus
            widget.setVisible(widget in wanted)

    def _show_verdict(self, found: Rebuilds) -> None:
        tone = "green" if found.is_same else "red" if found.is_false else "neutral"
        self.title_bar.set_badge(found.word, tone)
        set_tip(self.title_bar.badge, found.reason)
        self.title_bar.set_summary("" if found.is_false or self.is_folded else found.saving_text)

    def _show_lines(self, found: Rebuilds) -> set[QWidget]:
        """Fill the lines on both rebuilds; return those that are shown."""
        snapshot, zero, slowest = found.snapshot, found.zero, found.most_seconds
        bar, both = "red" if found.is_false else "amber", self._short if self.is_folded else self._long
        wanted: set[QWidget] = {both[1]}
        if snapshot is not None:
            wanted.add(both[0])
            self.from_snapshot.show_cost(snapshot.title, snapshot.text, snapshot, slowest, bar, found.differences_text)
            short = f"◆{format_number(snapshot.base or 0)}"
            self._short[0].show_cost(short, snapshot.steps_text, snapshot, slowest, bar)
        facts = ("too long to be run each time",) * 2 if zero is None else (zero.text, zero.steps_text)
        self.from_zero.show_cost("From zero", facts[0], zero, slowest, "accent", self._first_difference(found))
        self._short[1].show_cost("Zero", facts[1], zero, slowest, "accent")
        self.compare_link.setVisible(zero is None)
        return wanted

    def _show_steps(self, row: StepRow, found: Rebuilds) -> bool:
        """Fill a row of steps; return whether it is shown."""
        of_zero = self._is_of_zero(row)
        rebuild = found.zero if of_zero else found.snapshot
        # The body has its new size only after the dock.
        has_room = row is self.cards or self.height() - self._head.height() >= _CHIPS_FROM
        if rebuild is None or self.is_folded or not has_room:
            return False
        if (self._rows.indexOf(row) > self._rows.indexOf(self.from_zero)) is not of_zero:
            self._rows.removeWidget(row)
            self._rows.insertWidget(self._rows.indexOf(self.from_zero) + (1 if of_zero else 0), row, self._stretch(row))
        unread = found.snapshot.base if of_zero and found.snapshot is not None else None
        row.mark(unread, found.check.first_event if of_zero and found.check is not None else None)
        if row is self.cards:
            self.cards.set_base(_ZERO if of_zero else _snapshot_card(rebuild, found))
        row.set_steps(rebuild.step_count, partial(self._pair.step_at, of_zero))
        row.set_current(rebuild.step_count - 1)
        return True

    def _stretch(self, row: StepRow) -> int:
        return 9 if row is self.cards else 0

    def _first_difference(self, found: Rebuilds) -> str:
        """Return at which event the two part; empty if the snapshot is not false."""
        view, event = self._inspector.view, None if found.check is None else found.check.first_event
        if view is None or event is None:
            return ""
        return f"the two part at {format_number(event)} {view.outline.type_at(view.outline.count_to(event) - 1)}"


def _note(shown: StateView) -> str:
    if not shown.base_note:
        return ""
    found = "zero" if shown.base.version is None else format_number(shown.base.version)
    return f"Rebuilt from {found}: {shown.base_note}"


def _snapshot_card(snapshot: MeasuredRebuild, found: Rebuilds) -> Card:
    cost = format_cost(snapshot.base_seconds) if snapshot.base_seconds else ""
    check = found.check
    if check is not None and found.is_false:
        path, values = check.path or "the whole state", format_wrong(check.snapshot, check.replayed, 16)
        lines = [Line(path, "red"), Line(values), Line(f"they part at {format_number(check.first_event or 0)}")]
        return Card(snapshot.base, "False snapshot", lines, cost, "red")
    return Card(
        snapshot.base, "Snapshot", [Line(snapshot.read_text, "dim"), *_lines(snapshot.base_state)], cost, "amber"
    )


def _lines(state: object) -> list[Line]:
    if not isinstance(state, dict):
        return [Line("discarded")]
    return [Line(f"{name} {format_value(value, 40)}", path=name) for name, value in list(state.items())[:_MOST_LINES]]
