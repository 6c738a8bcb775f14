"""Plays the events of the chosen entity, at a fixed speed or with their recorded gaps.

It steps from stop to stop of the selection, until the last one, or one that ``stops_at`` names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from es_desktop.models.selection import Selection
    from es_desktop.replay import Step

SPEEDS: Final = (1, 2, 5, 20)
"""Events a second."""
_SHORTEST_GAP: Final = 0.05
_LONGEST_GAP: Final = 1.5
"""Seconds that a gap takes at most, even if a night is between two events."""


class Player(QObject):
    changed = Signal()
    """It started or stopped, or its speed changed."""
    stopped_at = Signal(object)
    """The version at which ``stops_at`` made it stop."""

    def __init__(
        self, selection: Selection, step_at: Callable[[int], Step | None], parent: QObject | None = None
    ) -> None:
        """``step_at`` returns the step of an event by its index, for its time; ``None`` while it is not read."""
        super().__init__(parent)
        self._selection = selection
        self._step_at = step_at
        self.speed: int | None = 2
        """Events a second; ``None`` for their recorded gaps."""
        self.stops_at: Callable[[int], bool] = lambda version: False
        """Decides whether to stop at a version."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timeout)
        selection.entity_changed.connect(self.stop)

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def set_speed(self, speed: int | None) -> None:
        """Play ``speed`` events a second from the next one on; ``None`` for their recorded gaps, shortened."""
        self.speed = speed
        self.changed.emit()

    def toggle(self) -> None:
        """Start or stop. At the last stop, start again from the first."""
        if self.is_playing:
            self.stop()
            return
        if not self._selection.can_step(1):
            self._selection.go_to(self._selection.first_stop)
        self._wait_for_next()
        self.changed.emit()

    def stop(self) -> None:
        if self.is_playing:
            self._timer.stop()
            self.changed.emit()

    def _wait_for_next(self) -> None:
        self._timer.start(round(1000 * self._seconds_to_next()))

    def _seconds_to_next(self) -> float:
        if self.speed is not None:
            return 1 / self.speed
        index, following = self._selection.index, self._selection.index_after(1)
        if index is None or following is None or index == following:
            return _SHORTEST_GAP
        here, after = self._step_at(index), self._step_at(following)
        if here is None or after is None or here.timestamp is None or after.timestamp is None:
            return _LONGEST_GAP / 3
        return min(max(after.timestamp - here.timestamp, _SHORTEST_GAP), _LONGEST_GAP)

    def _on_timeout(self) -> None:
        found = self._next_to_stop_at()
        if found is not None:
            self._selection.go_to(found)
            self.changed.emit()
            self.stopped_at.emit(found)
            return
        self._selection.step(1)
        if self._selection.can_step(1):
            self._wait_for_next()
        else:
            self.changed.emit()

    def _next_to_stop_at(self) -> int | None:
        """Return the first version to stop at, up to the next stop; it may be of a hidden event type."""
        index, following = self._selection.index, self._selection.index_after(1)
        if index is None or following is None:
            return None
        versions = map(self._selection.version_at, range(index + 1, following + 1))
        return next(filter(self.stops_at, versions), None)
