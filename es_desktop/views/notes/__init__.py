"""The bookmarks of the store, and the note on each."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTableView, QVBoxLayout, QWidget

from es_desktop.app.notes.notebook import Bookmark, BookmarkRow
from es_desktop.app.text.times import format_time
from es_desktop.models.guard import Guarded
from es_desktop.models.notes.bookmarks import GONE, ID, NOTE, TYPE, VERSION, WRITTEN
from es_desktop.system.counts import count_text
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.builders import fill, on_key
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import ElidedLabel, Hint
from es_desktop.views.style.row_shapes import FLAG_ROOM
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table, width_for
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.view_menu import arrange_column
from es_desktop.views.table.rows import choose_row

_PAUSE_MILLISECONDS: Final = 700
_WIDTHS: Final = {TYPE: 62, ID: 80, WRITTEN: 92}
_ROOM_FOR_TIMES: Final = 440
_ROOM_FOR_TYPES: Final = 310
"""Pixels below which these columns are hidden; the caption above the editor shows the same."""
_ROWS_MEASURED: Final = 500
_COLUMNS: Final = {ID: Column(mono=True, dim=True), WRITTEN: Column(dim=True)}
_EMPTY: Final = (
    "There are no bookmarks yet. Press {bookmark-event} to bookmark the chosen event, {bookmark-entity} the entity, "
    "or {note-on-event} to write a note on the event. Bookmarks and notes are never written to the store."
)
_NOT_KEPT: Final = (
    "The notes on this store cannot be read, so nothing can be bookmarked. "
    "Repair or move their file, then open the store again."
)


class NoteEditor(Guarded, QPlainTextEdit):
    """Edits the note of one bookmark, as plain text."""

    noted = Signal(object, object)
    """The ``Bookmark`` as it was before, and its new note."""
    left = Signal()
    """A person wants to leave the editor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bookmark: Bookmark | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self.save_note)
        self.setAccessibleName("Note")
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._pause.start)
        self.set_bookmark(None)

    def set_bookmark(self, bookmark: Bookmark | None) -> None:
        """Show the note of a bookmark; an unsaved text for the same bookmark stays."""
        is_same = bookmark is not None and self._bookmark is not None and bookmark.key == self._bookmark.key
        if not is_same:
            self.save_note()
        self._bookmark = bookmark
        self.setEnabled(bookmark is not None)
        note = "" if bookmark is None else bookmark.note
        # For another bookmark an equal text is set too, because undo must not go back to the old bookmark's text.
        if not is_same or (not self._is_typed and note != self.toPlainText()):
            self.setPlainText(note)
            self.moveCursor(QTextCursor.MoveOperation.End)

    def save_note(self) -> None:
        """Emit ``noted`` if there is an unsaved text."""
        self._pause.stop()
        if self._bookmark is not None and self._is_typed:
            self.document().setModified(False)
            self.noted.emit(self._bookmark, self.toPlainText())

    @property
    def _is_typed(self) -> bool:
        return self.document().isModified()

    # Event handlers

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.save_note()


class NotesDock(WorkspaceDock):
    """Lists all bookmarks, and edits the note of the chosen one."""

    name, title = "notes", "Notes"

    removal_requested = Signal(object)
    """The ``Bookmark`` to remove."""

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._model = workspace.bookmarks.table
        self._key: tuple[str, int | None] | None = None
        self._row = 0
        self.table = QTableView(body)
        self._note = QWidget(body)
        self._caption = ElidedLabel(parent=self._note)
        self.editor = NoteEditor(self._note)
        self.editor.setPlaceholderText("Write a note…")
        self.hint = Hint(parent=body)
        self._set_up_table(theme)
        self._lay_out(body)
        theme.follow(self)
        self.editor.noted.connect(lambda mark, note: workspace.notes.set_bookmark(mark.entity, mark.version, note))
        self.editor.left.connect(self.left)
        workspace.notes.about_to_change.connect(self.editor.save_note)
        workspace.notes.changed.connect(self._on_changed)
        workspace.selection.version_changed.connect(self._on_version)
        self._model.modelReset.connect(self._on_rows)
        self._model.dataChanged.connect(self._on_rows)
        self._on_changed()
        self._on_rows()
        self._on_version(workspace.selection.version)

    def choose(self, key: tuple[str, int | None]) -> None:
        """Choose the bookmark with a key (see ``Bookmark.key``), if there is one."""
        if self._model.row_of(key) is not None:
            self._key = key
            self._show_chosen()

    def write_note(self, key: tuple[str, int | None]) -> None:
        """Choose the bookmark with a key, and focus its note."""
        self.choose(key)
        self.bring_forward(self.editor)

    def save_note(self) -> None:
        """Save the text that was typed so far."""
        self.editor.save_note()

    def _set_up_table(self, theme: Theme) -> None:
        table = self.table
        delegate = RowDelegate(table, _COLUMNS, theme=theme)
        set_up_table(table, self._model, delegate, "Bookmarks", widths=_WIDTHS, stretch=[NOTE])
        table.activated.connect(self._on_activated)
        table.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        go, remove = QAction("Go to the bookmark", table), QAction("Remove the bookmark", table)
        go.triggered.connect(lambda: self._on_activated(table.currentIndex()))
        remove.triggered.connect(self._on_removal_asked)
        remove.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        table.addActions([go, remove])
        on_key(table, Qt.Key.Key_Escape, self.left)

    def _lay_out(self, body: QWidget) -> None:
        line = QFrame(self._note)
        line.setProperty("role", "line")
        note = fill(QVBoxLayout(), self._caption, (self.editor, 1), margins=(9, 8, 9, 6), spacing=6)
        fill(QVBoxLayout(self._note), line, (note, 1))
        fill(QVBoxLayout(body), self.hint, (self.table, 3), (self._note, 2), margins=(1, 0, 1, 1))

    def _on_changed(self) -> None:
        count, was_at_work = len(self._model.rows), self._is_at_work
        self.hint.setText(with_keys(_EMPTY) if self._workspace.notes.problem is None else _NOT_KEPT)
        self.hint.setVisible(count == 0)
        for widget in (self.table, self._note):
            widget.setVisible(count > 0)
        self.title_bar.set_summary(count_text(count, "bookmark") if count else "")
        if was_at_work and count == 0 and self._workspace.session is not None:
            self.left.emit()  # the widget with the focus is hidden now

    def _on_rows(self) -> None:
        self._fit_columns()
        self._show_chosen()

    def _fit_columns(self) -> None:
        header, rows = self.table.horizontalHeader(), range(min(self._model.rowCount(), _ROWS_MEASURED))
        types, versions = ({str(self._model.index(row, column).data()) for row in rows} for column in (TYPE, VERSION))
        header.resizeSection(TYPE, width_for(self.table, types, least=_WIDTHS[TYPE], most=96))
        header.resizeSection(VERSION, width_for(self.table, versions) + FLAG_ROOM)

    def _show_chosen(self) -> None:
        """Make the row of the chosen bookmark current; if it is gone, the row that replaced it."""
        row = self._model.row_of(self._key)
        if row is None:
            row = min(self._row, len(self._model.rows) - 1)
        if row < 0:
            self._key = None
            self.editor.set_bookmark(None)
            return
        self._row, shown = row, self._model.rows[row]
        self._key = shown.bookmark.key
        choose_row(self.table, row)
        self._caption.set_whole_text(_caption_of(shown))
        self.editor.set_bookmark(shown.bookmark)

    def _on_row_chosen(self, current: QModelIndex) -> None:
        if current.isValid():
            self.choose(self._model.row_at(current).bookmark.key)

    @property
    def _is_at_work(self) -> bool:
        """Whether this dock has the focus."""
        return self.table.hasFocus() or self.editor.hasFocus()

    def _on_version(self, version: int | None) -> None:
        """Choose the bookmark of the chosen version, unless a person is working here."""
        if version is not None and not self._is_at_work:
            self.choose((str(self._workspace.selection.entity_id), version))

    def _on_activated(self, index: QModelIndex) -> None:
        row = self._model.row_at(index)
        if row.entity is not None:
            self._workspace.choose(row.entity.id, row.bookmark.version)
        elif not row.is_gone:
            self._workspace.choose_by_id(*row.bookmark.key)
        if row.is_gone:
            self._workspace.message.emit(f"{row.title} is {GONE}.")

    def _on_removal_asked(self) -> None:
        self.save_note()
        self.removal_requested.emit(self._model.rows[self._row].bookmark)

    def _fit(self, width: int) -> None:
        arrange_column(self.table, WRITTEN, width >= _ROOM_FOR_TIMES)
        arrange_column(self.table, TYPE, width >= _ROOM_FOR_TYPES)


def _caption_of(row: BookmarkRow) -> str:
    written = f"written {format_time(row.bookmark.written)}"
    return " · ".join([row.title, GONE if row.is_gone else written])
