"""Four figures in a row: what rebuilds cost, and what snapshots save and take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from es_desktop.app.snapshot_cost.cost import SnapshotCost
from es_desktop.app.text.durations import format_cost
from es_desktop.app.text.sizes import format_bytes
from es_desktop.app.text.values import count_text
from es_desktop.views.style.dock_frame import ElidedLabel
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import SMALL_POINTS, ui_font

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
