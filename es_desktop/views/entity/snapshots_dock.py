"""The snapshots of the chosen entity, or those that a check found not to be true; a click goes to one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QTableView, QVBoxLayout, QWidget

from es_desktop.app.entity.facts import EntityCheck
from es_desktop.app.entity.verdict import BaseChoice
from es_desktop.models.entity.snapshots import ENTITY, NAME, REASON, VERSION
from es_desktop.models.presence import Absence
from es_desktop.system.counts import count_text
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.builders import fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint, set_tip
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.view_menu import arrange_column

_NOT_CHECKED: Final = (
    "No snapshot was checked yet. {verify-entity} checks those of this entity, {verify-store} all of the store."
)
_FOUND_WIDTHS: Final = {ENTITY: 142, NAME: 130, VERSION: 46}
_ROOM_FOR_NAMES: Final = 560


class SnapshotsDock(WorkspaceDock):
    name, title, shows = "snapshots", "Snapshots", "its snapshots"
    rebuild_requested = Signal()
    """A person chose a snapshot to rebuild from."""

    replacement_wanted = Signal(object)
    """A person wants a true snapshot in the place of a false one, an ``EntityCheck``."""

    asked_from: QWidget | None = None
    """What had the focus when all snapshots were asked for."""

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._model = workspace.inspector.snapshots
        self._checker = workspace.checker
        self.choice = self.title_bar.add_choice(["this entity", "not true"])
        set_tip(self.choice.button(1), "The snapshots that the last check found to be false, or could not check")
        self.table = QTableView(body)
        self.found = QTableView(body)
        self.hint = Hint(parent=body, bottom=8)
        columns = {0: Column(tint="amber"), 1: Column(dim=True), 3: Column(mono=True)}
        delegate = RowDelegate(self.table, columns, theme=theme)
        set_up_table(self.table, self._model, delegate, "Snapshots", widths={0: 56, 1: 96, 2: 76}, stretch=[3])
        name, delegate = "Snapshots that are not true", RowDelegate(self.found, theme=theme)
        set_up_table(self.found, self._checker.found, delegate, name, widths=_FOUND_WIDTHS, stretch=[REASON])
        self.reason = Hint(parent=body, bottom=8)
        self._add_actions()
        fill(QVBoxLayout(body), self.hint, (self.table, 1), (self.found, 1), self.reason, margins=(1, 0, 1, 1))
        theme.follow(self)
        for table, slot in ((self.table, self._on_chosen), (self.found, self._on_found_chosen)):
            table.clicked.connect(slot)
            table.activated.connect(slot)
        self.found.selectionModel().currentRowChanged.connect(self._show_rows)
        self.choice.idClicked.connect(self._show_rows)
        for changed in (workspace.inspector.outline_changed, self._checker.changed, self._checker.found.modelReset):
            changed.connect(self._show_rows)
        self._show_rows()

    def show_found(self) -> None:
        """Show the snapshots that are not true in front of the other panels.

        They get the focus if a person asked for all snapshots, and went nowhere else since.
        """
        self.choice.button(1).setChecked(True)
        if not self.found.currentIndex().isValid():  # Enter would go nowhere
            self.found.setCurrentIndex(self.found.model().index(0, 0))
        self._show_rows()
        self.show()
        self.raise_()
        if self.asked_from is not None and self.asked_from is QApplication.focusWidget():
            self.found.setFocus()
        self.asked_from = None

    def list_found(self) -> None:
        """Show the snapshots that are not true, with the focus in their list, or here until there is one."""
        self.build()
        self.show_found()
        self.bring_forward(self.found)
        self.asked_from = QApplication.focusWidget()

    def _fit(self, width: int) -> None:
        arrange_column(self.found, NAME, width >= _ROOM_FOR_NAMES)

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
        found = self.found.addAction("Go to this snapshot")
        found.triggered.connect(lambda: self._on_found_chosen(self.found.currentIndex()))
        self._replace = self.found.addAction("Replace by a true snapshot…")
        self._replace.triggered.connect(self._want_replacement)

    @property
    def _replaceable(self) -> EntityCheck | None:
        """The false snapshot in the current row; ``None`` if it is none, or cannot be replaced."""
        index, session = self.found.currentIndex(), self._workspace.session
        found = self._checker.found.row_at(index) if index.isValid() else None
        is_writable = session is not None and session.is_writable
        return found if found is not None and found.check.ok is False and is_writable else None

    def _want_replacement(self) -> None:
        if self._replaceable is not None:
            self.replacement_wanted.emit(self._replaceable)

    def _on_base_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            version = self._model.row_at(index).version
            self._workspace.inspector.set_base(BaseChoice.picked(version))
            self.rebuild_requested.emit()

    def _on_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self._workspace.selection.go_to(self._model.row_at(index).version)

    def _on_found_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            found = self._checker.found.row_at(index)
            self._workspace.choose(found.entity.id, found.check.version)

    def _show_rows(self) -> None:
        view, is_found = self._workspace.inspector.view, self.choice.checkedId() == 1
        count = 0 if view is None else len(view.snapshots)
        self.table.setVisible(count > 0 and not is_found)
        self.found.setVisible(is_found and self._checker.found.count() > 0)
        self._replace.setEnabled(self._replaceable is not None)
        current = self.found.currentIndex()
        self.reason.explain(str(current.siblingAtColumn(REASON).data()) if is_found and current.isValid() else "")
        self.title_bar.set_summary("" if view is None or is_found else count_text(count, "snapshot"))
        if is_found:
            self.hint.explain(self._checker.summary or with_keys(_NOT_CHECKED))
        else:
            none = "This entity has no snapshots. Its states are rebuilt from zero."
            self.hint.explain("" if count else none)
        self.show_absence()

    def _absence(self) -> Absence | None:
        return self._presence.of_store() if self.choice.checkedId() == 1 else super()._absence()
