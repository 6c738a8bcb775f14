"""Asks what to compare with: a store, an entity in it, and a version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QSpinBox, QTableView, QWidget

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.store.session import Session
from es_desktop.models.compare.other_store import OtherStore
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.builders import push_button
from es_desktop.views.style.fields import ChoiceBox, calm, line_edit, offer_versions
from es_desktop.views.style.form_dialog import FormDialog, row_of
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.tokens import Tokens
from es_desktop.views.table.rows import choose_row, current_row

_SIZE: Final = (560, 480)
_TYPE, _ID, _VERSION, _EVENTS, _SNAPSHOTS, _CREATED, _CHANGED = range(7)
_SHOWN: Final = {_TYPE: 96, _ID: 92, _VERSION: 60, _EVENTS: 64}
_COLUMNS: Final = {_ID: Column(mono=True, dim=True), _CHANGED: Column(dim=True)}
_KEYS: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class CompareDialog(FormDialog):
    """Asks for an entity of the open store or of another one; ``compare`` then starts the comparison."""

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        recent: Sequence[str],
        ask_store: Callable[[], str | None],
        tokens: Tokens,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Compare with another entity or store", "Compare", parent, size=_SIZE)
        self._workspace = workspace
        self._session = session
        self._ask_store = ask_store
        known = (workspace.runner, workspace.sessions, session, workspace.selection, workspace.indexes)
        self._stores = OtherStore(*known, self, opener=workspace.stores.opener)
        self.store: ChoiceBox[str] = ChoiceBox(parent=self, name="Store", letters=24)
        self._offer_stores(recent)
        self._file = push_button("Browse…", self)
        self.filter = line_edit("Filter the entities", "type or start of the id…", self)
        self.filter.installEventFilter(self)
        self.table = QTableView(self)
        self._set_up_table(tokens)
        self.follow = QCheckBox("Follow the chosen version", self)
        self.follow.setChecked(True)
        self.version = calm(QSpinBox(self))
        self.version.setAccessibleName("Version")
        self._lay_out()
        self._connect()
        self._open_store()
        self.filter.setFocus()

    def compare(self) -> None:
        """Start the comparison with the entity and version that were chosen."""
        entity, follow = self._entity(), self._follows_selection()
        session = self._stores.take()
        if session is not None and entity is not None:
            version = None if follow else self.version.value()
            self._workspace.comparison.compare_with(session, entity.id, version)

    def _entity(self) -> EntityFacts | None:
        row = current_row(self.table)
        return None if row is None else self._stores.entities.at(row)

    def _follows_selection(self) -> bool:
        return self.follow.isChecked() and self.follow.isEnabled()

    def _offer_stores(self, recent: Sequence[str]) -> None:
        session = self._session
        self.store.offer(f"{session.short_name} (open)", session.absolute_name)
        for each in recent:
            if each != session.absolute_name:
                self.store.offer(each, each)

    def _set_up_table(self, tokens: Tokens) -> None:
        delegate = RowDelegate(self.table, _COLUMNS)
        delegate.set_tokens(tokens)
        set_up_table(
            self.table, self._stores.entities, delegate, "Entities", widths=_SHOWN, stretch=[_CHANGED], several=False
        )
        for column in (_SNAPSHOTS, _CREATED):
            self.table.hideColumn(column)

    def _lay_out(self) -> None:
        form = self.add_form()
        form.row("Store", self.store, self._file)
        form.row("Entity", self.filter)
        self.add(self.table, stretch=1)
        self.add_form().row("Version", row_of(self.version, self.follow, QWidget(self), stretched=2, spacing=12))
        self.add_result()

    def _connect(self) -> None:
        self.store.currentIndexChanged.connect(self._open_store)
        self._file.clicked.connect(self._on_browse)
        self.filter.textChanged.connect(self._stores.entities.set_filter)
        self.follow.toggled.connect(self._on_follow_toggled)
        self._stores.listed.connect(self._on_listed)
        self._stores.refused.connect(lambda error: self.result_line.show_text(str(error), "error"))
        self.table.selectionModel().currentRowChanged.connect(self._show_choice)
        self._stores.entities.dataChanged.connect(self._show_choice)
        self.table.activated.connect(self.agree)

    def _open_store(self) -> None:
        self.result_line.show_text("", "error")
        self._stores.open_store(self.store.chosen)
        self.agree_button.setEnabled(False)  # the list of the store before may have changed once more

    def _on_browse(self) -> None:
        store = self._ask_store()
        if store is not None:
            if not self.store.offers(store):
                self.store.offer(store, store)
            self.store.choose(store)

    def _on_listed(self) -> None:
        """Make the row of the chosen entity current, or the first row."""
        entities = self._stores.entities
        row = entities.row_of(self._workspace.selection.entity_id) or 0
        if entities.rowCount():
            choose_row(self.table, row)
        self._show_choice()

    def _show_choice(self) -> None:
        """Offer the versions of the entity of the current row, once it is loaded."""
        entity = self._entity()
        self.agree_button.setEnabled(entity is not None)
        if entity is not None:
            offer_versions(self.version, entity.version, 0, entity.version)
            # An entity cannot be compared with itself at the same version.
            is_itself = self._stores.session is self._session and entity.id == self._workspace.selection.entity_id
            self.follow.setDisabled(is_itself)
            self._on_follow_toggled()

    def _on_follow_toggled(self) -> None:
        self.version.setDisabled(self._follows_selection())

    def done(self, result: int) -> None:
        super().done(result)
        self._stores.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The line keeps the focus and passes the keys that move in the list to it.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _KEYS:
            self.table.event(event)
            return True
        return super().eventFilter(watched, event)
