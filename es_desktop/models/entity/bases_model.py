"""The snapshots that a rebuild may start from, as a table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import QObject, Qt

from es_desktop.app.entity.bases import NEAREST, Bases, SnapshotBase
from es_desktop.app.entity.verdict import FALSE_SNAPSHOT
from es_desktop.app.text.times import format_time
from es_desktop.app.text.values import count_text
from es_desktop.models.table.model import Column, RowsModel
from es_desktop.models.table.roles import RIGHT, TIP_ROLE, TONE_ROLE, Index
from es_desktop.replay.verify import SnapshotCheck


class BasesModel(RowsModel[SnapshotBase]):
    """One row for each snapshot, with what it would save in a rebuild, or why it cannot be the base."""

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
        """Show the bases for a rebuild of ``version``; ``used`` is the version of the base now.

        ``versions`` are those of the entity's events; ``checks`` the results of checking its snapshots, by version.
        """
        super().__init__(
            (
                Column("Ver", lambda base: str(base.version), RIGHT),
                Column("Type", lambda base: base.snapshot.type),
                Column("Taken", lambda base: format_time(base.snapshot.timestamp)),
                Column(f"A rebuild of version {version:,}", self._saving),
            ),
            bases.rows,
            row_roles={TONE_ROLE: self._tone, TIP_ROLE: lambda base: base.error or None},
            parent=parent,
        )
        self._bases = bases
        self._versions = versions
        self._version = version
        self._used = used
        self._false = {each.version for each in checks.values() if each.ok is False}

    def version_at(self, row: int) -> int:
        """Return the version of the snapshot of a row."""
        return self.rows[row].version

    @property
    def first_choice(self) -> int:
        """The row of the base now, or else of the nearest snapshot, or else 0."""
        nearest = self._bases.chosen(NEAREST, self._version)
        wanted = nearest.version if self._used is None and nearest is not None else self._used
        return next((row for row, each in enumerate(self.rows) if each.version == wanted), 0)

    def _saving(self, base: SnapshotBase) -> str:
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

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.rows[index.row()].error:
            return Qt.ItemFlag.NoItemFlags  # the keyboard skips it
        return super().flags(index)
