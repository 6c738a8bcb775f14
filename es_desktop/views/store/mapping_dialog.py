"""A dialog that makes a table map for a store without a known format, with a preview of its first events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialogButtonBox, QGridLayout, QHBoxLayout, QTableView, QWidget

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.opening import OpenOptions, PreviewRow
from es_desktop.app.store.table_maps import OPTIONAL, Sampled, guess_columns, guess_map, make_map, map_to_toml, toml_of
from es_desktop.models.runtime.tasks import LatestRequest, Queue
from es_desktop.models.table.model import RIGHT, TONE_ROLE, RowsModel
from es_desktop.models.table.model import Column as TableColumn
from es_desktop.models.workspace import Workspace
from es_desktop.system.counts import count_text
from es_desktop.views.style.fields import ChoiceBox
from es_desktop.views.style.form_dialog import FormDialog, Tone, form_label, row_of
from es_desktop.views.style.plain_text import ElidedLabel, Label
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.theme import Theme, mono_font

_SIZE: Final = (820, 640)
_ROLES: Final = {
    "stream": "Stream id",
    "version": "Version",
    "entity": "Entity type",
    "type": "Event type",
    "time": "Time",
    "payload": "Payload",
}
_ABOUT: Final = "These tables have no known format. Choose which column holds what, and the store can be read."
_SNAPSHOT_ROLES: Final = {"stream": "Stream id", "version": "Version", "payload": "State", "time": "Time"}
STREAM, VERSION, ENTITY, EVENT, TIME, PAYLOAD = range(6)
_TEXTS: Final[Sequence[TableColumn[PreviewRow]]] = (
    TableColumn("Stream", lambda row: row.stream),
    TableColumn("Ver", lambda row: row.version, RIGHT),
    TableColumn("Entity", lambda row: row.entity),
    TableColumn("Event", lambda row: row.type),
    TableColumn("Time", lambda row: row.time),
    TableColumn("Payload", lambda row: row.payload),
)
_WIDTHS: Final = {STREAM: 180, VERSION: 48, ENTITY: 96, EVENT: 130, TIME: 156}
_COLUMNS: Final = {STREAM: Column(mono=True, dim=True), TIME: Column(dim=True), PAYLOAD: Column(mono=True)}
LABEL_WIDTH: Final = 78
"""Least width in pixels, to align the boxes."""


class ColumnChoice(QWidget):
    """A combo box of columns for each role; an optional role may have none."""

    changed = Signal()

    def __init__(self, roles: Mapping[str, str], optional: frozenset[str], parent: QWidget | None = None) -> None:
        """Show ``roles``, each with its title, in rows of two."""
        super().__init__(parent)
        self._optional = optional
        self.boxes: dict[str, ChoiceBox[Any]] = {
            role: ChoiceBox(parent=self, name=title, letters=18) for role, title in roles.items()
        }
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for number, (role, box) in enumerate(self.boxes.items()):
            box.currentIndexChanged.connect(self.changed)
            row, column = divmod(number, 2)
            label = form_label(roles[role])
            label.setMinimumWidth(LABEL_WIDTH)
            grid.addWidget(label, row, 2 * column)
            grid.addWidget(box, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)

    def show_table(self, table: Sampled, chosen: Mapping[str, Any] | None = None) -> None:
        """Offer the columns of a table, and choose those of ``chosen``, or else a guess from the sampled rows."""
        chosen = guess_columns(table) if chosen is None else chosen
        for role, box in self.boxes.items():
            none = [("–", None)] if role in self._optional or role not in chosen else []
            source = chosen.get(role)
            # A source that is not a single column, such as a template.
            other = [] if source is None or isinstance(source, str) else [(toml_of(source), source)]
            with QSignalBlocker(box):
                box.set_options([*none, *other, *((column, column) for column in table.columns)])
                box.choose(source)
        self.changed.emit()

    def names(self) -> dict[str, Any]:
        """Return the chosen column of each role; ``None`` where there is none."""
        return {role: box.chosen if box.values else None for role, box in self.boxes.items()}


class MappingDialog(FormDialog):
    """Asks for a table map; ``options`` are the given ones with the map once it is accepted."""

    def __init__(
        self,
        workspace: Workspace,
        store: str,
        options: OpenOptions,
        sample: Callable[[], Sequence[Sampled]],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """``sample`` returns the first rows of the tables; it runs in a task."""
        super().__init__("Map tables", "Open", parent, size=_SIZE, spacing=10)
        self._workspace = workspace
        self._tables_request = LatestRequest(workspace.runner)
        self._preview_request = LatestRequest(workspace.runner)
        self._store = store
        self._given = options
        self.options = options
        self._is_edited = False
        self.table: ChoiceBox[Sampled] = ChoiceBox(parent=self, name="Table of events")
        self.columns = ColumnChoice(_ROLES, frozenset(OPTIONAL), self)
        self.snapshots: ChoiceBox[Sampled | None] = ChoiceBox(parent=self, name="Table of snapshots")
        self.snapshot_columns = ColumnChoice(_SNAPSHOT_ROLES, frozenset({"time"}), self)
        self.snapshot_columns.hide()
        tone = {TONE_ROLE: lambda row: "failed" if row.is_broken else None}
        self.rows: RowsModel[PreviewRow] = RowsModel(_TEXTS, row_roles=tone, parent=self)
        self.preview = QTableView(self)
        self.keep = QCheckBox("Remember this map for this store", self)
        self.keep.setChecked(True)
        self.copy_button = self.buttons.addButton("&Copy as TOML", QDialogButtonBox.ButtonRole.ResetRole)
        self.copy_button.setAutoDefault(False)
        self._set_up_preview(theme)
        self._lay_out()
        self._connect()
        self._show_ready(False)
        self._sample_tables(sample)

    # Layout

    def _set_up_preview(self, theme: Theme) -> None:
        delegate = RowDelegate(self.preview, _COLUMNS, theme=theme)
        set_up_table(self.preview, self.rows, delegate, "The first events", widths=_WIDTHS)
        self.preview.horizontalHeader().setStretchLastSection(True)

    def _lay_out(self) -> None:
        store = ElidedLabel(self._store, self)
        store.setFont(mono_font())
        self.add(store, Label(_ABOUT, self, "dim"), _row("Events", self.table), self.columns)
        self.add(_row("Snapshots", self.snapshots), self.snapshot_columns)
        self.add(self.preview, stretch=1)
        self.add_result()
        self.add(self.keep)

    def _connect(self) -> None:
        self.table.currentIndexChanged.connect(self._on_table_chosen)
        self.snapshots.currentIndexChanged.connect(self._on_snapshots_chosen)
        self.columns.changed.connect(self._preview)
        self.snapshot_columns.changed.connect(self._preview)
        self.copy_button.clicked.connect(self._on_copy)
        for box in self.findChildren(QComboBox):
            box.activated.connect(self._on_activated)
        self.finished.connect(lambda _: self._stop())

    def _on_activated(self) -> None:
        """Call a map wrong from now on, as a person chose a part of it."""
        if not self._is_edited:
            self._is_edited = True
            self._preview()

    def _stop(self) -> None:
        self._tables_request.cancel()
        self._preview_request.cancel()

    # Reading the tables, in a task

    def _sample_tables(self, sample: Callable[[], Sequence[Sampled]]) -> None:
        self.result_line.show_text("Reading the tables…", "dim")
        self._tables_request.start(
            "Reading the tables", lambda job: sample(), self._on_tables, failed=self._on_refused, queue=Queue.SCAN
        )

    def _on_tables(self, tables: Sequence[Sampled]) -> None:
        if not tables:
            self._on_refused(UserError("the database holds no table with rows in it", "There is nothing to map yet."))
            return
        named = {each.name: each for each in tables}
        table_map = self._given.table_map or guess_map(tables)
        with QSignalBlocker(self.table), QSignalBlocker(self.snapshots):
            self.table.set_options(named.items())
            self.snapshots.set_options([("none", None), *named.items()])
            if table_map is not None and table_map.table in named:
                self.table.choose(named[table_map.table])
            if table_map is not None and table_map.snapshots is not None:
                self.snapshots.choose(named.get(table_map.snapshots.table))
        self._on_snapshots_chosen()
        known = self._given.table_map
        if known is None:
            self._on_table_chosen()
        else:
            self.columns.show_table(self.table.chosen, {role: getattr(known, role) for role in _ROLES})
        self.columns.boxes["stream"].setFocus()

    def _on_table_chosen(self) -> None:
        self.columns.show_table(self.table.chosen)

    def _on_snapshots_chosen(self) -> None:
        found = self.snapshots.chosen
        self.snapshot_columns.setVisible(found is not None)
        if found is not None:
            self.snapshot_columns.show_table(found)
        elif self.columns.boxes["stream"].count():
            self._preview()

    # Reading the first events, in a task

    def _take_choice(self) -> bool:
        """Put the chosen map into ``options`` and return True; or show the error and return False."""
        found, snapshots = self.snapshots.chosen, None
        if found is not None:
            snapshots = {"table": found.name, **self.snapshot_columns.names()}
        try:
            table_map = make_map({"table": self.table.chosen.name, **self.columns.names()}, snapshots)
            known = self._given.table_map
            if known is not None and known.table == table_map.table:
                table_map = replace(known, **self.columns.names(), snapshots=table_map.snapshots)
        except UserError as error:
            self._on_refused(UserError(error.text), "error" if self._is_edited else "dim")
            return False
        self.options = replace(self._given, table_map=table_map, keeps_map=self.keep.isChecked())
        return True

    def _preview(self) -> None:
        if not self.columns.boxes["stream"].count() or not self._take_choice():
            return
        opener, store, options = self._workspace.stores.opener, self._store, self._given
        table_map = self.options.table_map
        assert table_map is not None
        self._show_ready(False)
        self._preview_request.start(
            "Reading the first events",
            lambda job: opener.preview(store, options, table_map),
            self._on_preview,
            failed=self._on_refused,
            queue=Queue.SCAN,
        )

    def _on_preview(self, rows: list[PreviewRow]) -> None:
        self.rows.set_rows(rows)
        broken, count = sum(row.is_broken for row in rows), count_text(len(rows), "event")
        if broken:
            self.result_line.show_text(f"Of the first {count}, {broken} cannot be read.", "error")
        else:
            self.result_line.show_text(f"The first {count} can be read.", "good")
        self._show_ready(True)

    def _on_refused(self, error: UserError, tone: Tone = "error") -> None:
        self.rows.set_rows([])
        self.result_line.show_text(str(error), tone)
        self._show_ready(False)

    def _show_ready(self, is_ready: bool) -> None:
        self.agree_button.setEnabled(is_ready)
        self.copy_button.setEnabled(is_ready)

    def _on_copy(self) -> None:
        if self._take_choice() and self.options.table_map is not None:
            QGuiApplication.clipboard().setText(map_to_toml(self.options.table_map))
            self.result_line.show_text("Copied. Save it in a file for the command line's option --map.", "good")

    def agree(self) -> None:
        if self.agree_button.isEnabled() and self._take_choice():
            self.accept()


def _row(title: str, box: QWidget) -> QHBoxLayout:
    label = form_label(title)
    label.setProperty("role", "title")
    label.setMinimumWidth(LABEL_WIDTH)
    return row_of(label, box, stretched=1, spacing=12)
