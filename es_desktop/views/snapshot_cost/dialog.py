"""Measures what snapshots save and what they take, and offers the interval that pays as the policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.entity.ids import short_id
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.snapshot_cost.cost import (
    INTERVALS,
    LEAST_TARGET,
    Interval,
    Point,
    SnapshotCost,
    conclusion,
    every_text,
    subject,
)
from es_desktop.app.text.times import format_cost
from es_desktop.app.text.values import format_bytes
from es_desktop.models.workspace import Workspace
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.fields import calm, make_choice
from es_desktop.views.style.form_dialog import FormDialog, row_of
from es_desktop.views.style.plain_text import ElidedLabel, Label
from es_desktop.views.style.theme import SMALL_POINTS, Theme, ui_font

from .plot import CostPlot

_ENTITY, _STORE = 0, 1
_RESULT, _MEASURING = 0, 1
_SPACING: Final = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with a title and a detail."""

    title: str
    value: str = "…"
    detail: str = ""


_EMPTY: Final = (Figure("From zero"), Figure("From a snapshot"), Figure("Events not read"), Figure("Snapshots take"))


class CostFigures(QWidget):
    """Shows four figures of a measurement."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[tuple[ElidedLabel, Label, ElidedLabel]] = []
        fill(QHBoxLayout(self), *((self._cell(), 1) for _ in _EMPTY), spacing=10)
        self.show_cost(None)

    def show_cost(self, cost: SnapshotCost | None) -> None:
        """Show a measurement; ``None`` shows dots."""
        for figure, (title, value, detail) in zip(figures(cost), self._labels, strict=True):
            title.set_whole_text(figure.title)
            value.setText(figure.value)
            detail.set_whole_text(figure.detail)

    @property
    def texts(self) -> list[tuple[str, str, str]]:
        """Title, value and detail of each figure."""
        return [(title.whole_text(), value.text(), detail.whole_text()) for title, value, detail in self._labels]

    def _cell(self) -> QFrame:
        cell = QFrame(self)
        cell.setProperty("role", "card")
        title, value, detail = ElidedLabel(parent=cell), Label(parent=cell), ElidedLabel(parent=cell)
        value.setFont(ui_font(15.0, bold=True))
        for label in (title, detail):
            label.setFont(ui_font(SMALL_POINTS))
        fill(QVBoxLayout(cell), title, value, detail, margins=(12, 9, 10, 9), spacing=2)
        self._labels.append((title, value, detail))
        return cell


def figures(cost: SnapshotCost | None) -> tuple[Figure, ...]:
    """Return the four figures of a measurement; for ``None``, figures without values."""
    if cost is None:
        return _EMPTY
    about = "≈ " if cost.is_estimated else ""
    sampled = about if len(cost.shares) < cost.entities else ""
    events, saved = round(cost.events), round(cost.saved)
    one = format_bytes(cost.longest.bytes_each)
    events_size = f"and events {about}{format_bytes(cost.event_bytes)}"
    return (
        *(_of_store(cost) if cost.entities > 1 else _of_entity(cost)),
        Figure("Events not read", f"{sampled}{format_number(saved)}", f"of {format_number(events)}"),
        Figure(
            "Snapshots take",
            f"{about}{format_bytes(cost.snapshot_bytes)}" if cost.snapshot_bytes else "nothing",
            events_size if cost.snapshot_bytes else f"one would take {one}",
        ),
    )


def _of_entity(cost: SnapshotCost) -> tuple[Figure, Figure]:
    costs = cost.longest
    about = "≈ " if costs.is_partly_read else ""
    zero = Figure("From zero", f"{about}{format_cost(costs.from_zero)}", count_text(costs.events, "event"))
    if costs.base is None:
        return zero, Figure("From a snapshot", "–", "no snapshot to start from")
    after = costs.events - costs.skipped
    value, detail = f"{about}{format_cost(costs.now)}", f"and {count_text(after, 'event')} after it"
    return zero, Figure(f"From snapshot {format_number(costs.base)}", value, detail)


def _of_store(cost: SnapshotCost) -> tuple[Figure, Figure]:
    longest = format_cost(cost.longest.from_zero)
    having = f"{format_number(round(cost.with_base))} of {format_number(cost.entities)} have one"
    return (
        Figure("Mean from zero", format_cost(cost.from_zero), f"the longest {longest}"),
        Figure("With the snapshots", format_cost(cost.now), having),
    )


class SnapshotCostDialog(FormDialog):
    """Measures one entity or the store; ``interval`` is the chosen policy once it is accepted."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        close = QDialogButtonBox.StandardButton.Close
        super().__init__("Snapshot costs", "Use as policy", parent, size=(720, 560), leave=close)
        self._workspace = workspace
        self._meter = workspace.cost_meter
        self._cost: SnapshotCost | None = None
        self._has_own_target = False
        self._frame, self.scope = make_choice(["this entity", "the store"], self)
        self._subject = ElidedLabel(parent=self)
        self.figures = CostFigures(self)
        self.plot = CostPlot(self)
        self.conclusion = Label(parent=self, role="title", wraps=True)
        self.target = calm(QDoubleSpinBox(self, minimum=0.1, maximum=99_999.9, suffix=" ms", decimals=1))
        self.target.setValue(1000 * LEAST_TARGET)
        self._rule = ElidedLabel(parent=self)
        self.reason = Label(parent=self, role="hint", wraps=True)
        self._progress = QProgressBar(self, textVisible=False)
        self._progress.setAccessibleName("Progress of the measurement")
        self.stop = push_button("Stop", self, "link")
        self._state = QStackedWidget(self)
        self.again = push_button("Measure again", self, "link")
        self._lay_out()
        self._connect()
        theme.follow(self.plot)
        self.setMinimumSize(640, 480)
        self.plot.setFocus()
        if workspace.inspector.view is None:
            self.scope.button(_ENTITY).setEnabled(False)
            self.scope.button(_STORE).setChecked(True)
        self._measure()

    @property
    def subject(self) -> str:
        """What was measured."""
        return self._subject.whole_text()

    @property
    def interval(self) -> Interval:
        """The interval that is chosen."""
        index = self.plot.content.chosen
        return None if index is None else self.plot.content.points[index].interval

    def _lay_out(self) -> None:
        self._subject.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.conclusion.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._state.addWidget(self.conclusion)
        running = QWidget(self)
        running.setLayout(row_of(self._progress, self.stop, spacing=_SPACING))
        self._state.addWidget(running)
        self._state.setFixedHeight(40)
        self.add(row_of(self._frame, self._subject, stretched=1, spacing=_SPACING), self.figures)
        self.add(self.plot, stretch=1)
        self.add(self._state, self._target_row())
        self.add_beside_buttons(self.again, self.reason)

    def _target_row(self) -> QHBoxLayout:
        self.target.setFixedWidth(104)
        self.target.setAccessibleName("A rebuild should take at most, in milliseconds")
        word = Label("A rebuild should take at most", self, role="dim")
        return row_of(word, self.target, self._rule, stretched=2, spacing=_SPACING)

    def _connect(self) -> None:
        self.scope.idClicked.connect(lambda _: self._measure())
        self.target.valueChanged.connect(self._on_target_changed)
        self.plot.chosen.connect(lambda _: self._show_conclusion())
        self.again.clicked.connect(self._measure)
        self.stop.clicked.connect(self._meter.stop)
        self._meter.progressed.connect(self._on_progressed)
        self._meter.measured.connect(self._on_measured)
        # Methods, not lambdas: the meter lives longer than this dialog.
        self._meter.failed.connect(self._show_none)
        self._meter.stopped.connect(self._show_none)

    def _measure(self) -> None:
        session, view = self._workspace.session, self._workspace.inspector.view
        if session is None:
            return
        of_entity = self.scope.checkedId() == _ENTITY
        self._show(None, "Measuring this entity…" if of_entity else "Measuring entities of every length…")
        self._state.setCurrentIndex(_MEASURING)
        self.again.hide()
        self._progress.setRange(0, 0)
        if of_entity and view is not None:
            self._subject.set_whole_text(f"{view.facts.type} {short_id(view.facts.id)}")
            self._meter.measure_entity(session, view.facts)
        else:
            self._subject.set_whole_text(session.short_name)
            self._meter.measure_store(session)

    def _on_progressed(self, done: int, total: int) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)

    def _on_measured(self, cost: SnapshotCost) -> None:
        self._subject.set_whole_text(f"{self.subject} · {subject(cost)}")
        if not self._has_own_target:
            with QSignalBlocker(self.target):
                self.target.setValue(1000 * cost.default_target)
        self._show(cost)

    def _on_target_changed(self) -> None:
        self._has_own_target = True
        self._offer()

    def _show_none(self, error: UserError | None = None) -> None:
        """Show why nothing was measured; without an error, it was stopped."""
        self._show(None, "Nothing was measured.")
        self.conclusion.setText("Stopped." if error is None else str(error))

    def _show(self, cost: SnapshotCost | None, empty: str = "") -> None:
        self._cost = cost
        self._state.setCurrentIndex(_RESULT)
        self.figures.show_cost(cost)
        self.again.show()
        for widget in (self.target, self.agree_button):
            widget.setEnabled(cost is not None)
        if cost is None:
            self._rule.set_whole_text("")
            self.reason.clear()
            self.plot.show_nothing(empty)
        self._offer()

    def _offer(self) -> None:
        """Show the points, and choose the interval that pays."""
        if self._cost is None:
            return
        target = self.target.value() / 1000
        paying = self._cost.paying(target)
        present = self._workspace.commander.frequency
        intervals: list[Interval] = [*sorted({*filter(None, (*INTERVALS, present))}), None]
        marks: dict[int, list[tuple[str, str]]] = {}
        if paying is not None:
            marks.setdefault(intervals.index(paying.interval), []).append(("pays", "green"))
        if self._workspace.session is not None and self._workspace.session.is_writable:
            marks.setdefault(intervals.index(present), []).append(("now", "amber"))
        self.plot.set_target(target)
        self.plot.show_points([self._cost.at(each) for each in intervals], marks)
        self.plot.choose(None if paying is None else intervals.index(paying.interval))
        conclusion = "" if paying is None else f"The longest interval that achieves it: {every_text(paying.interval)}."
        self._rule.set_whole_text(conclusion or "No interval achieves it.")
        self._show_conclusion()

    def _show_conclusion(self) -> None:
        """Describe the chosen interval, and offer it as the policy."""
        if self._cost is None:
            return
        index = self.plot.content.chosen
        chosen = None if index is None else self.plot.content.points[index]
        self.conclusion.setText(conclusion(self._cost, chosen, self.target.value() / 1000))
        self._offer_policy(chosen)

    def _offer_policy(self, chosen: Point | None) -> None:
        session = self._workspace.session
        why_not = "No interval is chosen." if chosen is None else ""
        if session is not None and not session.is_writable:
            why_not = session.why_read_only
        elif chosen is not None and chosen.interval == self._workspace.commander.frequency:
            why_not = "This is the current policy."
        text = "Use as policy"
        if chosen is not None:
            every = chosen.interval
            text = "Use no snapshots as policy" if every is None else f"Use every {format_number(every)} as policy"
        self.agree_button.setText(text)
        self.agree_button.setEnabled(not why_not)
        self.reason.setText(why_not)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.target.hasFocus()
        if typed:  # Enter in the target applies the target, and does not accept the dialog
            self.plot.setFocus()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self._meter.stop()
        super().done(result)
