"""The column of ids in a table: short, and no two of the rows that are near each other look alike."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QAbstractItemModel

from es_desktop.app.entity.ids import short_id, short_ids
from es_desktop.core import EntityId

_MOST: Final = 2_048
"""Ids that are compared with each other: those that were read last, in some milliseconds."""


class ShortIds:
    """The short forms of the ids in a model, compared again after each change of its rows."""

    def __init__(self, model: QAbstractItemModel, ids: Callable[[], Iterable[EntityId]]) -> None:
        """``ids`` returns those of the rows of the model, in the order in which they were read."""
        self._ids = ids
        self._known: dict[EntityId, str] | None = None
        for changed in (model.dataChanged, model.modelReset, model.rowsInserted):
            changed.connect(self._forget)

    def text(self, entity_id: EntityId) -> str:
        if self._known is None:
            self._known = short_ids(deque(self._ids(), _MOST))
        return self._known.get(entity_id) or short_id(entity_id)

    def _forget(self) -> None:
        self._known = None
