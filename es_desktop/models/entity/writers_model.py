"""The writers of one path as a table: which events set it, when, and to what. Times and changes follow in a task."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import Signal

from es_desktop.app.entity.facts import Outline
from es_desktop.app.entity.view import ValueChange, value_changes
from es_desktop.app.text.times import format_time, utc_time
from es_desktop.models.runtime.tasks import LatestRequest, TaskRunner
from es_desktop.models.selection import Selection
from es_desktop.models.table.model import (
    SWATCH_ROLE,
    TONE_ROLE,
    Answers,
    Column,
    RowsModel,
    bold_if,
    version_column,
)
from es_desktop.models.table.reading import UNREAD
from es_desktop.system.counts import format_number

from .inspector import Inspector

VERSION, EVENT, TIME, WHAT = range(4)
MOST: Final = 30
"""How many writers are listed, around the chosen version."""


class WritersModel(RowsModel[int]):
    filled = Signal()
    """The times and changes were read."""
    _outline: Outline

    def __init__(self, runner: TaskRunner, inspector: Inspector, selection: Selection) -> None:
        font: Answers[int] = bold_if(lambda version: version == self._current_version)
        event = {
            **font,
            SWATCH_ROLE: lambda version: self._hues[self._outline.type_numbers[self._outline.count_to(version) - 1]],
        }
        super().__init__(
            (
                version_column(int, tip=format_number, roles=font),
                Column("Event", self._type, tip=self._type, roles=event),
                Column("Time", self._time, tip=self._time, is_time=True, value=self._moment),
                Column("What it did", self._change, tip=self._change, value=self._read_change),
            ),
            row_roles={TONE_ROLE: self._tone},
            parent=inspector,
        )
        self._request = LatestRequest(runner)
        self._inspector = inspector
        self._selection = selection
        self._outline = Outline()
        self._hues: Sequence[int] = ()
        self._value_changes: dict[int, ValueChange] = {}
        self.path: str | None = None
        self.current: int | None = None
        """The row of the last writer at the chosen version; ``None`` if there is none."""
        self.earlier = self.later = 0
        """How many writers are before and after the listed ones."""
        inspector.history_changed.connect(self._on_history)
        inspector.outline_changed.connect(self._on_outline)

    @property
    def is_known(self) -> bool:
        return self._inspector.knows_history

    def show(self, path: str | None) -> None:
        """List the writers of a path around the chosen version; ``None`` for an empty list."""
        view, version = self._inspector.view, self._selection.version
        self._request.cancel()
        self.beginResetModel()
        self.path = path
        self._value_changes, self.rows, self.current = {}, (), None
        self.earlier = self.later = 0
        if view is not None and path is not None and version is not None:
            self._outline, self._hues = view.outline, view.outline.hues
            writers = self._inspector.history.blame.writers(path)
            last = bisect_right(writers, version) - 1
            first = max(0, min(last - MOST // 2, len(writers) - MOST))
            self.rows = writers[first : first + MOST]
            self.current = last - first if last >= 0 else None
            self.earlier, self.later = first, len(writers) - first - len(self.rows)
        self.endResetModel()
        self._read()

    def version_at(self, row: int) -> int:
        return self.rows[row]

    def _read(self) -> None:
        view, path, versions = self._inspector.view, self.path, self.rows
        if view is None or path is None or not versions:
            return

        def done(found: list[ValueChange]) -> None:
            self._value_changes = {each.version: each for each in found}
            self.repaint()
            self.filled.emit()

        self._request.start("Reading the writers", lambda job: [*value_changes(view, path, versions, job.check)], done)

    def _on_history(self) -> None:
        if self.path is not None:
            self.show(self.path)

    def _on_outline(self) -> None:
        if self._inspector.view is None:
            self.show(None)

    @property
    def _current_version(self) -> int | None:
        return None if self.current is None else self.rows[self.current]

    def _tone(self, version: int) -> str | None:
        current = self._current_version
        return "faint" if current is None or version > current else None

    def _type(self, version: int) -> str:
        return self._outline.type_at(self._outline.count_to(version) - 1)

    def _time(self, version: int) -> str:
        writing = self._value_changes.get(version)
        return "" if writing is None else format_time(writing.timestamp)

    def _moment(self, version: int) -> Any:
        writing = self._value_changes.get(version)
        return UNREAD if writing is None else utc_time(writing.timestamp)

    def _read_change(self, version: int) -> Any:
        return self._change(version) if version in self._value_changes else UNREAD

    def _change(self, version: int) -> str:
        writing = self._value_changes.get(version)
        return "…" if writing is None else writing.text
