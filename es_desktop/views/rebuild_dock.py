"""How the state in view came to be: the base and the steps after it, as cards."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from es_desktop.app.durations import format_cost
from es_desktop.app.entity_view import StateView
from es_desktop.app.values import count_text, format_value
from es_desktop.models.workspace import Workspace

from .dock_frame import Dock
from .step_cards import StepCards
from .theme import Theme


class RebuildDock(Dock):
    """Shows the base, each step, and what it cost."""

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        body = QWidget()
        super().__init__("rebuild", "Rebuild", body)
        self._workspace = workspace
        self._inspector = workspace.inspector
        self.cards = StepCards(body)
        self.choice = self.title_bar.add_choice(["from snapshot", "from zero"])
        self.choice.idClicked.connect(lambda number: self._inspector.set_from_snapshot(number == 0))
        layout = QVBoxLayout(body)
        layout.setContentsMargins(1, 0, 1, 1)
        layout.addWidget(self.cards)
        theme.follow(self.cards)
        theme.follow(self)
        self.cards.step_chosen.connect(self._on_step_chosen)
        self._inspector.state_changed.connect(self._on_state)
        self._inspector.state_failed.connect(lambda error: self._on_state(None))
        self._inspector.steps_changed.connect(self.cards.refresh)
        self._on_state(None)

    def show_choice(self) -> None:
        """Let the switch follow a choice that was made elsewhere."""
        self.choice.button(0 if self._inspector.from_snapshot else 1).setChecked(True)

    def _on_step_chosen(self, index: int) -> None:
        shown = self._inspector.shown
        if shown is None:
            return
        if index >= 0:
            step = self._inspector.rebuild_step(index)
            self._workspace.selection.go_to(None if step is None else step.version)
        elif shown.base.version is not None:
            self._workspace.selection.go_to(shown.base.version)

    def _on_state(self, shown: StateView | None) -> None:
        self.cards.setVisible(shown is not None)
        self.show_choice()
        if shown is None:
            self.title_bar.set_summary("")
            return
        if shown.base.version is None:
            self.cards.set_base("Zero", "no state yet", [], False)
        else:
            self.cards.set_base(
                f"Snapshot {shown.base.version}",
                f"{count_text(shown.skipped, 'event')} not read",
                _lines(shown.base_state),
                True,
            )
        self.cards.set_steps(shown.step_count, self._inspector.rebuild_step)
        self.cards.set_current(shown.step_count - 1)
        self.title_bar.set_summary(f"{count_text(shown.step_count, 'step')} · {format_cost(shown.seconds)}")


def _lines(state: object) -> list[str]:
    if not isinstance(state, dict):
        return ["discarded"]
    return [f"{name} {format_value(value, 40)}" for name, value in list(state.items())[:6]]
