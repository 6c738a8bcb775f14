"""The snapshots of the chosen entity; a click goes to the version of one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QTableView, QVBoxLayout, QWidget

from es_desktop.app.entity.verdict import BaseChoice
from es_desktop.app.entity.view import EntityView
from es_desktop.core.counts import count_text
from es_desktop.views.style.builders import fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table


class SnapshotsDock(WorkspaceDock):
    name, title = "snapshots", "Snapshots"

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._model = workspace.inspector.snapshots
        self.table = QTableView(body)
        self.hint = Hint(parent=body)
        columns = {0: Column(tint="amber"), 1: Column(dim=True), 3: Column(mono=True)}
        delegate = RowDelegate(self.table, columns, theme=theme)
        set_up_table(self.table, self._model, delegate, "Snapshots", widths={0: 56, 1: 96, 2: 76}, stretch=[3])
        self._add_actions()
        fill(QVBoxLayout(body), self.hint, (self.table, 1), margins=(1, 0, 1, 1))
        theme.follow(self)
        self.table.clicked.connect(self._on_chosen)
        self.table.activated.connect(self._on_chosen)
        workspace.inspector.outline_changed.connect(self._on_outline)
        self._on_outline(workspace.inspector.view)

    def _add_actions(self) -> None:
        """Add the entries of the context menu; their shortcuts work in the table only."""
        go = QAction("Go to this version", self.table)
        go.triggered.connect(lambda: self._on_chosen(self.table.currentIndex()))
        base = QAction("Rebuild from this snapshot", self.table)
        base.setShortcuts([QKeySequence("Shift+Return"), QKeySequence("Shift+Enter")])
        base.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        base.setShortcutVisibleInContextMenu(True)
        base.triggered.connect(lambda: self._on_base_chosen(self.table.currentIndex()))
        self.table.addActions([go, base])
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _on_base_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            version = self._model.at(index.row()).version
            self._workspace.inspector.set_base(BaseChoice.picked(version))

    def _on_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self._workspace.selection.go_to(self._model.at(index.row()).version)

    def _on_outline(self, view: EntityView | None) -> None:
        count = 0 if view is None else len(view.snapshots)
        self.table.setVisible(count > 0)
        self.hint.setVisible(count == 0)
        self.title_bar.set_summary("" if view is None else count_text(count, "snapshot"))
        self.hint.setText(
            "Choose an entity to see its snapshots."
            if view is None
            else "This entity has no snapshots. Its states are rebuilt from zero."
        )
