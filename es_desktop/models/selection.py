"""The selection: the chosen entity and the chosen version. Everything that shows one of them listens to it.

``step`` goes from stop to stop: the events that are not hidden.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from es_desktop.core import EntityId


class Selection(QObject):
    entity_changed = Signal(object)
    """The id of the entity that is chosen now, or ``None``."""
    version_changed = Signal(object)
    """The version that is chosen now; ``None`` if the entity has no event, or is not read yet."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entity_id: EntityId | None = None
        self.version: int | None = None
        self._versions: Sequence[int] = range(0)
        self._stops: Sequence[int] = range(0)

    @property
    def first(self) -> int | None:
        return self._versions[0] if self._versions else None

    @property
    def last(self) -> int | None:
        return self._versions[-1] if self._versions else None

    @property
    def is_at_last(self) -> bool:
        return self.version == self.last

    @property
    def index(self) -> int | None:
        """The index of the chosen version among the entity's versions, from 0."""
        return None if self.version is None else bisect_left(self._versions, self.version)

    @property
    def first_stop(self) -> int | None:
        """The version of the first stop; the first version if there are no stops."""
        return self._versions[self._stops[0]] if self._stops else self.first

    @property
    def last_stop(self) -> int | None:
        """The version of the last stop; the last version if there are no stops."""
        return self._versions[self._stops[-1]] if self._stops else self.last

    def choose_entity(self, entity_id: EntityId | None) -> None:
        """Choose another entity, without a version: ``set_versions`` follows when its events are read."""
        if entity_id != self.entity_id:
            self.entity_id = entity_id
            self._versions, self._stops = range(0), range(0)
            self._set_version(None)
            self.entity_changed.emit(entity_id)

    def set_versions(
        self, versions: Sequence[int], version: int | None = None, stops: Sequence[int] | None = None
    ) -> None:
        """Set the versions of the entity, ascending, and choose ``version``.

        Without it the chosen version stays; if it was the last one, the new last one is chosen. ``stops`` as in
        ``set_stops``; ``None`` for all events.
        """
        follow = self.version is None or self.is_at_last
        self._versions, self._stops = versions, range(len(versions)) if stops is None else stops
        wanted = version if version is not None else None if follow else self.version
        self.go_to(self.last if wanted is None else wanted)

    def set_stops(self, stops: Sequence[int]) -> None:
        """Set the indexes of the events that ``step`` stops at, ascending; ``go_to`` can still choose any other."""
        self._stops = stops

    def go_to(self, version: int | None) -> None:
        """Choose a version, or the nearest earlier one that the entity has, or else its first."""
        if version is None or not self._versions:
            self._set_version(None)
        else:
            self._set_version(self._versions[max(0, bisect_right(self._versions, version) - 1)])

    def step(self, count: int) -> None:
        """Go ``count`` stops forward, or back if negative, at most to the last or first stop."""
        index = self.index_after(count)
        if index is not None:
            self._set_version(self._versions[index])

    def can_step(self, count: int) -> bool:
        """Return whether ``step`` would choose another version."""
        return self.index_after(count) != self.index

    def index_after(self, count: int) -> int | None:
        """Return the index of the version that ``step`` would choose."""
        index = self.index
        if index is None or not self._stops or not count:
            return index
        stop = bisect_right(self._stops, index) - 1 if count > 0 else bisect_left(self._stops, index)
        found = self._stops[min(max(stop + count, 0), len(self._stops) - 1)]
        # From an event after the last stop, the clamped stop lies behind: stay.
        return found if (found - index) * count > 0 else index

    def version_at(self, index: int) -> int:
        return self._versions[index]

    def _set_version(self, version: int | None) -> None:
        if version != self.version:
            self.version = version
            self.version_changed.emit(version)
