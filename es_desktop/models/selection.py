"""What is chosen: one entity and one of its versions. Everything that shows either listens to this one object."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from es_desktop.core import EntityId


class Selection(QObject):
    """The chosen entity and version; moving keeps to versions that the entity has."""

    entity_changed = Signal(object)
    """The id of another entity, or ``None``."""
    version_changed = Signal(object)
    """Another version, or ``None`` where there is no event to choose."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entity_id: EntityId | None = None
        self._version: int | None = None
        self._versions: Sequence[int] = range(0)
        self._stops: Sequence[int] = range(0)

    @property
    def entity_id(self) -> EntityId | None:
        return self._entity_id

    @property
    def version(self) -> int | None:
        return self._version

    @property
    def first(self) -> int | None:
        return self._versions[0] if self._versions else None

    @property
    def last(self) -> int | None:
        return self._versions[-1] if self._versions else None

    @property
    def is_at_last(self) -> bool:
        return self._version == self.last

    @property
    def index(self) -> int | None:
        """The index of the chosen version among the entity's versions, from 0."""
        return None if self._version is None else bisect_left(self._versions, self._version)

    @property
    def first_stop(self) -> int | None:
        """The first version that stepping stops at; the first one of all where it stops nowhere."""
        return self._versions[self._stops[0]] if self._stops else self.first

    @property
    def last_stop(self) -> int | None:
        """The last version that stepping stops at; the last one of all where it stops nowhere."""
        return self._versions[self._stops[-1]] if self._stops else self.last

    def choose_entity(self, entity_id: EntityId | None) -> None:
        """Choose another entity; its versions follow once they are read."""
        if entity_id != self._entity_id:
            self._entity_id = entity_id
            self._versions, self._stops = range(0), range(0)
            self._set_version(None)
            self.entity_changed.emit(entity_id)

    def set_versions(
        self, versions: Sequence[int], version: int | None = None, stops: Sequence[int] | None = None
    ) -> None:
        """Take over the entity's versions; choose one, or stay where it is, or follow the last where it was there.

        Stepping stops at the events of ``stops``, at all of them for ``None``: see ``set_stops``.
        """
        follow = self._version is None or self.is_at_last
        self._versions, self._stops = versions, range(len(versions)) if stops is None else stops
        wanted = version if version is not None else None if follow else self._version
        self.go_to(self.last if wanted is None else wanted)

    def set_stops(self, stops: Sequence[int]) -> None:
        """Let stepping stop at the events with these indexes only, ascending; any other can still be gone to."""
        self._stops = stops

    def go_to(self, version: int | None) -> None:
        """Choose the version, or the nearest one at or before it that the entity has."""
        if version is None or not self._versions:
            self._set_version(None)
        else:
            self._set_version(self._versions[max(0, bisect_right(self._versions, version) - 1)])

    def step(self, count: int) -> None:
        """Go so many stops forward, or back where negative, and no further than there are any."""
        index = self.index_after(count)
        if index is not None:
            self._set_version(self._versions[index])

    def can_step(self, count: int) -> bool:
        """Return whether a step would lead to another version."""
        return self.index_after(count) != self.index

    def index_after(self, count: int) -> int | None:
        """Return the index of the version that ``step`` would lead to."""
        index = self.index
        if index is None or not self._stops or not count:
            return index
        stop = bisect_right(self._stops, index) - 1 if count > 0 else bisect_left(self._stops, index)
        found = self._stops[min(max(stop + count, 0), len(self._stops) - 1)]
        # From beyond the last stop, which is not one itself, there is no way on.
        return found if (found - index) * count > 0 else index

    def version_at(self, index: int) -> int:
        """Return the version of an event by its index."""
        return self._versions[index]

    def _set_version(self, version: int | None) -> None:
        if version != self._version:
            self._version = version
            self.version_changed.emit(version)
