"""The snapshots of an entity as what its rebuilds may start from, as a table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from es_desktop.app.entity.bases import NEAREST, Bases, SnapshotBase
from es_desktop.app.entity.verdict import FALSE_SNAPSHOT
from es_desktop.app.text.durations import format_time
from es_desktop.app.text.values import count_text
from es_desktop.models.table.roles import LEFT, RIGHT, TONE_ROLE, Index, header_text
from es_desktop.replay.verify import SnapshotCheck

_ROOT: Final = QModelIndex()
_ALIGNMENTS: Final = (RIGHT, LEFT, LEFT, LEFT)


class BasesModel(QAbstractTableModel):
    """One row a snapshot, with what a rebuild of the version in view would save; one that cannot be used says why."""

    def __init__(
        self,
        bases: Bases,
        versions: Sequence[int],
        version: int,
        used: int | None,
        parent: QObject | None = None,
        *,
        checks: Mapping[int, SnapshotCheck] = MappingProxyType({}),
    ) -> None:
        """Show bases for a ``version`` out of the ``versions`` of an entity's events; ``used`` is its base now.

        ``checks`` is what came of checking the snapshots, by version.
        """
        super().__init__(parent)
        self._bases = bases
        self._versions = versions
        self._version = version
        self._used = used
        self._false = {each.version for each in checks.values() if each.ok is False}
        self._titles = ("Ver", "Type", "Taken", f"A rebuild of version {version:,}")

    def version_at(self, row: int) -> int:
        """Return the version of the snapshot of a row."""
        return self._bases.rows[row].version

    @property
    def first_choice(self) -> int:
        """The row of the base now, or else of the nearest snapshot; the first one where there is neither."""
        nearest = self._bases.chosen(NEAREST, self._version)
        wanted = nearest.version if self._used is None and nearest is not None else self._used
        return next((row for row, each in enumerate(self._bases.rows) if each.version == wanted), 0)

    def _text(self, base: SnapshotBase, column: int) -> str:
        match column:
            case 0:
                return str(base.version)
            case 1:
                return base.snapshot.type
            case 2:
                return format_time(base.snapshot.timestamp)
        if base.error:
            return base.error
        if base.version > self._version:
            return f"later than version {self._version:,}"
        if base.version in self._false:
            return f"{FALSE_SNAPSHOT}: it is not what the events lead to"
        skipped = bisect_right(self._versions, base.version)
        steps = bisect_right(self._versions, self._version) - skipped
        return f"{count_text(skipped, 'event')} not read, {count_text(steps, 'step')}"

    def _tone(self, base: SnapshotBase) -> str | None:
        if base.error:
            return "failed"
        if base.version > self._version:
            return "faint"
        if base.version in self._false:
            return "failed"
        return "changed" if base.version == self._used else None

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._bases.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        base = self._bases.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(base, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[index.column()]
        if role == TONE_ROLE:
            return self._tone(base)
        if role == Qt.ItemDataRole.ToolTipRole and base.error:
            return base.error
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(self._titles, _ALIGNMENTS, section, orientation, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self._bases.rows[index.row()].error:
            return Qt.ItemFlag.NoItemFlags  # the keyboard passes over what cannot be chosen
        return super().flags(index)
