"""Plays the events of the chosen entity: one after another, at a speed or in their own rhythm."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from .selection import Selection
from .timeline_model import TimelineModel

SPEEDS: Final = (1, 2, 5, 20)
"""Events a second."""
_SHORTEST_GAP: Final = 0.05
_LONGEST_GAP: Final = 1.5
"""Seconds that a gap lasts at most, so that a night between two events is not waited for."""


class Player(QObject):
    """Steps forward until the last event, or until it is stopped."""

    changed = Signal()
    """It began or stopped, or has another speed."""

    def __init__(self, selection: Selection, timeline: TimelineModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._timeline = timeline
        self._speed: int | None = 2
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timeout)
        selection.entity_changed.connect(self.stop)

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    @property
    def speed(self) -> int | None:
        """Events a second; ``None`` for the events' own rhythm."""
        return self._speed

    def set_speed(self, speed: int | None) -> None:
        """Play so many events a second from the next one on; ``None`` for their own rhythm, gaps shortened."""
        self._speed = speed
        self.changed.emit()

    def toggle(self) -> None:
        """Start, from the first event where the last one is shown; or stop."""
        if self.is_playing:
            self.stop()
            return
        if self._selection.is_at_last:
            self._selection.go_to(self._selection.first)
        self._wait_for_next()
        self.changed.emit()

    def stop(self) -> None:
        """Stay at the event that is shown."""
        if self.is_playing:
            self._timer.stop()
            self.changed.emit()

    def _wait_for_next(self) -> None:
        self._timer.start(round(1000 * self._seconds_to_next()))

    def _seconds_to_next(self) -> float:
        if self._speed is not None:
            return 1 / self._speed
        row = self._selection.index
        if row is None or row + 1 >= self._timeline.rowCount():
            return _SHORTEST_GAP
        here, after = self._timeline.step_at(row), self._timeline.step_at(row + 1)
        if here is None or after is None or here.timestamp is None or after.timestamp is None:
            return _LONGEST_GAP / 3
        return min(max(after.timestamp - here.timestamp, _SHORTEST_GAP), _LONGEST_GAP)

    def _on_timeout(self) -> None:
        self._selection.step(1)
        if self._selection.is_at_last:
            self.changed.emit()
        else:
            self._wait_for_next()
