"""The events of the chosen entity: a strip and a table."""

from __future__ import annotations

from array import array
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from es_desktop.app.durations import format_time
from es_desktop.app.entity_view import EntityView, History, StateView
from es_desktop.app.ids import short_id
from es_desktop.app.values import count_text
from es_desktop.models.timeline_model import CHANGED, EVENT, GAP, TIME, VERSION
from es_desktop.models.workspace import Workspace

from .dock_frame import Dock
from .rows import Column, RowDelegate, dress, width_for
from .strip import TimelineStrip
from .theme import Theme
from .tokens import hue_index

_WIDTHS: Final = {VERSION: 48, TIME: 106, GAP: 80, EVENT: 142}
_WIDEST_TIME: Final = "28 Aug 20:58"
_ROOM_FOR_GAPS: Final = 520
_NARROW_EVENT: Final = 124
_COLUMNS: Final = {
    VERSION: Column(strong=True),
    TIME: Column(dim=True),
    GAP: Column(dim=True),
    EVENT: Column(strong=True),
    CHANGED: Column(),
}


class TimelineDock(Dock):
    """Shows where in its history an entity is, and goes anywhere in it."""

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        body = QWidget()
        super().__init__("timeline", "Timeline", body)
        self._workspace = workspace
        self._inspector = workspace.inspector
        self.strip = TimelineStrip(body)
        self.table = QTableView(body)
        self._hint = QLabel("Choose an entity to see its events.", body)
        self._hint.setProperty("role", "hint")
        self._hint.setContentsMargins(13, 12, 13, 0)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._set_up_table(theme)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(1, 0, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self._hint)
        layout.addWidget(self.strip)
        layout.addWidget(self.table, 1)
        theme.follow(self.strip)
        theme.follow(self)
        self.strip.version_chosen.connect(workspace.selection.go_to)
        workspace.selection.version_changed.connect(self._on_version)
        self._inspector.outline_changed.connect(self._on_outline)
        self._inspector.state_changed.connect(self._on_state)
        self._inspector.history_changed.connect(self._on_history)
        workspace.checker.changed.connect(self._on_checked)
        for key, count in ((Qt.Key.Key_Left, -1), (Qt.Key.Key_Right, 1)):
            shortcut = QShortcut(QKeySequence(key), body)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda count=count: workspace.selection.step(count))
        self._on_outline(None)

    def _set_up_table(self, theme: Theme) -> None:
        table, model = self.table, self._inspector.timeline
        table.setModel(model)
        dress(table)
        delegate = RowDelegate(table, _COLUMNS)
        theme.follow(delegate)
        table.setItemDelegate(delegate)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAccessibleName("Events")
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(CHANGED, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        # Otherwise the header asks every row whether it is selected, which takes long where there are millions.
        header.setSelectionModel(QItemSelectionModel(model, table))
        table.selectionModel().currentRowChanged.connect(self._on_row_chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(GAP, self._is_narrow())

    def _on_outline(self, view: EntityView | None) -> None:
        for widget in (self.strip, self.table):
            widget.setVisible(view is not None)
        self._hint.setVisible(view is None)
        if view is None:
            self.title_bar.set_summary("")
            return
        outline, facts = view.outline, view.facts
        hues = [hue_index(name, number) for number, name in enumerate(outline.types)] or [0]
        self.strip.set_events(outline.versions, array("B", (hues[min(kind, len(hues) - 1)] for kind in outline.kinds)))
        self.strip.set_snapshots(view.snapshot_versions)
        self.strip.set_failed([])
        self._on_checked()
        header = self.table.horizontalHeader()
        times = (format_time(facts.created), format_time(facts.modified))
        # A day of two digits is wider than the days at both ends may be.
        same_day = all(":" in time[:3] for time in times)
        header.resizeSection(TIME, width_for(self.table, [*times, "" if same_day else _WIDEST_TIME], least=70))
        most = _NARROW_EVENT if self._is_narrow() else 190
        header.resizeSection(EVENT, width_for(self.table, outline.types, swatch=True, least=90, most=most))
        gone = " · discarded" if facts.discarded else ""
        counts = f"{count_text(facts.events, 'event')} · {count_text(len(view.snapshots), 'snapshot')}"
        self.title_bar.set_summary(f"{facts.type} {short_id(facts.id)} · {counts}{gone}")

    def _is_narrow(self) -> bool:
        return self.width() < _ROOM_FOR_GAPS

    def _on_version(self, version: int | None) -> None:
        self.strip.set_position(version)
        row = self._workspace.selection.index
        if row is not None and row != self.table.currentIndex().row():
            index = self._inspector.timeline.index(row, 0)
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(index, flags)
            self.table.scrollTo(index)

    def _on_row_chosen(self, current: QModelIndex) -> None:
        if current.isValid():
            self._workspace.selection.go_to(self._inspector.timeline.version_at(current.row()))

    def _on_state(self, shown: StateView | None) -> None:
        if shown is not None:
            self.strip.set_rebuild(shown.base.version, self._workspace.selection.first)

    def _on_checked(self) -> None:
        checks = self._workspace.checker.of(self._workspace.selection.entity_id)
        self.strip.set_false_snapshots([version for version, check in checks.items() if check.ok is False])

    def _on_history(self, history: History) -> None:
        self.strip.set_failed(list(history.failed))
