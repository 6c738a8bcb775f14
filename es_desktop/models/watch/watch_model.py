"""The watchpoints as a table, with their values at the chosen version; the crossings of one as another table."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from operator import attrgetter
from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from es_desktop.app.notes.notebook import Watchpoint
from es_desktop.app.text.times import format_time, utc_time
from es_desktop.app.text.values import format_transition, format_value
from es_desktop.app.watch.watchpoints import WatchTrace
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.selection import Selection
from es_desktop.models.table.model import RIGHT, TONE_ROLE, Answer, Column, Index, RowsModel, checked_if, version_column
from es_desktop.models.table.reading import UNREAD
from es_desktop.replay import ABSENT
from es_desktop.replay.watch import Crossing
from es_desktop.system.counts import format_number

from .watchpoints import Watchpoints

ON, WATCHED, NOW, COUNT, LAST, NEXT = range(6)
VERSION, TIME, EVENT, CHANGED = range(4)
_TARGETS: Final = (("Last", LAST), ("Next", NEXT))
_COMPUTING: Final = "…"
_LONGEST: Final = 80
_TIP_LONGEST: Final = 600


class WatchModel(RowsModel[Watchpoint]):
    """One row for each watchpoint; one with an error says why."""

    def __init__(self, watchpoints: Watchpoints, selection: Selection, parent: QObject | None = None) -> None:
        self._watchpoints = watchpoints
        self._selection = selection
        columns = (
            Column(
                "",
                lambda row: "",
                tip=lambda row: f"Space switches it {'off' if row.is_on else 'on'}",
                roles=checked_if(attrgetter("is_on")),
                value=attrgetter("is_on"),
                name="On",
            ),
            Column("Watched", _watched, tip=_watched_tip, roles={Qt.ItemDataRole.EditRole: lambda row: row.name}),
            Column("Now", self._now, tip=self._now, value=self._value_now),
            Column("Crossings", self._count, RIGHT, tip=self._count, value=self._crossings),
            *(
                Column(title, self._target_text(at), RIGHT, tip=self._target_tip(at), value=self._target_value(at))
                for title, at in _TARGETS
            ),
        )
        columns = tuple(replace(each, tip=self._or_error(each.tip)) for each in columns)
        super().__init__(columns, row_roles={TONE_ROLE: self._tone}, parent=parent)
        watchpoints.changed.connect(self._on_changed)
        selection.version_changed.connect(self._on_changed)
        self._on_changed()

    def trace_at(self, row: int) -> WatchTrace | None:
        return self._watchpoints.trace(self.rows[row])

    def target_at(self, index: Index) -> int | None:
        """Return the version that a cell leads to, that of the last or the next crossing; ``None`` for other cells."""
        return self._target(self.row_at(index), index.column())

    def _target(self, watchpoint: Watchpoint, column: int) -> int | None:
        trace, version = self._watchpoints.trace(watchpoint), self._selection.version
        if trace is None or version is None or column not in (LAST, NEXT):
            return None
        crossing = trace.before(version) if column == LAST else trace.after(version)
        return None if crossing is None else crossing.version

    def _on_changed(self) -> None:
        self.set_rows(self._watchpoints.all, lambda row: row.expression)
        self.repaint()  # a trace may be another one

    def _now(self, watchpoint: Watchpoint) -> str:
        trace, version = self._watchpoints.trace(watchpoint), self._selection.version
        if trace is None:
            return self._progress_text(watchpoint)
        if trace.error is not None:
            column = trace.error.column
            return trace.error.text if column is None else f"at column {column + 1}: {trace.error.text}"
        if version is None:
            return ""
        crossing = trace.at(version)
        if crossing is not None:
            return format_transition(crossing.before, crossing.after)
        value = trace.value_at(version)
        return "not there" if value is ABSENT else format_value(value, _LONGEST)

    def _value_now(self, watchpoint: Watchpoint) -> Any:
        trace, version = self._watchpoints.trace(watchpoint), self._selection.version
        if trace is None or trace.error is not None or version is None:
            return self._now(watchpoint)
        return trace.value_at(version)

    def _count(self, watchpoint: Watchpoint) -> str:
        count = self._crossings(watchpoint)
        return format_number(count) if count is not None else self._progress_text(watchpoint)

    def _crossings(self, watchpoint: Watchpoint) -> int | None:
        trace = self._watchpoints.trace(watchpoint)
        return None if trace is None or trace.error is not None else len(trace.crossings)

    def _progress_text(self, watchpoint: Watchpoint) -> str:
        return _COMPUTING if watchpoint.is_on and self._watchpoints.traces.is_running else ""

    def _target_text(self, column: int) -> Answer[Watchpoint]:
        return lambda row: "" if (target := self._target(row, column)) is None else str(target)

    def _target_value(self, column: int) -> Answer[Watchpoint]:
        return lambda row: self._target(row, column)

    def _target_tip(self, column: int) -> Answer[Watchpoint]:
        return lambda row: "" if self._target(row, column) is None else "Click to go there"

    def _or_error(self, tip: Answer[Watchpoint] | None) -> Answer[Watchpoint]:
        return lambda row: self._error(row) or (None if tip is None else tip(row))

    def _error(self, watchpoint: Watchpoint) -> str | None:
        trace = self._watchpoints.trace(watchpoint)
        return None if trace is None or trace.error is None else f"{trace.error}\n{trace.error.marked}"

    def _tone(self, watchpoint: Watchpoint) -> str | None:
        trace, version = self._watchpoints.trace(watchpoint), self._selection.version
        if not watchpoint.is_on:
            return "faint"
        if trace is None or version is None:
            return None
        if trace.error is not None:
            return "failed"
        return "changed" if trace.at(version) is not None else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.EditRole or index.column() != WATCHED:
            return False
        self._watchpoints.rename(self.row_number(index), str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and index.column() == WATCHED:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags


class CrossingsModel(RowsModel[Crossing]):
    """One row for each crossing. Its time comes from the timeline, whose blocks are requested when a row is shown."""

    def __init__(self, inspector: Inspector, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(
            (
                version_column(attrgetter("version")),
                Column("Time", self._time, is_time=True, value=self._moment),
                Column("Event", self._type),
                Column(
                    "From → to",
                    _transition,
                    tip=lambda row: _transition(row, _TIP_LONGEST),
                    value=lambda row: {"From": row.before, "To": row.after},
                    is_wide=True,
                ),
            ),
            row_roles={TONE_ROLE: self._tone},
            parent=parent,
        )
        self._inspector = inspector
        self._selection = selection
        inspector.timeline.dataChanged.connect(self._on_repaint)
        selection.version_changed.connect(self._on_repaint)

    def set_trace(self, trace: WatchTrace | None) -> bool:
        """Show the crossings of a trace, or none; return whether they changed."""
        crossings = () if trace is None else trace.crossings
        if crossings is self.rows:
            return False
        self.set_rows(crossings)
        return True

    def version_at(self, row: int) -> int:
        return self.rows[row].version

    def row_of(self, version: int) -> int | None:
        """Return the row of the last crossing at or before a version."""
        row = bisect_right(self.rows, version, key=lambda each: each.version) - 1
        return row if row >= 0 else None

    def _on_repaint(self) -> None:
        self.repaint()

    def _index_of(self, crossing: Crossing) -> int | None:
        """Return the index of the event of a crossing among the entity's events."""
        view = self._inspector.view
        if view is None:
            return None
        index = bisect_left(view.outline.versions, crossing.version)
        return index if index < len(view.outline.versions) else None

    def _moment(self, crossing: Crossing) -> Any:
        index = self._index_of(crossing)
        step = None if index is None else self._inspector.timeline.step_at(index)
        return UNREAD if step is None else utc_time(step.timestamp)

    def _time(self, crossing: Crossing) -> str:
        index = self._index_of(crossing)
        step = None if index is None else self._inspector.timeline.step_at(index)
        return "" if step is None else format_time(step.timestamp)

    def _type(self, crossing: Crossing) -> str:
        index, view = self._index_of(crossing), self._inspector.view
        return "" if index is None or view is None else view.outline.type_at(index)

    def _tone(self, crossing: Crossing) -> str | None:
        version = self._selection.version
        if version is None or crossing.version < version:
            return None
        return "changed" if crossing.version == version else "faint"


def _watched(watchpoint: Watchpoint) -> str:
    return " · ".join(filter(None, [watchpoint.name, watchpoint.expression]))


def _watched_tip(watchpoint: Watchpoint) -> str:
    return "\n".join(filter(None, [watchpoint.name, watchpoint.expression, "F2 gives it a name"]))


def _transition(crossing: Crossing, *longest: int) -> str:
    return format_transition(crossing.before, crossing.after, *longest)
