"""Plays the events of the chosen entity: one after another, at a speed or in their own rhythm."""

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
"""Seconds that a gap lasts at most, so that a night between two events is not waited for."""


class Player(QObject):
    """Steps forward until the last event, until one that it should stop at, or until it is stopped.

    It goes from stop to stop of the selection, so neither folded rows nor hidden events are anything to it.
    """

    changed = Signal()
    """It began or stopped, or has another speed."""
    stopped_at = Signal(object)
    """A version that it should stop at."""

    def __init__(
        self, selection: Selection, step_at: Callable[[int], Step | None], parent: QObject | None = None
    ) -> None:
        """``step_at`` gives the step of an event by its index, for its time; ``None`` while that is not known."""
        super().__init__(parent)
        self._selection = selection
        self._step_at = step_at
        self._speed: int | None = 2
        self.stops_at: Callable[[int], bool] = lambda version: False
        """Returns whether to stop at a version."""
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
        if not self._selection.can_step(1):
            self._selection.go_to(self._selection.first_stop)
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
        if not self._selection.can_step(1):
            self.changed.emit()
        else:
            self._wait_for_next()

    def _next_to_stop_at(self) -> int | None:
        """Return the first version to stop at up to the next step's: one of a hidden type is not passed over."""
        index, following = self._selection.index, self._selection.index_after(1)
        if index is None or following is None:
            return None
        versions = map(self._selection.version_at, range(index + 1, following + 1))
        return next(filter(self.stops_at, versions), None)
