"""What snapshots buy: measured here and now, with the interval that would pay, offered as the policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.entity.ids import short_id
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.snapshot_cost.cost import INTERVALS, LEAST_TARGET, Interval, Point, SnapshotCost
from es_desktop.app.snapshot_cost.text import conclusion, every_text, subject
from es_desktop.app.text.times import format_cost
from es_desktop.app.text.values import count_text, format_bytes
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.dock_frame import ElidedLabel, make_choice
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import SMALL_POINTS, Theme, ui_font

from .plot import WorthPlot

_ENTITY, _STORE = 0, 1
_TOLD, _MEASURING = 0, 1
_SIZE: Final = (720, 560)
_CLOSE: Final = QDialogButtonBox.StandardButton.Close
_LEAST: Final = (640, 480)
_POINTS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the words above and below it."""

    title: str
    value: str = "…"
    detail: str = ""


_NOT_YET: Final = (Figure("From zero"), Figure("From a snapshot"), Figure("Events not read"), Figure("Snapshots take"))


class WorthFigures(QWidget):
    """Shows the figures of what was measured, or that they are not there yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[tuple[ElidedLabel, Label, ElidedLabel]] = []
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for _ in _NOT_YET:
            layout.addWidget(self._cell(), 1)
        self.show_worth(None)

    def show_worth(self, worth: SnapshotCost | None) -> None:
        """Show what was measured; without it, dots."""
        for figure, (title, value, detail) in zip(figures(worth), self._labels, strict=True):
            title.set_whole_text(figure.title)
            value.setText(figure.value)
            detail.set_whole_text(figure.detail)

    @property
    def texts(self) -> list[tuple[str, str, str]]:
        """What is shown: title, value and detail of each figure."""
        return [(title.whole_text(), value.text(), detail.whole_text()) for title, value, detail in self._labels]

    def _cell(self) -> QFrame:
        cell = QFrame(self)
        cell.setProperty("role", "card")
        title, value, detail = ElidedLabel(parent=cell), Label(parent=cell), ElidedLabel(parent=cell)
        value.setFont(ui_font(_POINTS, bold=True))
        for label in (title, detail):
            label.setFont(ui_font(SMALL_POINTS))
        layout = QVBoxLayout(cell)
        layout.setContentsMargins(12, 9, 10, 9)
        layout.setSpacing(2)
        for line in (title, value, detail):
            layout.addWidget(line)
        self._labels.append((title, value, detail))
        return cell


def figures(worth: SnapshotCost | None) -> tuple[Figure, ...]:
    """Return the four figures of what was measured; without it, those that say so."""
    if worth is None:
        return _NOT_YET
    about = "≈ " if worth.is_estimated else ""
    sampled = about if len(worth.shares) < worth.entities else ""
    events, saved = round(worth.events), round(worth.saved)
    one = format_bytes(worth.longest.bytes_each)
    beside = f"and events {about}{format_bytes(worth.event_bytes)}"
    return (
        *(_of_store(worth) if worth.entities > 1 else _of_entity(worth)),
        Figure("Events not read", f"{sampled}{saved:,}", f"of {events:,}"),
        Figure(
            "Snapshots take",
            f"{about}{format_bytes(worth.snapshot_bytes)}" if worth.snapshot_bytes else "nothing",
            beside if worth.snapshot_bytes else f"one would take {one}",
        ),
    )


def _of_entity(worth: SnapshotCost) -> tuple[Figure, Figure]:
    costs = worth.longest
    about = "≈ " if costs.is_partly_read else ""
    zero = Figure("From zero", f"{about}{format_cost(costs.from_zero)}", count_text(costs.events, "event"))
    if costs.base is None:
        return zero, Figure("From a snapshot", "–", "there is none to start from")
    after = costs.events - costs.skipped
    value, detail = f"{about}{format_cost(costs.now)}", f"and {count_text(after, 'event')} after it"
    return zero, Figure(f"From snapshot {costs.base:,}", value, detail)


def _of_store(worth: SnapshotCost) -> tuple[Figure, Figure]:
    longest = format_cost(worth.longest.from_zero)
    having = f"{round(worth.with_base):,} of {worth.entities:,} have one"
    return (
        Figure("Mean from zero", format_cost(worth.from_zero), f"the longest {longest}"),
        Figure("With the snapshots", format_cost(worth.now), having),
    )


class WorthDialog(FormDialog):
    """Measures one entity or the store; ``interval`` is the policy that was chosen once it is accepted."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("What snapshots buy", "Use as the policy", parent, size=_SIZE, leave=_CLOSE)
        self._workspace = workspace
        self._meter = workspace.cost_meter
        self._worth: SnapshotCost | None = None
        self._has_own_target = False
        self._frame, self.scope = make_choice(["this entity", "the store"], self)
        self._subject = ElidedLabel(parent=self)
        self.figures = WorthFigures(self)
        self.plot = WorthPlot(self)
        self.told = Label(parent=self)
        self.target = QDoubleSpinBox(self)
        self._rule = ElidedLabel(parent=self)
        self.reason = Label(parent=self)
        self._progress = QProgressBar(self)
        self.stop = QPushButton("Stop", self)
        self._state = QStackedWidget(self)
        self.again = QPushButton("Measure again", self)
        self._lay_out()
        self._connect()
        theme.follow(self.plot)
        self.setMinimumSize(*_LEAST)
        self.plot.setFocus()
        if workspace.inspector.view is None:
            self.scope.button(_ENTITY).setEnabled(False)
            self.scope.button(_STORE).setChecked(True)
        self._measure()

    @property
    def subject(self) -> str:
        """What the figures are of."""
        return self._subject.whole_text()

    @property
    def interval(self) -> Interval:
        """The interval that is chosen."""
        index = self.plot.index
        return None if index is None else self.plot.points[index].interval

    def _lay_out(self) -> None:
        self._subject.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.told.setWordWrap(True)
        self.told.setProperty("role", "title")
        self.told.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.reason.setProperty("role", "hint")
        self.reason.setWordWrap(True)
        self._progress.setTextVisible(False)
        self._state.addWidget(self.told)
        self._state.addWidget(_row(self._progress, self.stop))
        self._state.setFixedHeight(40)
        for button in (self.stop, self.again):
            button.setProperty("role", "link")
            button.setAutoDefault(False)
        self.add(_row(self._frame, self._subject, stretched=self._subject), self.figures)
        self.add(self.plot, stretch=1)
        self.add(self._state, self._target_row())
        self.add_beside_buttons(self.again, self.reason)

    def _target_row(self) -> QWidget:
        self.target.setRange(0.1, 99_999.9)
        self.target.setDecimals(1)
        self.target.setSuffix(" ms")
        self.target.setValue(1000 * LEAST_TARGET)
        self.target.setFixedWidth(104)
        self.target.setAccessibleName("A rebuild should take at most, in milliseconds")
        word = Label("A rebuild should take at most", self, role="dim")
        return _row(word, self.target, self._rule, stretched=self._rule)

    def _connect(self) -> None:
        self.scope.idClicked.connect(lambda _: self._measure())
        self.target.valueChanged.connect(self._on_target_changed)
        self.plot.chosen.connect(lambda _: self._tell())
        self.again.clicked.connect(self._measure)
        self.stop.clicked.connect(self._meter.stop)
        self._meter.progressed.connect(self._on_progressed)
        self._meter.measured.connect(self._on_measured)
        self._meter.failed.connect(self._on_failed)
        self._meter.stopped.connect(self._on_stopped)

    def _measure(self) -> None:
        session, view = self._workspace.session, self._workspace.inspector.view
        if session is None:
            return
        of_entity = self.scope.checkedId() == _ENTITY
        self._show(None, "Rebuilding it again and again…" if of_entity else "Rebuilding entities of every length…")
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

    def _on_measured(self, worth: SnapshotCost) -> None:
        self._subject.set_whole_text(f"{self.subject} · {subject(worth)}")
        if not self._has_own_target:
            self.target.blockSignals(True)
            self.target.setValue(1000 * worth.default_target)
            self.target.blockSignals(False)
        self._show(worth)

    def _on_target_changed(self) -> None:
        self._has_own_target = True
        self._offer()

    def _on_failed(self, error: UserError) -> None:
        self._show(None, "Nothing was measured.")
        self.told.setText(f"{error}")

    def _on_stopped(self) -> None:
        self._show(None, "Nothing was measured.")
        self.told.setText("Stopped.")

    def _show(self, worth: SnapshotCost | None, empty: str = "") -> None:
        self._worth = worth
        self._state.setCurrentIndex(_TOLD)
        self.figures.show_worth(worth)
        self.again.show()
        for widget in (self.target, self.agree_button):
            widget.setEnabled(worth is not None)
        if worth is None:
            self._rule.set_whole_text("")
            self.reason.clear()
            self.plot.show_nothing(empty)
        self._offer()

    def _offer(self) -> None:
        """Show the points, and choose the one that would pay."""
        if self._worth is None:
            return
        target = self.target.value() / 1000
        paying = self._worth.paying(target)
        present = self._workspace.commander.frequency
        intervals = _with(present)
        marks: dict[int, list[tuple[str, str]]] = {}
        if paying is not None:
            marks.setdefault(intervals.index(paying.interval), []).append(("pays", "green"))
        if self._workspace.session is not None and self._workspace.session.is_writable:
            marks.setdefault(intervals.index(present), []).append(("now", "amber"))
        self.plot.set_target(target)
        self.plot.show_points([self._worth.at(each) for each in intervals], marks)
        self.plot.choose(None if paying is None else intervals.index(paying.interval))
        told = "" if paying is None else f"The longest interval that does: {every_text(paying.interval)}."
        self._rule.set_whole_text(told or "No interval does.")
        self._tell()

    def _tell(self) -> None:
        """Tell what is chosen in a sentence, and offer it as the policy."""
        if self._worth is None:
            return
        index = self.plot.index
        chosen = None if index is None else self.plot.points[index]
        self.told.setText(conclusion(self._worth, chosen, self.target.value() / 1000))
        self._offer_policy(chosen)

    def _offer_policy(self, chosen: Point | None) -> None:
        session = self._workspace.session
        why_not = "No interval is chosen." if chosen is None else ""
        if session is not None and not session.is_writable:
            why_not = session.why_read_only
        elif chosen is not None and chosen.interval == self._workspace.commander.frequency:
            why_not = "This is the policy now."
        words = "Use as the policy"
        if chosen is not None:
            never = chosen.interval is None
            words = "Use no snapshots as the policy" if never else f"Use every {chosen.interval:,} as the policy"
        self.agree_button.setText(words)
        self.agree_button.setEnabled(not why_not)
        self.reason.setText(why_not)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.target.hasFocus()
        if typed:  # a target that was typed is looked at before anything becomes the policy
            self.plot.setFocus()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self._meter.stop()
        super().done(result)


def _with(present: Interval) -> Sequence[Interval]:
    """Return the intervals that are shown: the usual ones, and that of the policy."""
    numbers = {each for each in (*INTERVALS, present) if each is not None}
    return [*sorted(numbers), None]


def _row(*widgets: QWidget, stretched: QWidget | None = None) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(10)
    for widget in widgets:
        layout.addWidget(widget, 1 if widget is stretched else 0)
    return row
